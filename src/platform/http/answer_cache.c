/* A hash table with a list in the order of use, under one mutex that is held for a lookup only. */
#include "platform/http/answer_cache.h"

#include "base/check.h"

#include <pthread.h>
#include <stdlib.h>

#define BUCKETS 4096

struct entry {
    struct entry *chain;         /* in the bucket */
    struct entry *newer, *older; /* in the order of use */
    uint64_t hash;
    int64_t version;
    struct uuid business, outlet;
    struct answer *answer;
    size_t bytes;
    size_t target_len;
    char target[];
};

struct answer_cache {
    pthread_mutex_t mutex;
    size_t bytes, bytes_max;
    struct entry *newest, *oldest;
    struct entry *buckets[BUCKETS];
};

struct answer_cache *answer_cache_new(size_t bytes_max)
{
    struct answer_cache *cache = calloc(1, sizeof *cache);
    check(cache != NULL);
    pthread_mutex_init(&cache->mutex, NULL);
    cache->bytes_max = bytes_max;
    return cache;
}

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t len)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
    return hash;
}

static uint64_t hash_of(const struct answer_key *key)
{
    uint64_t hash = hash_bytes(UINT64_C(0xCBF29CE484222325), key->business.bytes, sizeof key->business.bytes);
    hash = hash_bytes(hash, key->outlet.bytes, sizeof key->outlet.bytes);
    return hash_bytes(hash, key->target.data, key->target.len);
}

static struct entry **bucket_of(struct answer_cache *cache, uint64_t hash)
{
    return &cache->buckets[(hash >> 20) % BUCKETS];
}

static struct entry *find(struct answer_cache *cache, uint64_t hash, const struct answer_key *key)
{
    struct entry *entry = *bucket_of(cache, hash);
    while (entry && !(entry->hash == hash && uuid_eq(entry->business, key->business) &&
                      uuid_eq(entry->outlet, key->outlet) &&
                      str_eq((struct str){entry->target, entry->target_len}, key->target)))
        entry = entry->chain;
    return entry;
}

static void unlink_use(struct answer_cache *cache, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void link_newest(struct answer_cache *cache, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void remove_entry(struct answer_cache *cache, struct entry *entry)
{
    struct entry **at = bucket_of(cache, entry->hash);
    while (*at != entry)
        at = &(*at)->chain;
    *at = entry->chain;
    unlink_use(cache, entry);
    cache->bytes -= entry->bytes;
    answer_drop(entry->answer);
    free(entry);
}

static void remove_oldest(struct answer_cache *cache)
{
    struct entry *entry = cache->oldest;
    check(!entry->older);
    remove_entry(cache, entry);
    check(cache->oldest != entry);
}

void answer_cache_free(struct answer_cache *cache)
{
    if (!cache)
        return;
    while (cache->oldest)
        remove_oldest(cache);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

struct answer *answer_cache_get(struct answer_cache *cache, const struct answer_key *key, int64_t version)
{
    uint64_t hash = hash_of(key);
    struct answer *answer = NULL;
    pthread_mutex_lock(&cache->mutex);
    struct entry *entry = find(cache, hash, key);
    if (entry && entry->version != version) {
        remove_entry(cache, entry);
    } else if (entry) {
        answer = answer_keep(entry->answer);
        if (cache->newest != entry) {
            unlink_use(cache, entry);
            link_newest(cache, entry);
        }
    }
    pthread_mutex_unlock(&cache->mutex);
    return answer;
}

void answer_cache_put(struct answer_cache *cache, const struct answer_key *key, int64_t version,
                      struct answer *answer)
{
    size_t bytes = sizeof(struct entry) + key->target.len + answer_bytes(answer);
    if (bytes > cache->bytes_max / 8)
        return;
    struct entry *entry = calloc(1, sizeof *entry + key->target.len);
    check(entry != NULL);
    *entry = (struct entry){.hash = hash_of(key),
                            .version = version,
                            .business = key->business,
                            .outlet = key->outlet,
                            .answer = answer_keep(answer),
                            .bytes = bytes,
                            .target_len = key->target.len};
    memcpy(entry->target, key->target.data, key->target.len);
    pthread_mutex_lock(&cache->mutex);
    struct entry *former = find(cache, entry->hash, key);
    if (former)
        remove_entry(cache, former);
    while (cache->oldest && cache->bytes + bytes > cache->bytes_max)
        remove_oldest(cache);
    struct entry **bucket = bucket_of(cache, entry->hash);
    entry->chain = *bucket;
    *bucket = entry;
    link_newest(cache, entry);
    cache->bytes += bytes;
    pthread_mutex_unlock(&cache->mutex);
}
