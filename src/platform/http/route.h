/* A call of the API as a row of data. From the rows come: routing, authentication, role checks, validation of
 * body and query, `tilopos routes`, openapi.json and /api/docs. The server refuses to start when the table is
 * inconsistent. */
#pragma once
#include "base/code.h"
#include "base/json.h"
#include "platform/auth/identity.h"

struct request;

enum route_flags {
    ROUTE_PUBLIC = 1,     /* no token; `roles` is 0 */
    ROUTE_IDEMPOTENT = 2, /* honours Idempotency-Key: a POST that creates, or moves money or stock */
    ROUTE_LIST = 4,       /* answers an array; takes ?limit= and ?cursor= beside `query` */
    ROUTE_CACHED = 8, /* depends on path, query, business and outlet (an owner's: all) only, until reference
                         data changes */
    ROUTE_PATCH = 16, /* the body is any subset of `request`; the handler applies it with request_patch */
    ROUTE_RAW_BODY = 32, /* the body is not JSON; the handler reads request->body_text */
    ROUTE_OVERRIDE =
        64,            /* a cashier may need X-Override-Token; it is asked for in the action's transaction */
    ROUTE_ARRAY = 128, /* answers an array, whole: reply_array */
    ROUTE_BODY_ARRAY = 256,    /* the body is an array: `request` is of one element, request->body a
                                  JSON_ARRAY_OF them, at most 200 */
    ROUTE_OPTIONAL_BODY = 512, /* may come without a body, which is {} then */
};

struct route {
    const char *method; /* GET POST PUT PATCH DELETE */
    const char *path;   /* under /api/v1: "/products/{id}"; at most 4 parameters */
    unsigned roles;     /* set of ROLES() */
    unsigned flags;
    const struct json_schema *query, *request,
        *response; /* NULL: none. ROUTE_LIST, ROUTE_ARRAY: `response` is of one element */
    int status;    /* of success: 200, 201 or 204 */
    enum code (*handler)(struct request *request);
    const char *summary;    /* one line */
    size_t max_body;        /* bytes; 0: the configured default */
    const char *media_type; /* of a ROUTE_RAW_BODY, others are a 415; of a GET without `response` that of the
                               answer. NULL: any */
};
