/* Events that failed: tried again when their time has come, given up as dead letters after the last attempt.
 * A success (or the end of a dead letter) lets the next event of the same aggregate go, in the same
 * transaction. */
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "platform/events/dispatch_event.h"

#define RETRIES_AT_ONCE 16
#define RETRIES_LOOKED_AT 1000

METRIC_COUNTER(DEAD, "tilopos_events_dead_total", "Events given up after their last attempt.");

/* The businesses take turns, so that one with many (or slow) failures does not hold up the others'. */
DB_STATEMENT_GLOBAL(
    RETRIES_DUE, "the dispatcher serves the events of all businesses",
    "WITH earliest AS (SELECT business_id, stream_id, sequence, next_attempt_at FROM event_retries "
    "WHERE listener = $1 AND status = 'retrying' ORDER BY next_attempt_at LIMIT $2) "
    "SELECT business_id, stream_id, sequence, next_attempt_at FROM earliest ORDER BY "
    "ROW_NUMBER() OVER (PARTITION BY business_id ORDER BY next_attempt_at), next_attempt_at LIMIT $3");

/* Takes the row: whoever deletes it in the transaction of its effects has the event, others find nothing. */
DB_STATEMENT(RETRY_TAKE, "DELETE FROM event_retries WHERE business_id = $1 AND listener = $2 "
                         "AND stream_id = $3 AND sequence = $4 AND status = 'retrying' "
                         "AND next_attempt_at <= $5 RETURNING attempts, aggregate_id, event_id");

DB_STATEMENT(RETRY_NEXT_OF_AGGREGATE,
             "UPDATE event_retries SET status = 'retrying', attempts = 0, next_attempt_at = $5 "
             "WHERE business_id = $1 AND listener = $2 AND stream_id = $3 AND sequence = "
             "(SELECT MIN(w.sequence) FROM event_retries w WHERE w.business_id = $1 AND w.listener = $2 "
             "AND w.stream_id = $3 AND w.aggregate_id = $4 AND w.status = 'waiting')");

DB_STATEMENT(RETRY_FAILED, "UPDATE event_retries SET status = $5, attempts = $6, next_attempt_at = $7, "
                           "reason = $8, failed_at = $9 WHERE business_id = $1 AND listener = $2 "
                           "AND stream_id = $3 AND sequence = $4 AND status = 'retrying' AND attempts = $10");

struct retry {
    struct runner *runner;
    struct stream_key key;
    int64_t sequence;

    bool found; /* still to be done when its turn came */
    struct event event;
    int64_t attempts; /* before this one */
    enum code verdict;
};

void retry_free_next(struct db_tx *tx, struct str listener, struct uuid stream_id, struct uuid aggregate_id)
{
    db_query(tx, &RETRY_NEXT_OF_AGGREGATE, DB_TEXT(listener), DB_UUID(stream_id), DB_UUID(aggregate_id),
             DB_INT(clock_now_ms()));
}

static enum code run_retry(struct db_tx *tx, void *arg)
{
    struct retry *retry = arg;
    struct str listener = retry->runner->name;
    struct uuid stream_id = retry->key.stream_id;
    retry->verdict = CODE_OK;
    retry->found = false;
    cursor_lock(tx, listener, stream_id);
    struct db_rows *taken = db_ask(tx, &RETRY_TAKE, DB_TEXT(listener), DB_UUID(stream_id),
                                   DB_INT(retry->sequence), DB_INT(clock_now_ms()));
    struct db_rows *rows = log_ask_one(tx, stream_id, retry->sequence);
    db_sync(tx);
    if (taken->count == 0)
        return CODE_OK; /* another process was faster */
    retry->found = true;
    retry->attempts = db_int(taken, 0, 0);
    retry->event = (struct event){.business_id = retry->key.business_id,
                                  .stream_id = stream_id,
                                  .sequence = retry->sequence,
                                  .aggregate_id = db_uuid(taken, 0, 1),
                                  .event_id = db_uuid(taken, 0, 2)};
    const struct event *event = log_event(tx, rows, retry->key, retry->sequence);
    if (!event)
        return retry->verdict = CODE_NOT_FOUND; /* the event itself is gone */

