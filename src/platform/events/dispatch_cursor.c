/* Where a listener stands in a stream, and what a transaction's end means for it. */
#include "platform/events/dispatcher.h"

DB_STATEMENT(CURSOR_LOCK, "SELECT position FROM event_cursors WHERE business_id = $1 AND stream_id = $2 "
                          "AND listener = $3 {for_update}");
DB_STATEMENT(CURSOR_ADD, "INSERT INTO event_cursors (business_id, stream_id, listener, position) "
                         "VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING");
DB_STATEMENT(CURSOR_MOVE, "UPDATE event_cursors SET position = $4 WHERE business_id = $1 AND stream_id = $2 "
                          "AND listener = $3 AND position = $5");

int64_t cursor_lock(struct db_tx *tx, struct str listener, struct uuid stream_id)
{
    struct db_rows *cursor = db_query(tx, &CURSOR_LOCK, DB_UUID(stream_id), DB_TEXT(listener));
    if (cursor->count == 0) {
        db_ask(tx, &CURSOR_ADD, DB_UUID(stream_id), DB_TEXT(listener));
        cursor = db_query(tx, &CURSOR_LOCK, DB_UUID(stream_id), DB_TEXT(listener));
    }
    return cursor->count ? db_int(cursor, 0, 0) : 0;
}

struct db_rows *cursor_move(struct db_tx *tx, struct str listener, struct uuid stream_id, int64_t from,
                            int64_t to)
{
    return db_ask(tx, &CURSOR_MOVE, DB_UUID(stream_id), DB_TEXT(listener), DB_INT(to), DB_INT(from));
}

enum code cursor_moved(const struct db_rows *moved) { return moved->affected == 1 ? CODE_OK : CODE_RETRY; }

enum outcome outcome_of(enum code result, enum code verdict)
{
    if (result == CODE_OK)
        return OUTCOME_DONE;
    if (verdict != CODE_OK)
        return OUTCOME_FAILED;
    switch (result) {
    case CODE_UNAVAILABLE:
    case CODE_STORAGE_FULL:
    case CODE_OVERLOADED:
    case CODE_RETRY:
        return OUTCOME_UNAVAILABLE;
    default: /* a statement of the listener's that the database refused */
        return OUTCOME_FAILED;
    }
}

int64_t retry_delay_ms(int64_t attempts)
{
    return attempts < EVENTS_ATTEMPTS_MAX ? INT64_C(1000) << (attempts - 1) : EVENTS_NEVER;
}
