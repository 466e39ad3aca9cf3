/* Handing a stream's next events to a listener: its effects and its cursor in one transaction. The cursor
 * moves from where it was read, or the transaction is run again: that alone makes an effect happen once. When
 * one event fails the batch leaves no trace and its events are taken one by one, so that only the one at
 * fault is put aside. */
#include "base/clock.h"
#include "base/log.h"
#include "platform/events/dispatch_event.h"
#include "platform/events/pattern.h"

DB_STATEMENT(EVENT_HELD_ANY, "SELECT 1 FROM event_retries WHERE business_id = $1 AND listener = $2 "
                             "AND stream_id = $3 LIMIT 1");

DB_STATEMENT(AGGREGATE_HELD, "SELECT 1 FROM event_retries WHERE business_id = $1 AND listener = $2 "
                             "AND stream_id = $3 AND aggregate_id = $4 LIMIT 1");

DB_STATEMENT(RETRY_ADD,
             "INSERT INTO event_retries (business_id, listener, stream_id, sequence, event_id, aggregate_id, "
             "status, attempts, next_attempt_at, reason, failed_at, id) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING");

struct batch {
    struct runner *runner;
    struct stream_key key;
    size_t limit;

    size_t count; /* events read */
    bool more;
    int64_t from, position; /* the cursor before and after */
    int64_t handled;
    enum code verdict;  /* of the listener */
    struct event first; /* without its texts: what failed, when limit is 1 */
};

static void put_aside(struct db_tx *tx, struct str listener, const struct event *event, const char *status,
                      int64_t attempts, int64_t next_attempt_ms, enum code reason)
{
    db_ask(tx, &RETRY_ADD, DB_TEXT(listener), DB_UUID(event->stream_id), DB_INT(event->sequence),
           DB_UUID(event->event_id), DB_UUID(event->aggregate_id), DB_TEXT(str_of(status)), DB_INT(attempts),
           DB_INT_OR_NULL(next_attempt_ms), DB_TEXT(reason ? str_of(code_name(reason)) : STR_NONE),
           DB_INT(clock_now_ms()), DB_UUID(uuid_new()));
}

/* Which events are the listener's, now: those of other names are passed, those behind a failed one of their
 * aggregate are put aside. `any`: some aggregate of the stream is held. */
static void choose(struct db_tx *tx, const struct batch *batch, const struct event *events, bool any,
                   bool *ret_chosen)
{
    const struct runner *runner = batch->runner;
    struct db_rows **held = arena_array(db_arena(tx), struct db_rows *, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        ret_chosen[i] = event_pattern_matches(str_of(runner->listener->pattern), events[i].name);
        if (ret_chosen[i] && any)
            held[i] = db_ask(tx, &AGGREGATE_HELD, DB_TEXT(runner->name), DB_UUID(batch->key.stream_id),
                             DB_UUID(events[i].aggregate_id));
    }
    db_sync(tx);
    for (size_t i = 0; i < batch->count; i++) {
        if (!held[i] || held[i]->count == 0)
            continue;
        ret_chosen[i] = false;
        put_aside(tx, runner->name, &events[i], "waiting", 0, INT64_MIN, CODE_OK);
    }
    db_sync(tx);
}

static enum code handle_together(struct db_tx *tx, struct batch *batch, const struct event *events,
                                 const bool *chosen)
{
    const struct event **together = arena_array(db_arena(tx), const struct event *, batch->count);
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (chosen[i])
            together[count++] = &events[i];
    }
    if (count > 0)
        batch->verdict = event_handle_many(batch->runner, tx, together, count);
    batch->handled = batch->verdict || db_failed(tx) ? 0 : (int64_t)count;
    return batch->verdict;
}

static enum code handle_chosen(struct db_tx *tx, struct batch *batch, const struct event *events,
                               const bool *chosen)
{
    if (batch->runner->listener->handle_many)
        return handle_together(tx, batch, events, chosen);
    for (size_t i = 0; i < batch->count; i++) {
        if (!chosen[i])
            continue;
        batch->verdict = event_handle(batch->runner, tx, &events[i], 0);
        if (batch->verdict || db_failed(tx))
            return batch->verdict;
        batch->handled++;
    }
    return CODE_OK;
}

/* Nothing is there up to the stream's end: for a listener that is new, what was before it is pruned. */
static enum code pass_pruned(struct db_tx *tx, struct batch *batch, const struct db_rows *end)
{
    batch->position = end->count ? db_int(end, 0, 0) : 0;
    batch->more = false;
    if (batch->position <= batch->from) {
        batch->position = batch->from;
        return CODE_OK;
    }
    struct db_rows *moved =
        cursor_move(tx, batch->runner->name, batch->key.stream_id, batch->from, batch->position);
    db_sync(tx);
    return cursor_moved(moved);
}

