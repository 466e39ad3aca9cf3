/* Reading the log itself: for tails, and for who missed something. */
#include "platform/events/dispatch_event.h"
#include "platform/events/tail.h"

DB_STATEMENT(LOG_AFTER,
             "SELECT " EVENT_COLUMNS " FROM outbox o WHERE o.business_id = $1 AND o.stream_id = $2 "
             "AND o.sequence > $3 ORDER BY o.sequence LIMIT $4");
DB_STATEMENT(LOG_END, "SELECT last_sequence FROM outlet_counters WHERE business_id = $1 AND outlet_id = $2");

struct reading {
    struct stream_key key;
    int64_t after;
    size_t limit;

    struct event *events;
    size_t count;
};

static enum code read_log(struct db_tx *tx, void *arg)
{
    struct reading *reading = arg;
    struct db_rows *end = db_ask(tx, &LOG_END, DB_UUID(reading->key.stream_id));
    struct db_rows *rows = db_query(tx, &LOG_AFTER, DB_UUID(reading->key.stream_id), DB_INT(reading->after),
                                    DB_INT((int64_t)reading->limit));
    if (db_failed(tx))
        return CODE_OK;
    reading->count = rows->count;
    reading->events = arena_array(db_arena(tx), struct event, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        reading->events[i] = event_of_row(db_arena(tx), rows, i, reading->key);
    int64_t last = end->count ? db_int(end, 0, 0) : 0;
    bool has_next = rows->count && reading->events[0].sequence == reading->after + 1;
    return has_next || reading->limit == 0 || reading->after == last ? CODE_OK : CODE_NOT_FOUND;
}

enum code events_read(struct events *events, struct arena *arena, struct uuid business, struct uuid stream,
                      int64_t after, size_t limit, struct event **ret_events, size_t *ret_count)
{
    struct reading reading = {{business, stream}, after, limit, NULL, 0};
    enum code code = db_read(events->db, business, arena, read_log, &reading);
    *ret_events = code ? NULL : reading.events;
    *ret_count = code ? 0 : reading.count;
    return code;
}

struct ends {
    const struct stream_key *keys;
    size_t count;
    int64_t *ends;
};

static enum code read_ends(struct db_tx *tx, void *arg)
{
    struct ends *ends = arg;
    struct db_rows **rows = arena_array(db_arena(tx), struct db_rows *, ends->count);
    for (size_t i = 0; i < ends->count; i++) {
        db_become(tx, ends->keys[i].business_id);
        rows[i] = db_ask(tx, &LOG_END, DB_UUID(ends->keys[i].stream_id));
    }
    db_sync(tx);
    for (size_t i = 0; i < ends->count; i++)
        ends->ends[i] = rows[i]->count ? db_int(rows[i], 0, 0) : 0;
    return CODE_OK;
}

enum code log_ends(struct events *events, struct arena *arena, const struct stream_key *keys, size_t count,
                   int64_t *ret_ends)
{
    struct ends ends = {keys, count, ret_ends};
    return db_read(events->db, count ? keys[0].business_id : UUID_NIL, arena, read_ends, &ends);
}
