/* Replies are written into the request's arena at once, by the route's schema: a handler's objects need not
 * live on. */
#include "platform/http/reply.h"

#include "base/check.h"
#include "base/log.h"
#include "platform/http/uri.h"

#define BODY_MAX_BYTES ((size_t)64 * 1024 * 1024)
#define HEADERS_MAX_BYTES ((size_t)16 * 1024)
#define JSON_TYPE STR("application/json")

/* ---- The server's side ---- */

void reply_reset(struct request *request)
{
    struct http_reply *reply = &request->exchange->reply;
    answer_drop(reply->answer);
    *reply = (struct http_reply){0};
}

enum code reply_json_errors(struct request *request, const struct json_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        request_refuse(request, CODE_VALIDATION_FAILED, errors->list[i].path, errors->list[i].message,
                       STR_NONE);
    return CODE_VALIDATION_FAILED;
}

void reply_answer(struct request *request, struct answer *answer)
{
    struct http_reply *reply = &request->exchange->reply;
    answer_drop(reply->answer);
    reply->answer = answer;
    bool known = answer_matches(answer, request_header(request, "If-None-Match"));
    reply->status = known ? 304 : 200;
    reply->content_type = answer->content_type;
    reply->body = known ? STR_NONE : answer->body;
}

/* ---- The handlers' side ---- */

static void set_json(struct request *request, const struct buf *body)
{
    struct http_reply *reply = &request->exchange->reply;
    if (body->overflowed) { /* no reply: the pipeline makes it a 500 */
        log_error("http.reply_too_large", LOG_TEXT("route", request->route->path));
        return;
    }
    reply->status = request->route->status;
    reply->content_type = JSON_TYPE;
    reply->body = buf_str(body);
}

void reply(struct request *request, const void *object)
{
    check(request->route->response && !(request->route->flags & (ROUTE_LIST | ROUTE_ARRAY)));
    struct buf body = buf_make(request->arena, 1024, BODY_MAX_BYTES);
    json_encode(&body, request->route->response, &request->who.units, object);
    set_json(request, &body);
}

void reply_array(struct request *request, const void *objects, size_t count)
{
    check(request->route->response && (request->route->flags & ROUTE_ARRAY));
    struct buf body = buf_make(request->arena, 4096, BODY_MAX_BYTES);
    json_encode_array(&body, request->route->response, &request->who.units, objects, count);
    set_json(request, &body);
}

void reply_none(struct request *request)
{
    struct http_reply *reply = &request->exchange->reply;
    reply->status = 204;
    reply->content_type = reply->body = STR_NONE;
}

/* The request's own target with another cursor. */
static struct str next_link(struct request *request, struct str cursor)
{
    struct buf link = buf_make(request->arena, request->target.len + cursor.len + 64, HEADERS_MAX_BYTES);
    struct str query = request->target, path = str_cut(&query, '?');
    buf_put_char(&link, '<');
    buf_put(&link, path);
    char before = '?';
    while (query.data) {
        struct str pair = str_cut(&query, '&'), value = pair, name = str_cut(&value, '=');
        if (pair.len == 0 || str_eq(name, STR("cursor")))
            continue;
        buf_put_char(&link, before);
        buf_put(&link, pair);
        before = '&';
    }
    buf_put_char(&link, before);
    buf_put(&link, STR("cursor="));
    uri_encode(&link, cursor);
    buf_put(&link, STR(">; rel=\"next\""));
    check(!link.overflowed);
    return buf_str(&link);
}

void reply_page(struct request *request, const void *objects, size_t count,
                struct str (*cursor_of)(struct arena *arena, const void *object))
{
    const struct json_schema *schema = request->route->response;
    check(schema && (request->route->flags & ROUTE_LIST));
    size_t limit = (size_t)request->page.limit, sent = count < limit ? count : limit;
    struct buf body = buf_make(request->arena, 4096, BODY_MAX_BYTES);
    json_encode_array(&body, schema, &request->who.units, objects, sent);
    set_json(request, &body);
    if (count > limit) {
        const void *last = (const char *)objects + (sent - 1) * schema->size;
        reply_header(request, "Link", next_link(request, cursor_of(request->arena, last)));
    }
}

struct str cursor_of_id(struct arena *arena, const void *object)
{
    struct uuid id;
    memcpy(&id, object, sizeof id);
    return uuid_str(arena, id);
}

void reply_bytes(struct request *request, int status, struct str content_type, struct str body)
{
    struct http_reply *reply = &request->exchange->reply;
    reply->status = status;
    reply->content_type = str_copy(request->arena, content_type);
    reply->body = body;
}

void reply_header(struct request *request, const char *name, struct str value)
{
    struct buf *headers = &request->exchange->reply.headers;
    if (!headers->arena)
        *headers = buf_make(request->arena, 256, HEADERS_MAX_BYTES);
    for (size_t i = 0; i < value.len; i++)
        check((unsigned char)value.data[i] >= ' '); /* a line end here would let the value forge headers */
    buf_put(headers, str_of(name));
    buf_put(headers, STR(": "));
    buf_put(headers, value);
    buf_put(headers, STR("\r\n"));
    check(!headers->overflowed);
}

void reply_replayed(struct request *request) { request->exchange->reply.replayed = true; }
