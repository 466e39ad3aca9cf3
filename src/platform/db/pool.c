/* A fair pool. While anybody waits nothing is idle: what is given back is handed to the first in the queue.
 */
#include "platform/db/pool.h"

#include "base/check.h"
#include "base/deadline.h"

#include <string.h>

struct pool_waiter {
    struct pool_waiter *next;
    pthread_cond_t served;
    bool has_place;
    void *connection;
};

void pool_init(struct pool *pool, size_t max)
{
    *pool = (struct pool){.max = max < POOL_MAX ? max : POOL_MAX};
    check(max > 0);
    pool->last = &pool->first;
    pthread_mutex_init(&pool->mutex, NULL);
}

void pool_destroy(struct pool *pool)
{
    check(pool->open == 0 && pool->waiting == 0);
    pthread_mutex_destroy(&pool->mutex);
}

static void leave_queue(struct pool *pool, struct pool_waiter *waiter)
{
    struct pool_waiter **link = &pool->first;
    while (*link != waiter)
        link = &(*link)->next;
    *link = waiter->next;
    if (!*link)
        pool->last = link;
    pool->waiting--;
}

/* With the mutex held. */
static bool wait_in_queue(struct pool *pool, int64_t deadline_ns, void **ret_connection)
{
    struct pool_waiter own = {.next = NULL};
    struct timespec deadline = {deadline_ns / 1000000000, deadline_ns % 1000000000};
    deadline_condition_init(&own.served);
    *pool->last = &own;
    /* cppcheck-suppress autoVariables ; it has left the queue before this returns */
    pool->last = &own.next;
    pool->waiting++;
    int error = 0;
    while (!own.has_place && error == 0)
        error = pthread_cond_timedwait(&own.served, &pool->mutex, &deadline);
    if (!own.has_place)
        leave_queue(pool, &own);
    pthread_cond_destroy(&own.served);
    *ret_connection = own.connection;
    return own.has_place;
}

static void *take_idle(struct pool *pool, enum pool_end end)
{
    void *connection = pool->idle[end == POOL_FRONT ? 0 : pool->idle_count - 1];
    pool->idle_count--;
    if (end == POOL_FRONT)
        memmove(pool->idle, pool->idle + 1, pool->idle_count * sizeof *pool->idle);
    return connection;
}

static void put_idle(struct pool *pool, enum pool_end end, void *connection)
{
    if (end == POOL_FRONT)
        memmove(pool->idle + 1, pool->idle, pool->idle_count * sizeof *pool->idle);
    pool->idle[end == POOL_FRONT ? 0 : pool->idle_count] = connection;
    pool->idle_count++;
}

bool pool_take(struct pool *pool, enum pool_end end, int64_t deadline_ns, void **ret_connection)
{
    bool taken = true;
    *ret_connection = NULL;
    pthread_mutex_lock(&pool->mutex);
    if (pool->idle_count > 0)
        *ret_connection = take_idle(pool, end);
    else if (pool->open < pool->max)
        pool->open++;
    else
        taken = wait_in_queue(pool, deadline_ns, ret_connection);
    pthread_mutex_unlock(&pool->mutex);
    return taken;
}

/* With the mutex held. False: nobody waits. */
static bool serve_first(struct pool *pool, void *connection)
{
    struct pool_waiter *first = pool->first;
    if (!first)
        return false;
    leave_queue(pool, first);
    first->connection = connection;
    first->has_place = true;
    pthread_cond_signal(&first->served);
    return true;
}

void pool_give(struct pool *pool, enum pool_end end, void *connection)
{
    pthread_mutex_lock(&pool->mutex);
    if (!serve_first(pool, connection))
        put_idle(pool, end, connection);
    pthread_mutex_unlock(&pool->mutex);
}

void pool_give_place(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    if (!serve_first(pool, NULL))
        pool->open--;
    pthread_mutex_unlock(&pool->mutex);
}

size_t pool_drain(struct pool *pool, void *ret_idle[POOL_MAX])
{
    pthread_mutex_lock(&pool->mutex);
    size_t count = pool->idle_count;
    for (size_t i = 0; i < count; i++)
        ret_idle[i] = pool->idle[i];
    pool->idle_count = 0;
    pool->open -= count;
    pthread_mutex_unlock(&pool->mutex);
    return count;
}

struct pool_state pool_state_of(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    struct pool_state state = {pool->open, pool->waiting};
    pthread_mutex_unlock(&pool->mutex);
    return state;
}
