/* Prints the configuration as columns, without what must stay secret. */
#include "base/config_internal.h"

#include "base/buf.h"

#define HIDDEN STR("***")
#define SHOWN_MAX 4096

static size_t find(struct str text, struct str part, size_t from)
{
    const char *found =
        text.data && from < text.len ? memmem(text.data + from, text.len - from, part.data, part.len) : NULL;
    return found ? (size_t)(found - text.data) : text.len;
}

/* scheme://user:password@host → scheme://user:***@host. The password may hold an unescaped `/`, `:` or `@`:
 * everything up to the last `@` is hidden. */
static struct str hide_userinfo(struct arena *arena, struct str url)
{
    size_t scheme = find(url, STR("://"), 0);
    size_t start = scheme < url.len ? scheme + 3 : 0;
    const char *at = url.data ? memrchr(url.data, '@', url.len) : NULL;
    size_t end = at ? (size_t)(at - url.data) : 0, colon = find(url, STR(":"), start);
    if (colon >= end)
        return url;
    return str_format(arena, "%.*s:***%.*s", (int)colon, url.data, (int)(url.len - end), at);
}

/* …?password=x&… → …?password=***&… */
static struct str hide_parameters(struct arena *arena, struct str url)
{
    struct buf out = buf_make(arena, url.len + 16, SHOWN_MAX);
    struct str name = STR("password=");
    for (size_t from = 0; from < url.len;) {
        size_t value = find(url, name, from);
        value = value < url.len ? value + name.len : url.len;
        buf_put(&out, (struct str){url.data + from, value - from});
        from = value < url.len ? find(url, STR("&"), value) : url.len;
        if (from > value)
            buf_put(&out, HIDDEN);
    }
    return buf_str(&out);
}

struct str config_shown(struct arena *arena, const struct config_key *key, struct str value)
{
    if (key->secret && value.len > 0)
        return HIDDEN;
    if (!key->url || str_starts_with(value, STR("sqlite:")))
        return value;
    return hide_parameters(arena, hide_userinfo(arena, value));
}

static struct str value_of(struct arena *arena, const struct config *config, const struct config_key *key)
{
    const char *member = (const char *)config + key->offset;
    switch (key->kind) {
    case CONFIG_INTEGER:
        return str_format(arena, "%lld", (long long)*(const int64_t *)member);
    case CONFIG_SWITCH:
        return *(const bool *)member ? STR("on") : STR("off");
    default:
        return config_shown(arena, key, *(const struct str *)member);
    }
}

static struct str origin_of(struct arena *arena, const struct config *config, size_t index)
{
    switch (config->origins[index]) {
    case CONFIG_FLAG:
        return STR("flag");
    case CONFIG_ENVIRONMENT:
        return STR("environment");
    case CONFIG_FILE:
        return str_format(arena, "file %s", config->file);
    default:
        return STR("default");
    }
}

static void print_column(FILE *out, struct str text, size_t width)
{
    size_t length = str_utf8_length(text), blanks = length < width ? width - length : 0;
    fprintf(out, "%.*s%*s", STR_ARG(text), (int)blanks + 2, "");
}

void config_print(const struct config *config, FILE *out)
{
    enum { COLUMNS = 3 };
    struct arena arena = {0};
    struct str cells[CONFIG_KEYS_MAX][COLUMNS];
    size_t widths[COLUMNS] = {0};
    for (size_t i = 0; i < CONFIG_KEY_COUNT; i++) {
        cells[i][0] = str_of(CONFIG_KEYS[i].name);
        cells[i][1] = value_of(&arena, config, &CONFIG_KEYS[i]);
        cells[i][2] = origin_of(&arena, config, i);
        for (size_t column = 0; column < COLUMNS; column++) {
            if (cells[i][column].len == 0)
                cells[i][column] = STR("-");
            size_t length = str_utf8_length(cells[i][column]);
            widths[column] = length > widths[column] ? length : widths[column];
        }
    }
    for (size_t i = 0; i < CONFIG_KEY_COUNT; i++) {
        for (size_t column = 0; column < COLUMNS; column++)
            print_column(out, cells[i][column], widths[column]);
        fprintf(out, "%s\n", CONFIG_KEYS[i].meaning);
    }
    arena_free(&arena);
}
