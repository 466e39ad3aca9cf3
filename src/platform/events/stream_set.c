/* A queue of streams without duplicates: nodes in a pool, found by a hash of the stream's id. */
#include "platform/events/stream_set.h"

#include "base/check.h"

/* Ids are random in their last bytes. */
static size_t bucket_of(struct stream_key key)
{
    uint32_t hash;
    memcpy(&hash, key.stream_id.bytes + 12, sizeof hash);
    return hash & (STREAM_SET_BUCKETS - 1);
}

static bool same_key(struct stream_key a, struct stream_key b)
{
    return uuid_eq(a.stream_id, b.stream_id) && uuid_eq(a.business_id, b.business_id);
}

static struct stream_node *find(const struct stream_set *set, struct stream_key key)
{
    for (uint16_t at = set->buckets[bucket_of(key)]; at; at = set->nodes[at - 1].next_in_bucket) {
        if (same_key(set->nodes[at - 1].key, key))
            return &set->nodes[at - 1];
    }
    return NULL;
}

static uint16_t take_node(struct stream_set *set)
{
    if (!set->nodes) {
        set->nodes = calloc(STREAM_SET_MAX, sizeof *set->nodes);
        check(set->nodes);
    }
    if (set->free) {
        uint16_t at = set->free;
        set->free = set->nodes[at - 1].next;
        return at;
    }
    return set->used < STREAM_SET_MAX ? (uint16_t)++set->used : 0;
}

bool stream_set_add(struct stream_set *set, struct stream_key key, int64_t sequence)
{
    struct stream_node *known = set->nodes ? find(set, key) : NULL;
    if (known) {
        if (known->sequence < sequence)
            known->sequence = sequence;
        return true;
    }
    uint16_t at = take_node(set);
    if (!at)
        return false;
    uint16_t *bucket = &set->buckets[bucket_of(key)];
    set->nodes[at - 1] = (struct stream_node){key, sequence, *bucket, 0};
    *bucket = at;
    if (set->last)
        set->nodes[set->last - 1].next = at;
    else
        set->first = at;
    set->last = at;
    return true;
}

static void remove_from_bucket(struct stream_set *set, uint16_t at)
{
    uint16_t *link = &set->buckets[bucket_of(set->nodes[at - 1].key)];
    while (*link != at)
        link = &set->nodes[*link - 1].next_in_bucket;
    *link = set->nodes[at - 1].next_in_bucket;
}

bool stream_set_is_empty(const struct stream_set *set) { return set->first == 0; }

bool stream_set_take(struct stream_set *set, struct stream_key *ret_key, int64_t *ret_sequence)
{
    while (set->first) {
        uint16_t at = set->first;
        struct stream_node *node = &set->nodes[at - 1];
        remove_from_bucket(set, at);
        set->first = node->next;
        if (!set->first)
            set->last = 0;
        node->next = set->free;
        set->free = at;
        if (node->sequence > 0) {
            *ret_key = node->key;
            *ret_sequence = node->sequence;
            return true;
        }
    }
    return false;
}

void stream_set_settle(struct stream_set *set, struct stream_key key, int64_t position)
{
    struct stream_node *known = set->nodes ? find(set, key) : NULL;
    if (known && known->sequence <= position)
        known->sequence = 0;
}

void stream_set_free(struct stream_set *set)
{
    free(set->nodes);
    *set = (struct stream_set){0};
}
