/* Start and stop: puts the parts together and takes them apart in the right order. */
#include "platform/http/server.h"

#include "base/check.h"
#include "base/log.h"
#include "platform/http/endpoint.h"
#include "platform/http/listen.h"
#include "platform/http/loop.h"
#include "platform/http/server_state.h"
#include "platform/http/service.h"

#include <malloc.h>
#include <sched.h>
#include <sodium.h>
#include <sys/resource.h>
#include <unistd.h>

#define ANSWER_CACHE_BYTES ((size_t)32 * 1024 * 1024)
#define QUEUE_MAX 10000
#define LOOPS_BY_DEFAULT 4 /* at most, when the configuration leaves it to us */
#define FILES_BESIDE 256   /* descriptors that are no client's */
#define WORKERS_GRACE_MS 1000

static size_t loop_count(const struct config *config)
{
    cpu_set_t cpus;
    int64_t count = config->http_threads;
    if (count <= 0) {
        count = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
        count = count > LOOPS_BY_DEFAULT ? LOOPS_BY_DEFAULT : count;
    }
    return count > HTTP_LOOPS_MAX ? HTTP_LOOPS_MAX : (size_t)count;
}

static void allow_connections(int64_t connections)
{
    struct rlimit limit;
    rlim_t needed = (rlim_t)connections + FILES_BESIDE;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return;
    limit.rlim_cur = needed < limit.rlim_max ? needed : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < needed)
        log_warn("http.few_descriptors", LOG_INT("allowed", (int64_t)limit.rlim_cur),
                 LOG_INT("needed", (int64_t)needed));
}

static int64_t guests_max(const struct http_options *options)
{
    size_t most = 0;
    for (size_t i = 0; i < options->endpoint_count; i++)
        most += options->endpoints[i]->max_guests;
    return (int64_t)most;
}

/* Many threads with an arena each would hold much memory that is free. */
static void tame_malloc(void)
{
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

static void make_parts(struct http_server *server)
{
    const struct config *config = server->options.config;
    const struct route_table *table = &server->options.routes;
    server->router = router_new();
    router_add(server->router, "", SERVICE_ROUTES);
    for (size_t i = 0; i < table->count; i++)
        router_add(server->router, "/api/v1", table->groups[i]);
    server->stats = route_stats_new(server->router);
    server->cors = cors_new(config->cors_origins);
    server->cors_any = cors_new(STR("*"));
    server->service = service_new();
    server->answers = answer_cache_new(ANSWER_CACHE_BYTES);
    size_t threads = config->worker_threads > 0 ? (size_t)config->worker_threads : 1;
    server->in_flight = in_flight_new(threads / 2);
    server->workers = workers_start(threads, QUEUE_MAX);
}

static bool make_loops(struct http_server *server)
{
    const struct config *config = server->options.config;
    size_t count = loop_count(config);
    int sockets[HTTP_LOOPS_MAX];
    if (!listen_open(config->host, (int)config->port, sockets, count, &server->port))
        return false;
    for (size_t i = 0; i < count; i++) {
        server->loops[server->loop_count] = loop_new(server, i, sockets[i]);
        if (server->loops[server->loop_count])
            server->loop_count++;
    }
    return server->loop_count == count;
}

static bool start_loops(struct http_server *server)
{
    for (size_t i = 0; i < server->loop_count; i++) {
        if (!loop_start(server->loops[i])) {
            log_error("http.no_thread");
            return false;
        }
    }
    return true;
}

static void free_parts(struct http_server *server)
{
    for (size_t i = 0; i < server->loop_count; i++)
        loop_free(server->loops[i]);
    answer_cache_free(server->answers);
    in_flight_free(server->in_flight);
    service_free(server->service);
    cors_free(server->cors);
    cors_free(server->cors_any);
    route_stats_free(server->stats);
    router_free(server->router);
    free(server);
}

struct http_server *http_server_start(const struct http_options *options)
{
    if (!route_table_check(&options->routes))
        return NULL;
    check(sodium_init() >= 0);
    tame_malloc();
    allow_connections(options->config->max_connections + guests_max(options));
    struct http_server *server = calloc(1, sizeof *server);
    check(server != NULL);
    server->options = *options;
    make_parts(server);
    bool made = make_loops(server);
    if (made)
        endpoints_start(server);
    if (!made || !start_loops(server)) {
        http_server_stop(server);
        return NULL;
    }
    log_info("http.listening", LOG_STR("host", options->config->host), LOG_INT("port", server->port),
             LOG_INT("threads", (int64_t)server->loop_count));
    return server;
}

int http_server_port(const struct http_server *server) { return server->port; }

bool http_server_stop(struct http_server *server)
{
    for (size_t i = 0; i < server->loop_count; i++) {
        if (server->loops[i]->is_running)
            loop_ask_to_drain(server->loops[i]);
    }
    for (size_t i = 0; i < server->loop_count; i++)
        loop_join(server->loops[i]);
    endpoints_stop(server);
    if (!workers_stop(server->workers, WORKERS_GRACE_MS)) {
        log_error("http.still_running");
        return false;
    }
    free_parts(server);
    return true;
}
