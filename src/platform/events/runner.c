/* A listener's threads: they sleep until a commit, a due retry or the slow sweep gives them something to do.
 * They share a queue of streams; a stream is in the hands of one of them at a time. */
#include "base/check.h"
#include "base/clock.h"
#include "base/deadline.h"
#include "base/log.h"
#include "platform/events/dispatcher.h"

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

/* Everything below until "From other threads" runs with the runner's lock held, but for what says otherwise.
 */

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

/* ---- Streams ---- */

static struct worker *holder_of(struct runner *runner, struct stream_key key)
{
    for (size_t i = 0; i < runner->worker_count; i++) {
        struct worker *worker = &runner->workers[i];
        if (worker->has_stream && uuid_eq(worker->stream.stream_id, key.stream_id) &&
            uuid_eq(worker->stream.business_id, key.business_id))
            return worker;
    }
    return NULL;
}

/* `linger_ms`: how long it may wait for company. True: the threads must know, they would rise too late. */
static bool mark_dirty(struct runner *runner, struct stream_key key, int64_t sequence, int64_t linger_ms)
{
    int64_t due_ns = clock_monotonic_ns() + linger_ms * NS_A_MS;
    bool earlier = stream_set_is_empty(&runner->dirty) || due_ns < runner->due_ns;
    if (earlier)
        runner->due_ns = due_ns;
    if (!stream_set_add(&runner->dirty, key, sequence))
        runner->overflowed = true; /* too many to remember: the database knows them */
    return earlier;
}

/* Takes the stream that waits longest; one that another worker has in hand is left to that one. */
static bool take_stream(struct worker *worker, int64_t *ret_sequence)
{
    struct stream_key key;
    while (stream_set_take(&worker->runner->dirty, &key, ret_sequence)) {
        struct worker *holder = holder_of(worker->runner, key);
        if (!holder) {
            worker->stream = key;
            worker->has_stream = true;
            worker->again = 0;
            return true;
        }
        if (holder->again < *ret_sequence)
            holder->again = *ret_sequence;
    }
    return false;
}

/* After a batch that failed: its events one by one, so that the rest does not suffer for one. Without the
 * lock. */
static enum outcome read_singly(struct worker *worker, struct stream_key key, struct progress *progress)
{
    enum outcome outcome = OUTCOME_DONE;
    struct progress one = {.count = 1};
    for (size_t i = 0; i < progress->count && one.count == 1 && outcome == OUTCOME_DONE; i++) {
        arena_reset(&worker->arena);
        outcome = dispatch_one(worker, key, &one);
        progress->position = one.position;
    }
    return outcome;
}

