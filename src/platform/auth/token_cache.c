/* A set-associative table of verified tokens. */
#include "platform/auth/token_cache.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

#define WAYS 4
#define LOCKS 32

struct slot {
    struct token_digest digest;
    struct token_entry entry; /* expires_ms 0: free */
};

struct token_cache {
    _Atomic uint64_t epoch;
    pthread_mutex_t locks[LOCKS]; /* set i is guarded by lock i % LOCKS */
    size_t set_count;
    struct slot slots[]; /* set after set, WAYS each */
};

struct token_cache *token_cache_open(size_t capacity)
{
    size_t set_count = capacity / WAYS > LOCKS ? capacity / WAYS : LOCKS;
    /* calloc: pages are touched when they are used, so an idle server does not pay for them. */
    struct token_cache *cache = calloc(1, sizeof *cache + set_count * WAYS * sizeof(struct slot));
    if (!cache)
        return NULL;
    cache->set_count = set_count;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&cache->locks[i], NULL);
    return cache;
}

void token_cache_close(struct token_cache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&cache->locks[i]);
    free(cache);
}

struct token_digest token_digest(struct str token)
{
    struct token_digest digest;
    crypto_generichash(digest.bytes, sizeof digest.bytes, (const unsigned char *)token.data, token.len, NULL,
                       0);
    return digest;
}

static size_t set_of(const struct token_cache *cache, const struct token_digest *digest)
{
    uint64_t number;
    memcpy(&number, digest->bytes, sizeof number);
    return (size_t)(number % cache->set_count);
}

bool token_cache_find(struct token_cache *cache, const struct token_digest *digest,
                      struct token_entry *ret_entry)
{
    size_t set = set_of(cache, digest);
    const struct slot *slots = &cache->slots[set * WAYS];
    bool found = false;
    pthread_mutex_lock(&cache->locks[set % LOCKS]);
    for (size_t i = 0; i < WAYS && !found; i++) {
        if (slots[i].entry.expires_ms && memcmp(&slots[i].digest, digest, sizeof *digest) == 0) {
            *ret_entry = slots[i].entry;
            found = true;
        }
    }
    pthread_mutex_unlock(&cache->locks[set % LOCKS]);
    return found;
}

uint64_t token_cache_epoch(const struct token_cache *cache) { return atomic_load(&cache->epoch); }

void token_cache_put(struct token_cache *cache, const struct token_digest *digest,
                     const struct token_entry *entry, uint64_t epoch)
{
    size_t set = set_of(cache, digest);
    struct slot *slots = &cache->slots[set * WAYS], *place = &slots[0];
    pthread_mutex_lock(&cache->locks[set % LOCKS]);
    /* Asked under the lock: a `forget` that counts up later will still come by this set. */
    if (atomic_load(&cache->epoch) == epoch) {
        for (size_t i = 0; i < WAYS; i++) {
            if (memcmp(&slots[i].digest, digest, sizeof *digest) == 0) {
                place = &slots[i];
                break;
            }
            if (slots[i].entry.expires_ms < place->entry.expires_ms)
                place = &slots[i];
        }
        *place = (struct slot){*digest, *entry};
    }
    pthread_mutex_unlock(&cache->locks[set % LOCKS]);
}

void token_cache_forget(struct token_cache *cache, struct uuid family_or_employee)
{
    atomic_fetch_add(&cache->epoch, 1);
    for (size_t set = 0; set < cache->set_count; set++) {
        pthread_mutex_lock(&cache->locks[set % LOCKS]);
        for (size_t i = 0; i < WAYS; i++) {
            struct slot *slot = &cache->slots[set * WAYS + i];
            if (slot->entry.expires_ms && (uuid_eq(slot->entry.family_id, family_or_employee) ||
                                           uuid_eq(slot->entry.employee_id, family_or_employee)))
                memset(slot, 0, sizeof *slot);
        }
        pthread_mutex_unlock(&cache->locks[set % LOCKS]);
    }
}
