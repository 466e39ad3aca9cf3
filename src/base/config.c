/* Reads the configuration: defaults, then the file, the environment and the flags, by the table of
 * config_table.c.
 *
 * Every source is checked, also where a stronger one has its say: a typo in the file is told today, not on
 * the day the variable is taken away. */
#include "base/check.h"
#include "base/config_internal.h"

#include <ctype.h>
#include <errno.h>

#define FILE_MAX ((size_t)64 * 1024)
#define SHOWN_MAX 100 /* of a faulty value */

/* ---- One value ---- */

struct source {
    struct config *config;
    enum config_origin origin;
    const char *place; /* as a fault names it: "--port", "TILOPOS_PORT", "tilopos.conf:3: port" */
    bool *ok;
};

static void fault(const struct source *source, const struct config_key *key, struct str value,
                  const char *expected)
{
    *source->ok = false;
    fprintf(stderr, "tilopos: %s %s", source->place, expected);
    value = config_shown(&source->config->memory, key, value);
    if (!key->secret && value.len > 0 && value.len <= SHOWN_MAX && config_is_printable(value))
        fprintf(stderr, ", not \"%.*s\"", STR_ARG(value));
    fputc('\n', stderr);
}

static void set_integer(const struct source *source, const struct config_key *key, struct str value)
{
    int64_t number;
    char expected[80];
    if (str_parse_int(value, &number) && number >= key->min && number <= key->max) {
        *(int64_t *)((char *)source->config + key->offset) = number;
        return;
    }
    snprintf(expected, sizeof expected, "must be a whole number from %lld to %lld", (long long)key->min,
             (long long)key->max);
    fault(source, key, value, expected);
}

static void set_switch(const struct source *source, const struct config_key *key, struct str value)
{
    bool on = str_eq(value, STR("on"));
    if (on || str_eq(value, STR("off")))
        *(bool *)((char *)source->config + key->offset) = on;
    else
        fault(source, key, value, "must be on or off");
}

static void set_text(const struct source *source, const struct config_key *key, struct str value)
{
    char list[80] = "must be ";
    const char *wrong = !config_is_printable(value) ? "must be UTF-8 without control characters"
                        : key->wrong                ? key->wrong(value)
                                                    : NULL;
    for (size_t i = 0; key->values && key->values[i]; i++) {
        if (str_eq(value, str_of(key->values[i]))) {
            wrong = NULL;
            break;
        }
        size_t len = strlen(list);
        snprintf(list + len, sizeof list - len, "%s%s", i ? " or " : "", key->values[i]);
        wrong = list;
    }
    if (wrong) {
        fault(source, key, value, wrong);
        return;
    }
    char *copy = str_to_cstr(&source->config->memory, value);
    *(struct str *)((char *)source->config + key->offset) = (struct str){copy, value.len};
}

static void set(const struct source *source, size_t index, struct str value)
{
    const struct config_key *key = &CONFIG_KEYS[index];
    source->config->origins[index] = source->origin;
    switch (key->kind) {
    case CONFIG_INTEGER:
        set_integer(source, key, value);
        break;
    case CONFIG_SWITCH:
        set_switch(source, key, value);
        break;
    case CONFIG_TEXT:
        set_text(source, key, value);
        break;
    }
}

static void set_defaults(struct config *config, bool *ok)
{
    for (size_t i = 0; i < CONFIG_KEY_COUNT; i++) {
        struct source source = {config, CONFIG_DEFAULT, CONFIG_KEYS[i].name, ok};
        set(&source, i, str_of(CONFIG_KEYS[i].standard));
    }
    check(*ok); /* the table holds itself */
}

/* ---- The file ---- */

static size_t find_key(struct str name)
{
    for (size_t i = 0; i < CONFIG_KEY_COUNT; i++) {
        if (str_eq(name, str_of(CONFIG_KEYS[i].name)))
            return i;
    }
    return SIZE_MAX;
}

static void read_line(struct config *config, struct str line, int number, int *lines, bool *ok)
{
    line = str_trim(line);
    if (line.len == 0 || line.data[0] == '#')
        return;
    struct str value = line, name = str_trim(str_cut(&value, '='));
    size_t index = find_key(name);
    if (!value.data || index == SIZE_MAX || lines[index]) {
        *ok = false;
        fprintf(stderr, "tilopos: %s:%d: ", config->file, number);
        if (!value.data)
            fprintf(stderr, "expected \"key = value\"\n");
        else if (index == SIZE_MAX)
            fprintf(stderr, "there is no key \"%.*s\"; \"tilopos config\" lists them\n",
                    config_is_printable(name) && name.len < 100 ? (int)name.len : 0, name.data);
        else
            fprintf(stderr, "%s is already set in line %d\n", CONFIG_KEYS[index].name, lines[index]);
        return;
    }
    lines[index] = number;
    struct str place =
        str_format(&config->memory, "%s:%d: %s", config->file, number, CONFIG_KEYS[index].name);
    struct source source = {config, CONFIG_FILE, str_to_cstr(&config->memory, place), ok};
    set(&source, index, str_trim(value));
}

