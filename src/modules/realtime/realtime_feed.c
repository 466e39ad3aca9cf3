/* The tail that feeds the views.
 *
 * `lock` guards businesses, streams and views, and is held while the events of a call are broadcast: so a
 * snapshot is of a moment between two calls. `follow_lock` is held over the database read that a new stream
 * begins with; it is taken first. */
#include "modules/realtime/realtime_views.h"

#include "base/check.h"
#include "base/log.h"
#include "base/metrics.h"
#include "platform/auth/directory.h"

METRIC_COUNTER(BROADCASTS, "tilopos_socket_broadcasts_total", "Messages to the screens of a view.");

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
        views_followed(1);
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
        view_add_stream(view, directory->outlets[i].id);
    pthread_mutex_unlock(&feed->lock);
    cache_release(&ref);
    return CODE_OK;
}

enum code view_enter(struct feed *feed, struct uuid business, struct uuid outlet, enum screen_namespace nsp,
                     struct view **ret_view)
{
    pthread_mutex_lock(&feed->lock);
    struct view *view = views_take(feed, business, outlet);
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
    if (view_sockets(view) == 0)
        views_drop(feed, view);
    pthread_mutex_unlock(&feed->lock);
}

void feed_refresh(struct feed *feed, struct uuid business_id)
{
    pthread_mutex_lock(&feed->lock);
    struct business *business = views_business(feed, business_id);
    struct view *view = business ? views_find(business, UUID_NIL) : NULL;
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
        if (!message->args.data || view->sockets[message->nsp] == 0 ||
            (message->is_copy && uuid_is_nil(view->outlet)))
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
        for (size_t i = 0; view_sees(view, stream) && i < SCREEN_NAMESPACES; i++)
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
        if (view_sees(view, stream))
            tell_view(feed, view, stream, messages, count);
    }
    stream->sequence = event->sequence;
}

static void take_events(void *arg, const struct event *events, size_t count)
{
    struct feed *feed = arg;
    pthread_mutex_lock(&feed->lock);
    for (size_t i = 0; i < count; i++) {
        const struct business *business = views_business(feed, events[i].business_id);
        struct stream *stream = business ? views_stream(business, events[i].stream_id) : NULL;
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
