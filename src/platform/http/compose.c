/* Everything but the Connection header, which only the loop can know at the moment of writing. */
#include "platform/http/compose.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/http/endpoint.h"
#include "platform/http/server_state.h"
#include "platform/http/service.h"
#include "platform/http/status.h"

#include <time.h>

#define PROBLEM_MAX ((size_t)256 * 1024)
#define HEAD_MAX ((size_t)64 * 1024)
#define DETAILS_IN_TEXT 3

/* ---- Problems ---- */

/* One sentence for people; the members of `errors` are for programs. */
static struct str detail_text(struct http_exchange *exchange, enum code code)
{
    struct http_reply *reply = &exchange->reply;
    if (exchange->fault)
        return str_of(exchange->fault);
    if (!reply->details)
        return str_of(code_title(code));
    struct buf text = buf_make(&exchange->arena, 256, 4096);
    size_t count = 0;
    for (struct refusal_detail *detail = reply->details; detail && count < DETAILS_IN_TEXT;
         detail = detail->next) {
        if (count++ > 0)
            buf_put(&text, STR("; "));
        if (detail->path.len > 0) {
            buf_put(&text, detail->path);
            buf_put(&text, STR(": "));
        }
        buf_put(&text, detail->message);
    }
    return text.overflowed ? str_of(code_title(code)) : buf_str(&text);
}

static void put_details(struct buf *out, const struct refusal_detail *details)
{
    const char *before = ",\"errors\":[";
    for (const struct refusal_detail *detail = details; detail; detail = detail->next) {
        if (!detail->path.data && !detail->extra.data)
            continue; /* told by `detail` */
        buf_format(out, "%s{\"path\":", before);
        json_put_string(out, detail->path.data ? detail->path : STR(""));
        buf_put(out, STR(",\"message\":"));
        json_put_string(out, detail->message);
        buf_put(out, detail->extra);
        buf_put_char(out, '}');
        before = ",";
    }
    if (before[1] == '\0')
        buf_put_char(out, ']');
}

void compose_problem(struct http_exchange *exchange, enum code code)
{
    struct http_reply *reply = &exchange->reply;
    int status = code_status(code);
    struct str detail = detail_text(exchange, code);
    struct buf out = buf_make(&exchange->arena, 512, PROBLEM_MAX);
    buf_format(&out, "{\"type\":\"/api/docs#%s\",\"title\":", code_name(code));
    json_put_string(&out, str_of(code_title(code)));
    buf_format(&out, ",\"status\":%d,\"detail\":", status);
    json_put_string(&out, detail);
    buf_format(&out, ",\"code\":\"%s\",\"requestId\":", code_name(code));
    json_put_string(&out, exchange->request.id);
    put_details(&out, reply->details);
    buf_put_char(&out, '}');
    if (out.overflowed) {
        reply->details = NULL; /* rather a short answer than none */
        compose_problem(exchange, code);
        return;
    }
    answer_drop(reply->answer);
    reply->answer = NULL;
    reply->status = status;
    reply->content_type = STR("application/problem+json");
    reply->body = buf_str(&out);
    if (reply->retry_after_s == 0 && (status == 503 || status == 429))
        reply->retry_after_s = 1;
}

/* ---- Headers ---- */

/* "Sun, 06 Nov 1994 08:49:37 GMT", made once a second on each thread. */
static struct str date_text(void)
{
    static _Thread_local char text[40];
    static _Thread_local size_t len;
    static _Thread_local int64_t second;
    int64_t now = clock_now_ms() / 1000;
    if (now != second || len == 0) {
        struct tm civil;
        time_t seconds = (time_t)now;
        gmtime_r(&seconds, &civil);
        len = strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &civil);
        second = now;
    }
    return (struct str){text, len};
}

static void put_header(struct buf *out, struct str name, struct str value)
{
    buf_put(out, name);
    buf_put(out, STR(": "));
    buf_put(out, value);
    buf_put(out, STR("\r\n"));
}

