/* The configuration's table, for its reader and its printer. Private to config*.c. */
#pragma once
#include "base/config.h"

enum config_kind { CONFIG_INTEGER, CONFIG_SWITCH, CONFIG_TEXT };

struct config_key {
    const char *name;
    size_t offset; /* of the member in struct config */
    const char *standard;
    const char *meaning;
    int64_t min, max;                       /* INTEGER */
    const char *const *values;              /* TEXT: one of these, NULL-terminated */
    const char *(*wrong)(struct str value); /* TEXT: NULL, or what it must be */
    enum config_kind kind;
    bool secret; /* never shown */
    bool url;    /* its password is never shown */
};

extern const struct config_key CONFIG_KEYS[];
extern const size_t CONFIG_KEY_COUNT; /* ≤ CONFIG_KEYS_MAX */

bool config_is_printable(struct str value); /* UTF-8 without control characters */

/* The value as it may be shown to anyone: secrets and passwords as ***. */
struct str config_shown(struct arena *arena, const struct config_key *key, struct str value);
