/* Rings of minutes, one a business. */
#include "platform/events/rates.h"

#include "base/check.h"

#include <stdlib.h>

#define MINUTE_MS 60000

void rates_init(struct rates *rates) { pthread_mutex_init(&rates->lock, NULL); }

void rates_free(struct rates *rates)
{
    for (size_t i = 0; i < RATES_BUCKETS; i++) {
        while (rates->buckets[i]) {
            struct rates_of_business *next = rates->buckets[i]->next_in_bucket;
            free(rates->buckets[i]);
            rates->buckets[i] = next;
        }
    }
    pthread_mutex_destroy(&rates->lock);
}

/* ---- Businesses ---- */

static struct rates_of_business **bucket_of(struct rates *rates, struct uuid business_id)
{
    return &rates->buckets[business_id.bytes[15] % RATES_BUCKETS];
}

static struct rates_of_business *find(struct rates *rates, struct uuid business_id)
{
    struct rates_of_business *at = *bucket_of(rates, business_id);
    while (at && !uuid_eq(at->business_id, business_id))
        at = at->next_in_bucket;
    return at;
}

static struct rates_of_business *take_quietest(struct rates *rates)
{
    struct rates_of_business **quietest = NULL;
    for (size_t i = 0; i < RATES_BUCKETS; i++) {
        for (struct rates_of_business **at = &rates->buckets[i]; *at; at = &(*at)->next_in_bucket) {
            if (!quietest || (*at)->minute < (*quietest)->minute)
                quietest = at;
        }
    }
    struct rates_of_business *taken = *quietest;
    *quietest = taken->next_in_bucket;
    rates->count--;
    return taken;
}

static struct rates_of_business *add(struct rates *rates, struct uuid business_id, int64_t minute)
{
    bool has_room = rates->count < RATES_BUSINESSES_MAX;
    struct rates_of_business *one = has_room ? calloc(1, sizeof *one) : take_quietest(rates);
    check(one);
    struct rates_of_business **bucket = bucket_of(rates, business_id);
    *one =
        (struct rates_of_business){.business_id = business_id, .minute = minute, .next_in_bucket = *bucket};
    *bucket = one;
    rates->count++;
    return one;
}

/* ---- Minutes ---- */

/* Empties the minutes in which nothing was counted. A clock set back counts into the newest minute. */
static void advance(struct rates_of_business *one, int64_t minute)
{
    int64_t steps = minute - one->minute;
    for (int64_t i = 1; i <= steps && i <= RATES_MINUTES; i++) {
        size_t at = (size_t)((one->minute + i) % RATES_MINUTES);
        one->handled[at] = one->failed[at] = 0;
    }
    if (steps > 0)
        one->minute = minute;
}

static void add_window(const struct rates_of_business *one, int64_t now_ms, int64_t minutes,
                       struct rate_window *window)
{
    int64_t now = now_ms / MINUTE_MS, oldest = now - minutes, rest_ms = MINUTE_MS - now_ms % MINUTE_MS;
    for (int64_t minute = oldest; minute <= now; minute++) {
        if (minute < 0 || minute > one->minute || minute <= one->minute - RATES_MINUTES)
            continue;
        size_t at = (size_t)(minute % RATES_MINUTES);
        int64_t share_ms = minute == oldest ? rest_ms : MINUTE_MS;
        window->handled += (one->handled[at] * share_ms + MINUTE_MS / 2) / MINUTE_MS;
        window->failed += (one->failed[at] * share_ms + MINUTE_MS / 2) / MINUTE_MS;
    }
}

static bool fails_too_often(const struct rate_window *window)
{
    return window->failed >= RATES_ALERT_FAILED && window->failed * 100 > window->handled + window->failed;
}

bool rates_count(struct rates *rates, struct uuid business_id, int64_t now_ms, int64_t handled,
                 int64_t failed, struct rate_window *ret_window)
{
    struct rate_window window = {0, 0};
    pthread_mutex_lock(&rates->lock);
    struct rates_of_business *one = find(rates, business_id);
    if (!one)
        one = add(rates, business_id, now_ms / MINUTE_MS);
    advance(one, now_ms / MINUTE_MS);
    size_t at = (size_t)(one->minute % RATES_MINUTES);
    one->handled[at] += (uint32_t)handled;
    one->failed[at] += (uint32_t)failed;
    bool was = one->alerting;
    if (failed || was) {
        add_window(one, now_ms, RATES_ALERT_MINUTES, &window);
        one->alerting = fails_too_often(&window);
    }
    bool crossed = one->alerting && !was;
    pthread_mutex_unlock(&rates->lock);
    *ret_window = window;
    return crossed;
}

struct rate_window rates_of(struct rates *rates, struct uuid business_id, int64_t now_ms, int64_t minutes)
{
    struct rate_window window = {0, 0};
    check(minutes > 0 && minutes < RATES_MINUTES);
    pthread_mutex_lock(&rates->lock);
    for (size_t i = 0; i < RATES_BUCKETS; i++) {
        for (struct rates_of_business *at = rates->buckets[i]; at; at = at->next_in_bucket) {
            if (uuid_is_nil(business_id) || uuid_eq(at->business_id, business_id))
                add_window(at, now_ms, minutes, &window);
        }
    }
    pthread_mutex_unlock(&rates->lock);
    return window;
}
