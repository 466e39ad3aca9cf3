/* Engine.IO 4 (https://github.com/socketio/engine.io-protocol): sessions over HTTP long-polling and
 * WebSocket, on the connections of the HTTP server.
 *
 * A session belongs to the loop thread that made it: its handlers run there, and the functions that take a
 * session may be called there only. A request or an upgrade that another loop accepted is passed on to the
 * owner. From other threads: eio_post. */
#pragma once
#include "base/str.h"
#include "platform/http/mailbox.h"
#include "platform/http/workers.h"

#include <stdbool.h>
#include <stdint.h>

struct eio;         /* one endpoint of a server: "/socket.io/" */
struct eio_session; /* one client */
struct eio_frame;   /* a packet to be sent, shared by reference count (atomic): built once a broadcast */
struct http_endpoint;

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

/* ---- Life ----
 *     eio = eio_open(&options);
 *     http_options.endpoints = (const struct http_endpoint *[]){eio_endpoint(eio)}; // and endpoint_count
 *     http_server_start … http_server_stop: every session is closed, `closed` was called for each
 *     eio_free(eio) */

struct eio *eio_open(const struct eio_options *options); /* copies the options; `path` must stay */
const struct http_endpoint *eio_endpoint(struct eio *eio);
void eio_free(struct eio *eio); /* NULL is fine */

/* ---- Other threads ---- */

size_t eio_loop_count(struct eio *eio); /* 0 before the server starts */
/* To the thread of loop `index`. `mail->discard`, when set, is called instead of `deliver` when the loop has
 * ended or the server has stopped; also from within this call. Any thread, any time before eio_free. */
void eio_post_loop(struct eio *eio, size_t index, struct mail *mail);

/* Names a session: never used twice, so that it is no harm when the session is gone. */
struct eio_ref {
    uint32_t loop; /* index */
    uint64_t id;
};

struct eio_mail {
    struct mail mail; /* ours, but for `discard`, which the caller may set (or NULL) */
    struct eio *eio;
    struct eio_ref ref;
    /* On the session's loop; `session` NULL: it is gone. */
    void (*deliver)(struct eio_mail *mail, struct eio_session *session);
};

/* As eio_post_loop; the caller sets `deliver` and `mail.discard` alone. */
void eio_post(struct eio *eio, struct eio_ref ref, struct eio_mail *mail);
/* Runs on a worker of the HTTP server. False: too much waits already, or the server has stopped; `work` is
 * the caller's as before. Any thread. */
bool eio_submit(struct eio *eio, struct work *work);

/* ---- Sending (loop thread of the session) ---- */

/* The frame's payload is a message: `4` + text, or binary. One reference is the caller's. */
struct eio_frame *eio_frame_text(struct str payload);
struct eio_frame *eio_frame_binary(struct str payload);
struct eio_frame *eio_frame_text_of(const struct str *parts, size_t count); /* one text, put together */
struct eio_frame *eio_frame_ref(struct eio_frame *frame);
void eio_frame_unref(struct eio_frame *frame);

/* Takes a reference of its own. What is sent in one turn of the loop leaves in one write. A closed session:
 * no-op. */
void eio_send(struct eio_session *session, struct eio_frame *frame);
/* What was sent leaves now: as an answer of its own to a poll that waits, or as a write of its own. May find
 * that the session has ended. */
void eio_flush(struct eio_session *session);
/* What was sent before still goes out. `closed` is called before it returns (not when it is called from
 * within `closed` or when the session is closed already). May be called from any handler. After it the
 * session must not be touched. */
void eio_close(struct eio_session *session, const char *reason);

/* Calls back on the session's loop no earlier than `delay_ms` from now, unless the session ends first. One a
 * session: a later call replaces it; negative: none. */
void eio_alarm(struct eio_session *session, int64_t delay_ms, void (*ring)(void *user, struct eio_session *));

struct eio *eio_of(const struct eio_session *session);
bool eio_is_websocket(const struct eio_session *session);
struct eio_ref eio_ref_of(const struct eio_session *session);
void *eio_user(const struct eio_session *session);

/* ---- All of them ---- */

struct eio_stats {
    int64_t sessions, sessions_websocket, opened, closed_slow, bytes_sent, packets_sent, packets_received;
};
struct eio_stats eio_stats_of(const struct eio *eio);
