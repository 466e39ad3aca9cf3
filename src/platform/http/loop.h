/* A loop thread: its listening socket, its connections, its spare exchanges. All of it belongs to that thread
 * but the mailbox. */
#pragma once
#include "platform/http/exchange.h"

#include <uv.h>

#define LOOP_READ_BYTES ((size_t)64 * 1024)
#define LOOP_SPARES_MAX 64

struct http_loop {
    uv_loop_t uv;
    uv_tcp_t listener;
    uv_poll_t wake;   /* mail */
    uv_timer_t sweep; /* deadlines */
    struct http_server *server;
    struct mailbox inbox;
    pthread_t thread;
    bool is_running;                     /* the thread was started */
    struct http_connection *connections; /* all, by next */
    size_t busy;                         /* exchanges that workers or endpoints have */
    size_t guests;                       /* connections that endpoints took over */
    size_t index;                        /* among the server's loops */
    struct http_exchange *spare;
    size_t spare_count;
    bool is_draining, is_ending;
    int64_t drain_until_ms; /* of the loop's clock */
    struct mail drain;      /* asks for it */
    char read_buffer[LOOP_READ_BYTES];
};

/* Listens on `socket`. NULL: logged. */
struct http_loop *loop_new(struct http_server *server, size_t index, int socket);
bool loop_start(struct http_loop *loop);
void loop_ask_to_drain(struct http_loop *loop); /* any thread */
void loop_join(struct http_loop *loop);         /* returns when all connections are closed */
void loop_free(struct http_loop *loop);         /* after the workers have ended */

void loop_post(struct http_loop *loop, struct mail *mail);     /* any thread */
bool loop_try_post(struct http_loop *loop, struct mail *mail); /* false: the loop has ended; any thread */
struct http_exchange *loop_take_exchange(struct http_loop *loop);
void loop_give_exchange(struct http_loop *loop, struct http_exchange *exchange);
void loop_end_if_done(struct http_loop *loop); /* a connection closed, or an exchange came back */
