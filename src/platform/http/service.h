/* What the server answers by itself, outside the route table: health, metrics, the description of the API,
 * the index page. These are rows too, on whole paths; they go through the same pipeline. */
#pragma once
#include "platform/http/route.h"

/* Flags of such rows, beside those of route.h. */
enum service_flags {
    ROUTE_QUIET = 1 << 16,     /* logged at debug level */
    ROUTE_ANY_QUERY = 1 << 17, /* the query is ignored */
    ROUTE_ON_LOOP = 1 << 18,   /* takes no time and never blocks: runs on the loop thread */
};

extern const struct route SERVICE_ROUTES[];

struct http_server;
struct service;

struct service *service_new(void);
void service_free(struct service *service);
