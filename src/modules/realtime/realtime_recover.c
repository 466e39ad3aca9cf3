/* Reads the streams of a view behind the client's place and makes the same messages that were broadcast.
 * Events of several streams go by their time; in a stream they keep their order. */
#include "modules/realtime/realtime_recover.h"

#include "platform/auth/directory.h"
#include "platform/events/tail.h"

#define MISSED_BYTES_MAX ((size_t)768 * 1024) /* more is fetched faster by a client that begins afresh */

struct missed_event {
    const struct event *event;
    int64_t at_ms; /* never before the event in front of it in its stream */
    size_t stream; /* index in `place` */
};

struct recovery {
    struct platform *platform;
    struct arena *arena;
    const struct looker *looker;
    const struct position *until;
    struct position place; /* the client's, moving on */
    int64_t started_ms;
    struct missed_event *events;
    size_t event_count, limit;
    struct str *messages;
    size_t count, room, bytes;
};

/* ---- Starts ---- */

static struct str whose(struct arena *arena, const struct looker *looker)
{
    return str_format(arena, "%d.%s.%s", (int)looker->nsp,
                      view_room(arena, looker->business, looker->outlet).data,
                      uuid_str(arena, looker->user).data);
}

struct str start_text(struct arena *arena, const struct looker *looker, int64_t now_ms,
                      const struct position *position)
{
    return str_format(arena, "%.*s.%lld.%.*s", STR_ARG(whose(arena, looker)), (long long)now_ms,
                      STR_ARG(position_text(arena, position, 0)));
}

/* False: not a start of this looker. */
static bool take_start(struct recovery *recovery, struct str start)
{
    struct str own = whose(recovery->arena, recovery->looker);
    if (!str_starts_with(start, own))
        return false;
    struct str rest = {start.data + own.len, start.len - own.len};
    return str_cut(&rest, '.').len == 0 && str_parse_int(str_cut(&rest, '.'), &recovery->started_ms) &&
           position_parse(recovery->arena, rest, &recovery->place);
}

/* An outlet that was opened after the client's start was missed from its first event on. */
static bool is_younger(struct recovery *recovery, struct uuid stream_id)
{
    struct cache_ref ref;
    if (cache_acquire(recovery->platform->cache, &DIRECTORY, recovery->looker->business, &ref))
        return false;
    const struct outlet *outlet = directory_outlet(ref.object, stream_id);
    bool younger = outlet && outlet->created_at >= recovery->started_ms;
    cache_release(&ref);
    return younger;
}

/* The client's place in exactly the streams of its view, with their whole ids. */
static bool find_place(struct recovery *recovery, struct str start, struct str offset)
{
    struct position sent,
        place = {arena_array(recovery->arena, struct stream_position, recovery->until->count),
                 recovery->until->count};
    if (!take_start(recovery, start))
        return false;
    for (size_t i = 0; i < place.count; i++) {
        const struct stream_position *now = &recovery->until->at[i];
        place.at[i] = (struct stream_position){now->stream_id, now->sequence, 0};
        if (is_younger(recovery, now->stream_id))
            place.at[i].sequence = 0;
        const struct stream_position *began = position_find(&recovery->place, now->stream_id);
        if (began)
            place.at[i].sequence = began->sequence;
    }
    if (position_parse(recovery->arena, offset, &sent))
        position_advance(&place, &sent);
    recovery->place = place;
    return true;
}

/* ---- Events ---- */

static bool add_events(struct recovery *recovery, size_t stream, const struct event *events, size_t count)
{
    int64_t until = recovery->until->at[stream].sequence, at_ms = 0;
    for (size_t i = 0; i < count && events[i].sequence <= until; i++) {
        if (recovery->event_count == recovery->limit)
            return false;
        at_ms = events[i].occurred_ms > at_ms ? events[i].occurred_ms : at_ms;
        recovery->events[recovery->event_count++] = (struct missed_event){&events[i], at_ms, stream};
    }
    return true;
}

static bool read_stream(struct recovery *recovery, size_t stream)
{
    struct stream_position place = recovery->place.at[stream];
    int64_t until = recovery->until->at[stream].sequence;
    struct event *events;
    size_t count;
    if (place.sequence == until && place.done == 0)
        return true;
    if (place.sequence >= until)
        return false; /* the log is not the one that the client knows */
    size_t most = (size_t)(until - place.sequence);
    if (most > recovery->limit - recovery->event_count)
        return false;
    return !events_read(recovery->platform->events, recovery->arena, recovery->looker->business,
                        place.stream_id, place.sequence, most, &events, &count) &&
           add_events(recovery, stream, events, count);
}

static int by_time(const void *a, const void *b)
{
    const struct missed_event *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    return x->event->sequence < y->event->sequence ? -1 : 1;
}

/* ---- Messages ---- */

bool looker_gets(const struct looker *looker, const struct screen_message *message)
{
    if (message->nsp != looker->nsp || (message->is_copy && uuid_is_nil(looker->outlet)))
        return false;
    switch (message->audience) {
    case FOR_EVERYBODY:
        return true;
    case FOR_MANAGERS:
        return looker->is_manager;
    case FOR_USER:
        return uuid_eq(message->user, looker->user);
    case FOR_STATIONS:
        for (size_t i = 0; looker->station.data && i < message->station_count; i++) {
            if (str_eq(message->stations[i], looker->station))
                return true;
        }
        return !looker->station.data;
    }
    return false;
}

static void add_message(struct recovery *recovery, struct str text)
{
    if (recovery->count == recovery->room) {
        size_t room = recovery->room ? recovery->room * 2 : 64;
        struct str *grown = arena_array(recovery->arena, struct str, room);
        if (recovery->count > 0)
            memcpy(grown, recovery->messages, recovery->count * sizeof *grown);
        recovery->messages = grown;
        recovery->room = room;
    }
    recovery->messages[recovery->count++] = text;
    recovery->bytes += text.len;
}

static void add_messages_of(struct recovery *recovery, const struct missed_event *missed)
{
    struct stream_position *place = &recovery->place.at[missed->stream];
    struct screen_message *messages;
    size_t count = screen_messages(recovery->arena, missed->event, 1u << recovery->looker->nsp, &messages);
    for (size_t i = (size_t)place->done; i < count; i++) {
        place->done = (int64_t)i + 1;
        if (messages[i].args.data && looker_gets(recovery->looker, &messages[i]))
            add_message(recovery,
                        sio_event_text(recovery->arena, messages[i].args,
                                       position_text(recovery->arena, &recovery->place, missed->stream)));
    }
    place->sequence = missed->event->sequence;
    place->done = 0;
}

bool missed_messages(struct platform *platform, struct arena *arena, const struct looker *looker,
                     struct str start, struct str offset, const struct position *until, size_t limit,
                     struct str **ret_messages, size_t *ret_count)
{
    struct recovery recovery = {
        .platform = platform, .arena = arena, .looker = looker, .until = until, .limit = limit};
    if (!find_place(&recovery, start, offset))
        return false;
    recovery.events = arena_array(arena, struct missed_event, limit);
    for (size_t i = 0; i < until->count; i++) {
        if (!read_stream(&recovery, i))
            return false;
    }
    if (recovery.event_count > 0)
        qsort(recovery.events, recovery.event_count, sizeof *recovery.events, by_time);
    for (size_t i = 0; i < recovery.event_count; i++) {
        add_messages_of(&recovery, &recovery.events[i]);
        if (recovery.bytes > MISSED_BYTES_MAX)
            return false;
    }
    *ret_messages = recovery.messages;
    *ret_count = recovery.count;
    return true;
}
