/* Credentials are never needed: the token travels in a header that the page sets itself. */
#include "platform/http/cors.h"

#include "base/check.h"

#include <stdlib.h>

#define ORIGINS_MAX 64

struct cors {
    struct arena arena;
    bool any;
    struct str origins[ORIGINS_MAX];
    size_t count;
};

struct cors *cors_new(struct str origins)
{
    struct cors *cors = calloc(1, sizeof *cors);
    check(cors != NULL);
    struct str rest = origins;
    while (rest.data && cors->count < ORIGINS_MAX) {
        struct str origin = str_trim(str_cut(&rest, ','));
        if (origin.len > 1 && origin.data[origin.len - 1] == '/')
            origin.len--;
        cors->any = cors->any || str_eq(origin, STR("*"));
        if (origin.len > 0)
            cors->origins[cors->count++] = str_lower(&cors->arena, origin);
    }
    return cors;
}

void cors_free(struct cors *cors)
{
    if (!cors)
        return;
    arena_free(&cors->arena);
    free(cors);
}

static bool is_allowed(const struct cors *cors, struct str origin)
{
    for (size_t i = 0; i < cors->count; i++) {
        if (str_eq_ignore_case(origin, cors->origins[i]))
            return true;
    }
    return cors->any;
}

void cors_put(const struct cors *cors, struct str origin, struct buf *out)
{
    if (cors->count > 0 && !cors->any)
        buf_put(out, STR("Vary: Origin\r\n")); /* also on the answer to an origin that may not read it */
    if (cors->count == 0 || !origin.data || !is_allowed(cors, origin))
        return;
    buf_put(out, STR("Access-Control-Allow-Origin: "));
    buf_put(out, cors->any ? STR("*") : origin);
    buf_put(out, STR("\r\nAccess-Control-Expose-Headers: "
                     "Link, X-Request-Id, Idempotent-Replayed, Retry-After, ETag, X-Unread-Count\r\n"));
}

void cors_put_preflight(const struct cors *cors, struct str origin, struct str methods, struct buf *out)
{
    if (cors->count == 0 || !origin.data || !is_allowed(cors, origin))
        return;
    buf_put(out, STR("Access-Control-Allow-Methods: "));
    buf_put(out, methods);
    buf_put(
        out,
        STR("\r\nAccess-Control-Allow-Headers: Authorization, Content-Type, Idempotency-Key, X-Request-Id, "
            "X-Override-Token, X-Device-Id, If-None-Match\r\nAccess-Control-Max-Age: 86400\r\n"));
}
