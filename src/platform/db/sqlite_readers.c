/* The readers: connections that only read, opened when they are needed, each transaction one snapshot. */
#include "base/check.h"
#include "base/log.h"
#include "platform/db/sqlite.h"

void sqlite_readers_init(struct sqlite_readers *readers, size_t max)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&readers->mutex, NULL);
    pthread_cond_init(&readers->released, &monotonic);
    pthread_condattr_destroy(&monotonic);
    readers->max = max == 0 ? READERS_DEFAULT : max < READERS_MAX ? max : READERS_MAX;
}

void sqlite_readers_close(struct sqlite_readers *readers)
{
    check(readers->idle_count == readers->open);
    for (size_t i = 0; i < readers->idle_count; i++)
        sqlite_disconnect(readers->idle[i]);
    pthread_mutex_destroy(&readers->mutex);
    pthread_cond_destroy(&readers->released);
}

/* Waits for a free place; NULL in `ret_connection` with true: open a new one. False: waited too long. */
static bool take_place(struct sqlite_readers *readers, struct sqlite_connection **ret_connection)
{
    struct timespec deadline = {0};
    int error = 0;
    pthread_mutex_lock(&readers->mutex);
    while (readers->idle_count == 0 && readers->open == readers->max && error == 0) {
        if (deadline.tv_sec == 0) {
            clock_gettime(CLOCK_MONOTONIC, &deadline);
            deadline.tv_sec += READER_WAIT_S;
        }
        error = pthread_cond_timedwait(&readers->released, &readers->mutex, &deadline);
    }
    bool taken = true;
    *ret_connection = NULL;
    if (readers->idle_count > 0)
        *ret_connection = readers->idle[--readers->idle_count];
    else if (readers->open < readers->max)
        readers->open++;
    else
        taken = false;
    pthread_mutex_unlock(&readers->mutex);
    return taken;
}

/* NULL: its place is free again. */
static void put_back(struct sqlite_readers *readers, struct sqlite_connection *connection)
{
    pthread_mutex_lock(&readers->mutex);
    if (connection)
        readers->idle[readers->idle_count++] = connection;
    else
        readers->open--;
    pthread_cond_signal(&readers->released);
    pthread_mutex_unlock(&readers->mutex);
}

static struct sqlite_connection *take(struct sqlite *sqlite)
{
    struct sqlite_connection *connection;
    if (!take_place(&sqlite->readers, &connection)) {
        log_warn("db.no_free_connection", LOG_INT("connections", (int64_t)sqlite->readers.max));
        return NULL;
    }
    if (!connection)
        connection = sqlite_connect(sqlite->file, &sqlite->db, true);
    if (!connection)
        put_back(&sqlite->readers, NULL);
    return connection;
}

/* False: the connection is of no use any more. */
static bool end(struct sqlite_connection *connection)
{
    return sqlite_transaction_is_gone(connection) ||
           sqlite_control(connection, CONTROL_ROLLBACK) == SQLITE_OK;
}

enum code sqlite_read(struct db *db, const struct db_work *work)
{
    struct sqlite *sqlite = (struct sqlite *)db;
    enum code code = CODE_RETRY;
    for (int try = 1; try <= DB_TRIES_MAX && code == CODE_RETRY; try++) {
        struct sqlite_connection *connection = take(sqlite);
        if (!connection)
            return CODE_UNAVAILABLE;
        struct db_tx tx;
        tx_open(&tx, db, work, connection);
        int result = sqlite_control(connection, CONTROL_BEGIN_READ);
        code = result == SQLITE_OK ? tx_run(&tx, work) : sqlite_failure(connection, "begin", result);
        if (code == CODE_OK)
            tx_committed(&tx);
        if (!end(connection)) {
            sqlite_disconnect(connection);
            connection = NULL;
        }
        put_back(&sqlite->readers, connection);
    }
    return code == CODE_RETRY ? CODE_UNAVAILABLE : code;
}
