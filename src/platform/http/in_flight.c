/* A small hash table under one mutex. An entry lives as long as somebody holds it or waits for it. */
#include "platform/http/in_flight.h"

#include "base/check.h"
#include "base/deadline.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#define BUCKETS 1024

struct in_flight {
    struct in_flight *next;
    struct uuid business;
    pthread_cond_t freed;
    size_t bucket, waiters;
    bool held;
    size_t key_len;
    char key[];
};

struct in_flight_table {
    pthread_mutex_t mutex;
    size_t waiters, waiters_max;
    struct in_flight *buckets[BUCKETS];
};

struct in_flight_table *in_flight_new(size_t waiters_max)
{
    struct in_flight_table *table = calloc(1, sizeof *table);
    check(table != NULL);
    pthread_mutex_init(&table->mutex, NULL);
    table->waiters_max = waiters_max;
    return table;
}

void in_flight_free(struct in_flight_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        check(!table->buckets[i]);
    pthread_mutex_destroy(&table->mutex);
    free(table);
}

/* FNV-1a; keys of one business at most collide with its own. */
static size_t bucket_of(struct uuid business, struct str key)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < sizeof business.bytes; i++)
        hash = (hash ^ business.bytes[i]) * UINT64_C(0x100000001B3);
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (unsigned char)key.data[i]) * UINT64_C(0x100000001B3);
    return (size_t)(hash >> 32) % BUCKETS;
}

static struct in_flight *find(struct in_flight_table *table, size_t bucket, struct uuid business,
                              struct str key)
{
    struct in_flight *entry = table->buckets[bucket];
    while (entry &&
           !(uuid_eq(entry->business, business) && str_eq((struct str){entry->key, entry->key_len}, key)))
        entry = entry->next;
    return entry;
}

static struct in_flight *add(struct in_flight_table *table, size_t bucket, struct uuid business,
                             struct str key)
{
    struct in_flight *entry = calloc(1, sizeof *entry + key.len);
    check(entry != NULL);
    entry->business = business;
    entry->bucket = bucket;
    entry->key_len = key.len;
    memcpy(entry->key, key.data, key.len);
    deadline_condition_init(&entry->freed);
    entry->next = table->buckets[bucket];
    table->buckets[bucket] = entry;
    return entry;
}

static void remove_unused(struct in_flight_table *table, struct in_flight *entry)
{
    if (entry->held || entry->waiters > 0)
        return;
    struct in_flight **at = &table->buckets[entry->bucket];
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    pthread_cond_destroy(&entry->freed);
    free(entry);
}

static bool wait_for(struct in_flight_table *table, struct in_flight *entry, int64_t timeout_ms)
{
    if (table->waiters >= table->waiters_max)
        return false;
    struct timespec until = deadline_in_ms(timeout_ms);
    table->waiters++;
    entry->waiters++;
    while (entry->held && pthread_cond_timedwait(&entry->freed, &table->mutex, &until) != ETIMEDOUT)
        continue;
    table->waiters--;
    entry->waiters--;
    return !entry->held;
}

struct in_flight *in_flight_enter(struct in_flight_table *table, struct uuid business, struct str key,
                                  int64_t timeout_ms)
{
    size_t bucket = bucket_of(business, key);
    pthread_mutex_lock(&table->mutex);
    struct in_flight *entry = find(table, bucket, business, key);
    if (!entry)
        entry = add(table, bucket, business, key);
    else if (entry->held && !wait_for(table, entry, timeout_ms)) {
        remove_unused(table, entry);
        entry = NULL;
    }
    if (entry)
        entry->held = true;
    pthread_mutex_unlock(&table->mutex);
    return entry;
}

void in_flight_leave(struct in_flight_table *table, struct in_flight *held)
{
    pthread_mutex_lock(&table->mutex);
    check(held->held);
    held->held = false;
    pthread_cond_signal(&held->freed);
    remove_unused(table, held);
    pthread_mutex_unlock(&table->mutex);
}
