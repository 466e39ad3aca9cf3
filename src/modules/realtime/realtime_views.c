/* Businesses, streams and views: found, made, dropped. */
#include "modules/realtime/realtime_views.h"

#include "base/check.h"
#include "base/metrics.h"

METRIC_GAUGE(STREAMS, "tilopos_socket_streams", "Streams of the log that screens look at.");

void views_followed(int64_t more) { metric_add(&STREAMS, more); }

/* ---- Finding, with the lock held ---- */

static struct business **bucket_of(struct feed *feed, struct uuid id)
{
    uint64_t number;
    memcpy(&number, id.bytes + 8, sizeof number);
    return &feed->buckets[(number ^ number >> 32) & (VIEWS_BUCKETS - 1)];
}

struct business *views_business(struct feed *feed, struct uuid id)
{
    struct business *business = *bucket_of(feed, id);
    while (business && !uuid_eq(business->id, id))
        business = business->next;
    return business;
}

struct stream *views_stream(const struct business *business, struct uuid id)
{
    for (size_t i = 0; i < business->stream_count; i++) {
        if (uuid_eq(business->streams[i]->id, id))
            return business->streams[i];
    }
    return NULL;
}

struct view *views_find(const struct business *business, struct uuid outlet)
{
    struct view *view = business->views;
    while (view && !uuid_eq(view->outlet, outlet))
        view = view->next;
    return view;
}

bool view_sees(const struct view *view, const struct stream *stream)
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
    struct business *business = views_business(feed, id);
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

void view_add_stream(struct view *view, struct uuid id)
{
    struct business *business = view->business;
    struct stream *stream = views_stream(business, id);
    if (!stream) {
        stream = calloc(1, sizeof *stream);
        check(stream);
        stream->id = id;
        add_pointer(&business->streams, &business->stream_count, stream);
    }
    if (view_sees(view, stream))
        return;
    stream->users++;
    add_pointer(&view->streams, &view->stream_count, stream);
}

struct view *views_take(struct feed *feed, struct uuid business_id, struct uuid outlet)
{
    struct business *business = take_business(feed, business_id);
    struct view *view = views_find(business, outlet);
    if (view)
        return view;
    view = calloc(1, sizeof *view);
    check(view);
    *view = (struct view){.business = business, .outlet = outlet, .next = business->views};
    business->views = view;
    view_add_stream(view, business_id);
    if (!uuid_is_nil(outlet))
        view_add_stream(view, outlet);
    return view;
}

static void drop_stream(struct feed *feed, struct business *business, struct stream *stream)
{
    if (--stream->users > 0)
        return;
    if (stream->is_followed && feed->tail) {
        tail_unfollow(feed->tail, business->id, stream->id);
        views_followed(-1);
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

void views_drop(struct feed *feed, struct view *view)
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

size_t view_sockets(const struct view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < SCREEN_NAMESPACES; i++)
        count += view->sockets[i];
    return count;
}
