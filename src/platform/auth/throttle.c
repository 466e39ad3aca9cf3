/* Token buckets in a set-associative table. */
#include "platform/auth/throttle.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>

#define WAYS 8
#define ONE 1000 /* a token, in thousandths */

/* burst: tokens of a full bucket; refill_ms: the time in which one comes back. */
static const struct {
    int64_t burst, refill_ms;
} kinds[THROTTLE_KINDS] = {
    [THROTTLE_LOGIN_ADDRESS] = {30, 2 * 1000},
    [THROTTLE_LOGIN_ACCOUNT] = {10, 30 * 1000},
    [THROTTLE_REGISTER_ADDRESS] = {10, 6 * 60 * 1000},
    [THROTTLE_REFRESH_ADDRESS] = {60, 1000},
    [THROTTLE_PIN_DEVICE] = {10, 30 * 1000},
    [THROTTLE_PIN_OUTLET] = {60, 60 * 1000}, /* four digits hold for days */
};

struct bucket {
    uint64_t hash;   /* of kind and subject; 0: free */
    int64_t missing; /* tokens taken and not come back yet, in thousandths, as of at_ms */
    int64_t at_ms;
    enum throttle_kind kind;
};

struct throttle {
    pthread_mutex_t lock;
    uint8_t key[crypto_shorthash_KEYBYTES]; /* nobody can aim at a set from outside */
    size_t set_count;
    struct bucket buckets[]; /* set after set, WAYS each */
};

struct throttle *throttle_open(size_t capacity)
{
    size_t set_count = capacity / WAYS ? capacity / WAYS : 1;
    struct throttle *throttle = calloc(1, sizeof *throttle + set_count * WAYS * sizeof(struct bucket));
    if (!throttle)
        return NULL;
    throttle->set_count = set_count;
    clock_random(throttle->key, sizeof throttle->key);
    pthread_mutex_init(&throttle->lock, NULL);
    return throttle;
}

void throttle_close(struct throttle *throttle)
{
    if (!throttle)
        return;
    pthread_mutex_destroy(&throttle->lock);
    free(throttle);
}

static uint64_t hash_of(const struct throttle *throttle, enum throttle_kind kind, struct str subject)
{
    uint8_t digest[crypto_shorthash_BYTES], key[crypto_shorthash_KEYBYTES];
    memcpy(key, throttle->key, sizeof key);
    key[0] ^= (uint8_t)kind;
    crypto_shorthash(digest, (const unsigned char *)subject.data, subject.len, key);
    uint64_t hash;
    memcpy(&hash, digest, sizeof hash);
    return hash ? hash : 1;
}

static int64_t missing_at(const struct bucket *bucket, int64_t now_ms)
{
    int64_t back =
        now_ms > bucket->at_ms ? (now_ms - bucket->at_ms) * ONE / kinds[bucket->kind].refill_ms : 0;
    return bucket->missing > back ? bucket->missing - back : 0;
}

/* The bucket of `hash`; NULL when it has none and `may_make` is false. Under the lock. */
static struct bucket *bucket_of(struct throttle *throttle, enum throttle_kind kind, uint64_t hash,
                                int64_t now_ms, bool may_make)
{
    struct bucket *set = &throttle->buckets[hash % throttle->set_count * WAYS], *fullest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].hash == hash)
            return &set[i];
        if (missing_at(&set[i], now_ms) < missing_at(fullest, now_ms))
            fullest = &set[i];
    }
    if (!may_make)
        return NULL;
    *fullest = (struct bucket){.hash = hash, .at_ms = now_ms, .kind = kind};
    return fullest;
}

int64_t throttle_take(struct throttle *throttle, enum throttle_kind kind, struct str subject, int64_t now_ms)
{
    if (!throttle)
        return 0;
    uint64_t hash = hash_of(throttle, kind, subject);
    int64_t wait_s = 0;
    pthread_mutex_lock(&throttle->lock);
    struct bucket *bucket = bucket_of(throttle, kind, hash, now_ms, true);
    int64_t missing = missing_at(bucket, now_ms), too_many = missing + ONE - kinds[kind].burst * ONE;
    if (too_many > 0) {
        int64_t wait_ms = (too_many * kinds[kind].refill_ms + ONE - 1) / ONE;
        wait_s = (wait_ms + 999) / 1000;
    } else {
        bucket->missing = missing + ONE;
        bucket->at_ms = now_ms;
    }
    pthread_mutex_unlock(&throttle->lock);
    return wait_s;
}

void throttle_give_back(struct throttle *throttle, enum throttle_kind kind, struct str subject)
{
    if (!throttle)
        return;
    uint64_t hash = hash_of(throttle, kind, subject);
    pthread_mutex_lock(&throttle->lock);
    struct bucket *bucket = bucket_of(throttle, kind, hash, 0, false);
    if (bucket)
        bucket->missing = bucket->missing > ONE ? bucket->missing - ONE : 0;
    pthread_mutex_unlock(&throttle->lock);
}

struct str throttle_address(struct str address, char room[THROTTLE_ADDRESS_MAX])
{
    struct in6_addr six;
    if (address.len >= THROTTLE_ADDRESS_MAX)
        address.len = THROTTLE_ADDRESS_MAX - 1;
    memcpy(room, address.data, address.len);
    room[address.len] = '\0';
    if (inet_pton(AF_INET6, room, &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six))
        return (struct str){room, address.len};
    memcpy(room, six.s6_addr, 8);
    return (struct str){room, 8};
}
