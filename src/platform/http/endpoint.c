/* Requests that no route answers, on their way to an endpoint and back. */
#include "platform/http/endpoint.h"

#include "base/member.h"
#include "platform/http/compose.h"
#include "platform/http/connection.h"
#include "platform/http/pipeline.h"
#include "platform/http/server_state.h"

#include <fcntl.h>
#include <stdlib.h>

struct http_exchange *endpoint_exchange(struct mail *mail)
{
    return FROM_MEMBER(mail, struct http_exchange, mail);
}

/* ---- Answers ---- */

/* By mail even on the own thread: the endpoint is never called from within its own calls. */
void endpoint_answer(struct http_exchange *exchange, const struct endpoint_reply *answer)
{
    struct http_reply *reply = &exchange->reply;
    reply->status = answer->status;
    reply->content_type = answer->content_type;
    reply->body = answer->body;
    reply->retry_after_s = answer->retry_after_s;
    compose_head(exchange);
    exchange->mail = (struct mail){.deliver = http_deliver, .discard = http_discard};
    loop_post(exchange->loop, &exchange->mail);
}

bool endpoint_pass(struct http_exchange *exchange, struct http_loop *loop, void (*deliver)(struct mail *))
{
    exchange->mail = (struct mail){.deliver = deliver, .discard = http_discard};
    return loop_try_post(loop, &exchange->mail);
}

/* ---- Take-over ---- */

/* The descriptor is doubled and the connection closed: what is left is a socket like one just accepted. */
static void deliver_take_over(struct mail *mail)
{
    struct http_exchange *exchange = endpoint_exchange(mail);
    struct http_connection *connection = exchange->connection;
    const struct http_endpoint *endpoint = exchange->endpoint;
    struct http_loop *loop = exchange->loop;
    struct str rest = STR("");
    uv_os_fd_t fd;
    int copy = -1;
    if (connection && uv_fileno((uv_handle_t *)&connection->tcp, &fd) == 0) {
        copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        rest = (struct str){connection->held, connection->held_len};
    }
    if (connection) {
        connection->exchange = NULL;
        exchange->connection = NULL;
        connection->phase = PHASE_HEAD;
        connection_close(connection); /* frees what it holds in a later turn */
    }
    endpoint->taken(endpoint->arg, exchange, copy, rest);
    loop->busy--;
    loop_give_exchange(loop, exchange);
    loop_end_if_done(loop);
}

void endpoint_take_over(struct http_exchange *exchange)
{
    exchange->mail = (struct mail){.deliver = deliver_take_over, .discard = http_discard};
    loop_post(exchange->loop, &exchange->mail);
}

void endpoint_guest_in(struct http_loop *loop) { loop->guests++; }

void endpoint_guest_out(struct http_loop *loop)
{
    loop->guests--;
    loop_end_if_done(loop);
}

/* ---- Requests ---- */

const struct http_endpoint *endpoint_find(const struct http_server *server, struct str path)
{
    for (size_t i = 0; i < server->options.endpoint_count; i++) {
        const struct http_endpoint *endpoint = server->options.endpoints[i];
        if (str_starts_with(path, str_of(endpoint->path)))
            return endpoint;
    }
    return NULL;
}

/* Where everybody may ask, every header may be sent along. */
static void allow_headers_asked_for(struct http_exchange *exchange)
{
    struct str asked = exchange_header(exchange, "Access-Control-Request-Headers");
    struct request *request = &exchange->request;
    reply_none(request);
    reply_header(request, "Access-Control-Allow-Methods", STR("GET, POST"));
    if (asked.len > 0)
        reply_header(request, "Access-Control-Allow-Headers", asked);
    reply_header(request, "Access-Control-Max-Age", STR("86400"));
    compose_head(exchange);
}

static void answer_preflight(struct http_connection *connection, struct http_exchange *exchange)
{
    exchange->verbs = 1U << VERB_GET | 1U << VERB_POST;
    if (exchange->endpoint->allow_any_origin)
        allow_headers_asked_for(exchange);
    else
        pipeline_options(exchange);
    connection_reply(connection, exchange);
}

void endpoint_dispatch(struct http_connection *connection, struct http_exchange *exchange)
{
    const struct http_endpoint *endpoint = exchange->endpoint;
    if (exchange->head.verb == VERB_OPTIONS) {
        answer_preflight(connection, exchange);
        return;
    }
    exchange->loop->busy++;
    endpoint->request(endpoint->arg, exchange);
}

/* ---- Start and stop ---- */

size_t endpoint_loop_count(const struct http_server *server) { return server->loop_count; }

struct http_loop *endpoint_loop(const struct http_server *server, size_t index)
{
    return server->loops[index];
}

struct workers *endpoint_workers(const struct http_server *server) { return server->workers; }

void endpoints_start(struct http_server *server)
{
    for (size_t i = 0; i < server->options.endpoint_count; i++) {
        const struct http_endpoint *endpoint = server->options.endpoints[i];
        endpoint->start(endpoint->arg, server);
    }
    server->has_endpoints = true;
}

void endpoints_stop(struct http_server *server)
{
    for (size_t i = 0; server->has_endpoints && i < server->options.endpoint_count; i++) {
        const struct http_endpoint *endpoint = server->options.endpoints[i];
        endpoint->stop(endpoint->arg);
    }
}

void endpoints_drain(struct http_loop *loop, bool at_once)
{
    const struct http_options *options = &loop->server->options;
    for (size_t i = 0; i < options->endpoint_count; i++)
        options->endpoints[i]->drain(options->endpoints[i]->arg, loop, at_once);
}

void endpoints_ended(struct http_loop *loop)
{
    const struct http_options *options = &loop->server->options;
    for (size_t i = 0; loop->server->has_endpoints && i < options->endpoint_count; i++)
        options->endpoints[i]->ended(options->endpoints[i]->arg, loop);
}
