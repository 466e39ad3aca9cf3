/* The server pings, the client pongs. Only the answer to a ping is life. */
#include "platform/socketio/eio_internal.h"

#include "base/member.h"

#define EARLY_MS 3     /* a client that counts from its own clock must not be first */
#define LAST_LOOK_MS 1 /* until the next turn, after what lies unread */
#define STALLED_MS 100 /* so much too late: the thread was held up, and the pong may lie unread */
#define SECOND_CHANCE_MS 20

static void on_really_late(struct eio_timer *timer)
{
    eio_session_end(FROM_MEMBER(timer, struct eio_session, heartbeat), "ping timeout");
}

/* Timers come before what was received meanwhile, so the pong may be there already. */
static void on_timeout(struct eio_timer *timer)
{
    struct eio_session *session = FROM_MEMBER(timer, struct eio_session, heartbeat);
    bool was_stalled = eio_now_ms(session->loop) - timer->at_ms > STALLED_MS;
    eio_arm(session->loop, timer, was_stalled ? SECOND_CHANCE_MS : LAST_LOOK_MS, on_really_late);
}

/* Both are due by the clock since the last pong, which the client has as well; a ping that left late shortens
 * the wait, though by no more than a quarter. */
static int64_t wait_ms(const struct eio_session *session, int64_t late_ms)
{
    int64_t timeout_ms = eio_options_of(session->loop)->ping_timeout_ms;
    return timeout_ms - EARLY_MS - (late_ms < timeout_ms / 4 ? late_ms : timeout_ms / 4);
}

static void on_interval(struct eio_timer *timer)
{
    struct eio_session *session = FROM_MEMBER(timer, struct eio_session, heartbeat);
    int64_t late_ms = eio_now_ms(session->loop) - timer->at_ms;
    struct eio_frame *ping = eio_frame_packet('2', STR(""));
    session->waits_for_pong = true;
    eio_session_put(session, ping);
    eio_frame_unref(ping);
    eio_arm(session->loop, timer, wait_ms(session, late_ms), on_timeout);
}

void eio_heartbeat_start(struct eio_session *session)
{
    session->waits_for_pong = false;
    eio_arm(session->loop, &session->heartbeat, eio_options_of(session->loop)->ping_interval_ms - EARLY_MS,
            on_interval);
}

void eio_heartbeat_pong(struct eio_session *session)
{
    if (session->waits_for_pong)
        eio_heartbeat_start(session);
}

bool eio_heartbeat_is_late(const struct eio_session *session)
{
    return session->waits_for_pong && session->heartbeat.place != 0 &&
           session->heartbeat.at_ms <= eio_now_ms(session->loop);
}
