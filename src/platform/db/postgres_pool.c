/* Connections for transactions: taken from the pool when they are alive, otherwise opened. */
#include "base/log.h"
#include "platform/db/postgres.h"

#include <poll.h>

void postgres_close_idle(struct postgres *postgres)
{
    void *idle[POOL_MAX];
    size_t count = pool_drain(&postgres->pool, idle);
    for (size_t i = 0; i < count; i++)
        postgres_disconnect(idle[i]);
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

struct postgres_connection *postgres_take(struct postgres *postgres, enum pool_end end, int64_t deadline_ns)
{
    void *taken;
    while (pool_take(&postgres->pool, end, deadline_ns, &taken)) {
        struct postgres_connection *connection = taken;
        if (!connection) {
            connection = postgres_connect(postgres);
            if (!connection) {
                atomic_store_explicit(&postgres->last_success_ns, INT64_MIN, memory_order_relaxed);
                pool_give_place(&postgres->pool);
                return NULL;
            }
            connection->end = end;
            return connection;
        }
        if (is_alive(connection)) {
            connection->end = end;
            connection->begun = connection->commit_sent = connection->committed = false;
            return connection;
        }
        connection->broken = true;
        postgres_put_back(connection);
    }
    log_warn("db.no_free_connection", LOG_INT("connections", (int64_t)postgres->pool.max));
    return NULL;
}

void postgres_put_back(struct postgres_connection *connection)
{
    struct postgres *postgres = connection->postgres;
    if (!connection->broken) {
        pool_give(&postgres->pool, connection->end, connection);
        return;
    }
    postgres_disconnect(connection);
    pool_give_place(&postgres->pool);
    postgres_close_idle(postgres); /* most likely the same happened to them */
}