static enum code run_batch(struct db_tx *tx, void *arg)
{
    struct batch *batch = arg;
    struct uuid stream_id = batch->key.stream_id;
    struct event *events;
    batch->verdict = CODE_OK;
    batch->count = 0;
    batch->handled = 0;
    batch->from = batch->position = cursor_lock(tx, batch->runner->name, stream_id);
    struct db_rows *held = db_ask(tx, &EVENT_HELD_ANY, DB_TEXT(batch->runner->name), DB_UUID(stream_id));
    size_t entries = batch->limit < EVENTS_ENTRIES_MAX ? batch->limit : EVENTS_ENTRIES_MAX;
    struct db_rows *end = log_ask_end(tx, stream_id); /* before the rows: what lies behind it comes later */
    struct db_rows *rows = log_ask(tx, stream_id, batch->from, entries);
    db_sync(tx);
    if (rows->count == 0)
        return pass_pruned(tx, batch, end);
    if (!log_events(tx, rows, batch->key, batch->from, batch->limit, &events, &batch->count))
        return CODE_UNAVAILABLE; /* nobody may pass a damaged row; the lag tells */
    batch->more = rows->count == entries || batch->count == batch->limit;

    bool *chosen = arena_array(db_arena(tx), bool, batch->count);
    batch->first = events[0];
    batch->position = events[batch->count - 1].sequence;
    struct db_rows *moved = cursor_move(tx, batch->runner->name, stream_id, batch->from, batch->position);
    choose(tx, batch, events, held->count > 0, chosen);
    enum code code = cursor_moved(moved);
    if (code)
        return code;
    events_gather(tx);
    code = handle_chosen(tx, batch, events, chosen);
    events_gather_end(tx, code == CODE_OK);
    return code;
}

static struct progress progress_of(const struct batch *batch, enum outcome outcome)
{
    return (struct progress){batch->count, batch->more,
                             outcome == OUTCOME_DONE ? batch->position : batch->from};
}

enum outcome dispatch_batch(struct worker *worker, struct stream_key key, struct progress *ret_progress)
{
    struct runner *runner = worker->runner;
    struct batch batch = {.runner = runner, .key = key, .limit = EVENTS_BATCH_MAX};
    enum code code = db_write(runner->events->db, key.business_id, &worker->arena, run_batch, &batch);
    enum outcome outcome = outcome_of(code, batch.verdict);
    if (outcome == OUTCOME_DONE)
        runner_count(runner, key, batch.handled, 0);
    *ret_progress = progress_of(&batch, outcome);
    return outcome;
}

struct parking {
    struct batch *batch;
    enum code reason;
    int64_t next_attempt_ms;
};

static enum code park(struct db_tx *tx, void *arg)
{
    const struct parking *parking = arg;
    const struct event *event = &parking->batch->first;
    struct str listener = parking->batch->runner->name;
    int64_t from = cursor_lock(tx, listener, event->stream_id);
    if (from >= event->sequence)
        return CODE_OK; /* another process was faster */
    struct db_rows *moved = cursor_move(tx, listener, event->stream_id, from, event->sequence);
    put_aside(tx, listener, event, "retrying", 1, parking->next_attempt_ms, parking->reason);
    db_sync(tx);
    return cursor_moved(moved);
}

static enum outcome put_first_aside(struct worker *worker, struct batch *batch, enum code reason)
{
    struct runner *runner = worker->runner;
    struct parking parking = {batch, reason, clock_now_ms() + retry_delay_ms(1)};
    event_note_failure(runner, &batch->first, 1, reason);
    if (db_write(runner->events->db, batch->key.business_id, &worker->arena, park, &parking))
        return OUTCOME_UNAVAILABLE;
    runner_retry_at(runner, parking.next_attempt_ms);
    return OUTCOME_DONE;
}

enum outcome dispatch_one(struct worker *worker, struct stream_key key, struct progress *ret_progress)
{
    struct batch batch = {.runner = worker->runner, .key = key, .limit = 1};
    enum code code = db_write(worker->runner->events->db, key.business_id, &worker->arena, run_batch, &batch);
    enum outcome outcome = outcome_of(code, batch.verdict);
    if (outcome == OUTCOME_FAILED && batch.count == 0)
        outcome = OUTCOME_UNAVAILABLE;
    if (outcome == OUTCOME_FAILED)
        outcome = put_first_aside(worker, &batch, batch.verdict ? batch.verdict : code);
    else if (outcome == OUTCOME_DONE)
        runner_count(worker->runner, key, batch.handled, 0);
    *ret_progress = progress_of(&batch, outcome);
    return outcome;
}
