/* Forgetting events that every listener has done and nobody will ask for any more. */
#include "platform/events/prune.h"

#include "base/clock.h"
#include "base/log.h"
#include "platform/events/dispatcher.h"

#define STREAMS_AT_ONCE 500
#define ROWS_AT_ONCE 1000 /* a transaction: sales must not wait for it */
#define PRUNE_AFTER_MS (INT64_C(7) * 24 * 3600 * 1000)

DB_STATEMENT_GLOBAL(STREAMS_ALL, "the daily clean-up serves all businesses",
                    "SELECT business_id, outlet_id FROM outlet_counters WHERE last_sequence > 0 "
                    "AND (business_id, outlet_id) > ($1, $2) ORDER BY business_id, outlet_id LIMIT $3");

DB_STATEMENT(STREAM_CURSOR, "SELECT position FROM event_cursors WHERE business_id = $1 AND stream_id = $2 "
                            "AND listener = $3");
DB_STATEMENT(STREAM_FIRST, "SELECT MIN(sequence) FROM outbox WHERE business_id = $1 AND stream_id = $2");
DB_STATEMENT(STREAM_FIRST_RETRY, "SELECT MIN(sequence) FROM event_retries WHERE business_id = $1 "
                                 "AND listener = $2 AND stream_id = $3");
/* The first one that is not old, among the rows that would go. */
DB_STATEMENT(STREAM_FIRST_YOUNG, "SELECT MIN(sequence) FROM outbox WHERE business_id = $1 AND stream_id = $2 "
                                 "AND sequence <= $3 AND occurred_at >= $4");
DB_STATEMENT(OUTBOX_PRUNE, "DELETE FROM outbox WHERE business_id = $1 AND stream_id = $2 AND sequence < $3");

struct pruning {
    struct events *events;
    struct stream_key key;
    int64_t now_ms, deleted;
    bool more;
};

static int64_t least_known(int64_t least, const struct db_rows *rows)
{
    int64_t value = rows->count && !db_is_null(rows, 0, 0) ? db_int(rows, 0, 0) : INT64_MAX;
    return value < least ? value : least;
}

/* The first sequence that must stay. */
static int64_t first_needed(struct db_tx *tx, const struct pruning *pruning)
{
    int64_t needed = INT64_MAX;
    for (size_t i = 0; i < pruning->events->count; i++) {
        struct str listener = pruning->events->runners[i].name;
        struct db_rows *retry =
            db_ask(tx, &STREAM_FIRST_RETRY, DB_TEXT(listener), DB_UUID(pruning->key.stream_id));
        struct db_rows *cursor =
            db_query(tx, &STREAM_CURSOR, DB_UUID(pruning->key.stream_id), DB_TEXT(listener));
        int64_t position = cursor->count ? db_int(cursor, 0, 0) : 0;
        needed = position + 1 < needed ? position + 1 : needed;
        needed = least_known(needed, retry);
    }
    return needed;
}

static enum code prune_stream(struct db_tx *tx, void *arg)
{
    struct pruning *pruning = arg;
    pruning->more = false;
    pruning->deleted = 0;
    struct uuid stream_id = pruning->key.stream_id;
    struct db_rows *first = db_query(tx, &STREAM_FIRST, DB_UUID(stream_id));
    if (first->count == 0 || db_is_null(first, 0, 0))
        return CODE_OK;
    int64_t end = db_int(first, 0, 0) + ROWS_AT_ONCE;
    int64_t needed = first_needed(tx, pruning);
    bool bounded = needed < end;
    end = bounded ? needed : end;
    struct db_rows *young = db_query(tx, &STREAM_FIRST_YOUNG, DB_UUID(stream_id), DB_INT(end - 1),
                                     DB_INT(pruning->now_ms - PRUNE_AFTER_MS));
    int64_t first_young = least_known(end, young);
    struct db_rows *deleted = db_query(tx, &OUTBOX_PRUNE, DB_UUID(stream_id), DB_INT(first_young));
    pruning->deleted = deleted->affected;
    pruning->more = !bounded && first_young == end && deleted->affected > 0;
    return CODE_OK;
}

/* Chunk after chunk, each in its own transaction, until nothing is left. */
static enum code prune_all(struct pruning *pruning, struct arena *arena, int64_t *total)
{
    do {
        enum code code =
            db_write(pruning->events->db, pruning->key.business_id, arena, prune_stream, pruning);
        arena_reset(arena);
        if (code)
            return code;
        *total += pruning->deleted;
    } while (pruning->more);
    return CODE_OK;
}

struct listing {
    struct stream_key after;
    struct stream_key keys[STREAMS_AT_ONCE];
    size_t count;
};

static enum code list_streams(struct db_tx *tx, void *arg)
{
    struct listing *listing = arg;
    struct db_rows *rows = db_query(tx, &STREAMS_ALL, DB_UUID(listing->after.business_id),
                                    DB_UUID(listing->after.stream_id), DB_INT(STREAMS_AT_ONCE));
    listing->count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        listing->keys[i] = (struct stream_key){db_uuid(rows, i, 0), db_uuid(rows, i, 1)};
    return CODE_OK;
}

static enum code prune_listing(struct events *events, struct listing *listing, struct arena *arena,
                               int64_t *total)
{
    enum code code = CODE_OK;
    for (size_t i = 0; i < listing->count && !code; i++) {
        struct pruning pruning = {.events = events, .key = listing->keys[i], .now_ms = clock_now_ms()};
        code = prune_all(&pruning, arena, total);
    }
    if (listing->count)
        listing->after = listing->keys[listing->count - 1];
    return code;
}

enum code events_prune(struct events *events)
{
    struct listing *listing = calloc(1, sizeof *listing);
    if (!listing)
        return CODE_UNAVAILABLE;
    struct arena arena = {0};
    int64_t pruned = 0;
    enum code code;
    do {
        code = db_read(events->db, UUID_NIL, &arena, list_streams, listing);
        arena_reset(&arena);
        if (!code)
            code = prune_listing(events, listing, &arena, &pruned);
    } while (!code && listing->count == STREAMS_AT_ONCE);
    log_info("events.pruned", LOG_INT("events", pruned), LOG_TEXT("result", code_name(code)));
    free(listing);
    arena_free(&arena);
    return code;
}
