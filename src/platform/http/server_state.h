/* What the parts of the server share: made by http_server_start, read-only but for the atomics. */
#pragma once
#include "platform/http/answer_cache.h"
#include "platform/http/cors.h"
#include "platform/http/in_flight.h"
#include "platform/http/route_stats.h"
#include "platform/http/router.h"
#include "platform/http/server.h"
#include "platform/http/workers.h"

#define HTTP_LOOPS_MAX 64

struct http_server {
    struct http_options options;
    struct router *router;
    struct route_stats *stats;
    struct workers *workers;
    struct answer_cache *answers; /* of ROUTE_CACHED routes */
    struct in_flight_table *in_flight;
    struct cors *cors, *cors_any; /* by the configuration; for endpoints that let everybody in */
    struct service *service;      /* health, metrics, the description of the API */
    struct http_loop *loops[HTTP_LOOPS_MAX];
    size_t loop_count;
    bool has_endpoints; /* they were started */
    int port;
    _Atomic int64_t connections;
};
