/* Handing a stream's next events to a listener: its effects and its cursor in one transaction. The cursor
 * moves from where it was read, or the transaction is run again: that alone makes an effect happen once. When
 * one event fails the batch leaves no trace and its events are taken one by one, so that only the one at
 * fault is put aside. */
#include "base/clock.h"
#include "base/log.h"
#include "platform/events/dispatch_event.h"
#include "platform/events/pattern.h"

DB_STATEMENT(EVENTS_AFTER,
             "SELECT " EVENT_COLUMNS " FROM outbox o WHERE o.business_id = $1 AND o.stream_id = $2 "
             "AND o.sequence > $3 ORDER BY o.sequence LIMIT $4");

DB_STATEMENT(EVENT_HELD_ANY, "SELECT 1 FROM event_retries WHERE business_id = $1 AND listener = $2 "
                             "AND stream_id = $3 LIMIT 1");

/* Aggregates of the events in hand that wait for an earlier event of theirs. */
DB_STATEMENT(EVENTS_HELD,
             "SELECT DISTINCT r.aggregate_id FROM outbox o JOIN event_retries r "
             "ON r.business_id = o.business_id AND r.listener = $2 AND r.stream_id = o.stream_id "
             "AND r.aggregate_id = o.aggregate_id WHERE o.business_id = $1 AND o.stream_id = $3 "
             "AND o.sequence > $4 AND o.sequence <= $5");

DB_STATEMENT(RETRY_ADD,
             "INSERT INTO event_retries (business_id, listener, stream_id, sequence, event_id, aggregate_id, "
             "status, attempts, next_attempt_at, reason, failed_at) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING");

struct batch {
    struct runner *runner;
    struct stream_key key;
    size_t limit;

    size_t count;           /* events read */
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
           DB_INT(clock_now_ms()));
}

static bool is_held(const struct db_rows *held, struct uuid aggregate_id)
{
    for (size_t i = 0; i < held->count; i++) {
        if (uuid_eq(db_uuid(held, i, 0), aggregate_id))
            return true;
    }
    return false;
}

static const struct db_rows *aggregates_held(struct db_tx *tx, const struct batch *batch,
                                             const struct db_rows *any)
{
    if (any->count == 0)
        return any;
    return db_query(tx, &EVENTS_HELD, DB_TEXT(batch->runner->name), DB_UUID(batch->key.stream_id),
                    DB_INT(batch->from), DB_INT(batch->position));
}

/* Which events are the listener's, now: those of other names are passed, those behind a failed one of their
 * aggregate are put aside. */
static void choose(struct db_tx *tx, const struct batch *batch, const struct event *events,
                   const struct db_rows *held, bool *ret_chosen)
{
    struct str pattern = str_of(batch->runner->listener->pattern);
    for (size_t i = 0; i < batch->count; i++) {
        if (!event_pattern_matches(pattern, events[i].name))
            continue;
        ret_chosen[i] = !is_held(held, events[i].aggregate_id);
        if (!ret_chosen[i])
            put_aside(tx, batch->runner->name, &events[i], "waiting", 0, INT64_MIN, CODE_OK);
    }
}

static enum code handle_chosen(struct db_tx *tx, struct batch *batch, const struct event *events,
                               const bool *chosen)
{
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

static enum code run_batch(struct db_tx *tx, void *arg)
{
    struct batch *batch = arg;
    struct uuid stream_id = batch->key.stream_id;
    batch->verdict = CODE_OK;
    batch->count = 0;
    batch->handled = 0;
    batch->from = batch->position = cursor_lock(tx, batch->runner->name, stream_id);
    struct db_rows *any = db_ask(tx, &EVENT_HELD_ANY, DB_TEXT(batch->runner->name), DB_UUID(stream_id));
    struct db_rows *rows =
        db_query(tx, &EVENTS_AFTER, DB_UUID(stream_id), DB_INT(batch->from), DB_INT((int64_t)batch->limit));
    if (rows->count == 0)
        return CODE_OK;

    struct event *events = arena_array(db_arena(tx), struct event, rows->count);
    bool *chosen = arena_array(db_arena(tx), bool, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        events[i] = event_of_row(db_arena(tx), rows, i, batch->key);
    batch->count = rows->count;
    batch->first = events[0];
    batch->position = events[rows->count - 1].sequence;
    const struct db_rows *held = aggregates_held(tx, batch, any);
    struct db_rows *moved = cursor_move(tx, batch->runner->name, stream_id, batch->from, batch->position);
    choose(tx, batch, events, held, chosen);
    db_sync(tx);
    enum code code = cursor_moved(moved);
    return code ? code : handle_chosen(tx, batch, events, chosen);
}

enum outcome dispatch_batch(struct runner *runner, struct stream_key key, size_t limit, size_t *ret_count,
                            int64_t *ret_position)
{
    struct batch batch = {.runner = runner, .key = key, .limit = limit};
    enum code code = db_write(runner->events->db, key.business_id, &runner->arena, run_batch, &batch);
    enum outcome outcome = outcome_of(code, batch.verdict);
    if (outcome == OUTCOME_DONE)
        atomic_fetch_add(&runner->handled, batch.handled);
    *ret_count = batch.count;
    *ret_position = outcome == OUTCOME_DONE ? batch.position : batch.from;
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

enum outcome dispatch_one(struct runner *runner, struct stream_key key, size_t *ret_count,
                          int64_t *ret_position)
{
    struct batch batch = {.runner = runner, .key = key, .limit = 1};
    enum code code = db_write(runner->events->db, key.business_id, &runner->arena, run_batch, &batch);
    enum outcome outcome = outcome_of(code, batch.verdict);
    if (outcome == OUTCOME_FAILED) {
        if (batch.count == 0)
            return OUTCOME_UNAVAILABLE;
        struct parking parking = {&batch, batch.verdict ? batch.verdict : code,
                                  clock_now_ms() + retry_delay_ms(1)};
        event_log_failure(runner, &batch.first, 1, parking.reason);
        code = db_write(runner->events->db, key.business_id, &runner->arena, park, &parking);
        outcome = code ? OUTCOME_UNAVAILABLE : OUTCOME_DONE;
        if (!code)
            runner_retry_at(runner, parking.next_attempt_ms);
    } else if (outcome == OUTCOME_DONE) {
        atomic_fetch_add(&runner->handled, batch.handled);
    }
    *ret_count = batch.count;
    *ret_position = outcome == OUTCOME_DONE ? batch.position : batch.from;
    return outcome;
}
