/* From bytes to requests: header, body, and what comes behind them. */
#include "platform/http/connection.h"

#include "base/check.h"
#include "platform/http/endpoint.h"
#include "platform/http/pipeline.h"
#include "platform/http/server_state.h"

#define HELD_MAX ((size_t)64 * 1024) /* reading stops beyond it */
#define CONTINUE STR("HTTP/1.1 100 Continue\r\n\r\n")

/* ---- Header ---- */

static void send_continue(struct http_connection *connection)
{
    struct str text = CONTINUE;
    uv_buf_t buffer = uv_buf_init((char *)text.data, (unsigned)text.len);
    if (uv_try_write((uv_stream_t *)&connection->tcp, &buffer, 1) != (int)text.len)
        connection_close(connection); /* nothing was in the way of 25 bytes: the client is gone */
}

static size_t body_limit(const struct http_exchange *exchange)
{
    if (exchange->endpoint)
        return exchange->endpoint->max_body;
    size_t of_route = exchange->entry ? exchange->entry->route->max_body : 0;
    return of_route ? of_route : (size_t)exchange->server->options.config->body_limit;
}

static void finish_request(struct http_connection *connection)
{
    connection->phase = PHASE_BUSY;
    connection->deadline_ms = 0;
    http_dispatch(connection, connection->exchange);
}

static void begin_body(struct http_connection *connection)
{
    struct http_exchange *exchange = connection->exchange;
    bool has_body = exchange->head.is_chunked || exchange->head.content_length > 0;
    exchange->body_max = body_limit(exchange);
    if (exchange->head.content_length > (int64_t)exchange->body_max) {
        connection_refuse(connection, CODE_BODY_TOO_LARGE, NULL);
        return;
    }
    if (exchange->endpoint && exchange->head.verb != VERB_OPTIONS)
        exchange->endpoint->begin(exchange->endpoint->arg, exchange);
    if (!has_body) {
        finish_request(connection);
        return;
    }
    connection->phase = PHASE_BODY;
    connection->deadline_ms =
        connection->first_byte_ms + connection->loop->server->options.config->request_timeout_ms;
    if (exchange->head.expects_continue)
        send_continue(connection);
}

static void find_handler(struct http_exchange *exchange)
{
    exchange->endpoint = endpoint_find(exchange->server, exchange->head.path);
    if (exchange->endpoint)
        return;
    struct router_match match =
        router_find(exchange->server->router, exchange->head.verb, exchange->head.path);
    exchange->entry = match.entry;
    exchange->verbs = match.verbs;
    memcpy(exchange->params, match.params, sizeof match.params);
}

static void begin_request(struct http_connection *connection, struct str block)
{
    struct http_exchange *exchange = loop_take_exchange(connection->loop);
    connection->exchange = exchange;
    exchange->connection = connection;
    block.data = arena_copy(&exchange->arena, block.data, block.len);
    bool taken = head_parse(&exchange->head, &exchange->arena, block, &connection->scan);
    if (taken)
        find_handler(exchange);
    exchange_begin(exchange, connection->address);
    connection->scan = (struct head_scan){0};
    if (taken)
        begin_body(connection);
    else
        connection_refuse(connection, CODE_MALFORMED_REQUEST,
                          "The request line or a header is not well-formed");
}

/* Answers how many bytes are used up. */
static size_t read_head(struct http_connection *connection, struct str bytes)
{
    enum head_state state = head_scan_step(&connection->scan, bytes);
    if (state == HEAD_REFUSED) {
        connection_refuse(connection, connection->scan.code, connection->scan.fault);
        return bytes.len;
    }
    if (state == HEAD_INCOMPLETE)
        return 0;
    size_t begin = connection->scan.begin, end = connection->scan.end;
    begin_request(connection, (struct str){bytes.data + begin, end - begin});
    return end;
}

/* ---- Body ---- */

static size_t read_plain_body(struct http_connection *connection, struct str bytes)
{
    struct http_exchange *exchange = connection->exchange;
    size_t missing = (size_t)exchange->head.content_length - exchange->body_len;
    size_t taken = bytes.len < missing ? bytes.len : missing;
    check(exchange_add_body(exchange, (struct str){bytes.data, taken}));
    if (taken == missing)
        finish_request(connection);
    return taken;
}

