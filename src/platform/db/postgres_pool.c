/* The pool: at most `max` connections, opened when they are needed and kept. */
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/db/postgres.h"

#include <poll.h>

void postgres_pool_init(struct postgres_pool *pool, size_t max)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->released, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pool->max = max == 0 ? POOL_DEFAULT : max < POOL_MAX ? max : POOL_MAX;
}

static void close_idle(struct postgres_pool *pool)
{
    struct postgres_connection *idle[POOL_MAX];
    pthread_mutex_lock(&pool->mutex);
    size_t count = pool->idle_count;
    memcpy(idle, pool->idle, count * sizeof idle[0]);
    pool->idle_count = 0;
    pool->open -= count;
    pthread_cond_broadcast(&pool->released);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < count; i++)
        postgres_disconnect(idle[i]);
}

void postgres_pool_close(struct postgres_pool *pool)
{
    close_idle(pool);
    check(pool->open == 0);
    pthread_mutex_destroy(&pool->mutex);
    pthread_cond_destroy(&pool->released);
}

/* Waits for a place; NULL in `ret_connection` with true: open a new one. False: waited too long. */
static bool take_place(struct postgres_pool *pool, int64_t deadline_ns,
                       struct postgres_connection **ret_connection)
{
    struct timespec deadline = {deadline_ns / 1000000000, deadline_ns % 1000000000};
    int error = 0;
    pthread_mutex_lock(&pool->mutex);
    pool->waiting++;
    while (pool->idle_count == 0 && pool->open == pool->max && error == 0)
        error = pthread_cond_timedwait(&pool->released, &pool->mutex, &deadline);
    pool->waiting--;
    bool taken = true;
    *ret_connection = NULL;
    if (pool->idle_count > 0)
        *ret_connection = pool->idle[--pool->idle_count];
    else if (pool->open < pool->max)
        pool->open++;
    else
        taken = false;
    pthread_mutex_unlock(&pool->mutex);
    return taken;
}

static void give_place_back(struct postgres_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->open--;
    pthread_cond_signal(&pool->released);
    pthread_mutex_unlock(&pool->mutex);
}

/* Reads what the last transaction left. A server that ended the connection has said so by now: nothing else
 * is to be read from an idle one. */
static bool is_alive(struct postgres_connection *connection)
{
    if (connection->op_count > 0)
        postgres_collect(connection, NULL, postgres_deadline(POOL_WAIT_MS));
    struct pollfd polled = {.fd = PQsocket(connection->pg), .events = POLLIN};
    return !connection->broken && PQstatus(connection->pg) == CONNECTION_OK && poll(&polled, 1, 0) == 0;
}

struct postgres_connection *postgres_take(struct postgres *postgres, int64_t deadline_ns)
{
    struct postgres_pool *pool = &postgres->pool;
    struct postgres_connection *connection;
    for (;;) {
        if (!take_place(pool, deadline_ns, &connection)) {
            log_warn("db.no_free_connection", LOG_INT("connections", (int64_t)pool->max));
            return NULL;
        }
        if (!connection)
            break;
        if (is_alive(connection)) {
            connection->begun = connection->commit_sent = connection->committed = false;
            return connection;
        }
        connection->broken = true;
        postgres_put_back(connection);
    }
    connection = postgres_connect(postgres);
    if (!connection)
        give_place_back(pool);
    return connection;
}

void postgres_put_back(struct postgres_connection *connection)
{
    struct postgres_pool *pool = &connection->postgres->pool;
    if (connection->broken) {
        postgres_disconnect(connection);
        give_place_back(pool);
        close_idle(pool); /* most likely the same happened to them */
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->idle[pool->idle_count++] = connection;
    pthread_cond_signal(&pool->released);
    pthread_mutex_unlock(&pool->mutex);
}
