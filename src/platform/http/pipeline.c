/* auth → role → path, query and body → idempotency key → handler → reply. */
#include "platform/http/pipeline.h"

#include "base/check.h"
#include "base/log.h"
#include "platform/http/compose.h"
#include "platform/http/idempotency.h"
#include "platform/http/input.h"
#include "platform/http/reference_version.h"
#include "platform/http/reply.h"
#include "platform/http/server_state.h"
#include "platform/http/service.h"

#define CACHED_CONTROL STR("private, no-cache") /* keep it, but ask each time */

/* ---- Who ---- */

/* The token of "Bearer x"; STR_NONE: none, or more than one. */
static struct str bearer_token(const struct http_exchange *exchange)
{
    size_t count;
    struct str rest = head_find(&exchange->head, STR("Authorization"), &count);
    struct str scheme = str_cut(&rest, ' ');
    if (count != 1 || !str_eq_ignore_case(scheme, STR("Bearer")))
        return STR_NONE;
    rest = str_trim(rest);
    return rest.len > 0 ? rest : STR_NONE;
}

static enum code authorise(struct http_exchange *exchange)
{
    const struct http_options *options = &exchange->server->options;
    struct request *request = &exchange->request;
    if (request->route->flags & ROUTE_PUBLIC)
        return CODE_OK;
    struct str token = bearer_token(exchange);
    if (!token.data)
        return CODE_UNAUTHORIZED;
    enum code code = options->authenticate(options->platform, token, &request->who);
    if (code)
        return code;
    return request->route->roles & ROLES(request->who.role) ? CODE_OK : CODE_FORBIDDEN;
}

/* ---- Cached answers ---- */

static struct answer_key cache_key(const struct http_exchange *exchange)
{
    const struct request *request = &exchange->request;
    /* An owner sees every outlet, the others of the same outlet do not: nil stands for all. */
    struct uuid outlet = request->who.role == ROLE_OWNER ? UUID_NIL : request->who.outlet_id;
    return (struct answer_key){request->who.business_id, outlet, request->target};
}

bool pipeline_cached(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    struct request *request = &exchange->request;
    struct str token = bearer_token(exchange);
    int64_t version;
    if (!token.data || !server->options.authenticate_cached(request->platform, token, &request->who))
        return false;
    if (!(request->route->roles & ROLES(request->who.role)) ||
        !reference_version_peek(request->platform, request->who.business_id, &version))
        return false;
    struct answer_key key = cache_key(exchange);
    struct answer *answer = answer_cache_get(server->answers, &key, version);
    if (!answer)
        return false;
    exchange->served_from_memory = true;
    reply_answer(request, answer);
    compose_head(exchange);
    return true;
}

/* The handler's reply becomes one that others share. `version` was read before the handler read anything. */
static void keep_answer(struct http_exchange *exchange, int64_t version)
{
    struct http_reply *reply = &exchange->reply;
    if (reply->status != 200 || reply->answer)
        return;
    struct str headers = reply->headers.arena ? buf_str(&reply->headers) : STR("");
    struct answer *answer = answer_new(reply->content_type, CACHED_CONTROL, headers, reply->body);
    reply->headers = (struct buf){0}; /* the shared head has them */
    struct answer_key key = cache_key(exchange);
    answer_cache_put(exchange->server->answers, &key, version, answer);
    reply_answer(&exchange->request, answer);
}

/* ---- The run ---- */

static struct str allowed_methods(struct http_exchange *exchange)
{
    struct buf methods = buf_make(&exchange->arena, 64, 128);
    for (int verb = 0; verb < VERB_HEAD; verb++) {
        if (exchange->verbs & 1u << verb)
            buf_format(&methods, verb == VERB_GET ? "%s, HEAD, " : "%s, ", VERB_NAMES[verb]);
    }
    buf_put(&methods, STR("OPTIONS"));
    return buf_str(&methods);
}

static enum code handle(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    int64_t version = 0;
    bool cached = (request->route->flags & ROUTE_CACHED) &&
                  reference_version_get(request->platform, request->who.business_id, &version);
    enum code code = request->route->handler(request);
    if (code == CODE_OK && exchange->reply.status == 0) {
        log_error("http.no_reply", LOG_STR("route", exchange->entry->path));
        return CODE_INTERNAL;
    }
    if (code == CODE_OK && cached)
        keep_answer(exchange, version);
    return code;
}

static enum code run(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    enum code code = authorise(exchange);
    if (code)
        return code;
    code = input_read(exchange);
    if (code)
        return code;
    code = idempotency_enter(request);
    if (code == CODE_OK)
        code = handle(exchange);
    idempotency_leave(request);
    return code;
}

void pipeline_run(struct http_exchange *exchange)
{
    enum code code = run(exchange);
    check(code < CODE_COUNT);
    if (code == CODE_RETRY)
        code = CODE_UNAVAILABLE;
    if (code) {
        exchange->reply.headers = (struct buf){0}; /* of a reply that does not hold any more */
        exchange->reply.replayed = false;
        compose_problem(exchange, code);
    }
    compose_head(exchange);
}

void pipeline_refuse(struct http_exchange *exchange, enum code code)
{
    reply_reset(&exchange->request);
    if (code == CODE_METHOD_NOT_ALLOWED)
        reply_header(&exchange->request, "Allow", allowed_methods(exchange));
    compose_problem(exchange, code);
    compose_head(exchange);
}

void pipeline_options(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    struct str methods = allowed_methods(exchange);
    reply_none(request);
    reply_header(request, "Allow", methods);
    if (exchange_header(exchange, "Access-Control-Request-Method").data)
        cors_put_preflight(compose_cors(exchange), exchange_header(exchange, "Origin"), methods,
                           &exchange->reply.headers);
    compose_head(exchange);
}
