/* A scanner that steps over values: strings and nesting are all it knows. */
#include "base/json_raw.h"

#include "base/json_internal.h"

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_space(struct str text, size_t *at)
{
    while (*at < text.len && is_space(text.data[*at]))
        (*at)++;
}

/* `*at` is at a quote; behind the closing one afterwards. */
static bool skip_string(struct str text, size_t *at)
{
    for (size_t i = *at + 1; i < text.len; i++) {
        if (text.data[i] == '\\') {
            i++;
        } else if (text.data[i] == '"') {
            *at = i + 1;
            return true;
        }
    }
    return false;
}

static bool skip_nested(struct str text, size_t *at)
{
    size_t depth = 0;
    for (size_t i = *at; i < text.len;) {
        char c = text.data[i];
        if (c == '"') {
            if (!skip_string(text, &i))
                return false;
            continue;
        }
        i++;
        if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            *at = i;
            return true;
        }
    }
    return false;
}

static bool skip_value(struct str text, size_t *at)
{
    if (*at >= text.len)
        return false;
    char first = text.data[*at];
    if (first == '"')
        return skip_string(text, at);
    if (first == '{' || first == '[')
        return skip_nested(text, at);
    size_t start = *at;
    while (*at < text.len && !is_space(text.data[*at]) && !strchr(",]}", text.data[*at]))
        (*at)++;
    return *at > start;
}

/* Moves to the next entry: behind the opening bracket or a comma. False: the end. */
static bool next_entry(struct str text, size_t *at, char open)
{
    bool first = *at == 0;
    skip_space(text, at);
    if (*at >= text.len || text.data[*at] != (first ? open : ','))
        return false;
    (*at)++;
    skip_space(text, at);
    return *at < text.len && text.data[*at] != (open == '{' ? '}' : ']');
}

bool json_raw_element(struct str array, size_t *at, struct str *ret_element)
{
    if (!next_entry(array, at, '['))
        return false;
    size_t start = *at;
    if (!skip_value(array, at))
        return false;
    *ret_element = (struct str){array.data + start, *at - start};
    return true;
}

bool json_raw_next(struct str object, size_t *at, struct str *ret_name, struct str *ret_value)
{
    if (!next_entry(object, at, '{') || object.data[*at] != '"')
        return false;
    size_t start = *at;
    if (!skip_string(object, at))
        return false;
    *ret_name = (struct str){object.data + start + 1, *at - start - 2};
    skip_space(object, at);
    if (*at >= object.len || object.data[*at] != ':')
        return false;
    (*at)++;
    skip_space(object, at);
    start = *at;
    if (!skip_value(object, at))
        return false;
    *ret_value = (struct str){object.data + start, *at - start};
    return true;
}

struct str json_raw_member(struct str object, const char *name)
{
    struct str wanted = str_of(name), found, value;
    for (size_t at = 0; json_raw_next(object, &at, &found, &value);) {
        if (str_eq(found, wanted))
            return value;
    }
    return STR_NONE;
}

struct str json_raw_string(struct arena *arena, struct str value)
{
    if (value.len < 2 || value.data[0] != '"')
        return STR_NONE;
    char *copy = str_to_cstr(arena, value), *at = copy + 1;
    uint32_t len;
    if (json_scan_string(&at, copy + value.len, &len))
        return STR_NONE;
    return (struct str){copy + 1, len};
}

struct str json_raw_text(struct arena *arena, struct str object, const char *name)
{
    return json_raw_string(arena, json_raw_member(object, name));
}

struct uuid json_raw_uuid(struct str object, const char *name)
{
    struct str value = json_raw_member(object, name);
    struct uuid id;
    if (value.len != UUID_TEXT_LEN + 2 || value.data[0] != '"')
        return UUID_NIL;
    return uuid_parse((struct str){value.data + 1, UUID_TEXT_LEN}, &id) ? id : UUID_NIL;
}
