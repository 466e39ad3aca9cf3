/* From polling to WebSocket: 2probe, 3probe, 5. From the probe on, polls are sent home with a noop, again and
 * again: the client switches when it has none open, and it may have begun one that we have not seen yet. */
#include "platform/socketio/eio_internal.h"

#include "base/member.h"

#define POLL_CHECK_MS 100

static void on_too_late(struct eio_timer *timer)
{
    eio_upgrade_end(FROM_MEMBER(timer, struct eio_wire, timer)->session, 1000);
}

void eio_upgrade_start(struct eio_session *session, struct eio_wire *wire)
{
    int64_t limit_ms = eio_options_of(session->loop)->upgrade_timeout_ms;
    session->probe = wire;
    wire->session = session;
    wire->probe_until_ms = eio_now_ms(session->loop) + limit_ms;
    eio_arm(session->loop, &wire->timer, limit_ms, on_too_late);
}

void eio_upgrade_end(struct eio_session *session, unsigned code)
{
    struct eio_wire *wire = session->probe;
    session->probe = NULL;
    if (wire->is_broken)
        eio_wire_destroy(wire);
    else
        eio_wire_close(wire, code);
}

static void send_poll_home(struct eio_session *session)
{
    if (!session->poll)
        return;
    struct eio_frame *noop = eio_frame_packet('6', STR(""));
    eio_poll_answer(session, noop);
    eio_frame_unref(noop);
}

static void on_check(struct eio_timer *timer)
{
    struct eio_wire *wire = FROM_MEMBER(timer, struct eio_wire, timer);
    send_poll_home(wire->session);
    if (eio_now_ms(wire->loop) >= wire->probe_until_ms)
        eio_upgrade_end(wire->session, 1000);
    else
        eio_arm(wire->loop, timer, POLL_CHECK_MS, on_check);
}

static void answer_probe(struct eio_session *session, struct eio_wire *wire)
{
    wire->is_probed = true;
    eio_wire_put(wire, eio_frame_packet('3', STR("probe")));
    send_poll_home(session);
    eio_arm(wire->loop, &wire->timer, POLL_CHECK_MS, on_check);
}

/* What waits for a poll goes by the new way. */
static void complete(struct eio_session *session, struct eio_wire *wire)
{
    send_poll_home(session);
    eio_disarm(wire->loop, &wire->timer);
    session->probe = NULL;
    session->wire = wire;
    session->is_websocket = true;
    eio_count(&session->loop->counters.sessions_websocket, 1);
    for (struct eio_frame *frame; (frame = eio_queue_take(&session->queue));)
        eio_wire_put(wire, frame);
    eio_session_check(session);
}

void eio_upgrade_packet(struct eio_wire *wire, bool is_binary, struct str bytes)
{
    struct eio_session *session = wire->session;
    if (!is_binary && str_eq(bytes, STR("2probe")))
        answer_probe(session, wire);
    else if (!is_binary && wire->is_probed && bytes.len > 0 && bytes.data[0] == '5')
        complete(session, wire);
    else
        eio_upgrade_end(session, 1000);
}
