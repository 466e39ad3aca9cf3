/* Names made from the table. */
#include "platform/http/route_text.h"

#include <ctype.h>

struct str route_operation_id(struct arena *arena, const struct route *route)
{
    struct buf id = buf_make(arena, 64, 256);
    for (const char *c = route->method; *c; c++)
        buf_put_char(&id, (char)tolower((unsigned char)*c));
    bool starts_word = true;
    for (const char *c = route->path; *c; c++) {
        if (!isalnum((unsigned char)*c)) {
            buf_put(&id, *c == '{' ? STR("By") : STR(""));
            starts_word = true;
            continue;
        }
        buf_put_char(&id, (char)(starts_word ? toupper((unsigned char)*c) : *c));
        starts_word = false;
    }
    return buf_str(&id);
}

struct str route_role_names(struct arena *arena, unsigned roles)
{
    struct buf names = buf_make(arena, 64, 256);
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (!(roles & ROLES(role)))
            continue;
        if (names.len > 0)
            buf_put(&names, STR(", "));
        buf_put(&names, str_of(ROLE_NAMES[role]));
    }
    return buf_str(&names);
}

bool route_param_is_id(struct str name)
{
    return str_eq(name, STR("id")) || (name.len > 2 && memcmp(name.data + name.len - 2, "Id", 2) == 0);
}
