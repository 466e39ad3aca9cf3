/* The event platform's life, its listeners' table, and what is known about them. */
#include "platform/events/events.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/events/dispatcher.h"
#include "platform/events/pattern.h"

#include <time.h>

#define LISTENERS_MAX 64

/* ---- Opening ---- */

static bool listener_is_valid(const struct listener *const *listeners, size_t index)
{
    const struct listener *listener = listeners[index];
    const char *fault = NULL;
    if (!listener->name || !event_name_is_valid(str_of(listener->name)))
        fault = "the name is not of the form area.task";
    else if (!listener->pattern || !event_pattern_is_valid(str_of(listener->pattern)))
        fault = "the pattern is not valid";
    else if (!listener->handle || !listener->summary)
        fault = "handler or summary is missing";
    for (size_t i = 0; !fault && i < index; i++) {
        if (str_eq(str_of(listener->name), str_of(listeners[i]->name)))
            fault = "the name is taken";
    }
    if (fault)
        log_error("events.listener_invalid", LOG_TEXT("listener", listener->name), LOG_TEXT("fault", fault));
    return !fault;
}

static void runner_init(struct runner *runner, struct events *events, const struct listener *listener)
{
    runner->events = events;
    runner->listener = listener;
    runner->name = str_of(listener->name);
    runner->next_retry_ms = EVENTS_NEVER;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&runner->lock, NULL);
    pthread_cond_init(&runner->wake, &monotonic);
    pthread_cond_init(&runner->idle, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

struct events *events_open(struct db *db, struct platform *platform, const struct listener *const *listeners,
                           size_t count)
{
    bool valid = count <= LISTENERS_MAX;
    for (size_t i = 0; i < count && count <= LISTENERS_MAX; i++)
        valid &= listener_is_valid(listeners, i);
    if (!valid)
        return NULL;
    struct events *events = calloc(1, sizeof *events);
    check(events);
    events->db = db;
    events->platform = platform;
    events->count = count;
    pthread_mutex_init(&events->tails_lock, NULL);
    events->runners = calloc(count ? count : 1, sizeof *events->runners);
    check(events->runners);
    for (size_t i = 0; i < count; i++)
        runner_init(&events->runners[i], events, listeners[i]);
    return events;
}

bool events_start(struct events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        if (!runner_start(&events->runners[i])) {
            events_stop(events);
            return false;
        }
    }
    return true;
}

void events_stop(struct events *events)
{
    for (size_t i = 0; i < events->count; i++)
        runner_stop(&events->runners[i]);
}

void events_close(struct events *events)
{
    if (!events)
        return;
    events_stop(events);
    for (size_t i = 0; i < events->count; i++) {
        struct runner *runner = &events->runners[i];
        stream_set_free(&runner->dirty);
        arena_free(&runner->arena);
        pthread_cond_destroy(&runner->idle);
        pthread_cond_destroy(&runner->wake);
        pthread_mutex_destroy(&runner->lock);
    }
    check(!events->tails);
    pthread_mutex_destroy(&events->tails_lock);
    free(events->runners);
    free(events);
}

/* ---- Waiting for the listeners ---- */

static struct timespec deadline_in_ms(int64_t timeout_ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    int64_t ns = at.tv_nsec + timeout_ms % 1000 * 1000000;
    at.tv_sec += timeout_ms / 1000 + ns / 1000000000;
    at.tv_nsec = ns % 1000000000;
    return at;
}

static bool runner_drained(struct runner *runner, uint64_t ticket, const struct timespec *deadline)
{
    int status = 0;
    pthread_mutex_lock(&runner->lock);
    while (runner->started && runner->drain_done < ticket && status == 0)
        status = pthread_cond_timedwait(&runner->idle, &runner->lock, deadline);
    bool drained = runner->drain_done >= ticket;
    pthread_mutex_unlock(&runner->lock);
    return drained;
}

static int64_t handled_so_far(struct events *events)
{
    int64_t handled = 0;
    for (size_t i = 0; i < events->count; i++)
        handled += atomic_load(&events->runners[i].handled);
    return handled;
}

static bool drain_once(struct events *events, const struct timespec *deadline)
{
    uint64_t tickets[LISTENERS_MAX];
    for (size_t i = 0; i < events->count; i++) {
        struct runner *runner = &events->runners[i];
        pthread_mutex_lock(&runner->lock);
        tickets[i] = ++runner->drain_asked;
        runner->sweep = true;
        pthread_cond_signal(&runner->wake);
        pthread_mutex_unlock(&runner->lock);
    }
    bool drained = true;
    for (size_t i = 0; i < events->count; i++)
        drained &= runner_drained(&events->runners[i], tickets[i], deadline);
    return drained;
}

/* What a listener publishes has other listeners: until a round has nothing to do. */
bool events_drain(struct events *events, int64_t timeout_ms)
{
    struct timespec deadline = deadline_in_ms(timeout_ms);
    int64_t before;
    bool drained;
    do {
        before = handled_so_far(events);
        drained = drain_once(events, &deadline);
    } while (drained && handled_so_far(events) != before);
    return drained;
}

/* ---- Figures ---- */

DB_STATEMENT_GLOBAL(
    LISTENER_BEHIND, "figures about the dispatcher, over all businesses",
    "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT), MIN(oldest) FROM (SELECT c.last_sequence - "
    "COALESCE(e.position, 0) AS pending, (SELECT o.occurred_at FROM outbox o "
    "WHERE o.business_id = c.business_id AND o.stream_id = c.outlet_id "
    "AND o.sequence > COALESCE(e.position, 0) ORDER BY o.sequence LIMIT 1) AS oldest FROM outlet_counters c "
    "LEFT JOIN event_cursors e ON e.business_id = c.business_id AND e.stream_id = c.outlet_id "
    "AND e.listener = $1 WHERE c.last_sequence > COALESCE(e.position, 0)) behind");
DB_STATEMENT_GLOBAL(LISTENER_DEAD, "figures about the dispatcher, over all businesses",
                    "SELECT COUNT(*) FROM event_retries WHERE listener = $1 AND status = 'dead'");

struct figures {
    struct events *events;
    struct listener_stats *stats;
    size_t count;
};

static enum code load_figures(struct db_tx *tx, void *arg)
{
    struct figures *figures = arg;
    int64_t now = clock_now_ms();
    for (size_t i = 0; i < figures->count; i++) {
        struct listener_stats *stats = &figures->stats[i];
        struct db_rows *dead = db_ask(tx, &LISTENER_DEAD, DB_TEXT(str_of(stats->name)));
        struct db_rows *behind = db_query(tx, &LISTENER_BEHIND, DB_TEXT(str_of(stats->name)));
        if (db_failed(tx))
            break;
        stats->dead = db_int(dead, 0, 0);
        stats->pending = db_int(behind, 0, 0);
        int64_t oldest = db_is_null(behind, 0, 1) ? now : db_int(behind, 0, 1);
        stats->lag_ms = oldest < now ? now - oldest : 0;
    }
    return CODE_OK;
}

size_t events_stats(struct events *events, struct listener_stats *ret_stats, size_t max)
{
    struct figures figures = {events, ret_stats, events->count < max ? events->count : max};
    for (size_t i = 0; i < figures.count; i++) {
        struct runner *runner = &events->runners[i];
        ret_stats[i] = (struct listener_stats){
            runner->listener->name, atomic_load(&runner->handled), atomic_load(&runner->failed), 0, 0, 0};
    }
    struct arena arena = {0};
    db_read(events->db, UUID_NIL, &arena, load_figures, &figures);
    arena_free(&arena);
    return figures.count;
}
