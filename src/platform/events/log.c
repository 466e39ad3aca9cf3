/* Reading the log: for listeners, for tails, and for who missed something. */
#include "platform/events/log.h"

#include "platform/events/dispatcher.h"
#include "platform/events/tail.h"

DB_STATEMENT(LOG_AFTER,
             "SELECT " ENTRY_COLUMNS " FROM outbox o WHERE o.business_id = $1 AND o.stream_id = $2 "
             "AND o.sequence > $3 ORDER BY o.sequence LIMIT $4");
DB_STATEMENT(LOG_END, "SELECT last_sequence FROM outlet_counters WHERE business_id = $1 AND outlet_id = $2");

struct db_rows *log_ask(struct db_tx *tx, struct uuid stream_id, int64_t after, size_t limit)
{
    return db_ask(tx, &LOG_AFTER, DB_UUID(stream_id), DB_INT(after), DB_INT((int64_t)limit));
}

static size_t count_of(const struct db_rows *rows)
{
    int64_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += db_int(rows, i, 1);
    return count > 0 ? (size_t)count : 0;
}

bool log_events(struct db_tx *tx, const struct db_rows *rows, struct stream_key key, int64_t after,
                size_t limit, struct event **ret_events, size_t *ret_count)
{
    size_t room = count_of(rows);
    room = room < limit ? room : limit;
    *ret_events = arena_array(db_arena(tx), struct event, room);
    *ret_count = 0;
    for (size_t i = 0; i < rows->count && *ret_count < room; i++) {
        struct entry entry = entry_of_row(rows, i, key);
        const struct event *events = entry_events(db_arena(tx), &entry);
        if (!events)
            return false;
        for (int64_t j = 0; j < entry.count && *ret_count < room; j++) {
            if (events[j].sequence > after)
                (*ret_events)[(*ret_count)++] = events[j];
        }
    }
    return true;
}

struct db_rows *log_ask_end(struct db_tx *tx, struct uuid stream_id)
{
    return db_ask(tx, &LOG_END, DB_UUID(stream_id));
}

struct db_rows *log_ask_one(struct db_tx *tx, struct uuid stream_id, int64_t sequence)
{
    return log_ask(tx, stream_id, sequence - 1, 1);
}

const struct event *log_event(struct db_tx *tx, const struct db_rows *rows, struct stream_key key,
                              int64_t sequence)
{
    struct event *event;
    size_t count;
    bool good = log_events(tx, rows, key, sequence - 1, 1, &event, &count);
    return good && count && event->sequence == sequence ? event : NULL;
}

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
    struct db_rows *end = log_ask_end(tx, reading->key.stream_id);
    struct db_rows *rows = log_ask(tx, reading->key.stream_id, reading->after, reading->limit);
    db_sync(tx);
    if (!log_events(tx, rows, reading->key, reading->after, reading->limit, &reading->events,
                    &reading->count))
        return CODE_INTERNAL;
    int64_t last = end->count ? db_int(end, 0, 0) : 0;
    bool has_next = reading->count && reading->events[0].sequence == reading->after + 1;
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
        rows[i] = log_ask_end(tx, ends->keys[i].stream_id);
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
