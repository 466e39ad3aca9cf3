/* The streams in which a listener has something to read: a queue in which a stream stands once, with the
 * sequence that it is known to have reached. Bounded: when it is full the listener looks for its streams in
 * the database instead. Not thread-safe; the listener's lock guards it. */
#pragma once
#include "base/uuid.h"

#define STREAM_SET_MAX 1024
#define STREAM_SET_BUCKETS 1024 /* a power of two */

struct stream_key {
    struct uuid business_id, stream_id;
};

struct stream_node {
    struct stream_key key;
    int64_t sequence;              /* 0: settled meanwhile, to be skipped */
    uint16_t next_in_bucket, next; /* index + 1; 0: none. `next`: in the queue, or in the free list */
};

struct stream_set {
    struct stream_node *nodes; /* STREAM_SET_MAX, grown on first use */
    uint16_t buckets[STREAM_SET_BUCKETS];
    uint16_t first, last, free;
    size_t used; /* nodes ever taken */
};

/* Adds the stream, or raises its sequence. False: full. */
bool stream_set_add(struct stream_set *set, struct stream_key key, int64_t sequence);
bool stream_set_is_empty(const struct stream_set *set); /* settled ones count until they are taken */
/* The stream that waits longest; false: none. */
bool stream_set_take(struct stream_set *set, struct stream_key *ret_key, int64_t *ret_sequence);
/* The listener has read the stream up to `position`: drops it unless more is known. */
void stream_set_settle(struct stream_set *set, struct stream_key key, int64_t position);
void stream_set_free(struct stream_set *set);
