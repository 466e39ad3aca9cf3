/* The HTTP server: loop threads own the connections, worker threads run the handlers. See README.md here. */
#pragma once
#include "base/config.h"
#include "platform/http/route.h"

struct platform;
struct http_server;
struct http_endpoint;

struct route_table {
    const struct route *const *groups; /* each an array ended by a row with method NULL */
    const char *const *names;          /* of the groups: tags in the API description */
    size_t count;
};

struct http_options {
    const struct config *config;
    struct platform *platform;
    struct route_table routes;
    const struct http_endpoint *const *endpoints; /* endpoint.h; must stay while the server runs */
    size_t endpoint_count;
    /* Checks the bearer token. May read the database. UNAUTHORIZED, UNAVAILABLE or OK. */
    enum code (*authenticate)(struct platform *platform, struct str token, struct identity *ret_who);
    /* The same from memory only, for loop threads: false when it would have to look further. */
    bool (*authenticate_cached)(struct platform *platform, struct str token, struct identity *ret_who);
    /* Appends the state of the parts to /readyz: names of those that are down; false: can't sell. */
    bool (*ready)(struct platform *platform, struct str *ret_degraded, size_t max, size_t *ret_count);
};

/* Checks the table (paths, duplicates, schemas, roles): logs each fault; false when there is one. */
bool route_table_check(const struct route_table *routes);

struct http_server *http_server_start(const struct http_options *options); /* logs why and answers NULL */
int http_server_port(const struct http_server *server);
/* Stops accepting, finishes what runs (at most config->drain_timeout_ms), frees all. False: a handler still
 * runs after that; then nothing was freed, and what handlers use must not be closed: the process should end
 * by _exit. */
bool http_server_stop(struct http_server *server);

void openapi_write(struct buf *out, const struct route_table *routes); /* the OpenAPI 3.1 document */
