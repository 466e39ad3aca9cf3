/* Streams, views, and the tail that feeds them.
 *
 * `lock` guards businesses, streams and views, and is held while the events of a call are broadcast: so a
 * snapshot is of a moment between two calls. `follow_lock` is held over the database read that a new stream
 * begins with; it is taken first. */
#include "modules/realtime/realtime_feed.h"

#include "base/check.h"
#include "base/log.h"
#include "platform/auth/directory.h"
#include "platform/events/tail.h"
#include "platform/http/metrics.h"

#include <pthread.h>

METRIC_GAUGE(STREAMS, "tilopos_socket_streams", "Streams of the log that screens look at.");
METRIC_COUNTER(BROADCASTS, "tilopos_socket_broadcasts_total", "Messages to the screens of a view.");

#define BUCKETS 1024 /* a power of two */

struct stream {
    struct uuid id;
    size_t users;     /* views */
    int64_t sequence; /* its last event that the views were told of */
    bool is_followed;
};

struct view {
    struct business *business;
    struct uuid outlet; /* nil: all */
    size_t sockets[SCREEN_NAMESPACES];
    struct stream **streams;
    size_t stream_count;
    struct view *next;
};

struct business {
    struct uuid id;
    struct stream **streams;
    size_t stream_count;
    struct view *views;
    struct business *next; /* in the bucket */
};

struct feed {
    struct platform *platform;
    struct sio *sio;
    struct tail *tail;
    pthread_mutex_t lock, follow_lock;
    struct business *buckets[BUCKETS];
    struct arena arena; /* the tail's thread */
};

/* ---- Finding, with the lock held ---- */

static struct business **bucket_of(struct feed *feed, struct uuid id)
{
    uint64_t number;
    memcpy(&number, id.bytes + 8, sizeof number);
    return &feed->buckets[(number ^ number >> 32) & (BUCKETS - 1)];
}

static struct business *find_business(struct feed *feed, struct uuid id)
{
    struct business *business = *bucket_of(feed, id);
    while (business && !uuid_eq(business->id, id))
        business = business->next;
    return business;
}

static struct stream *find_stream(const struct business *business, struct uuid id)
{
    for (size_t i = 0; i < business->stream_count; i++) {
        if (uuid_eq(business->streams[i]->id, id))
            return business->streams[i];
    }
    return NULL;
}

static struct view *find_view(const struct business *business, struct uuid outlet)
{
    struct view *view = business->views;
    while (view && !uuid_eq(view->outlet, outlet))
        view = view->next;
    return view;
}

static bool sees(const struct view *view, const struct stream *stream)
{
    for (size_t i = 0; i < view->stream_count; i++) {
        if (view->streams[i] == stream)
            return true;
    }
    return false;
}

/* ---- Making and dropping, with the lock held ---- */

static void add_pointer(struct stream ***list, size_t *count, struct stream *stream)
{
    struct stream **grown = realloc(*list, (*count + 1) * sizeof *grown);
    check(grown);
    *list = grown;
    grown[(*count)++] = stream;
}

static void drop_pointer(struct stream **list, size_t *count, const struct stream *stream)
{
    for (size_t i = 0; i < *count; i++) {
        if (list[i] == stream)
            list[i] = list[--*count];
    }
}

static struct business *take_business(struct feed *feed, struct uuid id)
{
    struct business *business = find_business(feed, id);
    if (business)
        return business;
    business = calloc(1, sizeof *business);
    check(business);
    business->id = id;
    struct business **bucket = bucket_of(feed, id);
    business->next = *bucket;
    *bucket = business;
    return business;
}

static void add_stream(struct view *view, struct uuid id)
{
    struct business *business = view->business;
    struct stream *stream = find_stream(business, id);
    if (!stream) {
        stream = calloc(1, sizeof *stream);
        check(stream);
        stream->id = id;
        add_pointer(&business->streams, &business->stream_count, stream);
    }
    if (sees(view, stream))
        return;
    stream->users++;
    add_pointer(&view->streams, &view->stream_count, stream);
}

static struct view *take_view(struct feed *feed, struct uuid business_id, struct uuid outlet)
{
    struct business *business = take_business(feed, business_id);
    struct view *view = find_view(business, outlet);
    if (view)
        return view;
    view = calloc(1, sizeof *view);
    check(view);
    *view = (struct view){.business = business, .outlet = outlet, .next = business->views};
    business->views = view;
    add_stream(view, business_id);
    if (!uuid_is_nil(outlet))
        add_stream(view, outlet);
    return view;
}

static void drop_stream(struct feed *feed, struct business *business, struct stream *stream)
{
    if (--stream->users > 0)
        return;
    if (stream->is_followed && feed->tail) {
        tail_unfollow(feed->tail, business->id, stream->id);
        metric_add(&STREAMS, -1);
    }
    drop_pointer(business->streams, &business->stream_count, stream);
    free(stream);
}

static void drop_business(struct feed *feed, struct business *business)
{
    struct business **link = bucket_of(feed, business->id);
    while (*link != business)
        link = &(*link)->next;
    *link = business->next;
    free(business->streams);
    free(business);
}

