/* A tail's thread: reads the streams that commits (or the sweep) name, behind what it handed on last. */
#include "platform/events/tail.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/deadline.h"
#include "base/log.h"
#include "platform/events/dispatcher.h"
#include "platform/events/log.h"
#include "platform/events/tail_streams.h"

#define TAIL_BATCH 256
#define TAIL_STACK (512 * 1024)
#define NS_A_MS INT64_C(1000000)
#define PAUSE_FIRST_MS 50
#define PAUSE_MOST_MS 2000
/* How late an event of another process may be seen: several share a PostgreSQL database by design, an SQLite
 * file by accident. */
#define SWEEP_POSTGRES_MS 500
#define SWEEP_SQLITE_MS 5000
#define SWEEP_AT_ONCE 256 /* streams a round trip */

struct tail {
    struct events *events;
    void (*on_events)(void *arg, const struct event *events, size_t count);
    void *arg;
    pthread_t thread;
    struct tail *next; /* of the same events; guarded by its tails_lock */

    pthread_mutex_t lock;  /* guards what follows, up to the next blank line */
    pthread_cond_t wake;   /* of the thread */
    pthread_cond_t joined; /* of followers that wait for a position */
    struct tail_streams streams;
    bool stop;

    struct arena arena; /* the thread's */
    int64_t pause_ms, sweep_ms, next_sweep_ns;
};

/* ---- The thread ---- */

static void wait_until(struct tail *tail, int64_t at_ns)
{
    struct timespec deadline = {at_ns / 1000000000, at_ns % 1000000000};
    pthread_cond_timedwait(&tail->wake, &tail->lock, &deadline);
}

static void pause_tail(struct tail *tail)
{
    tail->pause_ms = tail->pause_ms ? tail->pause_ms * 2 : PAUSE_FIRST_MS;
    if (tail->pause_ms > PAUSE_MOST_MS)
        tail->pause_ms = PAUSE_MOST_MS;
    int64_t end_ns = clock_monotonic_ns() + tail->pause_ms * NS_A_MS;
    while (!tail->stop && clock_monotonic_ns() < end_ns)
        wait_until(tail, end_ns);
}

/* Events behind `after` that are there: the log has no gaps, but its beginning may be pruned. */
static enum code read_behind(struct tail *tail, struct stream_key key, int64_t after,
                             struct event **ret_events, size_t *ret_count)
{
    enum code code = events_read(tail->events, &tail->arena, key.business_id, key.stream_id, after,
                                 TAIL_BATCH, ret_events, ret_count);
    if (code != CODE_NOT_FOUND)
        return code;
    log_error("events.tail_gap", LOG_INT("after", after));
    int64_t end = after;
    code = log_ends(tail->events, &tail->arena, &key, 1, &end);
    return code ? code
                : events_read(tail->events, &tail->arena, key.business_id, key.stream_id, end, TAIL_BATCH,
                              ret_events, ret_count);
}

/* With the lock held; hands one batch on without it. */
static void read_stream(struct tail *tail, struct tail_stream *stream)
{
    struct event *events = NULL;
    size_t count = 0;
    struct stream_key key = stream->key;
    int64_t position = stream->position;
    stream->busy = true;
    pthread_mutex_unlock(&tail->lock);
    enum code code = read_behind(tail, key, position, &events, &count);
    pthread_mutex_lock(&tail->lock);
    bool hand_on = !code && count && stream->followers && !tail->stop;
    if (hand_on) {
        /* Moved before they are handed on: who follows from here on gets what comes behind them. */
        stream->position = events[count - 1].sequence;
        pthread_mutex_unlock(&tail->lock);
        tail->on_events(tail->arg, events, count);
        pthread_mutex_lock(&tail->lock);
    }
    stream->busy = false;
    if (stream->followers && (code || count == TAIL_BATCH))
        tail_streams_enqueue(&tail->streams, stream);
    tail_streams_release(&tail->streams, stream);
    arena_reset(&tail->arena);
    if (code)
        pause_tail(tail);
    else
        tail->pause_ms = 0;
}

/* The streams of one round trip that have grown. Without the lock. */
static enum code sweep_some(struct tail *tail, const struct stream_key *keys, size_t count)
{
    int64_t ends[SWEEP_AT_ONCE];
    enum code code = log_ends(tail->events, &tail->arena, keys, count, ends);
    for (size_t i = 0; i < count && !code; i++)
        tail_wake(tail, keys[i], ends[i]);
    arena_reset(&tail->arena);
    return code;
}

/* With the lock held; asks the database without it. */
static void sweep(struct tail *tail)
{
    size_t count = 0;
    struct stream_key *keys = calloc(tail->streams.count ? tail->streams.count : 1, sizeof *keys);
    check(keys);
    for (struct tail_stream *at = tail->streams.all; at; at = at->next)
        keys[count++] = at->key;
    pthread_mutex_unlock(&tail->lock);
    enum code code = CODE_OK;
    for (size_t i = 0; i < count && !code; i += SWEEP_AT_ONCE)
        code = sweep_some(tail, keys + i, count - i < SWEEP_AT_ONCE ? count - i : SWEEP_AT_ONCE);
    free(keys);
    pthread_mutex_lock(&tail->lock);
    /* A thousand streams may take a millisecond each of the time in between. */
    tail->next_sweep_ns = clock_monotonic_ns() + (tail->sweep_ms + (int64_t)count) * NS_A_MS;
}

