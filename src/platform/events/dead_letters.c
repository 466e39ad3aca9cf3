/* Looking at dead letters, and ending them. */
#include "platform/events/dead_letters.h"

#include "base/clock.h"
#include "platform/events/dispatch_event.h"

/* $2: an outlet, NULL: all streams. */
#define IN_REACH "($2 IS NULL OR r.stream_id = $2 OR r.stream_id = r.business_id)"
#define COLUMNS                                                                                      \
    "r.id, r.listener, r.reason, r.stream_id, r.aggregate_id, r.sequence, r.attempts, r.failed_at, " \
    "(SELECT COUNT(*) FROM event_retries w WHERE w.business_id = r.business_id "                     \
    "AND w.listener = r.listener AND w.stream_id = r.stream_id AND w.aggregate_id = r.aggregate_id " \
    "AND w.status = 'waiting')"

DB_STATEMENT(DEAD_LIST, "SELECT " COLUMNS " FROM event_retries r WHERE r.business_id = $1 AND " IN_REACH
                        " AND r.status = 'dead' AND ($3 IS NULL OR r.listener = $3) AND r.id < $4 "
                        "ORDER BY r.id DESC LIMIT $5");
DB_STATEMENT(DEAD_FIND, "SELECT " COLUMNS " FROM event_retries r WHERE r.business_id = $1 AND " IN_REACH
                        " AND r.status = 'dead' AND r.id = $3");
DB_STATEMENT(DEAD_RETRY, "UPDATE event_retries SET status = 'retrying', attempts = 0, next_attempt_at = $3 "
                         "WHERE business_id = $1 AND id = $2 AND status = 'dead'");
DB_STATEMENT(DEAD_RETRY_ALL,
             "UPDATE event_retries SET status = 'retrying', attempts = 0, next_attempt_at = $4 "
             "WHERE business_id = $1 AND ($2 IS NULL OR stream_id = $2 OR stream_id = business_id) "
             "AND ($3 IS NULL OR listener = $3) AND status = 'dead'");
DB_STATEMENT(DEAD_DISCARD,
             "DELETE FROM event_retries WHERE business_id = $1 AND id = $2 AND status = 'dead'");

static struct dead_letter letter_of_row(const struct db_rows *rows, size_t row)
{
    return (struct dead_letter){
        .id = db_uuid(rows, row, 0),
        .listener = db_text(rows, row, 1),
        .reason = db_text(rows, row, 2),
        .stream_id = db_uuid(rows, row, 3),
        .aggregate_id = db_uuid(rows, row, 4),
        .sequence = db_int(rows, row, 5),
        .attempts = db_int(rows, row, 6),
        .failed_ms = db_int(rows, row, 7),
        .waiting = db_int(rows, row, 8),
    };
}

/* Their events, in one round trip. */
static void load_events(struct db_tx *tx, struct dead_letter *letters, size_t count)
{
    struct db_rows **rows = arena_array(db_arena(tx), struct db_rows *, count);
    for (size_t i = 0; i < count; i++)
        rows[i] = log_ask_one(tx, letters[i].stream_id, letters[i].sequence);
    db_sync(tx);
    for (size_t i = 0; i < count; i++) {
        struct stream_key key = {db_business(tx), letters[i].stream_id};
        letters[i].event = log_event(tx, rows[i], key, letters[i].sequence);
    }
}

size_t dead_letters_list(struct db_tx *tx, const struct dead_letter_filter *filter,
                         struct dead_letter **ret_letters)
{
    struct db_rows *rows =
        db_query(tx, &DEAD_LIST, DB_UUID_OR_NULL(filter->outlet_id), DB_TEXT(filter->listener),
                 DB_UUID(filter->before), DB_INT(filter->limit));
    struct dead_letter *letters = arena_array(db_arena(tx), struct dead_letter, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        letters[i] = letter_of_row(rows, i);
    load_events(tx, letters, rows->count);
    *ret_letters = letters;
    return rows->count;
}

static enum code find(struct db_tx *tx, struct uuid outlet_id, struct uuid id, struct dead_letter *ret_letter)
{
    struct db_rows *rows = db_query(tx, &DEAD_FIND, DB_UUID_OR_NULL(outlet_id), DB_UUID(id));
    if (rows->count == 0)
        return CODE_NOT_FOUND;
    *ret_letter = letter_of_row(rows, 0);
    load_events(tx, ret_letter, 1);
    return CODE_OK;
}

static void look_again(void *arg)
{
    struct events *events = arg;
    for (size_t i = 0; i < events->count; i++)
        runner_look_again(&events->runners[i]);
}

enum code dead_letter_retry(struct db_tx *tx, struct events *events, struct uuid outlet_id, struct uuid id,
                            struct dead_letter *ret_letter)
{
    enum code code = find(tx, outlet_id, id, ret_letter);
    if (code)
        return code;
    struct db_rows *changed = db_query(tx, &DEAD_RETRY, DB_UUID(id), DB_INT(clock_now_ms()));
    db_after_commit(tx, look_again, events);
    return changed->affected == 1 ? CODE_OK : CODE_NOT_FOUND;
}

int64_t dead_letters_retry_all(struct db_tx *tx, struct events *events, struct uuid outlet_id,
                               struct str listener)
{
    struct db_rows *changed =
        db_query(tx, &DEAD_RETRY_ALL, DB_UUID_OR_NULL(outlet_id), DB_TEXT(listener), DB_INT(clock_now_ms()));
    db_after_commit(tx, look_again, events);
    return changed->affected;
}

enum code dead_letter_discard(struct db_tx *tx, struct events *events, struct uuid outlet_id, struct uuid id,
                              struct dead_letter *ret_letter)
{
    enum code code = find(tx, outlet_id, id, ret_letter);
    if (code)
        return code;
    /* The cursor first, as who reads the stream does: nobody puts a follower behind it meanwhile. */
    cursor_lock(tx, ret_letter->listener, ret_letter->stream_id);
    if (db_query(tx, &DEAD_DISCARD, DB_UUID(id))->affected != 1)
        return CODE_NOT_FOUND;
    retry_free_next(tx, ret_letter->listener, ret_letter->stream_id, ret_letter->aggregate_id);
    db_after_commit(tx, look_again, events);
    return CODE_OK;
}