static void drop_view(struct feed *feed, struct view *view)
{
    struct business *business = view->business;
    for (size_t i = 0; i < view->stream_count; i++)
        drop_stream(feed, business, view->streams[i]);
    struct view **link = &business->views;
    while (*link != view)
        link = &(*link)->next;
    *link = view->next;
    free(view->streams);
    free(view);
    if (!business->views)
        drop_business(feed, business);
}

static size_t sockets_of(const struct view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < SCREEN_NAMESPACES; i++)
        count += view->sockets[i];
    return count;
}

/* ---- Following ---- */

static struct stream *next_unfollowed(const struct view *view)
{
    for (size_t i = 0; i < view->stream_count; i++) {
        if (!view->streams[i]->is_followed)
            return view->streams[i];
    }
    return NULL;
}

/* The caller holds the view, so its streams stay. */
static enum code follow_all(struct feed *feed, struct view *view)
{
    enum code code = CODE_OK;
    pthread_mutex_lock(&feed->follow_lock);
    pthread_mutex_lock(&feed->lock);
    for (struct stream *stream; !code && (stream = next_unfollowed(view));) {
        struct uuid business = view->business->id, id = stream->id;
        int64_t position = 0;
        pthread_mutex_unlock(&feed->lock);
        code = feed->tail ? tail_follow(feed->tail, business, id, &position) : CODE_UNAVAILABLE;
        pthread_mutex_lock(&feed->lock);
        if (code)
            break;
        stream->is_followed = true;
        metric_add(&STREAMS, 1);
        if (stream->sequence < position)
            stream->sequence = position;
    }
    pthread_mutex_unlock(&feed->lock);
    pthread_mutex_unlock(&feed->follow_lock);
    return code;
}

/* The outlets of a business into a view of all of them. */
static enum code add_outlets(struct feed *feed, struct view *view, struct uuid business)
{
    struct cache_ref ref;
    enum code code = cache_acquire(feed->platform->cache, &DIRECTORY, business, &ref);
    if (code)
        return code;
    const struct directory *directory = ref.object;
    pthread_mutex_lock(&feed->lock);
    for (size_t i = 0; i < directory->outlet_count; i++)
        add_stream(view, directory->outlets[i].id);
    pthread_mutex_unlock(&feed->lock);
    cache_release(&ref);
    return CODE_OK;
}

enum code view_enter(struct feed *feed, struct uuid business, struct uuid outlet, enum screen_namespace nsp,
                     struct view **ret_view)
{
    pthread_mutex_lock(&feed->lock);
    struct view *view = take_view(feed, business, outlet);
    view->sockets[nsp]++;
    pthread_mutex_unlock(&feed->lock);
    enum code code = uuid_is_nil(outlet) ? add_outlets(feed, view, business) : CODE_OK;
    if (!code)
        code = follow_all(feed, view);
    if (code)
        view_leave(feed, view, nsp);
    else
        *ret_view = view;
    return code;
}

void view_leave(struct feed *feed, struct view *view, enum screen_namespace nsp)
{
    pthread_mutex_lock(&feed->lock);
    check(view->sockets[nsp] > 0);
    view->sockets[nsp]--;
    if (sockets_of(view) == 0)
        drop_view(feed, view);
    pthread_mutex_unlock(&feed->lock);
}

void feed_refresh(struct feed *feed, struct uuid business_id)
{
    pthread_mutex_lock(&feed->lock);
    struct business *business = find_business(feed, business_id);
    struct view *view = business ? find_view(business, UUID_NIL) : NULL;
    if (view)
        view->sockets[SCREEN_KDS]++; /* held meanwhile */
    pthread_mutex_unlock(&feed->lock);
    if (!view)
        return;
    enum code code = add_outlets(feed, view, business_id);
    if (!code)
        code = follow_all(feed, view);
    if (code)
        log_warn("realtime.refresh_failed", LOG_TEXT("reason", code_name(code)));
    view_leave(feed, view, SCREEN_KDS);
}

/* ---- Positions ---- */

static struct position position_of(const struct view *view, struct arena *arena)
{
    struct position position = {arena_array(arena, struct stream_position, view->stream_count + 1),
                                view->stream_count};
    for (size_t i = 0; i < view->stream_count; i++)
        position.at[i] = (struct stream_position){view->streams[i]->id, view->streams[i]->sequence, 0};
    return position;
}

struct position view_snapshot(struct feed *feed, struct view *view, struct arena *arena,
                              int64_t *ret_broadcast)
{
    pthread_mutex_lock(&feed->lock);
    struct position position = position_of(view, arena);
    *ret_broadcast = sio_last_broadcast(feed->sio);
    pthread_mutex_unlock(&feed->lock);
    return position;
}

/* ---- Rooms ---- */

struct str view_room(struct arena *arena, struct uuid business, struct uuid outlet)
{
    bool all = uuid_is_nil(outlet);
    return str_format(arena, all ? "business:%s:outlets" : "outlet:%s",
                      uuid_str(arena, all ? business : outlet).data);
}

struct str view_room_of_managers(struct arena *arena, struct str view_room)
{
    return str_format(arena, "%.*s:managers", STR_ARG(view_room));
}

