/* How many events a listener handled and failed in the last hour, by business: counts by the minute, in
 * memory, of this process. Thread-safe. */
#pragma once
#include "base/uuid.h"

#include <pthread.h>

#define RATES_MINUTES 61 /* the minute that runs, and an hour */

struct rate_window {
    int64_t handled, failed; /* attempts */
};

struct rates_of_business {
    struct uuid business_id;
    int64_t minute; /* the newest one counted */
    uint32_t handled[RATES_MINUTES], failed[RATES_MINUTES];
    bool alerting; /* told that it fails too often, until it does no more */
    struct rates_of_business *next_in_bucket;
};

#define RATES_BUCKETS 64
#define RATES_BUSINESSES_MAX 1024 /* beyond that the one that was quiet longest is forgotten */

struct rates {
    pthread_mutex_t lock;
    struct rates_of_business *buckets[RATES_BUCKETS];
    size_t count;
};

void rates_init(struct rates *rates);
void rates_free(struct rates *rates);
/* Answers whether more than 1 % (and at least RATES_ALERT_FAILED) failed in the last 5 minutes, for the first
 * time since that was not so; then `ret_window` tells of it. */
#define RATES_ALERT_MINUTES 5
#define RATES_ALERT_FAILED 3
bool rates_count(struct rates *rates, struct uuid business_id, int64_t now_ms, int64_t handled,
                 int64_t failed, struct rate_window *ret_window);
/* The last `minutes` (1 – 60), the part of the oldest one by its share of time. UUID_NIL: all businesses. */
struct rate_window rates_of(struct rates *rates, struct uuid business_id, int64_t now_ms, int64_t minutes);
