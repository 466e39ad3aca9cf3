/* Followed streams: a hash by id, a list of all, a queue. */
#include "platform/events/tail_streams.h"

#include "base/check.h"

/* Ids are random in their last bytes. */
static size_t bucket_of(struct stream_key key)
{
    uint32_t hash;
    memcpy(&hash, key.stream_id.bytes + 12, sizeof hash);
    return hash & (TAIL_BUCKETS - 1);
}

struct tail_stream *tail_streams_find(const struct tail_streams *streams, struct stream_key key)
{
    struct tail_stream *at = streams->buckets[bucket_of(key)];
    while (at &&
           !(uuid_eq(at->key.stream_id, key.stream_id) && uuid_eq(at->key.business_id, key.business_id)))
        at = at->next_in_bucket;
    return at;
}

struct tail_stream *tail_streams_add(struct tail_streams *streams, struct stream_key key)
{
    struct tail_stream *stream = calloc(1, sizeof *stream);
    check(stream);
    struct tail_stream **bucket = &streams->buckets[bucket_of(key)];
    *stream =
        (struct tail_stream){.key = key, .position = -1, .next_in_bucket = *bucket, .next = streams->all};
    if (streams->all)
        streams->all->previous = stream;
    streams->all = *bucket = stream;
    streams->count++;
    return stream;
}

void tail_streams_enqueue(struct tail_streams *streams, struct tail_stream *stream)
{
    if (stream->queued)
        return;
    stream->queued = true;
    stream->next_queued = NULL;
    if (streams->last)
        streams->last->next_queued = stream;
    else
        streams->first = stream;
    streams->last = stream;
}

struct tail_stream *tail_streams_dequeue(struct tail_streams *streams)
{
    struct tail_stream *stream = streams->first;
    if (!stream)
        return NULL;
    streams->first = stream->next_queued;
    if (!streams->first)
        streams->last = NULL;
    stream->queued = false;
    return stream;
}

void tail_streams_release(struct tail_streams *streams, struct tail_stream *stream)
{
    if (stream->followers || stream->queued || stream->busy)
        return;
    struct tail_stream **link = &streams->buckets[bucket_of(stream->key)];
    while (*link != stream)
        link = &(*link)->next_in_bucket;
    *link = stream->next_in_bucket;
    if (stream->previous)
        stream->previous->next = stream->next;
    else
        streams->all = stream->next;
    if (stream->next)
        stream->next->previous = stream->previous;
    streams->count--;
    free(stream);
}

void tail_streams_free(struct tail_streams *streams)
{
    while (streams->all) {
        struct tail_stream *next = streams->all->next;
        free(streams->all);
        streams->all = next;
    }
    *streams = (struct tail_streams){0};
}
