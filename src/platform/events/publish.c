/* Writing events into the outbox, in the transaction that makes them true. */
#include "base/check.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "platform/events/dispatch_event.h"
#include "platform/events/entry.h"
#include "platform/events/pack.h"
#include "platform/events/pattern.h"

METRIC_COUNTER(PUBLISHED, "tilopos_events_published_total", "Events written to the outbox.");

DB_STATEMENT(
    SEQUENCE_MOVE,
    "INSERT INTO outlet_counters (business_id, outlet_id, business_date, last_receipt, last_sequence) "
    "VALUES ($1, $2, 0, 0, $3) ON CONFLICT (business_id, outlet_id) "
    "DO UPDATE SET last_sequence = outlet_counters.last_sequence + excluded.last_sequence");

/* $3: how many events of the transaction stand behind it. */
DB_STATEMENT(ENTRY_INSERT,
             "INSERT INTO outbox (business_id, stream_id, sequence, event_count, occurred_at, first_event, "
             "first_aggregate_id, entry) SELECT $1, $2, c.last_sequence - $3, $4, $5, $6, $7, $8 "
             "FROM outlet_counters c WHERE c.business_id = $1 AND c.outlet_id = $2 RETURNING sequence");

struct published {
    struct events *events;
    struct stream_key key;
    const struct db_rows *entry; /* its sequence */
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
    check(count);
    uint64_t *wanted = calloc(count, sizeof *wanted);
    check(wanted);
    for (size_t i = 0; i < count; i++)
        wanted[i] = matching(events, pack_word(i));
    return wanted;
}

static uint64_t wanted_by(const struct events *events, const struct event_draft *draft)
{
    size_t number;
    struct str name = str_of(draft->name);
    uint64_t bits = pack_word_find(name, &number) ? events->wanted[number] : matching(events, name);
    for (size_t i = 0; i < events->count; i++) {
        const struct listener *listener = events->runners[i].listener;
        if (bits >> i & 1 && listener->matters && !listener->matters(draft))
            bits &= ~(UINT64_C(1) << i);
    }
    return bits;
}

static void wake_listeners(void *arg)
{
    const struct published *published = arg;
    int64_t sequence = db_int(published->entry, 0, 0);
    metric_add(&PUBLISHED, (int64_t)published->count);
    for (size_t i = 0; i < published->events->count; i++)
        runner_wake(&published->events->runners[i], published->key, sequence, published->wanted >> i & 1);
    events_wake_tails(published->events, published->key, sequence);
}

/* What a listener publishes while its batch goes on: the counters come behind all other locks of the batch.
 */
struct gathered {
    struct events *events;
    struct stream_key key;
    struct str correlation_id;
    struct event_draft *drafts;
    size_t count, place;
    struct gathered *older;
};
static _Thread_local struct gathering {
    struct db_tx *tx; /* NULL: nothing is gathered */
    struct gathered *newest;
    size_t count;
} gathering;

static bool gathered(struct db_tx *tx, struct events *events, struct uuid stream_id,
                     struct str correlation_id, const struct event_draft *drafts, size_t count)
{
    if (gathering.tx != tx || !tx)
        return false;
    struct arena *arena = db_arena(tx);
    struct gathered *one = arena_new(arena, struct gathered);
    *one = (struct gathered){.events = events,
                             .key = {db_business(tx), stream_id},
                             .correlation_id = str_copy(arena, correlation_id),
                             .drafts = arena_copy(arena, drafts, count * sizeof *drafts),
                             .count = count,
                             .place = gathering.count++,
                             .older = gathering.newest};
    for (size_t i = 0; i < count; i++)
        one->drafts[i].data = str_copy(arena, drafts[i].data);
    gathering.newest = one;
    return true;
}

void event_append(struct db_tx *tx, struct events *events, struct uuid stream_id, size_t behind,
                  struct str correlation_id, const struct event_draft *drafts, size_t count)
{
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        check(event_name_is_valid(str_of(drafts[i].name)));
    struct stream_key key = {db_business(tx), stream_id};
    struct entry entry = entry_make(db_arena(tx), key, clock_now_ms(), correlation_id, drafts, count);
    struct db_rows *stored = db_ask(tx, &ENTRY_INSERT, DB_UUID(stream_id), DB_INT((int64_t)behind),
                                    DB_INT(entry.count), DB_INT(entry.occurred_ms), DB_INT(entry.first_event),
                                    DB_UUID(entry.first_aggregate_id), DB_BYTES(entry.packed));
    if (!events)
        return;
    struct published *published = arena_new(db_arena(tx), struct published);
    *published = (struct published){events, key, stored, count, 0};
    for (size_t i = 0; i < count; i++)
        published->wanted |= wanted_by(events, &drafts[i]);
    db_after_commit(tx, wake_listeners, published);
}

static void move_sequence(struct db_tx *tx, struct uuid stream_id, size_t count)
{
    db_ask(tx, &SEQUENCE_MOVE, DB_UUID(stream_id), DB_INT((int64_t)count));
}

void event_publish(struct db_tx *tx, struct events *events, struct uuid stream_id, struct str correlation_id,
                   const struct event_draft *drafts, size_t count)
{
    if (count == 0 || gathered(tx, events, stream_id, correlation_id, drafts, count))
        return;
    move_sequence(tx, stream_id, count);
    event_append(tx, events, stream_id, 0, correlation_id, drafts, count);
}

/* ---- A batch of a listener ---- */

static int compare_places(const struct gathered *a, const struct gathered *b)
{
    int order = uuid_compare(a->key.business_id, b->key.business_id);
    return order ? order : uuid_compare(a->key.stream_id, b->key.stream_id);
}

static int compare_gathered(const void *a, const void *b)
{
    const struct gathered *left = *(struct gathered *const *)a, *right = *(struct gathered *const *)b;
    int order = compare_places(left, right);
    return order ? order : (left->place > right->place) - (left->place < right->place);
}

/* Those of one stream, which follow one another; answers how many they are. */
static size_t publish_stream(struct db_tx *tx, struct gathered **list, size_t count)
{
    size_t same = 0, behind = 0;
    struct stream_key key = list[0]->key;
    for (; same < count && compare_places(list[0], list[same]) == 0; same++)
        behind += list[same]->count;
    db_become(tx, key.business_id);
    move_sequence(tx, key.stream_id, behind);
    for (size_t i = 0; i < same; i++) {
        behind -= list[i]->count;
        event_append(tx, list[i]->events, key.stream_id, behind, list[i]->correlation_id, list[i]->drafts,
                     list[i]->count);
    }
    return same;
}

void events_gather(struct db_tx *tx) { gathering = (struct gathering){.tx = tx}; }

void events_gather_end(struct db_tx *tx, bool publish)
{
    struct gathering ended = gathering;
    gathering = (struct gathering){0};
    if (!publish || ended.count == 0 || db_failed(tx))
        return;
    struct gathered **list = arena_array(db_arena(tx), struct gathered *, ended.count);
    size_t at = 0;
    for (struct gathered *one = ended.newest; one; one = one->older)
        list[at++] = one;
    qsort(list, ended.count, sizeof(struct gathered *), compare_gathered);
    for (at = 0; at < ended.count;)
        at += publish_stream(tx, list + at, ended.count - at);
}
