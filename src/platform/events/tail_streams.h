/* The streams that a tail follows: found by their id, counted, and a queue of those that have something to
 * read. Not thread-safe; the tail's lock guards it. */
#pragma once
#include "platform/events/stream_set.h"

#define TAIL_BUCKETS 1024 /* a power of two */

struct tail_stream {
    struct stream_key key;
    size_t followers;
    int64_t position; /* the last event handed on; < 0: not known yet */
    bool joining;     /* a follower asks for the position */
    bool queued, busy;
    struct tail_stream *next_in_bucket, *next_queued, *next, *previous;
};

struct tail_streams {
    struct tail_stream *buckets[TAIL_BUCKETS];
    struct tail_stream *first, *last; /* the queue */
    struct tail_stream *all;
    size_t count;
};

struct tail_stream *tail_streams_find(const struct tail_streams *streams, struct stream_key key);
struct tail_stream *tail_streams_add(struct tail_streams *streams, struct stream_key key);
void tail_streams_enqueue(struct tail_streams *streams, struct tail_stream *stream);
struct tail_stream *tail_streams_dequeue(struct tail_streams *streams); /* NULL: none */
/* Forgets the stream when nobody follows it and nobody has it in hand. */
void tail_streams_release(struct tail_streams *streams, struct tail_stream *stream);
void tail_streams_free(struct tail_streams *streams);
