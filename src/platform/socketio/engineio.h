/* Engine.IO 4 (https://github.com/socketio/engine.io-protocol): sessions over HTTP long-polling and
 * WebSocket, on the connections of the HTTP server.
 *
 * A session belongs to the loop thread that made it: its handlers run there, and the functions that take a
 * session may be called there only. A request or an upgrade that another loop accepted is passed on to the
 * owner. From other threads: eio_post. */
#pragma once
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct eio;         /* one endpoint of a server: "/socket.io/" */
struct eio_session; /* one client */
struct eio_frame;   /* a packet to be sent, shared by reference count (atomic): built once a broadcast */
struct http_loop;

struct eio_opening {
    struct str address, query; /* the client's address, the raw query string of the handshake */
};

struct eio_handlers {
    /* A client came. `ret_user` is what the other handlers get. False: refused (403, code 4). */
    bool (*opened)(void *arg, struct eio_session *session, const struct eio_opening *opening,
                   void **ret_user);
    /* A message packet; `bytes` live until it returns. */
    void (*message)(void *user, struct eio_session *session, bool is_binary, struct str bytes);
    /* The last call for it. `reason`: "transport close", "ping timeout", "transport error", "parse error",
     * "server shutting down", "slow reader", … */
    void (*closed)(void *user, struct eio_session *session, const char *reason);
    void *arg;
};

struct eio_options {
    const char *path; /* "/socket.io/" */
    int64_t ping_interval_ms, ping_timeout_ms, upgrade_timeout_ms;
    size_t max_payload;    /* bytes a packet or a polling body may have */
    size_t max_queue;      /* bytes waiting for one slow reader; beyond, it is dropped ("slow reader") */
    size_t max_sessions;   /* in all: 503 beyond */
    int64_t new_a_second;  /* by one address: 429 beyond; 0: no limit */
    bool allow_any_origin; /* CORS `*`; otherwise the server's own CORS rules */
    struct eio_handlers handlers;
};

/* ---- Sending (loop thread of the session) ---- */

/* The frame's payload is a message: `4` + text, or binary. One reference is the caller's. */
struct eio_frame *eio_frame_text(struct str payload);
struct eio_frame *eio_frame_binary(struct str payload);
struct eio_frame *eio_frame_ref(struct eio_frame *frame);
void eio_frame_unref(struct eio_frame *frame);

/* Takes a reference of its own. What is sent in one turn of the loop leaves in one write. A closed session:
 * no-op. */
void eio_send(struct eio_session *session, struct eio_frame *frame);
/* A prefix of text that differs by session (an offset can't: it is the same for all). */
void eio_close(struct eio_session *session, const char *reason); /* `closed` is called before it returns */

struct http_loop *eio_loop(const struct eio_session *session);
struct str eio_sid(const struct eio_session *session); /* a secret of the client */

/* ---- All of them ---- */

struct eio_stats {
    int64_t sessions, sessions_websocket, opened, closed_slow, bytes_sent, packets_sent, packets_received;
};
struct eio_stats eio_stats_of(const struct eio *eio);
