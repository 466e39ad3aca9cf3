/* What an endpoint has on a loop: its sessions by id, its timers, and the end of each turn. */
#include "platform/socketio/eio_internal.h"

#include "base/check.h"
#include "base/member.h"

#include <sodium.h>
#include <stdlib.h>

#define BUCKETS_LEAST 64

/* ---- Sessions ---- */

static struct eio_session **bucket_of(const struct eio_loop *loop, uint64_t id)
{
    return &loop->buckets[id & (loop->bucket_count - 1)];
}

struct eio_session *eio_find(const struct eio_loop *loop, uint64_t id)
{
    struct eio_session *session = *bucket_of(loop, id);
    while (session && session->id != id)
        session = session->next;
    return session;
}

struct eio_session *eio_find_sid(const struct eio_loop *loop, struct str sid)
{
    unsigned owner;
    uint64_t id;
    if (!eio_sid_parse(sid, &owner, &id))
        return NULL;
    struct eio_session *session = eio_find(loop, id);
    return session && sodium_memcmp(session->sid, sid.data, EIO_SID_LEN) == 0 ? session : NULL;
}

static void grow(struct eio_loop *loop)
{
    struct eio_session **old = loop->buckets;
    size_t old_count = loop->bucket_count;
    loop->bucket_count = old_count ? old_count * 2 : BUCKETS_LEAST;
    loop->buckets = calloc(loop->bucket_count, sizeof(struct eio_session *));
    check(loop->buckets != NULL);
    for (size_t i = 0; i < old_count; i++) {
        for (struct eio_session *session = old[i], *next; session; session = next) {
            next = session->next;
            session->next = *bucket_of(loop, session->id);
            *bucket_of(loop, session->id) = session;
        }
    }
    free(old);
}

void eio_loop_add(struct eio_loop *loop, struct eio_session *session)
{
    if (loop->session_count >= loop->bucket_count)
        grow(loop);
    struct eio_session **bucket = bucket_of(loop, session->id);
    session->next = *bucket;
    *bucket = session;
    loop->session_count++;
}

void eio_loop_remove(struct eio_loop *loop, struct eio_session *session)
{
    struct eio_session **place = bucket_of(loop, session->id);
    while (*place != session)
        place = &(*place)->next;
    *place = session->next;
    session->next = loop->dead;
    loop->dead = session;
    loop->session_count--;
}

/* ---- Timers ---- */

int64_t eio_now_ms(const struct eio_loop *loop)
{
    uv_update_time(&loop->http->uv);
    return (int64_t)uv_now(&loop->http->uv);
}

static void on_alarm(uv_timer_t *alarm);

static void set_alarm(struct eio_loop *loop, int64_t now_ms)
{
    const struct eio_timer *first = eio_timers_first(&loop->timers);
    if (loop->is_ended)
        return;
    if (!first) {
        uv_timer_stop(&loop->alarm);
        return;
    }
    uv_timer_start(&loop->alarm, on_alarm, first->at_ms > now_ms ? (uint64_t)(first->at_ms - now_ms) : 0, 0);
}

static void on_alarm(uv_timer_t *alarm)
{
    struct eio_loop *loop = alarm->data;
    int64_t now_ms = eio_now_ms(loop);
    for (struct eio_timer *timer; (timer = eio_timers_first(&loop->timers)) && timer->at_ms <= now_ms;) {
        eio_timers_remove(&loop->timers, timer);
        timer->fire(timer);
    }
    set_alarm(loop, now_ms);
}

void eio_arm(struct eio_loop *loop, struct eio_timer *timer, int64_t delay_ms,
             void (*fire)(struct eio_timer *))
{
    int64_t now_ms = eio_now_ms(loop);
    eio_timers_remove(&loop->timers, timer);
    timer->at_ms = now_ms + (delay_ms > 0 ? delay_ms : 0);
    timer->fire = fire;
    eio_timers_put(&loop->timers, timer);
    if (eio_timers_first(&loop->timers) == timer)
        set_alarm(loop, now_ms);
}

/* The system's timer may now ring for nobody: on_alarm sets it right. */
void eio_disarm(struct eio_loop *loop, struct eio_timer *timer) { eio_timers_remove(&loop->timers, timer); }

/* ---- Turns ---- */

static void free_dead(struct eio_loop *loop)
{
    for (struct eio_session *session = loop->dead, *next; session; session = next) {
        next = session->next;
        eio_session_free(session);
    }
    loop->dead = NULL;
}

static void end_turn(struct eio_loop *loop)
{
    for (struct eio_session *session; (session = loop->dirty);) {
        loop->dirty = session->dirty_next;
        session->dirty_next = NULL;
        session->is_dirty = false;
        eio_session_settle(session);
    }
    free_dead(loop);
    eio_metrics_add(&loop->counters, &loop->reported);
}

static void on_turn(uv_prepare_t *turn) { end_turn(turn->data); }

/* ---- Life ---- */

void eio_loop_start(struct eio_loop *loop, struct eio *eio, struct http_loop *http)
{
    *loop = (struct eio_loop){.eio = eio, .http = http};
    grow(loop);
    check(uv_prepare_init(&http->uv, &loop->turn) == 0);
    check(uv_timer_init(&http->uv, &loop->alarm) == 0);
    loop->turn.data = loop->alarm.data = loop;
    uv_prepare_start(&loop->turn, on_turn);
}

static void end_sessions(struct eio_loop *loop)
{
    for (size_t i = 0; i < loop->bucket_count; i++) {
        while (loop->buckets[i])
            eio_session_end(loop->buckets[i], "server shutting down");
    }
    end_turn(loop);
}

void eio_loop_drain(struct eio_loop *loop, bool at_once)
{
    loop->is_draining = true;
    end_sessions(loop);
    for (struct eio_wire *wire = loop->wires, *next; wire; wire = next) {
        next = wire->next;
        if (at_once)
            eio_wire_destroy(wire);
        else if (wire->state == WIRE_OPEN)
            eio_wire_close(wire, 1001);
    }
}

void eio_loop_end(struct eio_loop *loop)
{
    if (loop->is_ended)
        return;
    loop->is_ended = true;
    end_sessions(loop);
    uv_close((uv_handle_t *)&loop->turn, NULL);
    uv_close((uv_handle_t *)&loop->alarm, NULL);
}

void eio_loop_free(struct eio_loop *loop)
{
    free(loop->buckets);
    eio_timers_free(&loop->timers);
    if (loop->spare_receiver)
        eio_receiver_free(loop->spare_receiver);
}
