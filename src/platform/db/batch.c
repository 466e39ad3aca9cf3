/* Batches. Who finds no batch on its way leads one: it takes what is queued, itself first, runs it in one
 * transaction, wakes those it served and passes the lead to the first that still waits. So a lone item goes
 * straight to the database on its own thread, and what arrives while a batch commits makes up the next one.
 */
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/db/driver.h"
#include "platform/db/waiter.h"

enum {
    BATCH_WAITING_MAX = 10000,
    BATCH_SCAN_FACTOR = 4, /* so many times `max` are looked at for those that may go together */
    BATCH_ONE_BY_ONE_MS = 10000,
};

enum { SERVED = 1, LEAD = 2 };

struct waiting {
    void *item;
    struct waiting *next;
    enum code outcome;
    struct waiter waiter;
};

struct db_batch {
    struct db *db;
    db_batch_fn fn;
    bool (*same)(const void *a, const void *b);
    size_t max;
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t idle;
    struct waiting *first, **last;
    size_t count;
    bool led; /* some thread is leading, or was told to */
    /* The leader's. */
    struct waiting **taken;
    void **items;
    struct arena arena;
};

struct run {
    db_batch_fn fn;
    void **items;
    size_t count;
};

struct db_batch *db_batch_open(struct db *db, db_batch_fn fn, bool (*same)(const void *a, const void *b),
                               size_t max)
{
    struct db_batch *batch = calloc(1, sizeof *batch);
    check(batch && max > 0);
    *batch = (struct db_batch){.db = db, .fn = fn, .same = same, .max = max};
    pthread_mutex_init(&batch->mutex, NULL);
    pthread_cond_init(&batch->idle, NULL);
    batch->last = &batch->first;
    batch->taken = calloc(max, sizeof(struct waiting *));
    batch->items = calloc(max, sizeof(void *));
    check(batch->taken && batch->items);
    return batch;
}

static bool goes_with(const struct db_batch *batch, size_t count, const void *item)
{
    for (size_t i = 0; batch->same && i < count; i++) {
        if (batch->same(batch->items[i], item))
            return false;
    }
    return true;
}

/* With the mutex held. What must not go with one that is taken keeps its place in the queue. */
static size_t take(struct db_batch *batch)
{
    size_t count = 0, looked = 0;
    struct waiting **link = &batch->first;
    while (*link && count < batch->max && looked++ < batch->max * BATCH_SCAN_FACTOR) {
        struct waiting *waiting = *link;
        if (!goes_with(batch, count, waiting->item)) {
            link = &waiting->next;
            continue;
        }
        batch->items[count] = waiting->item;
        batch->taken[count++] = waiting;
        *link = waiting->next;
    }
    if (!*link)
        batch->last = link;
    batch->count -= count;
    return count;
}

static enum code run_items(struct db_tx *tx, void *arg)
{
    const struct run *run = arg;
    return run->fn(tx, run->items, run->count);
}

static enum code write_items(struct db_batch *batch, void **items, size_t count)
{
    struct run run = {batch->fn, items, count};
    enum code code = db_write_batch(batch->db, &batch->arena, run_items, &run);
    arena_reset(&batch->arena);
    return code;
}

/* The database itself failed, or nobody knows whether the commit is there: not to be tried again. */
static bool is_final(enum code code)
{
    return code == CODE_OK || code == CODE_UNAVAILABLE || code == CODE_STORAGE_FULL;
}

static void run_taken(struct db_batch *batch, size_t count)
{
    enum code code = write_items(batch, batch->items, count);
    bool together = count == 1 || is_final(code);
    for (size_t i = 0; together && i < count; i++)
        batch->taken[i]->outcome = code;
    if (together)
        return;
    log_warn("db.batch_is_run_one_by_one", LOG_INT("items", (int64_t)count),
             LOG_TEXT("answer", code_name(code)));
    int64_t deadline_ns = clock_monotonic_ns() + (int64_t)BATCH_ONE_BY_ONE_MS * 1000000;
    code = CODE_OK;
    for (size_t i = 0; i < count; i++) {
        if (code == CODE_OK || !is_final(code))
            code = clock_monotonic_ns() < deadline_ns ? write_items(batch, &batch->items[i], 1)
                                                      : CODE_UNAVAILABLE;
        batch->taken[i]->outcome = code;
    }
}

/* Runs one batch, which the caller's own item is part of, and passes the lead on. */
static void lead(struct db_batch *batch, struct waiting *own)
{
    pthread_mutex_lock(&batch->mutex);
    size_t count = take(batch);
    pthread_mutex_unlock(&batch->mutex);
    check(count > 0 && batch->taken[0] == own);
    run_taken(batch, count);
    for (size_t i = 1; i < count; i++)
        waiter_wake(&batch->taken[i]->waiter, SERVED);
    pthread_mutex_lock(&batch->mutex);
    struct waiting *next = batch->first;
    batch->led = next != NULL;
    if (!next)
        pthread_cond_broadcast(&batch->idle);
    pthread_mutex_unlock(&batch->mutex);
    if (next)
        waiter_wake(&next->waiter, LEAD);
}

/* With the mutex held. */
static void enqueue(struct db_batch *batch, struct waiting *own, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        *batch->last = &own[i];
        /* cppcheck-suppress autoVariables ; it has left the queue before its owner returns */
        batch->last = &own[i].next;
    }
    batch->count += count;
}

/* Items that are queued together are served in order, so that each is waited for when those before it are
 * done; the lead may come to any of them. */
static void run_queued(struct db_batch *batch, struct waiting *own, size_t count)
{
    pthread_mutex_lock(&batch->mutex);
    bool fits = count <= BATCH_WAITING_MAX - batch->count, leads = fits && !batch->led;
    if (fits) {
        enqueue(batch, own, count);
        batch->led = true;
    }
    pthread_mutex_unlock(&batch->mutex);
    for (size_t i = 0; i < count; i++) {
        if (!fits)
            own[i].outcome = CODE_OVERLOADED;
        else if ((i == 0 && leads) || waiter_wait(&own[i].waiter) == LEAD)
            lead(batch, &own[i]);
    }
}

void db_batch_run_all(struct db_batch *batch, struct arena *arena, void **items, size_t count,
                      enum code *ret_outcomes)
{
    if (count == 0)
        return;
    struct waiting *own = arena_array(arena, struct waiting, count);
    for (size_t i = 0; i < count; i++)
        own[i] = (struct waiting){.item = items[i]};
    run_queued(batch, own, count);
    for (size_t i = 0; i < count; i++)
        ret_outcomes[i] = own[i].outcome;
}

size_t db_batch_waiting(struct db_batch *batch)
{
    pthread_mutex_lock(&batch->mutex);
    size_t count = batch->count;
    pthread_mutex_unlock(&batch->mutex);
    return count;
}

void db_batch_close(struct db_batch *batch)
{
    pthread_mutex_lock(&batch->mutex);
    while (batch->led)
        pthread_cond_wait(&batch->idle, &batch->mutex);
    pthread_mutex_unlock(&batch->mutex);
    pthread_mutex_destroy(&batch->mutex);
    pthread_cond_destroy(&batch->idle);
    arena_free(&batch->arena);
    free(batch->taken);
    free(batch->items);
    free(batch);
}
