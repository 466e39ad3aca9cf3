/* Writing events into the outbox, in the transaction that makes them true. */
#include "base/check.h"
#include "base/clock.h"
#include "platform/events/dispatcher.h"
#include "platform/events/entry.h"
#include "platform/events/pack.h"
#include "platform/events/pattern.h"
#include "platform/http/metrics.h"

METRIC_COUNTER(PUBLISHED, "tilopos_events_published_total", "Events written to the outbox.");

DB_STATEMENT(
    EVENT_SEQUENCE_TAKE,
    "INSERT INTO outlet_counters (business_id, outlet_id, business_date, last_receipt, last_sequence) "
    "VALUES ($1, $2, 0, 0, $3) ON CONFLICT (business_id, outlet_id) "
    "DO UPDATE SET last_sequence = outlet_counters.last_sequence + excluded.last_sequence "
    "RETURNING last_sequence");

DB_STATEMENT(ENTRY_INSERT,
             "INSERT INTO outbox (business_id, stream_id, sequence, event_count, occurred_at, first_event, "
             "first_aggregate_id, entry) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

struct published {
    struct events *events;
    struct stream_key key;
    int64_t last_sequence;
    size_t count;
    uint64_t wanted; /* listeners, bit by bit */
};

static uint64_t matching(const struct events *events, struct str event_name)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < events->count; i++) {
        if (event_pattern_matches(str_of(events->runners[i].listener->pattern), event_name))
            bits |= UINT64_C(1) << i;
    }
    return bits;
}

uint64_t *events_match_words(const struct events *events)
{
    size_t count = 0;
    while (pack_word(count).data)
        count++;
    uint64_t *wanted = calloc(count, sizeof *wanted);
    check(wanted);
    for (size_t i = 0; i < count; i++)
        wanted[i] = matching(events, pack_word(i));
    return wanted;
}

static uint64_t wanted_by(const struct events *events, struct str event_name)
{
    size_t number;
    return pack_word_find(event_name, &number) ? events->wanted[number] : matching(events, event_name);
}

static void wake_listeners(void *arg)
{
    const struct published *published = arg;
    metric_add(&PUBLISHED, (int64_t)published->count);
    for (size_t i = 0; i < published->events->count; i++)
        runner_wake(&published->events->runners[i], published->key, published->last_sequence,
                    published->wanted >> i & 1);
    events_wake_tails(published->events, published->key, published->last_sequence);
}

void event_append(struct db_tx *tx, struct events *events, struct uuid stream_id, int64_t first_sequence,
                  struct str correlation_id, const struct event_draft *drafts, size_t count)
{
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        check(event_name_is_valid(str_of(drafts[i].name)));
    struct stream_key key = {db_business(tx), stream_id};
    struct entry entry =
        entry_make(db_arena(tx), key, first_sequence, clock_now_ms(), correlation_id, drafts, count);
    db_ask(tx, &ENTRY_INSERT, DB_UUID(stream_id), DB_INT(entry.sequence), DB_INT(entry.count),
           DB_INT(entry.occurred_ms), DB_INT(entry.first_event), DB_UUID(entry.first_aggregate_id),
           DB_BYTES(entry.packed));
    if (!events)
        return;
    struct published *published = arena_new(db_arena(tx), struct published);
    *published = (struct published){events, key, entry.sequence, count, 0};
    for (size_t i = 0; i < count; i++)
        published->wanted |= wanted_by(events, str_of(drafts[i].name));
    db_after_commit(tx, wake_listeners, published);
}

void event_publish(struct db_tx *tx, struct events *events, struct uuid stream_id, struct str correlation_id,
                   const struct event_draft *drafts, size_t count)
{
    if (count == 0)
        return;
    struct db_rows *taken = db_query(tx, &EVENT_SEQUENCE_TAKE, DB_UUID(stream_id), DB_INT((int64_t)count));
    if (taken->count != 1)
        return; /* the transaction is lost already */
    event_append(tx, events, stream_id, db_int(taken, 0, 0) - (int64_t)count + 1, correlation_id, drafts,
                 count);
}
