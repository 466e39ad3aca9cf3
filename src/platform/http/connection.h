/* One client. Belongs to its loop's thread. One request at a time: HEAD, BODY if there is one, BUSY, WRITING,
 * HEAD … What comes meanwhile is kept, up to a bound. After an error WRITING goes on to LINGER: the client
 * may still be sending, so its bytes are dropped and it has a moment to read the answer and close by itself.
 */
#pragma once
#include "platform/http/exchange.h"
#include "platform/http/loop.h"

enum connection_phase { PHASE_HEAD, PHASE_BODY, PHASE_BUSY, PHASE_WRITING, PHASE_LINGER, PHASE_CLOSED };

struct http_connection {
    uv_tcp_t tcp;
    struct http_loop *loop;
    struct http_connection *previous, *next;
    enum connection_phase phase;
    bool has_ended;                     /* the client sends no more */
    bool is_paused;                     /* reading has stopped: too much was kept */
    bool is_processing;                 /* bytes are being taken further up on the stack */
    bool keeps_alive;                   /* after the answer that is being written */
    int64_t deadline_ms, first_byte_ms; /* of the loop's clock; deadline 0: none */
    struct head_scan scan;
    /* Bytes that are not consumed: an unfinished header, or what came behind the request in hand. malloc */
    char *held;
    size_t held_len, held_cap;
    size_t lingered; /* bytes dropped */
    struct http_exchange *exchange;
    uv_write_t write;
    size_t unwritten; /* at the last look */
    uv_shutdown_t shutdown;
    struct str address;
    char address_text[46];
};

void connection_accept(struct http_loop *loop);
void connection_close(struct http_connection *connection);
/* The reply is final: sends it and goes on with what was kept. */
void connection_reply(struct http_connection *connection, struct http_exchange *exchange);
/* Refuses the request in hand, or what was to become one, and closes. `fault`: static text or NULL. */
void connection_refuse(struct http_connection *connection, enum code code, const char *fault);
void connection_check_deadline(struct http_connection *connection, int64_t now_ms);
void connection_drain(struct http_connection *connection); /* closes it if nothing is in hand */
void connection_read(struct http_connection *connection);  /* starts to read, or goes on */
void connection_pause(struct http_connection *connection);
int64_t connection_now_ms(const struct http_connection *connection);

/* connection_input.c: takes bytes as they come. */
void connection_input(struct http_connection *connection, struct str bytes);
void connection_resume(struct http_connection *connection); /* goes on with what was kept */
/* dispatch.c: a request that arrived whole. */
void http_dispatch(struct http_connection *connection, struct http_exchange *exchange);
/* For exchange->mail: the answer is made and back on the loop; its client may be gone. And: the loop is gone.
 */
void http_deliver(struct mail *mail);
void http_discard(struct mail *mail);
