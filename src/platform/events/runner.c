/* A listener's thread: sleeps until a commit, a due retry or the slow sweep gives it something to do. */
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/events/dispatcher.h"

#include <errno.h>
#include <time.h>

#define RUNNER_STACK (256 * 1024)
#define NS_A_MS INT64_C(1000000)
#define PAUSE_FIRST_MS 100
#define PAUSE_MOST_MS 5000

/* Streams in which something was published that the listener has not read. */
DB_STATEMENT_GLOBAL(
    STREAMS_BEHIND, "the dispatcher serves the events of all businesses",
    "SELECT c.business_id, c.outlet_id, c.last_sequence FROM outlet_counters c "
    "LEFT JOIN event_cursors e ON e.business_id = c.business_id AND e.stream_id = c.outlet_id "
    "AND e.listener = $1 WHERE c.last_sequence > COALESCE(e.position, 0) LIMIT $2");

/* ---- The database was not there ---- */

static void pause_runner(struct runner *runner)
{
    runner->pause_ms = runner->pause_ms ? runner->pause_ms * 2 : PAUSE_FIRST_MS;
    if (runner->pause_ms > PAUSE_MOST_MS)
        runner->pause_ms = PAUSE_MOST_MS;
    runner->paused_until_ns = clock_monotonic_ns() + runner->pause_ms * NS_A_MS;
}

static void note_outcome(struct runner *runner, enum outcome outcome)
{
    if (outcome == OUTCOME_UNAVAILABLE)
        pause_runner(runner);
    else
        runner->pause_ms = 0;
}

/* ---- Work ---- */

/* `linger_ms`: how long it may wait for company. */
static void mark_dirty(struct runner *runner, struct stream_key key, int64_t sequence, int64_t linger_ms)
{
    int64_t due_ns = clock_monotonic_ns() + linger_ms * NS_A_MS;
    if (stream_set_is_empty(&runner->dirty) || due_ns < runner->due_ns)
        runner->due_ns = due_ns;
    if (!stream_set_add(&runner->dirty, key, sequence))
        runner->overflowed = true; /* too many to remember: the database knows them */
}

struct behind {
    struct str listener;
    struct db_rows *rows;
};

static enum code load_behind(struct db_tx *tx, void *arg)
{
    struct behind *behind = arg;
    behind->rows = db_query(tx, &STREAMS_BEHIND, DB_TEXT(behind->listener), DB_INT(EVENTS_STREAMS_A_SWEEP));
    return CODE_OK;
}

static void sweep(struct runner *runner)
{
    struct behind behind = {runner->name, NULL};
    enum code code = db_read(runner->events->db, UUID_NIL, &runner->arena, load_behind, &behind);
    note_outcome(runner, code ? OUTCOME_UNAVAILABLE : OUTCOME_DONE);
    pthread_mutex_lock(&runner->lock);
    if (code) {
        runner->sweep = true;
    } else {
        runner->next_sweep_ns = clock_monotonic_ns() + EVENTS_SWEEP_MS * NS_A_MS;
        runner->overflowed |= behind.rows->count == EVENTS_STREAMS_A_SWEEP;
        for (size_t i = 0; i < behind.rows->count; i++) {
            struct stream_key key = {db_uuid(behind.rows, i, 0), db_uuid(behind.rows, i, 1)};
            mark_dirty(runner, key, db_int(behind.rows, i, 2), 0);
        }
    }
    pthread_mutex_unlock(&runner->lock);
}

static void run_due_retries(struct runner *runner)
{
    int64_t next_ms = 0;
    enum outcome outcome = dispatch_retries(runner, &next_ms);
    note_outcome(runner, outcome);
    pthread_mutex_lock(&runner->lock);
    if (outcome == OUTCOME_DONE && next_ms < runner->next_retry_ms)
        runner->next_retry_ms = next_ms;
    else if (outcome != OUTCOME_DONE)
        runner->next_retry_ms = 0;
    pthread_mutex_unlock(&runner->lock);
}

/* After a batch that failed: its events one by one, so that the rest does not suffer for one. */
static enum outcome read_singly(struct runner *runner, struct stream_key key, struct progress *progress)
{
    enum outcome outcome = OUTCOME_DONE;
    struct progress one = {.count = 1};
    for (size_t i = 0; i < progress->count && one.count == 1 && outcome == OUTCOME_DONE; i++) {
        arena_reset(&runner->arena);
        outcome = dispatch_one(runner, key, &one);
        progress->position = one.position;
    }
    return outcome;
}

/* One batch; a stream with more to read goes to the end of the queue. */
static void read_stream(struct runner *runner, struct stream_key key, int64_t sequence)
{
    struct progress progress = {0};
    enum outcome outcome = dispatch_batch(runner, key, &progress);
    if (outcome == OUTCOME_FAILED)
        outcome = progress.count ? read_singly(runner, key, &progress) : OUTCOME_UNAVAILABLE;
    note_outcome(runner, outcome);
    pthread_mutex_lock(&runner->lock);
    if (outcome != OUTCOME_DONE || progress.more)
        mark_dirty(runner, key, sequence > progress.position ? sequence : progress.position + 1, 0);
    if (outcome == OUTCOME_DONE)
        stream_set_settle(&runner->dirty, key, progress.position);
    pthread_mutex_unlock(&runner->lock);
}