static void read_file(struct config *config, const char *path, bool must_exist, bool *ok)
{
    FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT && !must_exist)
        return;
    char *text = arena_alloc(&config->memory, FILE_MAX + 1);
    size_t len = file ? fread(text, 1, FILE_MAX + 1, file) : 0;
    if (!file || ferror(file)) {
        fprintf(stderr, "tilopos: %s can't be read: %s\n", path, strerror(errno));
        *ok = false;
    } else if (len > FILE_MAX) {
        fprintf(stderr, "tilopos: %s is larger than %zu bytes\n", path, FILE_MAX);
        *ok = false;
    } else {
        config->file = str_to_cstr(&config->memory, str_of(path));
        int lines[CONFIG_KEYS_MAX] = {0}, number = 0;
        for (struct str rest = {text, len}; rest.data;)
            read_line(config, str_cut(&rest, '\n'), ++number, lines, ok);
    }
    if (file)
        fclose(file);
}

/* ---- Environment ---- */

static const char *environment_of(const char *name, char ret_variable[64])
{
    size_t len = (size_t)snprintf(ret_variable, 64, "TILOPOS_%s", name);
    for (size_t i = 0; i < len; i++)
        ret_variable[i] = (char)toupper((unsigned char)ret_variable[i]);
    const char *value = getenv(ret_variable);
    return value && value[0] ? value : NULL;
}

static void read_environment(struct config *config, bool *ok)
{
    for (size_t i = 0; i < CONFIG_KEY_COUNT; i++) {
        char variable[64];
        struct source source = {config, CONFIG_ENVIRONMENT, variable, ok};
        const char *value = environment_of(CONFIG_KEYS[i].name, variable);
        if (value)
            set(&source, i, str_of(value));
    }
}

/* ---- Flags ---- */

/* Whether `argument` is --name or --name=…, with dashes for underscores; `*ret_value` is what stands behind
 * `=`. */
static bool is_flag(const char *argument, const char *name, const char **ret_value)
{
    if (argument[0] != '-' || argument[1] != '-')
        return false;
    argument += 2;
    for (; *name; name++, argument++) {
        if (*argument != (*name == '_' ? '-' : *name))
            return false;
    }
    *ret_value = *argument == '=' ? argument + 1 : NULL;
    return *argument == '=' || *argument == '\0';
}

static size_t find_flag(const char *argument, const char **ret_value)
{
    for (size_t i = 0; i < CONFIG_KEY_COUNT; i++) {
        if (is_flag(argument, CONFIG_KEYS[i].name, ret_value))
            return i;
    }
    return SIZE_MAX;
}

struct flags {
    const char *values[CONFIG_KEYS_MAX]; /* NULL: not given */
    const char *config;
};

/* Takes the flags that the table knows out of argv; the last of several wins. */
static void take_flags(struct flags *flags, int *argc, char **argv, bool *ok)
{
    int kept = 1, i = 1;
    for (; i < *argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value = NULL, *name = argv[i];
        size_t index = find_flag(name, &value);
        bool config = index == SIZE_MAX && is_flag(name, "config", &value);
        if (index == SIZE_MAX && !config) {
            argv[kept++] = argv[i];
            continue;
        }
        if (!value && i + 1 < *argc && strncmp(argv[i + 1], "--", 2) != 0)
            value = argv[++i];
        if (!value) {
            fprintf(stderr, "tilopos: %s needs a value\n", name);
            *ok = false;
        }
        *(config ? &flags->config : &flags->values[index]) = value;
    }
    for (; i < *argc; i++)
        argv[kept++] = argv[i];
    if (kept < *argc)
        argv[kept] = NULL;
    *argc = kept < *argc ? kept : *argc;
}

static void apply_flags(struct config *config, const struct flags *flags, bool *ok)
{
    for (size_t i = 0; i < CONFIG_KEY_COUNT; i++) {
        char flag[64];
        snprintf(flag, sizeof flag, "--%s", CONFIG_KEYS[i].name);
        for (char *at = flag; *at; at++)
            *at = *at == '_' ? '-' : *at;
        struct source source = {config, CONFIG_FLAG, flag, ok};
        if (flags->values[i])
            set(&source, i, str_of(flags->values[i]));
    }
}

/* ---- Public ---- */

bool config_load(struct config *ret_config, int *argc, char **argv)
{
    bool ok = true;
    struct flags flags = {0};
    char variable[64];
    *ret_config = (struct config){0};
    set_defaults(ret_config, &ok);
    take_flags(&flags, argc, argv, &ok);
    const char *path = flags.config ? flags.config : environment_of("config", variable);
    read_file(ret_config, path ? path : "tilopos.conf", path != NULL, &ok);
    read_environment(ret_config, &ok);
    apply_flags(ret_config, &flags, &ok);
    return ok;
}
