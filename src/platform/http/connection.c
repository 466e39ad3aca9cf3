/* The life of a connection but for the bytes that come in (connection_input.c): accept, answer, deadlines,
 * close. */
#include "platform/http/connection.h"

#include "base/check.h"
#include "platform/http/endpoint.h"
#include "platform/http/pipeline.h"
#include "platform/http/server_state.h"

#define LINGER_MS 2000
#define LINGER_MAX ((size_t)16 * 1024 * 1024) /* bytes that are dropped after the answer */
#define REFUSED_MAX 256                       /* connections over the limit that still get an answer */

int64_t connection_now_ms(const struct http_connection *connection)
{
    return (int64_t)uv_now(&connection->loop->uv);
}

static const struct config *config_of(const struct http_connection *connection)
{
    return connection->loop->server->options.config;
}

/* ---- End ---- */

static void on_closed(uv_handle_t *handle)
{
    struct http_connection *connection = handle->data;
    struct http_loop *loop = connection->loop;
    *(connection->previous ? &connection->previous->next : &loop->connections) = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    atomic_fetch_sub_explicit(&loop->server->connections, 1, memory_order_relaxed);
    free(connection->held);
    free(connection);
    loop_end_if_done(loop);
}

static void tell_endpoint(struct http_exchange *exchange, enum code code)
{
    if (exchange->endpoint && exchange->head.verb != VERB_OPTIONS)
        exchange->endpoint->dropped(exchange->endpoint->arg, exchange, code);
}

void connection_close(struct http_connection *connection)
{
    struct http_exchange *exchange = connection->exchange;
    if (connection->phase == PHASE_BUSY || connection->phase == PHASE_BODY)
        tell_endpoint(exchange, CODE_OK);
    if (connection->phase == PHASE_BUSY) { /* a worker has it; it comes back and finds nobody */
        exchange->connection = NULL;
        connection->exchange = NULL;
    } else if (connection->phase == PHASE_BODY) {
        loop_give_exchange(connection->loop, exchange);
        connection->exchange = NULL;
    }
    if (connection->phase == PHASE_CLOSED)
        return;
    connection->phase = PHASE_CLOSED;
    uv_close((uv_handle_t *)&connection->tcp,
             on_closed); /* ends a pending write, which gives the exchange back */
}

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    if (status < 0)
        connection_close(shutdown->handle->data);
}

/* A close with unread bytes would reset the connection, and the answer might never be read. */
static void linger(struct http_connection *connection)
{
    if (connection->has_ended) {
        connection_close(connection);
        return;
    }
    connection->phase = PHASE_LINGER;
    connection->deadline_ms = connection_now_ms(connection) + LINGER_MS;
    if (uv_shutdown(&connection->shutdown, (uv_stream_t *)&connection->tcp, on_shutdown) < 0)
        connection_close(connection);
    else
        connection_read(connection);
}

/* ---- Answers ---- */

static struct str connection_header(const struct http_exchange *exchange, bool keep)
{
    if (!keep)
        return STR("Connection: close\r\n\r\n");
    return exchange->head.is_1_0 ? STR("Connection: keep-alive\r\n\r\n") : STR("\r\n");
}

/* All of the answer is with the system, or never will be. */
static void finish_write(struct http_connection *connection, int status)
{
    struct http_exchange *exchange = connection->exchange;
    bool keep = connection->keeps_alive;
    connection->exchange = NULL;
    loop_give_exchange(connection->loop, exchange);
    if (connection->phase == PHASE_CLOSED)
        return;
    connection->phase = PHASE_HEAD;
    connection->first_byte_ms = 0;
    if (status < 0) {
        connection_close(connection);
    } else if (!keep) {
        linger(connection);
    } else {
        connection->deadline_ms = connection_now_ms(connection) + config_of(connection)->keep_alive_ms;
        if (!connection->is_processing)
            connection_resume(connection);
    }
}

static void on_written(uv_write_t *write, int status) { finish_write(write->handle->data, status); }

static void write_parts(struct http_connection *connection, const struct str *parts, size_t count)
{
    uv_buf_t buffers[4];
    unsigned used = 0;
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0)
            buffers[used++] = uv_buf_init((char *)parts[i].data, (unsigned)parts[i].len);
        total += parts[i].len;
    }
    int sent = uv_try_write((uv_stream_t *)&connection->tcp, buffers, used);
    if (sent == (int)total || (sent < 0 && sent != UV_EAGAIN)) {
        finish_write(connection, sent < 0 ? sent : 0);
        return;
    }
    uv_buf_t *rest = buffers;
    for (size_t skip = sent > 0 ? (size_t)sent : 0; skip > 0;) {
        size_t taken = skip < rest->len ? skip : rest->len;
        rest->base += taken;
        rest->len -= taken;
        skip -= taken;
        if (rest->len == 0)
            rest++;
    }
    unsigned rest_count = used - (unsigned)(rest - buffers);
    int failed = uv_write(&connection->write, (uv_stream_t *)&connection->tcp, rest, rest_count, on_written);
    if (failed < 0) {
        finish_write(connection, failed);
        return;
    }
    connection->unwritten = total;
    connection->deadline_ms = connection_now_ms(connection) + config_of(connection)->request_timeout_ms;
}