static size_t read_chunked_body(struct http_connection *connection, struct str bytes)
{
    struct http_exchange *exchange = connection->exchange;
    struct str rest = bytes, data;
    for (;;) {
        switch (chunked_next(&exchange->chunked, &rest, &data)) {
        case CHUNKED_MORE:
            return bytes.len;
        case CHUNKED_DATA:
            if (exchange_add_body(exchange, data))
                continue;
            connection_refuse(connection, CODE_BODY_TOO_LARGE, NULL);
            return bytes.len;
        case CHUNKED_DONE:
            finish_request(connection);
            return bytes.len - rest.len;
        case CHUNKED_BAD:
            connection_refuse(connection, CODE_MALFORMED_REQUEST, "A chunk of the body is not well-formed");
            return bytes.len;
        }
    }
}

/* ---- Both ---- */

static size_t read_some(struct http_connection *connection, struct str bytes)
{
    if (connection->phase == PHASE_BODY)
        return connection->exchange->head.is_chunked ? read_chunked_body(connection, bytes)
                                                     : read_plain_body(connection, bytes);
    if (connection->first_byte_ms == 0) {
        connection->first_byte_ms = connection_now_ms(connection);
        connection->deadline_ms =
            connection->first_byte_ms + connection->loop->server->options.config->header_timeout_ms;
    }
    return read_head(connection, bytes);
}

/* As far as it goes: until bytes are missing, or a request is with a worker or its answer on its way. */
static size_t process(struct http_connection *connection, struct str bytes)
{
    size_t used = 0;
    connection->is_processing = true;
    while (used < bytes.len && (connection->phase == PHASE_HEAD || connection->phase == PHASE_BODY)) {
        size_t taken = read_some(connection, (struct str){bytes.data + used, bytes.len - used});
        used += taken;
        if (taken == 0)
            break;
    }
    connection->is_processing = false;
    return used;
}

static void hold(struct http_connection *connection, struct str bytes)
{
    size_t needed = connection->held_len + bytes.len;
    if (needed > connection->held_cap) {
        size_t cap = connection->held_cap ? connection->held_cap * 2 : 1024;
        cap = cap < needed ? needed : cap;
        connection->held = realloc(connection->held, cap);
        check(connection->held != NULL);
        connection->held_cap = cap;
    }
    memcpy(connection->held + connection->held_len, bytes.data, bytes.len);
    connection->held_len = needed;
}

static void release_held(struct http_connection *connection, size_t used)
{
    connection->held_len -= used;
    if (connection->held_len > 0) {
        memmove(connection->held, connection->held + used, connection->held_len);
        return;
    }
    free(connection->held);
    connection->held = NULL;
    connection->held_cap = 0;
}

void connection_input(struct http_connection *connection, struct str bytes)
{
    bool waits = connection->phase != PHASE_HEAD && connection->phase != PHASE_BODY;
    if (waits || connection->held_len > 0) {
        hold(connection, bytes);
        if (!waits)
            connection_resume(connection);
    } else {
        size_t used = process(connection, bytes);
        if (connection->phase <= PHASE_WRITING && used < bytes.len)
            hold(connection, (struct str){bytes.data + used, bytes.len - used});
    }
    if (connection->held_len > HELD_MAX && connection->phase <= PHASE_WRITING && !connection->is_paused)
        connection_pause(connection);
}

void connection_resume(struct http_connection *connection)
{
    if (connection->held_len > 0) {
        size_t used = process(connection, (struct str){connection->held, connection->held_len});
        release_held(connection, used);
    }
    bool waits_for_bytes = connection->phase == PHASE_HEAD || connection->phase == PHASE_BODY;
    if (connection->has_ended && waits_for_bytes)
        connection_close(connection); /* no more will come */
    else if (connection->is_paused && connection->held_len <= HELD_MAX && connection->phase <= PHASE_WRITING)
        connection_read(connection);
}
