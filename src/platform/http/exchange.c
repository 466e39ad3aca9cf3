/* The life of an exchange's memory, and what is known of a request from its header alone. */
#include "platform/http/exchange.h"

#include "base/check.h"
#include "base/clock.h"
#include "platform/http/in_flight.h"
#include "platform/http/server_state.h"

#include <stdlib.h>

#define REQUEST_ID_MAX 128
#define ARENA_KEPT_MAX ((ptrdiff_t)128 * 1024) /* what a spare exchange may hold */

struct http_exchange *exchange_new(struct http_server *server, struct http_loop *loop)
{
    struct http_exchange *exchange = calloc(1, sizeof *exchange);
    check(exchange != NULL);
    exchange->server = server;
    exchange->loop = loop;
    return exchange;
}

static void free_parts(struct http_exchange *exchange)
{
    check(!exchange->in_flight);
    free(exchange->body);
    json_doc_free(exchange->document);
    answer_drop(exchange->reply.answer);
}

void exchange_clear(struct http_exchange *exchange)
{
    free_parts(exchange);
    arena_reset(&exchange->arena);
    if (exchange->arena.end - exchange->arena.next > ARENA_KEPT_MAX)
        arena_free(&exchange->arena);
    *exchange =
        (struct http_exchange){.server = exchange->server, .loop = exchange->loop, .arena = exchange->arena};
}

void exchange_free(struct http_exchange *exchange)
{
    free_parts(exchange);
    arena_free(&exchange->arena);
    free(exchange);
}

bool exchange_add_body(struct http_exchange *exchange, struct str bytes)
{
    if (bytes.len > exchange->body_max - exchange->body_len)
        return false;
    size_t needed = exchange->body_len + bytes.len;
    if (needed > exchange->body_cap) {
        size_t cap = exchange->body_cap ? exchange->body_cap * 2 : (size_t)exchange->head.content_length;
        cap = cap > 16384 && !exchange->body_cap ? 16384 : cap; /* more when it really comes */
        cap = cap < needed ? needed : cap;
        exchange->body = realloc(exchange->body, cap);
        check(exchange->body != NULL);
        exchange->body_cap = cap;
    }
    if (bytes.len)
        memcpy(exchange->body + exchange->body_len, bytes.data, bytes.len);
    exchange->body_len = needed;
    return true;
}

static bool is_sane_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.data[i];
        bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alphanumeric && c != '.' && c != '_' && c != '-')
            return false;
    }
    return id.len > 0 && id.len <= REQUEST_ID_MAX;
}

void exchange_begin(struct http_exchange *exchange, struct str address)
{
    struct request *request = &exchange->request;
    struct str id = exchange_header(exchange, "X-Request-Id");
    *request = (struct request){
        .platform = exchange->server->options.platform,
        .route = exchange->entry ? exchange->entry->route : NULL,
        .arena = &exchange->arena,
        .id = is_sane_id(id) ? id : uuid_str(&exchange->arena, uuid_new()),
        .address = address,
        .target = exchange->head.target,
        .received_ms = clock_now_ms(),
        .exchange = exchange,
    };
    exchange->started_ns = clock_monotonic_ns();
}

struct str exchange_header(const struct http_exchange *exchange, const char *name)
{
    return head_find(&exchange->head, str_of(name), NULL);
}
