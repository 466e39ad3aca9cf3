/* What the files of the Engine.IO layer share. Every function here belongs to the loop's thread, unless it
 * says otherwise.
 *
 *   eio_request   an HTTP request: who it is for; passes it to the owner's loop
 *   eio_polling   GET and POST of a session
 *   eio_handover  from a request to a socket of ours
 *   eio_websocket such a socket: frames out, and its end
 *   eio_receiver  bytes in
 *   eio_upgrade   from polling to WebSocket
 *   eio_session   the state of a client, and what happens at its end
 *   eio_heartbeat ping and pong
 *   eio_timer     deadlines of a loop
 *   eio_loop      what each loop has, and its turns
 *   eio_packet, eio_frame   bytes; pure */
#pragma once
#include "platform/http/endpoint.h"
#include "platform/socketio/eio_frame.h"
#include "platform/socketio/eio_packet.h"
#include "platform/socketio/eio_timer.h"
#include "platform/socketio/engineio.h"

#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

#define EIO_SLOTS 4096 /* of the limit of new sessions by address */
#define EIO_RETRY_AFTER_S 1

struct eio_receiver;
struct eio_flight;

/* Written by the loop's thread alone; read by any. */
struct eio_counters {
    _Atomic int64_t sessions, sessions_websocket, opened, closed_slow, bytes_sent, packets_sent,
        packets_received;
};

/* What an endpoint has on each loop. */
struct eio_loop {
    struct eio *eio;
    struct http_loop *http;
    uv_prepare_t turn; /* the end of a turn: what was sent leaves */
    uv_timer_t alarm;
    struct eio_timers timers;
    struct eio_session **buckets; /* by id */
    size_t bucket_count, session_count;
    struct eio_session *dirty; /* to be looked at when the turn ends; by dirty_next */
    struct eio_session *dead;  /* freed then */
    struct eio_wire *wires;    /* all, by next */
    struct eio_receiver *spare_receiver;
    bool is_draining, is_ended;
    struct eio_counters counters;
    struct eio_stats reported; /* of them, to /metrics */
};

struct eio {
    struct eio_options options;
    struct http_endpoint endpoint;
    struct http_server *server;
    struct eio_loop *loops;
    size_t loop_count;
    pthread_rwlock_t lock; /* is_running, for other threads */
    bool is_running;
    _Atomic int64_t session_count;
    unsigned char slot_key[16];
    _Atomic uint64_t slots[EIO_SLOTS]; /* second of the clock << 32 | new sessions in it */
};

/* Closing: the application has ended it, but a poll may still fetch what was sent before. */
enum eio_state { EIO_OPEN, EIO_CLOSING, EIO_CLOSED };

struct eio_session {
    struct eio_loop *loop;
    struct eio_session *next; /* in its bucket, or among the dead */
    struct eio_session *dirty_next;
    uint64_t id;
    char sid[EIO_SID_LEN];
    uint8_t state; /* enum eio_state */
    bool is_dirty, is_websocket;
    bool is_slow; /* closed when the turn ends */
    bool waits_for_pong;
    bool is_ordered; /* the client closes by POST, and a poll may be on its way */
    void *user;
    struct http_exchange *poll;       /* a GET that waits for packets; in our hand */
    const struct http_exchange *post; /* whose body is arriving; a name, nothing to look into */
    struct http_exchange *last_post;  /* the POST that closes; in our hand */
    struct eio_wire *wire;            /* after the upgrade, or from the start */
    struct eio_wire *probe;           /* before it */
    struct eio_queue queue;           /* while there is no wire */
    struct eio_timer heartbeat;
    struct eio_timer alarm;
    void (*ring)(void *user, struct eio_session *session);
};

/* Ending: its close frame is queued; lingering: all was sent, the client has a moment to close by itself. */
enum eio_wire_state { WIRE_OPEN, WIRE_ENDING, WIRE_LINGERING, WIRE_CLOSED };

/* A WebSocket. */
struct eio_wire {
    uv_tcp_t tcp;
    struct eio_loop *loop;
    struct eio_wire *previous, *next;
    struct eio_session *session; /* NULL unless open */
    uint8_t state;               /* enum eio_wire_state */
    bool is_probed;              /* of an upgrade: 3probe was sent */
    bool has_close;              /* a close frame is sent or in the queue */
    bool is_violated;            /* the client's bytes are no WebSocket */
    bool is_broken;              /* a write failed; closed when the turn ends */
    struct eio_queue queue;
    struct eio_flight *flight;     /* what the system did not take at once; nothing else is written then */
    size_t sent;                   /* bytes of the first frame that are out */
    struct eio_receiver *receiver; /* while a message is incomplete */
    struct eio_timer timer;        /* of the upgrade, then of the end */
    int64_t probe_until_ms;
};

static inline const struct eio_options *eio_options_of(const struct eio_loop *loop)
{
    return &loop->eio->options;
}

static inline void eio_count(_Atomic int64_t *counter, int64_t delta)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + delta,
                          memory_order_relaxed);
}

/* ---- eio_loop.c ---- */

void eio_loop_start(struct eio_loop *loop, struct eio *eio, struct http_loop *http);
void eio_loop_drain(struct eio_loop *loop, bool at_once);
void eio_loop_end(struct eio_loop *loop); /* its handles are closed */
void eio_loop_free(struct eio_loop *loop);
int64_t eio_now_ms(const struct eio_loop *loop); /* updates the loop's clock */
void eio_arm(struct eio_loop *loop, struct eio_timer *timer, int64_t delay_ms,
             void (*fire)(struct eio_timer *));