/* One batch of the stream in hand; one with more to read goes to the end of the queue. */
static void read_stream(struct worker *worker, int64_t sequence)
{
    struct runner *runner = worker->runner;
    struct stream_key key = worker->stream;
    struct progress progress = {0};
    pthread_mutex_unlock(&runner->lock);
    enum outcome outcome = dispatch_batch(worker, key, &progress);
    if (outcome == OUTCOME_FAILED)
        outcome = progress.count ? read_singly(worker, key, &progress) : OUTCOME_UNAVAILABLE;
    pthread_mutex_lock(&runner->lock);
    note_outcome(runner, outcome);
    worker->has_stream = false;
    sequence = sequence > worker->again ? sequence : worker->again;
    if (outcome != OUTCOME_DONE || progress.more)
        mark_dirty(runner, key, sequence > progress.position ? sequence : progress.position + 1, 0);
    else if (worker->again > progress.position)
        mark_dirty(runner, key, worker->again, 0);
    if (outcome == OUTCOME_DONE)
        stream_set_settle(&runner->dirty, key, progress.position);
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

static void sweep(struct worker *worker)
{
    struct runner *runner = worker->runner;
    struct behind behind = {runner->name, NULL};
    runner->sweep = runner->overflowed = false;
    runner->next_retry_ms = 0;
    runner->next_sweep_ns = clock_monotonic_ns() + EVENTS_SWEEP_MS * NS_A_MS;
    runner->sweeping = true;
    pthread_mutex_unlock(&runner->lock);
    enum code code = db_read(runner->events->db, UUID_NIL, &worker->arena, load_behind, &behind);
    pthread_mutex_lock(&runner->lock);
    runner->sweeping = false;
    note_outcome(runner, code ? OUTCOME_UNAVAILABLE : OUTCOME_DONE);
    if (code) {
        runner->sweep = true;
        return;
    }
    runner->overflowed |= behind.rows->count == EVENTS_STREAMS_A_SWEEP;
    for (size_t i = 0; i < behind.rows->count; i++) {
        struct stream_key key = {db_uuid(behind.rows, i, 0), db_uuid(behind.rows, i, 1)};
        mark_dirty(runner, key, db_int(behind.rows, i, 2), 0);
    }
}

static void run_due_retries(struct worker *worker)
{
    struct runner *runner = worker->runner;
    int64_t next_ms = 0;
    runner->next_retry_ms = EVENTS_NEVER;
    runner->retrying = true;
    pthread_mutex_unlock(&runner->lock);
    enum outcome outcome = dispatch_retries(worker, &next_ms);
    pthread_mutex_lock(&runner->lock);
    runner->retrying = false;
    note_outcome(runner, outcome);
    if (outcome == OUTCOME_DONE && next_ms < runner->next_retry_ms)
        runner->next_retry_ms = next_ms;
    else if (outcome != OUTCOME_DONE)
        runner->next_retry_ms = 0;
}

static void refresh_figures(struct worker *worker)
{
    struct runner *runner = worker->runner;
    runner->next_figures_ns = clock_monotonic_ns() + EVENTS_FIGURES_MS * NS_A_MS;
    pthread_mutex_unlock(&runner->lock);
    runner_refresh_figures(runner, &worker->arena);
    pthread_mutex_lock(&runner->lock);
}

/* ---- Waiting ---- */

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static bool is_paused(const struct runner *runner)
{
    return runner->pause_ms && clock_monotonic_ns() < runner->paused_until_ns;
}

/* Has what is dirty waited long enough? Who drains does not let it wait. */
static bool is_due(const struct runner *runner)
{
    return runner->drain_done < runner->drain_asked || clock_monotonic_ns() >= runner->due_ns;
}

/* Nanoseconds until something is due by itself. */
static int64_t time_left_ns(const struct runner *runner)
{
    int64_t now = clock_monotonic_ns();
    if (is_paused(runner))
        return runner->paused_until_ns - now;
    int64_t left = least(runner->next_sweep_ns, runner->next_figures_ns) - now;
    if (!stream_set_is_empty(&runner->dirty))
        left = least(left, runner->due_ns - now);
    if (runner->next_retry_ms != EVENTS_NEVER && !runner->retrying)
        left = least(left, (runner->next_retry_ms - clock_now_ms()) * NS_A_MS);
    return left;
}

static void wait_for_work(struct runner *runner)
{
    int64_t left = time_left_ns(runner);
    if (left <= 0)
        return;
    struct timespec deadline = deadline_in_ns(left);
    pthread_cond_timedwait(&runner->wake, &runner->lock, &deadline);
}

static void note_idle(struct runner *runner)
{
    if (runner->busy || runner->sweep || runner->next_retry_ms != EVENTS_NEVER ||
        !stream_set_is_empty(&runner->dirty))
        return;
    runner->drain_done = runner->drain_asked;
    pthread_cond_broadcast(&runner->idle);
}

/* Does one piece of work; false: there is none. */
static bool work(struct worker *worker)
{
    struct runner *runner = worker->runner;
    int64_t sequence, now_ns = clock_monotonic_ns();
    if (is_paused(runner))
        return false;
    bool must_sweep = runner->sweep || now_ns >= runner->next_sweep_ns ||
                      (runner->overflowed && stream_set_is_empty(&runner->dirty));
    if (must_sweep && !runner->sweeping)
        sweep(worker);
    else if (runner->next_retry_ms <= clock_now_ms() && !runner->retrying)
        run_due_retries(worker);
    else if (is_due(runner) && take_stream(worker, &sequence))
        read_stream(worker, sequence);
    else if (now_ns >= runner->next_figures_ns)
        refresh_figures(worker);
    else
        return false;
    return true;
}

static void *run(void *arg)
{
    struct worker *worker = arg;
    struct runner *runner = worker->runner;
    pthread_mutex_lock(&runner->lock);
    while (!runner->stop) {
        runner->busy++;
        bool worked = work(worker);
        runner->busy--;
        arena_reset(&worker->arena);
        if (worked && runner->worker_count > 1)
            pthread_cond_broadcast(&runner->wake); /* there may be more than this one can do */
        if (!worked) {
            note_idle(runner);
            wait_for_work(runner);
        }
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
    bool started = true;
    for (size_t i = 0; i < runner->worker_count && started; i++) {
        struct worker *worker = &runner->workers[i];
        started = worker->started = pthread_create(&worker->thread, &attributes, run, worker) == 0;
    }
    pthread_attr_destroy(&attributes);
    if (!started)
        log_error("events.thread_failed", LOG_TEXT("listener", runner->listener->name));
    return started;
}

void runner_stop(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->stop = true;
    pthread_cond_broadcast(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
    for (size_t i = 0; i < runner->worker_count; i++) {
        if (runner->workers[i].started)
            pthread_join(runner->workers[i].thread, NULL);
        runner->workers[i].started = false;
    }
}

void runner_wake(struct runner *runner, struct stream_key key, int64_t sequence, bool wanted)
{
    int64_t linger_ms = wanted ? runner->listener->linger_ms : EVENTS_UNWANTED_LINGER_MS;
    pthread_mutex_lock(&runner->lock);
    if (mark_dirty(runner, key, sequence, linger_ms) || (wanted && linger_ms == 0))
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
    pthread_cond_signal(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
}
