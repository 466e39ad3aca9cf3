/* Entries: many events in one row. */
#include "platform/events/entry.h"

#include "base/log.h"
#include "platform/events/pack.h"

/* ---- Ids ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ hash >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    hash = (hash ^ hash >> 27) * UINT64_C(0x94D049BB133111EB);
    return hash ^ hash >> 31;
}

static uint64_t half_of(struct uuid id, size_t at)
{
    uint64_t half;
    memcpy(&half, id.bytes + at, sizeof half);
    return half;
}

static void put_big_endian(uint8_t *bytes, uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        bytes[i] = (uint8_t)value;
}

struct uuid event_id_of(struct stream_key key, int64_t sequence, int64_t occurred_ms)
{
    uint64_t hash =
        mix(mix(mix(0, half_of(key.business_id, 0)), half_of(key.business_id, 8)), half_of(key.stream_id, 0));
    hash = mix(mix(hash, half_of(key.stream_id, 8)), (uint64_t)sequence);
    struct uuid id = UUID_NIL;
    put_big_endian(id.bytes, (uint64_t)occurred_ms << 16 | UINT64_C(0x7000) | ((uint64_t)sequence & 0xFFF));
    put_big_endian(id.bytes + 8, UINT64_C(1) << 63 | hash >> 2);
    return id;
}

/* ---- Packing ---- */

static struct pack_memory memory_of(struct stream_key key, struct uuid aggregate_id)
{
    struct pack_memory memory = {.count = 0};
    pack_remember(&memory, key.stream_id);
    pack_remember(&memory, key.business_id);
    pack_remember(&memory, aggregate_id);
    return memory;
}

/* 0: spelled out. */
static void pack_name(struct pack_memory *memory, struct buf *out, struct str name)
{
    size_t number;
    bool known = pack_word_find(name, &number);
    pack_number(out, known ? number + 1 : 0);
    if (!known)
        pack_text(memory, out, name);
}

static size_t size_guess(const struct event_draft *drafts, size_t count)
{
    size_t size = 64;
    for (size_t i = 0; i < count; i++)
        size += 32 + drafts[i].data.len;
    return size;
}

struct entry entry_make(struct arena *arena, struct stream_key key, int64_t occurred_ms,
                        struct str correlation_id, const struct event_draft *drafts, size_t count)
{
    size_t number;
    struct str first = str_of(drafts[0].name);
    bool known = pack_word_find(first, &number);
    struct pack_memory memory = memory_of(key, drafts[0].aggregate_id);
    struct buf out = buf_make(arena, size_guess(drafts, count), SIZE_MAX / 4);
    pack_text(&memory, &out, correlation_id);
    if (!known)
        pack_text(&memory, &out, first);
    pack_text(&memory, &out, drafts[0].data);
    for (size_t i = 1; i < count; i++) {
        pack_name(&memory, &out, str_of(drafts[i].name));
        pack_id(&memory, &out, drafts[i].aggregate_id);
        pack_text(&memory, &out, drafts[i].data);
    }
    return (struct entry){
        .key = key,
        .count = (int64_t)count,
        .occurred_ms = occurred_ms,
        .first_event = known ? (int64_t)number : ENTRY_NAME_SPELLED,
        .first_aggregate_id = drafts[0].aggregate_id,
        .packed = buf_str(&out),
    };
}

/* ---- Unpacking ---- */

struct entry entry_of_row(const struct db_rows *rows, size_t row, struct stream_key key)
{
    return (struct entry){
        .key = key,
        .sequence = db_int(rows, row, 0),
        .count = db_int(rows, row, 1),
        .occurred_ms = db_int(rows, row, 2),
        .first_event = db_int(rows, row, 3),
        .first_aggregate_id = db_uuid(rows, row, 4),
        .packed = db_text(rows, row, 5),
    };
}

static bool unpack_name(struct pack_memory *memory, struct str *in, struct arena *arena, struct str *ret_name)
{
    uint64_t number;
    if (!unpack_number(in, &number))
        return false;
    if (number == 0)
        return unpack_text(memory, in, arena, ret_name) && ret_name->data;
    *ret_name = pack_word(number - 1);
    return ret_name->data;
}

static bool unpack_first(struct pack_memory *memory, struct str *in, struct arena *arena,
                         const struct entry *entry, struct event *ret_event)
{
    ret_event->aggregate_id = entry->first_aggregate_id;
    if (!unpack_text(memory, in, arena, &ret_event->correlation_id))
        return false;
    if (entry->first_event != ENTRY_NAME_SPELLED)
        ret_event->name = pack_word((size_t)entry->first_event);
    else if (!unpack_text(memory, in, arena, &ret_event->name))
        return false;
    return ret_event->name.data && unpack_text(memory, in, arena, &ret_event->data);
}

static bool unpack_event(struct pack_memory *memory, struct str *in, struct arena *arena,
                         struct event *ret_event)
{
    return unpack_name(memory, in, arena, &ret_event->name) &&
           unpack_id(memory, in, &ret_event->aggregate_id) &&
           unpack_text(memory, in, arena, &ret_event->data);
}

static bool unpack_events(struct arena *arena, const struct entry *entry, struct event *events)
{
    struct pack_memory memory = memory_of(entry->key, entry->first_aggregate_id);
    struct str in = entry->packed;
    if (!unpack_first(&memory, &in, arena, entry, &events[0]))
        return false;
    for (int64_t i = 0; i < entry->count; i++) {
        if (i > 0 && !unpack_event(&memory, &in, arena, &events[i]))
            return false;
        events[i].business_id = entry->key.business_id;
        events[i].stream_id = entry->key.stream_id;
        events[i].sequence = entry->sequence - entry->count + 1 + i;
        events[i].event_id = event_id_of(entry->key, events[i].sequence, entry->occurred_ms);
        events[i].correlation_id = events[0].correlation_id;
        events[i].occurred_ms = entry->occurred_ms;
    }
    return in.len == 0;
}

struct event *entry_events(struct arena *arena, const struct entry *entry)
{
    /* Every event takes a byte at least: a count beyond that is damage, not a reason to ask for memory. */
    bool plausible = entry->packed.data && entry->count > 0 && (uint64_t)entry->count <= entry->packed.len;
    struct event *events = plausible ? arena_array(arena, struct event, (size_t)entry->count) : NULL;
    if (events && unpack_events(arena, entry, events))
        return events;
    log_error("events.entry_damaged", LOG_INT("sequence", entry->sequence), LOG_INT("events", entry->count));
    return NULL;
}