/* An answer that others share brings these lines itself. */
static void put_own_headers(struct buf *out, struct http_exchange *exchange)
{
    struct http_reply *reply = &exchange->reply;
    bool has_body = reply->status != 204 && reply->status != 304;
    buf_format(out, "HTTP/1.1 %d %s\r\n", reply->status, status_reason(reply->status));
    if (has_body) {
        if (reply->content_type.len > 0)
            put_header(out, STR("Content-Type"), reply->content_type);
        buf_format(out, "Content-Length: %zu\r\n", reply->body.len);
    }
    if (reply->answer) { /* 304 */
        put_header(out, STR("ETag"), reply->answer->etag);
        put_header(out, STR("Cache-Control"), reply->answer->cache_control);
    } else {
        buf_put(out, STR("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"));
    }
    if (reply->status == 401)
        put_header(out, STR("WWW-Authenticate"), STR("Bearer realm=\"tilopos\""));
    if (reply->retry_after_s > 0)
        buf_format(out, "Retry-After: %lld\r\n", (long long)reply->retry_after_s);
    if (reply->replayed)
        put_header(out, STR("Idempotent-Replayed"), STR("true"));
}

static struct str route_name(const struct http_exchange *exchange)
{
    if (exchange->endpoint)
        return str_of(exchange->endpoint->path);
    return exchange->entry ? exchange->entry->path : STR("none");
}

static void log_answer(const struct http_exchange *exchange, int64_t duration_ns)
{
    const struct http_reply *reply = &exchange->reply;
    const struct request *request = &exchange->request;
    /* What asks again and again (probes, tills that look for a new catalogue) would drown the rest. */
    bool quiet = exchange->served_from_memory || exchange->endpoint ||
                 (exchange->entry && (exchange->entry->route->flags & ROUTE_QUIET));
    enum log_level level = LOG_INFO;
    if (reply->status == 500)
        level = LOG_ERROR;
    else if (reply->status == 503)
        level = LOG_WARN;
    else if (quiet && reply->status < 400)
        level = LOG_DEBUG;
    char business[UUID_TEXT_LEN + 1];
    uuid_format(request->who.business_id, business);
    log_at(level, "http.request",
           LOG_TEXT("method", exchange->head.target.data ? VERB_NAMES[exchange->head.verb] : NULL),
           LOG_STR("route", route_name(exchange)), LOG_INT("status", reply->status),
           LOG_INT("duration_ms", duration_ns / 1000000), LOG_STR("request_id", request->id),
           LOG_STR("business", uuid_is_nil(request->who.business_id) ? STR_NONE : str_of(business)));
}

const struct cors *compose_cors(const struct http_exchange *exchange)
{
    bool any = exchange->endpoint && exchange->endpoint->allow_any_origin;
    return any ? exchange->server->cors_any : exchange->server->cors;
}

static struct str origin_of(const struct http_exchange *exchange)
{
    struct str origin = exchange_header(exchange, "Origin");
    bool any = exchange->endpoint && exchange->endpoint->allow_any_origin;
    return any && !origin.data ? STR("*") : origin;
}

void compose_head(struct http_exchange *exchange)
{
    struct http_reply *reply = &exchange->reply;
    struct buf out = buf_make(&exchange->arena, 512, HEAD_MAX);
    if (!reply->answer || reply->status != 200)
        put_own_headers(&out, exchange);
    put_header(&out, STR("Date"), date_text());
    put_header(&out, STR("X-Request-Id"), exchange->request.id);
    cors_put(compose_cors(exchange), origin_of(exchange), &out);
    if (reply->headers.arena)
        buf_put(&out, buf_str(&reply->headers));
    check(!out.overflowed);
    reply->head = buf_str(&out);
    int64_t duration_ns = clock_monotonic_ns() - exchange->started_ns;
    if (!exchange->endpoint)
        route_stats_count(exchange->server->stats, exchange->entry, reply->status, duration_ns);
    log_answer(exchange, duration_ns);
}
