/* A part of the path space that is not routes: requests below `path` are handed whole to a handler on the
 * loop thread, past router, pipeline and workers, and a connection can be taken over from the server. All
 * limits and deadlines of the server hold until then; preflights are answered by the server.
 *
 * An exchange comes by `begin` when its header is complete, and by `request` when its body is; from then on
 * it is in the endpoint's hand, which passes it to other threads if it likes and ends in endpoint_answer or
 * endpoint_take_over, once. */
#pragma once
#include "platform/http/exchange.h"
#include "platform/http/loop.h"

struct http_endpoint {
    const char *path; /* "/socket.io/": what begins with it is the endpoint's */
    void *arg;
    size_t max_body, max_guests; /* bytes; connections that are taken over */
    bool allow_any_origin;       /* CORS `*`; otherwise the server's rules */

    void (*start)(void *arg, struct http_server *server); /* the loops are made and don't run yet */
    /* No loop runs any more; workers still may. The server is not to be used after it. */
    void (*stop)(void *arg);

    /* ---- Loop threads. `begin`, `dropped` and `taken` on the one that has the connection ---- */
    void (*begin)(void *arg, struct http_exchange *exchange); /* may set exchange->tag */
    void (*request)(void *arg, struct http_exchange *exchange);
    /* The client went away (CODE_OK) or was refused with a code, before the answer. What `request` got must
     * be answered all the same. */
    void (*dropped)(void *arg, struct http_exchange *exchange, enum code code);
    /* After endpoint_take_over: the socket is the endpoint's; `rest` came behind the request, and lives with
     * the exchange until it returns. −1: the client is gone. */
    void (*taken)(void *arg, struct http_exchange *exchange, int socket, struct str rest);
    void (*drain)(void *arg, struct http_loop *loop, bool at_once); /* guests should leave; or must */
    void (*ended)(void *arg, struct http_loop *loop); /* nothing is left but the endpoint's own handles */
};

struct endpoint_reply {
    int status;
    struct str content_type, body; /* body: of the exchange's arena, or static */
    int64_t retry_after_s;
};

/* Any thread that has the exchange in hand. */
void endpoint_answer(struct http_exchange *exchange, const struct endpoint_reply *reply);
void endpoint_take_over(struct http_exchange *exchange);
/* Hands it to another loop's thread, where `deliver` gets &exchange->mail. False: that loop has ended. */
bool endpoint_pass(struct http_exchange *exchange, struct http_loop *loop, void (*deliver)(struct mail *));
struct http_exchange *endpoint_exchange(struct mail *mail);

/* A taken connection that lives on this loop keeps it from ending. Its thread. */
void endpoint_guest_in(struct http_loop *loop);
void endpoint_guest_out(struct http_loop *loop);

size_t endpoint_loop_count(const struct http_server *server);
struct http_loop *endpoint_loop(const struct http_server *server, size_t index); /* ->index */
struct workers *endpoint_workers(const struct http_server *server);

/* ---- The server's side ---- */

const struct http_endpoint *endpoint_find(const struct http_server *server, struct str path);
void endpoint_dispatch(struct http_connection *connection, struct http_exchange *exchange);
void endpoints_start(struct http_server *server);
void endpoints_stop(struct http_server *server);
void endpoints_drain(struct http_loop *loop, bool at_once);
void endpoints_ended(struct http_loop *loop);