static void *run(void *arg)
{
    struct tail *tail = arg;
    pthread_mutex_lock(&tail->lock);
    while (!tail->stop) {
        struct tail_stream *stream = tail_streams_dequeue(&tail->streams);
        if (stream && stream->followers && stream->position >= 0)
            read_stream(tail, stream);
        else if (stream)
            tail_streams_release(&tail->streams, stream);
        else if (clock_monotonic_ns() >= tail->next_sweep_ns)
            sweep(tail);
        else
            wait_until(tail, tail->next_sweep_ns);
    }
    pthread_mutex_unlock(&tail->lock);
    return NULL;
}

/* ---- From other threads ---- */

void tail_wake(struct tail *tail, struct stream_key key, int64_t sequence)
{
    pthread_mutex_lock(&tail->lock);
    struct tail_stream *stream = tail_streams_find(&tail->streams, key);
    if (stream && !stream->queued && stream->position >= 0 && stream->position < sequence) {
        tail_streams_enqueue(&tail->streams, stream);
        pthread_cond_signal(&tail->wake);
    }
    pthread_mutex_unlock(&tail->lock);
}

void events_wake_tails(struct events *events, struct stream_key key, int64_t sequence)
{
    if (!atomic_load(&events->tail_count))
        return;
    pthread_mutex_lock(&events->tails_lock);
    for (struct tail *tail = events->tails; tail; tail = tail->next)
        tail_wake(tail, key, sequence);
    pthread_mutex_unlock(&events->tails_lock);
}

/* With the lock held, which it gives up while it asks. */
static enum code ask_position(struct tail *tail, struct tail_stream *stream)
{
    struct stream_key key = stream->key;
    int64_t position = 0;
    struct arena arena = {0};
    stream->joining = true;
    pthread_mutex_unlock(&tail->lock);
    enum code code = log_ends(tail->events, &arena, &key, 1, &position);
    arena_free(&arena);
    pthread_mutex_lock(&tail->lock);
    stream->joining = false;
    if (!code) {
        stream->position = position;
        /* A commit may have named it meanwhile. */
        tail_streams_enqueue(&tail->streams, stream);
        pthread_cond_signal(&tail->wake);
    }
    pthread_cond_broadcast(&tail->joined);
    return code;
}

enum code tail_follow(struct tail *tail, struct uuid business, struct uuid stream_id, int64_t *ret_position)
{
    struct stream_key key = {business, stream_id};
    enum code code = CODE_OK;
    pthread_mutex_lock(&tail->lock);
    struct tail_stream *stream = tail_streams_find(&tail->streams, key);
    if (!stream)
        stream = tail_streams_add(&tail->streams, key);
    stream->followers++;
    while (stream->joining)
        pthread_cond_wait(&tail->joined, &tail->lock);
    if (stream->position < 0)
        code = ask_position(tail, stream);
    if (ret_position)
        *ret_position = stream->position;
    if (code) {
        stream->followers--;
        tail_streams_release(&tail->streams, stream);
    }
    pthread_mutex_unlock(&tail->lock);
    return code;
}

void tail_unfollow(struct tail *tail, struct uuid business, struct uuid stream_id)
{
    pthread_mutex_lock(&tail->lock);
    struct tail_stream *stream = tail_streams_find(&tail->streams, (struct stream_key){business, stream_id});
    check(stream && stream->followers);
    stream->followers--;
    tail_streams_release(&tail->streams, stream);
    pthread_mutex_unlock(&tail->lock);
}

/* ---- Life ---- */

static void init_locks(struct tail *tail)
{
    pthread_mutex_init(&tail->lock, NULL);
    deadline_condition_init(&tail->wake);
    pthread_cond_init(&tail->joined, NULL);
}

static bool start_thread(struct tail *tail)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, TAIL_STACK);
    bool started = pthread_create(&tail->thread, &attributes, run, tail) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

static void free_tail(struct tail *tail)
{
    tail_streams_free(&tail->streams);
    arena_free(&tail->arena);
    pthread_cond_destroy(&tail->joined);
    pthread_cond_destroy(&tail->wake);
    pthread_mutex_destroy(&tail->lock);
    free(tail);
}

struct tail *tail_open(struct events *events,
                       void (*on_events)(void *arg, const struct event *events, size_t count), void *arg)
{
    struct tail *tail = calloc(1, sizeof *tail);
    check(tail);
    tail->events = events;
    tail->on_events = on_events;
    tail->arg = arg;
    tail->sweep_ms = db_engine_of(events->db) == DB_POSTGRES ? SWEEP_POSTGRES_MS : SWEEP_SQLITE_MS;
    tail->next_sweep_ns = clock_monotonic_ns() + tail->sweep_ms * NS_A_MS;
    init_locks(tail);
    if (!start_thread(tail)) {
        log_error("events.thread_failed", LOG_TEXT("listener", "tail"));
        free_tail(tail);
        return NULL;
    }
    pthread_mutex_lock(&events->tails_lock);
    tail->next = events->tails;
    events->tails = tail;
    pthread_mutex_unlock(&events->tails_lock);
    atomic_fetch_add(&events->tail_count, 1);
    return tail;
}

void tail_close(struct tail *tail)
{
    if (!tail)
        return;
    struct events *events = tail->events;
    pthread_mutex_lock(&events->tails_lock);
    struct tail **link = &events->tails;
    while (*link != tail)
        link = &(*link)->next;
    *link = tail->next;
    pthread_mutex_unlock(&events->tails_lock);
    atomic_fetch_sub(&events->tail_count, 1);
    pthread_mutex_lock(&tail->lock);
    tail->stop = true;
    pthread_cond_signal(&tail->wake);
    pthread_mutex_unlock(&tail->lock);
    pthread_join(tail->thread, NULL);
    free_tail(tail);
}