    retry->event = *event;
    retry_free_next(tx, listener, stream_id, retry->event.aggregate_id);
    if (db_failed(tx))
        return CODE_OK;
    events_gather(tx);
    retry->verdict = event_handle(retry->runner, tx, &retry->event, retry->attempts);
    events_gather_end(tx, retry->verdict == CODE_OK);
    return retry->verdict;
}

struct failure {
    const struct retry *retry;
    enum code reason;
};

static enum code record_failure(struct db_tx *tx, void *arg)
{
    const struct failure *failure = arg;
    const struct retry *retry = failure->retry;
    int64_t now = clock_now_ms(), attempts = retry->attempts + 1, delay = retry_delay_ms(attempts);
    bool dead = delay == EVENTS_NEVER;
    cursor_lock(tx, retry->runner->name, retry->key.stream_id);
    db_query(tx, &RETRY_FAILED, DB_TEXT(retry->runner->name), DB_UUID(retry->key.stream_id),
             DB_INT(retry->sequence), DB_TEXT(dead ? STR("dead") : STR("retrying")), DB_INT(attempts),
             DB_INT_OR_NULL(dead ? INT64_MIN : now + delay), DB_TEXT(str_of(code_name(failure->reason))),
             DB_INT(now), DB_INT(retry->attempts));
    return CODE_OK;
}

/* OUTCOME_FAILED: it could not be taken (another process may have its stream), and stays as it is. */
static enum outcome dispatch_retry(struct retry *retry, struct arena *arena)
{
    struct db *db = retry->runner->events->db;
    enum code code = db_write(db, retry->key.business_id, arena, run_retry, retry);
    enum outcome outcome = outcome_of(code, retry->verdict);
    if (outcome == OUTCOME_DONE && retry->found)
        runner_count(retry->runner, retry->key, 1, 0);
    if (outcome != OUTCOME_FAILED || !retry->found)
        return outcome;

    struct failure failure = {retry, retry->verdict ? retry->verdict : code};
    event_note_failure(retry->runner, &retry->event, retry->attempts + 1, failure.reason);
    code = db_write(db, retry->key.business_id, arena, record_failure, &failure);
    if (code)
        return outcome_of(code, CODE_OK);
    if (retry_delay_ms(retry->attempts + 1) == EVENTS_NEVER) {
        metric_add(&DEAD, 1);
        log_error("event.dead", LOG_TEXT("listener", retry->runner->listener->name),
                  LOG_INT("sequence", retry->sequence), LOG_TEXT("reason", code_name(failure.reason)));
    }
    return OUTCOME_DONE;
}

struct due {
    struct str listener;
    struct db_rows *rows;
};

static enum code load_due(struct db_tx *tx, void *arg)
{
    struct due *due = arg;
    due->rows = db_query(tx, &RETRIES_DUE, DB_TEXT(due->listener), DB_INT(RETRIES_LOOKED_AT),
                         DB_INT(RETRIES_AT_ONCE));
    return CODE_OK;
}

enum outcome dispatch_retries(struct worker *worker, int64_t *ret_next_ms)
{
    struct runner *runner = worker->runner;
    struct due due = {runner->name, NULL};
    if (db_read(runner->events->db, UUID_NIL, &worker->arena, load_due, &due))
        return OUTCOME_UNAVAILABLE;
    enum outcome all = OUTCOME_DONE;
    *ret_next_ms = due.rows->count ? db_int(due.rows, 0, 3) : EVENTS_NEVER; /* the first is the earliest */
    for (size_t i = 0; i < due.rows->count; i++) {
        if (db_int(due.rows, i, 3) > clock_now_ms())
            continue;
        struct retry retry = {
            .runner = runner,
            .key = {db_uuid(due.rows, i, 0), db_uuid(due.rows, i, 1)},
            .sequence = db_int(due.rows, i, 2),
        };
        *ret_next_ms = 0; /* what it set free, or failed again, is looked up */
        enum outcome outcome = dispatch_retry(&retry, &worker->arena);
        if (outcome == OUTCOME_UNAVAILABLE)
            return OUTCOME_UNAVAILABLE;
        if (outcome == OUTCOME_FAILED)
            all = OUTCOME_UNAVAILABLE; /* again after a pause; the others need not wait for it */
    }
    return all;
}
