/* One client: what it is sent, what it sends, and its end. */
#include "platform/socketio/eio_internal.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/member.h"

#include <stdlib.h>

/* ---- Begin ---- */

static bool count_in(struct eio *eio)
{
    int64_t count = atomic_fetch_add_explicit(&eio->session_count, 1, memory_order_relaxed) + 1;
    if (count <= (int64_t)eio->options.max_sessions)
        return true;
    atomic_fetch_sub_explicit(&eio->session_count, 1, memory_order_relaxed);
    return false;
}

static void choose_id(struct eio_session *session)
{
    unsigned char chance[18];
    unsigned owner;
    do {
        clock_random(chance, sizeof chance);
        eio_sid_make((unsigned)session->loop->http->index, chance, session->sid);
        check(eio_sid_parse((struct str){session->sid, EIO_SID_LEN}, &owner, &session->id));
    } while (eio_find(session->loop, session->id));
}

static void greet(struct eio_session *session)
{
    const struct eio_options *options = eio_options_of(session->loop);
    char text[256];
    int len = snprintf(text, sizeof text,
                       "{\"sid\":\"%.*s\",\"upgrades\":[%s],\"pingInterval\":%lld,\"pingTimeout\":%lld,"
                       "\"maxPayload\":%zu}",
                       EIO_SID_LEN, session->sid, session->is_websocket ? "" : "\"websocket\"",
                       (long long)options->ping_interval_ms, (long long)options->ping_timeout_ms,
                       options->max_payload);
    check(len > 0 && (size_t)len < sizeof text);
    eio_queue_put(&session->queue, eio_frame_packet('0', (struct str){text, (size_t)len}));
}

struct eio_session *eio_session_open(struct eio_loop *loop, bool websocket, const struct eio_opening *opening,
                                     enum eio_error *ret_error)
{
    const struct eio_handlers *handlers = &eio_options_of(loop)->handlers;
    *ret_error = EIO_FULL;
    if (loop->is_draining || !count_in(loop->eio))
        return NULL;
    struct eio_session *session = calloc(1, sizeof *session);
    check(session != NULL);
    session->loop = loop;
    session->is_websocket = websocket;
    choose_id(session);
    eio_loop_add(loop, session);
    eio_count(&loop->counters.sessions, 1);
    eio_count(&loop->counters.opened, 1);
    greet(session);
    eio_heartbeat_start(session);
    if (handlers->opened(handlers->arg, session, opening, &session->user) && session->state == EIO_OPEN)
        return session;
    *ret_error = EIO_FORBIDDEN;
    if (session->state == EIO_OPEN) {
        session->state = EIO_CLOSING; /* `closed` is not called for who never was let in */
        eio_session_end(session, "");
    }
    return NULL;
}

/* ---- Sending ---- */

void eio_session_mark(struct eio_session *session)
{
    if (session->is_dirty)
        return;
    session->is_dirty = true;
    session->dirty_next = session->loop->dirty;
    session->loop->dirty = session;
}

/* What one turn sends may be much; only what a reader leaves unread counts. */
void eio_session_check(struct eio_session *session)
{
    struct eio_wire *wire = session->wire;
    size_t most = eio_options_of(session->loop)->max_queue;
    eio_session_mark(session);
    if ((wire ? eio_wire_waiting(wire) : session->queue.bytes) <= most)
        return;
    if (wire)
        eio_wire_flush(wire);
    if (!wire || eio_wire_waiting(wire) > most)
        session->is_slow = true;
}

void eio_session_put(struct eio_session *session, struct eio_frame *frame)
{
    if (session->state != EIO_OPEN || session->is_slow)
        return;
    eio_queue_put(session->wire ? &session->wire->queue : &session->queue, eio_frame_ref(frame));
    eio_session_check(session);
}

void eio_send(struct eio_session *session, struct eio_frame *frame) { eio_session_put(session, frame); }
void eio_flush(struct eio_session *session) { eio_session_settle(session); }

void eio_session_settle(struct eio_session *session)
{
    if (session->state == EIO_CLOSED)
        return;
    if (session->is_slow) {
        eio_count(&session->loop->counters.closed_slow, 1);
        if (session->wire)
            session->wire->is_broken = true;
        eio_session_end(session, "slow reader");
    } else if (session->wire) {
        eio_wire_flush(session->wire);
        if (session->wire->is_broken)
            eio_session_end(session, "transport error");
    } else if (session->poll && session->queue.count > 0) {
        eio_poll_answer(session, NULL);
    }
}