void eio_disarm(struct eio_loop *loop, struct eio_timer *timer);
void eio_loop_add(struct eio_loop *loop, struct eio_session *session);
void eio_loop_remove(struct eio_loop *loop, struct eio_session *session); /* it is freed when the turn ends */
struct eio_session *eio_find(const struct eio_loop *loop, uint64_t id);
struct eio_session *eio_find_sid(const struct eio_loop *loop, struct str sid); /* not those that are closed */

/* ---- eio_session.c ---- */

/* `code` is of eio_answer_error when it answers NULL. The session has its open packet in the queue. */
struct eio_session *eio_session_open(struct eio_loop *loop, bool websocket, const struct eio_opening *opening,
                                     enum eio_error *ret_error);
void eio_session_mark(struct eio_session *session);   /* something is to be done when the turn ends */
void eio_session_settle(struct eio_session *session); /* does it */
/* The end, at once: what waits is answered, the wires are closed. `closed` was called when it returns. */
void eio_session_end(struct eio_session *session, const char *reason);
void eio_session_free(struct eio_session *session);
/* A packet by either transport (a message, a pong …). False: the session has ended. */
bool eio_session_packet(struct eio_session *session, const struct eio_packet *packet);
void eio_session_check(struct eio_session *session); /* after something was put in its wire's queue */
void eio_session_put(struct eio_session *session, struct eio_frame *frame); /* takes a reference of its own */

/* ---- eio_metrics.c ---- */

/* What was counted since the last call goes to /metrics, by loops of all endpoints together. */
void eio_metrics_add(const struct eio_counters *counters, struct eio_stats *reported);

/* ---- eio_heartbeat.c ---- */

void eio_heartbeat_start(struct eio_session *session);
void eio_heartbeat_pong(struct eio_session *session);
bool eio_heartbeat_is_late(const struct eio_session *session);

/* ---- eio_request.c ---- */

void eio_request_begin(void *arg, struct http_exchange *exchange);
void eio_request(void *arg, struct http_exchange *exchange);
void eio_request_dropped(void *arg, struct http_exchange *exchange, enum code code);
void eio_answer_error(struct http_exchange *exchange, enum eio_error error);
bool eio_may_open(struct eio *eio, struct str address); /* the limit by address; any thread */

/* ---- eio_polling.c ---- */

void eio_poll_handshake(struct eio_loop *loop, struct http_exchange *exchange,
                        const struct eio_opening *opening);
void eio_poll_get(struct eio_session *session, struct http_exchange *exchange);
void eio_poll_post(struct eio_session *session, struct http_exchange *exchange);
void eio_poll_begin(struct eio_session *session, const struct http_exchange *exchange); /* a body arrives */
void eio_poll_dropped(struct eio_session *session, const struct http_exchange *exchange, bool is_refused);
/* Answers the poll that waits, with all that is queued, and `last` when it is not NULL. */
void eio_poll_answer(struct eio_session *session, struct eio_frame *last);
void eio_poll_answer_text(struct http_exchange *exchange, struct str text);

/* ---- eio_handover.c: from an HTTP request to a wire ---- */

bool eio_websocket_is_upgrade(const struct http_exchange *exchange);
bool eio_websocket_is_well_formed(const struct http_exchange *exchange); /* an upgrade */
/* The exchange is in our hand, on the loop of the session that the wire is for. */
void eio_websocket_begin(struct eio_session *session, struct http_exchange *exchange);
void eio_websocket_taken(void *arg, struct http_exchange *exchange, int socket, struct str rest);

/* ---- eio_websocket.c ---- */

/* NULL: the system refuses; the socket is closed. */
struct eio_wire *eio_wire_new(struct eio_loop *loop, int socket);
void eio_wire_read(struct eio_wire *wire);
void eio_wire_look(struct eio_wire *wire); /* takes what has arrived and waits for its turn */
void eio_wire_put(struct eio_wire *wire, struct eio_frame *frame); /* takes the reference over */
void eio_wire_flush(struct eio_wire *wire);           /* calls no handler: a failure makes it is_broken */
size_t eio_wire_waiting(const struct eio_wire *wire); /* bytes that are not with the system yet */
/* The session lets go of it. */
void eio_wire_close(struct eio_wire *wire, unsigned code);
void eio_wire_destroy(struct eio_wire *wire);                  /* at once */
void eio_wire_lost(struct eio_wire *wire, const char *reason); /* the same, and tells the session */
void eio_wire_ended(struct eio_wire *wire,
                    const char *reason);     /* the WebSocket is closed, or is no WebSocket */
void eio_wire_settle(struct eio_wire *wire); /* something may be in its queue */
/* A message of the client. */
void eio_wire_message(struct eio_wire *wire, bool is_binary, struct str bytes);

/* ---- eio_receiver.c: from bytes to messages ---- */

void eio_wire_input(struct eio_wire *wire, struct str bytes);
void eio_receiver_drop(struct eio_wire *wire); /* gives up what was received in part */
void eio_receiver_free(struct eio_receiver *receiver);

/* ---- eio_upgrade.c ---- */

void eio_upgrade_start(struct eio_session *session, struct eio_wire *wire);
/* A packet on a wire that is not the session's transport yet. */
void eio_upgrade_packet(struct eio_wire *wire, bool is_binary, struct str bytes);
/* The wire is lost or no good; polling lives on. */
void eio_upgrade_end(struct eio_session *session, unsigned code);
