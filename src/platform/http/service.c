/* The handlers behind SERVICE_ROUTES. */
#include "platform/http/service.h"

#include "base/check.h"
#include "base/metrics.h"
#include "platform/http/docs_page.h"
#include "platform/http/index_page.h"
#include "platform/http/reply.h"
#include "platform/http/server_state.h"

#include <pthread.h>

#define DEGRADED_MAX 16
#define DOCUMENT_MAX ((size_t)8 * 1024 * 1024)
#define REVALIDATE STR("no-cache")

/* Pages that never change while the server runs, made when they are first asked for. */
struct service {
    pthread_mutex_t mutex;
    struct answer *index, *openapi, *docs;
};

struct service *service_new(void)
{
    struct service *service = calloc(1, sizeof *service);
    check(service != NULL);
    pthread_mutex_init(&service->mutex, NULL);
    return service;
}

void service_free(struct service *service)
{
    if (!service)
        return;
    answer_drop(service->index);
    answer_drop(service->openapi);
    answer_drop(service->docs);
    pthread_mutex_destroy(&service->mutex);
    free(service);
}

static struct http_server *server_of(const struct request *request) { return request->exchange->server; }

static enum code reply_page_once(struct request *request, struct answer **page, struct str content_type,
                                 struct str headers,
                                 void (*write)(struct buf *out, const struct route_table *routes))
{
    struct service *service = server_of(request)->service;
    pthread_mutex_lock(&service->mutex);
    if (!*page) {
        struct buf out = buf_make(request->arena, 4096, DOCUMENT_MAX);
        write(&out, &server_of(request)->options.routes);
        check(!out.overflowed);
        *page = answer_new(content_type, REVALIDATE, headers, buf_str(&out));
    }
    struct answer *answer = answer_keep(*page);
    pthread_mutex_unlock(&service->mutex);
    reply_answer(request, answer);
    return CODE_OK;
}

#define PAGE_POLICY                                                                           \
    STR("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src " \
        "'unsafe-inline'; "                                                                   \
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n")

static enum code show_index(struct request *request)
{
    return reply_page_once(request, &server_of(request)->service->index, STR("text/html; charset=utf-8"),
                           PAGE_POLICY, index_page_write);
}

static enum code show_docs(struct request *request)
{
    return reply_page_once(request, &server_of(request)->service->docs, STR("text/html; charset=utf-8"),
                           PAGE_POLICY, docs_page_write);
}

static enum code show_openapi(struct request *request)
{
    return reply_page_once(request, &server_of(request)->service->openapi, STR("application/json"), STR(""),
                           openapi_write);
}

/* ---- Health ---- */

static enum code show_health(struct request *request)
{
    reply_bytes(request, 200, STR("application/json"), STR("{\"status\":\"ok\"}"));
    return CODE_OK;
}

static enum code show_ready(struct request *request)
{
    const struct http_options *options = &server_of(request)->options;
    struct str degraded[DEGRADED_MAX];
    size_t count = 0;
    bool sells = options->ready(options->platform, degraded, DEGRADED_MAX, &count);
    struct buf out = buf_make(request->arena, 256, 4096);
    buf_format(&out, "{\"status\":\"%s\",\"degraded\":[", sells ? "ok" : "unavailable");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_put_char(&out, ',');
        json_put_string(&out, degraded[i]);
    }
    buf_put(&out, STR("]}"));
    if (!sells)
        request_retry_after(request, 1);
    reply_bytes(request, sells ? 200 : 503, STR("application/json"), buf_str(&out));
    return CODE_OK;
}

/* ---- Metrics ---- */

static bool is_local(const struct request *request)
{
    bool loopback = str_eq(request->address, STR("::1")) || str_starts_with(request->address, STR("127."));
    /* A proxy on this machine passes strangers on. */
    return loopback && !request_header(request, "X-Forwarded-For").data &&
           !request_header(request, "Forwarded").data;
}

/* In constant time for tokens of the same length. */
static bool has_token(const struct request *request, struct str token)
{
    struct str given = request_header(request, "Authorization"), scheme = str_cut(&given, ' ');
    if (!str_eq_ignore_case(scheme, STR("Bearer")) || given.len != token.len)
        return false;
    unsigned char difference = 0;
    for (size_t i = 0; i < token.len; i++)
        difference |= (unsigned char)(given.data[i] ^ token.data[i]);
    return difference == 0;
}

static enum code show_metrics(struct request *request)
{
    struct http_server *server = server_of(request);
    struct str token = server->options.config->metrics_token;
    if (!is_local(request) && !(token.len > 0 && has_token(request, token)))
        return token.len > 0 ? CODE_UNAUTHORIZED : CODE_NOT_FOUND;
    struct buf out = buf_make(request->arena, 16384, DOCUMENT_MAX);
    buf_format(&out,
               "# HELP tilopos_http_connections Open connections.\n# TYPE tilopos_http_connections gauge\n"
               "tilopos_http_connections %lld\n"
               "# HELP tilopos_http_queue Requests that wait for a worker.\n# TYPE tilopos_http_queue gauge\n"
               "tilopos_http_queue %zu\n"
               "# HELP tilopos_http_workers Worker threads.\n# TYPE tilopos_http_workers gauge\n"
               "tilopos_http_workers %zu\n",
               (long long)atomic_load_explicit(&server->connections, memory_order_relaxed),
               workers_waiting(server->workers), workers_running(server->workers));
    route_stats_write(&out, server->stats, server->router);
    metrics_write(&out);
    check(!out.overflowed);
    reply_bytes(request, 200, STR("text/plain; version=0.0.4; charset=utf-8"), buf_str(&out));
    return CODE_OK;
}

#define SERVICE_FLAGS (ROUTE_PUBLIC | ROUTE_ANY_QUERY)

const struct route SERVICE_ROUTES[] = {
    {"GET", "/", 0, SERVICE_FLAGS | ROUTE_ON_LOOP, .status = 200, .handler = show_index},
    {"GET", "/healthz", 0, SERVICE_FLAGS | ROUTE_ON_LOOP | ROUTE_QUIET, .status = 200,
     .handler = show_health},
    {"GET", "/readyz", 0, SERVICE_FLAGS | ROUTE_QUIET, .status = 200, .handler = show_ready},
    {"GET", "/metrics", 0, SERVICE_FLAGS | ROUTE_ON_LOOP | ROUTE_QUIET, .status = 200,
     .handler = show_metrics},
    {"GET", "/api/v1/openapi.json", 0, SERVICE_FLAGS, .status = 200, .handler = show_openapi},
    {"GET", "/api/docs", 0, SERVICE_FLAGS, .status = 200, .handler = show_docs},
    {0},
};
