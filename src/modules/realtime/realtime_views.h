/* What the feed keeps: businesses, their streams and views. All of it, and these functions, under the feed's
 * lock. Private to the module. */
#pragma once
#include "modules/realtime/realtime_feed.h"
#include "platform/events/tail.h"

#include <pthread.h>

#define VIEWS_BUCKETS 1024 /* a power of two */

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
    struct business *buckets[VIEWS_BUCKETS];
    struct arena arena; /* the tail's thread */
};

/* NULL: none. */
struct business *views_business(struct feed *feed, struct uuid id);
struct stream *views_stream(const struct business *business, struct uuid id);
struct view *views_find(const struct business *business, struct uuid outlet);
bool view_sees(const struct view *view, const struct stream *stream);
size_t view_sockets(const struct view *view); /* of all namespaces */

/* Finds or makes it; a new one sees the business's stream and its outlet's. */
struct view *views_take(struct feed *feed, struct uuid business_id, struct uuid outlet);
void view_add_stream(struct view *view, struct uuid id);
/* With the streams, and the business, that nobody looks at any more. */
void views_drop(struct feed *feed, struct view *view);
void views_followed(int64_t more); /* counts streams for the metrics */