/* ---- Receiving ---- */

bool eio_session_packet(struct eio_session *session, const struct eio_packet *packet)
{
    const struct eio_handlers *handlers = &eio_options_of(session->loop)->handlers;
    eio_count(&session->loop->counters.packets_received, 1);
    if (packet->type == '4')
        handlers->message(session->user, session, packet->is_binary, packet->data);
    else if (packet->type == '3')
        eio_heartbeat_pong(session);
    else if (packet->type == '2') /* pings are the server's */
        eio_session_end(session, "transport error");
    return session->state == EIO_OPEN;
}

/* ---- Alarm ---- */

static void on_alarm(struct eio_timer *timer)
{
    struct eio_session *session = FROM_MEMBER(timer, struct eio_session, alarm);
    session->ring(session->user, session);
}

void eio_alarm(struct eio_session *session, int64_t delay_ms, void (*ring)(void *user, struct eio_session *))
{
    session->ring = ring;
    if (delay_ms < 0 || session->state != EIO_OPEN)
        eio_disarm(session->loop, &session->alarm);
    else
        eio_arm(session->loop, &session->alarm, delay_ms, on_alarm);
}

/* ---- End ---- */

static void tell(struct eio_session *session, const char *reason)
{
    const struct eio_handlers *handlers = &eio_options_of(session->loop)->handlers;
    eio_disarm(session->loop, &session->alarm);
    handlers->closed(session->user, session, reason);
}

static void end_polling(struct eio_session *session)
{
    if (session->probe)
        eio_upgrade_end(session, 1000);
    if (session->poll) {
        struct eio_frame *last = eio_frame_packet('1', STR(""));
        eio_poll_answer(session, last);
        eio_frame_unref(last);
    }
    if (session->last_post)
        eio_poll_answer_text(session->last_post, STR("ok"));
    session->last_post = NULL;
}

/* Takes it apart; its memory lives until the turn ends. */
static void dispose(struct eio_session *session)
{
    struct eio_loop *loop = session->loop;
    struct eio_wire *wire = session->wire;
    session->state = EIO_CLOSED;
    session->wire = NULL;
    eio_disarm(loop, &session->heartbeat);
    eio_disarm(loop, &session->alarm);
    end_polling(session);
    if (wire) {
        eio_count(&loop->counters.sessions_websocket, -1);
        if (wire->is_broken)
            eio_wire_destroy(wire);
        else
            eio_wire_close(wire, loop->is_draining ? 1001 : 1000);
    }
    eio_count(&loop->counters.sessions, -1);
    atomic_fetch_sub_explicit(&loop->eio->session_count, 1, memory_order_relaxed);
    eio_loop_remove(loop, session);
    eio_session_mark(session); /* so that the turn ends, and it is freed */
}

void eio_session_end(struct eio_session *session, const char *reason)
{
    if (session->state == EIO_CLOSED)
        return;
    bool was_open = session->state == EIO_OPEN;
    session->state = EIO_CLOSING;
    if (was_open)
        tell(session, reason);
    if (session->state != EIO_CLOSED)
        dispose(session);
}

static void on_never_fetched(struct eio_timer *timer)
{
    eio_session_end(FROM_MEMBER(timer, struct eio_session, heartbeat), "");
}

/* What was sent waits for the client's next poll, for as long as a pong might take. */
void eio_close(struct eio_session *session, const char *reason)
{
    if (session->state != EIO_OPEN)
        return;
    session->state = EIO_CLOSING;
    tell(session, reason);
    if (session->state == EIO_CLOSED)
        return;
    if (session->wire || session->poll || session->is_websocket || session->is_slow || session->last_post)
        dispose(session);
    else
        eio_arm(session->loop, &session->heartbeat, eio_options_of(session->loop)->ping_timeout_ms,
                on_never_fetched);
}

void eio_session_free(struct eio_session *session)
{
    eio_queue_clear(&session->queue);
    free(session);
}

/* ---- What is asked of it ---- */

struct eio *eio_of(const struct eio_session *session) { return session->loop->eio; }
bool eio_is_websocket(const struct eio_session *session) { return session->wire != NULL; }
void *eio_user(const struct eio_session *session) { return session->user; }

struct eio_ref eio_ref_of(const struct eio_session *session)
{
    return (struct eio_ref){(uint32_t)session->loop->http->index, session->id};
}
