/* The readers: connections that only read, opened when they are needed, each transaction one snapshot. */
#include "base/clock.h"
#include "base/log.h"
#include "platform/db/sqlite.h"

void sqlite_readers_close(struct sqlite *sqlite)
{
    void *idle[POOL_MAX];
    size_t count = pool_drain(&sqlite->readers, idle);
    for (size_t i = 0; i < count; i++)
        sqlite_disconnect(idle[i]);
    pool_destroy(&sqlite->readers);
}

static struct sqlite_connection *take(struct sqlite *sqlite)
{
    void *connection;
    int64_t deadline_ns = clock_monotonic_ns() + (int64_t)READER_WAIT_MS * 1000000;
    if (!pool_take(&sqlite->readers, POOL_BACK, deadline_ns, &connection)) {
        log_warn("db.no_free_connection", LOG_INT("connections", (int64_t)sqlite->readers.max));
        return NULL;
    }
    if (!connection)
        connection = sqlite_connect(sqlite->file, &sqlite->db, true);
    if (!connection)
        pool_give_place(&sqlite->readers);
    return connection;
}

/* False: the connection is of no use any more. */
static bool end(struct sqlite_connection *connection)
{
    return sqlite_transaction_is_gone(connection) ||
           sqlite_control(connection, CONTROL_ROLLBACK) == SQLITE_OK;
}

static enum code attempt(struct sqlite *sqlite, const struct db_work *work)
{
    struct sqlite_connection *connection = take(sqlite);
    if (!connection)
        return CODE_UNAVAILABLE;
    struct db_tx tx;
    tx_open(&tx, &sqlite->db, work, connection);
    int result = sqlite_control(connection, CONTROL_BEGIN_READ);
    enum code code = result == SQLITE_OK ? tx_run(&tx, work) : sqlite_failure(connection, "begin", result);
    if (!end(connection)) {
        sqlite_disconnect(connection);
        connection = NULL;
    }
    pool_give(&sqlite->readers, POOL_BACK, connection);
    if (code == CODE_OK)
        tx_committed(&tx);
    return code;
}

enum code sqlite_read(struct db *db, const struct db_work *work)
{
    enum code code = CODE_RETRY;
    for (int try = 0; try < DB_TRIES_MAX && code == CODE_RETRY; try++)
        code = attempt((struct sqlite *)db, work);
    return code == CODE_RETRY ? CODE_UNAVAILABLE : code;
}