struct str view_room_of_user(struct arena *arena, struct str view_room, struct uuid user)
{
    return str_format(arena, "%.*s:user:%s", STR_ARG(view_room), uuid_str(arena, user).data);
}

struct str view_room_of_station(struct arena *arena, struct str view_room, struct str station)
{
    if (!station.data)
        return str_format(arena, "%.*s:all", STR_ARG(view_room));
    return str_format(arena, "%.*s:station:%.*s", STR_ARG(view_room), STR_ARG(station));
}

/* ---- Broadcasting, on the tail's thread ---- */

static size_t rooms_of(struct arena *arena, const struct screen_message *message, struct str room,
                       struct str *ret_rooms)
{
    switch (message->audience) {
    case FOR_EVERYBODY:
        ret_rooms[0] = room;
        return 1;
    case FOR_MANAGERS:
        ret_rooms[0] = view_room_of_managers(arena, room);
        return 1;
    case FOR_USER:
        ret_rooms[0] = view_room_of_user(arena, room, message->user);
        return 1;
    case FOR_STATIONS:
        ret_rooms[0] = view_room_of_station(arena, room, STR_NONE);
        for (size_t i = 0; i < message->station_count; i++)
            ret_rooms[i + 1] = view_room_of_station(arena, room, message->stations[i]);
        return message->station_count + 1;
    }
    return 0;
}

static void tell_view(struct feed *feed, const struct view *view, const struct stream *stream,
                      const struct screen_message *messages, size_t count)
{
    struct position position = position_of(view, &feed->arena);
    struct str room = view_room(&feed->arena, view->business->id, view->outlet);
    struct stream_position *place = position_find(&position, stream->id);
    for (size_t i = 0; i < count; i++) {
        const struct screen_message *message = &messages[i];
        if (!message->args.data || view->sockets[message->nsp] == 0)
            continue;
        struct str *rooms = arena_array(&feed->arena, struct str, message->station_count + 1);
        size_t room_count = rooms_of(&feed->arena, message, room, rooms);
        place->done = (int64_t)i + 1;
        sio_broadcast(feed->sio, SCREEN_NAMESPACE_NAMES[message->nsp], rooms, room_count, message->args,
                      position_text(&feed->arena, &position, (size_t)(place - position.at)));
        metric_add(&BROADCASTS, 1);
    }
}

static unsigned wanted_of(const struct business *business, const struct stream *stream)
{
    unsigned wanted = 0;
    for (const struct view *view = business->views; view; view = view->next) {
        for (size_t i = 0; sees(view, stream) && i < SCREEN_NAMESPACES; i++)
            wanted |= view->sockets[i] > 0 ? 1u << i : 0;
    }
    return wanted;
}

static void tell(struct feed *feed, const struct business *business, struct stream *stream,
                 const struct event *event)
{
    struct screen_message *messages;
    unsigned wanted = wanted_of(business, stream);
    size_t count = wanted ? screen_messages(&feed->arena, event, wanted, &messages) : 0;
    for (const struct view *view = business->views; count > 0 && view; view = view->next) {
        if (sees(view, stream))
            tell_view(feed, view, stream, messages, count);
    }
    stream->sequence = event->sequence;
}

static void take_events(void *arg, const struct event *events, size_t count)
{
    struct feed *feed = arg;
    pthread_mutex_lock(&feed->lock);
    for (size_t i = 0; i < count; i++) {
        const struct business *business = find_business(feed, events[i].business_id);
        struct stream *stream = business ? find_stream(business, events[i].stream_id) : NULL;
        if (!stream || events[i].sequence <= stream->sequence)
            continue;
        if (stream->is_followed)
            tell(feed, business, stream, &events[i]);
        else
            stream->sequence = events[i].sequence; /* its follow is on its way, nobody looks yet */
        arena_reset(&feed->arena);
    }
    pthread_mutex_unlock(&feed->lock);
}

/* ---- Life ---- */

struct feed *feed_open(struct platform *platform)
{
    struct feed *feed = calloc(1, sizeof *feed);
    check(feed);
    feed->platform = platform;
    pthread_mutex_init(&feed->lock, NULL);
    pthread_mutex_init(&feed->follow_lock, NULL);
    feed->tail = tail_open(platform->events, take_events, feed);
    if (feed->tail)
        return feed;
    feed_close(feed);
    return NULL;
}

void feed_use(struct feed *feed, struct sio *sio) { feed->sio = sio; }

void feed_quiet(struct feed *feed)
{
    pthread_mutex_lock(&feed->follow_lock);
    pthread_mutex_lock(&feed->lock);
    struct tail *tail = feed->tail;
    feed->tail = NULL;
    pthread_mutex_unlock(&feed->lock);
    pthread_mutex_unlock(&feed->follow_lock);
    if (tail)
        tail_close(tail);
}

void feed_close(struct feed *feed)
{
    feed_quiet(feed);
    arena_free(&feed->arena);
    pthread_mutex_destroy(&feed->follow_lock);
    pthread_mutex_destroy(&feed->lock);
    free(feed);
}