/* ---- Waiting ---- */

static struct timespec deadline_in(int64_t ns)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    ns += at.tv_nsec;
    at.tv_sec += ns / 1000000000;
    at.tv_nsec = ns % 1000000000;
    return at;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Nanoseconds until something is due by itself. */
static int64_t time_left_ns(const struct runner *runner, bool paused)
{
    int64_t now = clock_monotonic_ns();
    if (paused)
        return runner->paused_until_ns - now;
    int64_t left = runner->next_sweep_ns - now;
    if (!stream_set_is_empty(&runner->dirty))
        left = least(left, runner->due_ns - now);
    if (runner->next_retry_ms != EVENTS_NEVER)
        left = least(left, (runner->next_retry_ms - clock_now_ms()) * NS_A_MS);
    return left;
}

static void wait_for_work(struct runner *runner, bool paused)
{
    int64_t left = time_left_ns(runner, paused);
    if (left <= 0)
        return;
    struct timespec deadline = deadline_in(left);
    pthread_cond_timedwait(&runner->wake, &runner->lock, &deadline);
}

/* Has what is dirty waited long enough? Who drains does not let it wait. */
static bool is_due(const struct runner *runner)
{
    return runner->drain_done < runner->drain_asked || clock_monotonic_ns() >= runner->due_ns;
}

static bool is_paused(const struct runner *runner)
{
    return runner->pause_ms && clock_monotonic_ns() < runner->paused_until_ns;
}

static void sweep_unlocked(struct runner *runner)
{
    runner->sweep = runner->overflowed = false;
    runner->next_retry_ms = 0;
    pthread_mutex_unlock(&runner->lock);
    sweep(runner);
    pthread_mutex_lock(&runner->lock);
}

/* With the lock held; does one piece of work without it. */
static void step(struct runner *runner)
{
    struct stream_key key;
    int64_t sequence;
    if (is_paused(runner)) {
        wait_for_work(runner, true);
    } else if (runner->sweep || clock_monotonic_ns() >= runner->next_sweep_ns) {
        sweep_unlocked(runner);
    } else if (runner->next_retry_ms <= clock_now_ms()) {
        runner->next_retry_ms = EVENTS_NEVER;
        pthread_mutex_unlock(&runner->lock);
        run_due_retries(runner);
        pthread_mutex_lock(&runner->lock);
    } else if (is_due(runner) && stream_set_take(&runner->dirty, &key, &sequence)) {
        pthread_mutex_unlock(&runner->lock);
        read_stream(runner, key, sequence);
        pthread_mutex_lock(&runner->lock);
    } else if (runner->overflowed && stream_set_is_empty(&runner->dirty)) {
        sweep_unlocked(runner);
    } else {
        if (runner->next_retry_ms == EVENTS_NEVER && stream_set_is_empty(&runner->dirty)) {
            runner->drain_done = runner->drain_asked;
            pthread_cond_broadcast(&runner->idle);
        }
        wait_for_work(runner, false);
    }
}

static void *run(void *arg)
{
    struct runner *runner = arg;
    pthread_mutex_lock(&runner->lock);
    while (!runner->stop) {
        step(runner);
        arena_reset(&runner->arena);
    }
    pthread_mutex_unlock(&runner->lock);
    return NULL;
}

/* ---- From other threads ---- */

bool runner_start(struct runner *runner)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, RUNNER_STACK);
    runner->stop = false;
    runner->sweep = true;
    runner->next_retry_ms = 0;
    runner->started = pthread_create(&runner->thread, &attributes, run, runner) == 0;
    pthread_attr_destroy(&attributes);
    if (!runner->started)
        log_error("events.thread_failed", LOG_TEXT("listener", runner->listener->name));
    return runner->started;
}

void runner_stop(struct runner *runner)
{
    if (!runner->started)
        return;
    pthread_mutex_lock(&runner->lock);
    runner->stop = true;
    pthread_cond_signal(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
    pthread_join(runner->thread, NULL);
    runner->started = false;
}

void runner_wake(struct runner *runner, struct stream_key key, int64_t sequence)
{
    int64_t linger_ms = runner->listener->linger_ms;
    pthread_mutex_lock(&runner->lock);
    bool lingers = linger_ms > 0 && !stream_set_is_empty(&runner->dirty);
    mark_dirty(runner, key, sequence, linger_ms);
    if (!lingers) /* otherwise it knows when to rise */
        pthread_cond_signal(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
}

void runner_look_again(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->sweep = true;
    pthread_cond_signal(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
}

void runner_retry_at(struct runner *runner, int64_t at_ms)
{
    pthread_mutex_lock(&runner->lock);
    if (at_ms < runner->next_retry_ms)
        runner->next_retry_ms = at_ms;
    pthread_mutex_unlock(&runner->lock);
}