void connection_reply(struct http_connection *connection, struct http_exchange *exchange)
{
    const struct http_reply *reply = &exchange->reply;
    bool shared = reply->answer && reply->status == 200;
    bool keep = exchange->head.keep_alive && !exchange->must_close && !connection->loop->is_draining;
    struct str parts[4] = {shared ? reply->answer->head : STR_NONE, reply->head,
                           connection_header(exchange, keep),
                           exchange->head.verb == VERB_HEAD ? STR_NONE : reply->body};
    connection->keeps_alive = keep;
    connection->phase = PHASE_WRITING;
    write_parts(connection, parts, 4);
}

void connection_refuse(struct http_connection *connection, enum code code, const char *fault)
{
    struct http_exchange *exchange = connection->exchange;
    if (!exchange) {
        exchange = connection->exchange = loop_take_exchange(connection->loop);
        exchange_begin(exchange, connection->address);
    }
    if (connection->phase == PHASE_BODY)
        tell_endpoint(exchange, code);
    exchange->fault = fault;
    exchange->must_close = true;
    pipeline_refuse(exchange, code);
    connection_reply(connection, exchange);
}

/* ---- Deadlines ---- */

void connection_check_deadline(struct http_connection *connection, int64_t now_ms)
{
    if (connection->deadline_ms == 0 || now_ms < connection->deadline_ms)
        return;
    if (connection->phase == PHASE_BODY ||
        (connection->phase == PHASE_HEAD && connection->first_byte_ms > 0)) {
        connection_refuse(connection, CODE_REQUEST_TIMEOUT, NULL);
        return;
    }
    size_t unwritten = uv_stream_get_write_queue_size((uv_stream_t *)&connection->tcp);
    if (connection->phase == PHASE_WRITING && unwritten < connection->unwritten) { /* slow, but it reads */
        connection->unwritten = unwritten;
        connection->deadline_ms = now_ms + config_of(connection)->request_timeout_ms;
        return;
    }
    connection_close(connection);
}

void connection_drain(struct http_connection *connection)
{
    if (connection->phase == PHASE_HEAD && connection->first_byte_ms == 0)
        connection_close(connection);
}

/* ---- Begin ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    (void)suggested;
    struct http_connection *connection = handle->data;
    *ret_buffer = uv_buf_init(connection->loop->read_buffer, LOOP_READ_BYTES);
}

static void drop_input(struct http_connection *connection, size_t len)
{
    connection->lingered += len;
    if (connection->lingered > LINGER_MAX)
        connection_close(connection);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buffer)
{
    struct http_connection *connection = stream->data;
    if (len == 0 || connection->phase == PHASE_CLOSED)
        return;
    bool waits = connection->phase == PHASE_BUSY || connection->phase == PHASE_WRITING;
    bool is_poll = connection->phase == PHASE_BUSY && connection->exchange->endpoint &&
                   connection->exchange->head.verb == VERB_GET;
    if (len == UV_EOF && waits && !is_poll) /* a poll whose client is gone would wait for nobody */
        connection->has_ended = true;       /* it may still read the answer */
    else if (len < 0)
        connection_close(connection);
    else if (connection->phase == PHASE_LINGER)
        drop_input(connection, (size_t)len);
    else
        connection_input(connection, (struct str){buffer->base, (size_t)len});
}

void connection_read(struct http_connection *connection)
{
    connection->is_paused = false;
    int failed = uv_read_start((uv_stream_t *)&connection->tcp, on_alloc, on_read);
    if (failed < 0 && failed != UV_EALREADY)
        connection_close(connection);
}

void connection_pause(struct http_connection *connection)
{
    connection->is_paused = true;
    uv_read_stop((uv_stream_t *)&connection->tcp);
}

static void find_address(struct http_connection *connection)
{
    struct sockaddr_storage peer;
    int len = sizeof peer;
    if (uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&peer, &len) == 0)
        uv_ip_name((struct sockaddr *)&peer, connection->address_text, sizeof connection->address_text);
    struct str text = str_of(connection->address_text), mapped = STR("::ffff:");
    if (str_starts_with(text, mapped) && memchr(text.data, '.', text.len)) /* IPv4 on an IPv6 socket */
        text = (struct str){text.data + mapped.len, text.len - mapped.len};
    connection->address = text;
}

static struct http_connection *add_connection(struct http_loop *loop)
{
    struct http_connection *connection = calloc(1, sizeof *connection);
    check(connection != NULL);
    connection->loop = loop;
    check(uv_tcp_init(&loop->uv, &connection->tcp) == 0);
    connection->tcp.data = connection;
    connection->next = loop->connections;
    if (connection->next)
        connection->next->previous = connection;
    loop->connections = connection;
    return connection;
}

void connection_accept(struct http_loop *loop)
{
    struct http_connection *connection = add_connection(loop);
    int64_t open = atomic_fetch_add_explicit(&loop->server->connections, 1, memory_order_relaxed) + 1;
    int64_t most = config_of(connection)->max_connections;
    if (uv_accept((uv_stream_t *)&loop->listener, (uv_stream_t *)&connection->tcp) < 0 ||
        open > most + REFUSED_MAX) {
        connection_close(connection);
        return;
    }
    uv_tcp_nodelay(&connection->tcp, 1);
    find_address(connection);
    connection->deadline_ms = connection_now_ms(connection) + config_of(connection)->header_timeout_ms;
    if (open > most)
        connection_refuse(connection, CODE_OVERLOADED, "The server has as many connections as it takes");
    else
        connection_read(connection);
}
