/* SQLite: one connection that writes, owned by the writer thread, and a few that read. */
#pragma once
#include "platform/db/driver.h"
#include "platform/db/pool.h"
#include "platform/db/waiter.h"

#include <sqlite3.h>

enum {
    WRITER_GROUP_MAX = 32, /* closures that commit together */
    BUSY_TIMEOUT_MS = 5000,
    READER_WAIT_MS = 5000,
    IS_UP_WAIT_MS = 1000,
    READERS_DEFAULT = 4,
};

enum sqlite_control {
    CONTROL_BEGIN_WRITE,
    CONTROL_BEGIN_READ,
    CONTROL_COMMIT,
    CONTROL_ROLLBACK,
    CONTROL_SAVEPOINT_SET,
    CONTROL_SAVEPOINT_RELEASE,
    CONTROL_SAVEPOINT_UNDO,
    CONTROL_DATA_VERSION,
    CONTROL_COUNT,
};

/* Used by one thread at a time. Its statements are prepared when they are first used and kept. */
struct sqlite_connection {
    sqlite3 *handle;
    const struct db *db;
    sqlite3_stmt **statements; /* by statement id */
    sqlite3_stmt *controls[CONTROL_COUNT];
};

/* A closure on its way through the writer thread; on the stack of the thread that waits. */
struct sqlite_job {
    const struct db_work *work;
    struct sqlite_job *next;
    struct db_tx tx;
    enum code outcome;
    struct waiter done;
};

#define DATA_VERSION_NONE (-2) /* no connection's */

struct sqlite {
    struct db db;
    const char *file;
    struct sqlite_connection *writer; /* NULL: to be opened again */
    int64_t data_version; /* of the writer, at its last transaction; DATA_VERSION_NONE: had none yet */
    struct pool readers;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards the queue and `closing` */
    pthread_cond_t queued;
    struct sqlite_job *first, **last;
    atomic_llong queue_depth;
    bool closing;
    int64_t ping_wanted, ping_answered; /* sqlite_is_up asks the writer thread; the last answer: */
    bool ping_is_up;
    pthread_cond_t ping_done;
};

/* ---- sqlite_connection.c ---- */

/* Opens the file; NULL (logged) when that fails. `db` gives the statements' texts; may have none yet. */
struct sqlite_connection *sqlite_connect(const char *file, const struct db *db, bool read_only);
void sqlite_disconnect(struct sqlite_connection *connection); /* NULL is fine */
/* Runs BEGIN, COMMIT, …; answers SQLITE_OK or the extended error. */
int sqlite_control(struct sqlite_connection *connection, enum sqlite_control control);
int64_t sqlite_data_version(struct sqlite_connection *connection);
/* What a failure means for the caller; logs it. `name`: of the statement. */
enum code sqlite_failure(struct sqlite_connection *connection, const char *name, int extended);
bool sqlite_transaction_is_gone(const struct sqlite_connection *connection);

/* ---- sqlite_statement.c ---- */

void sqlite_ask(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                size_t count, struct db_rows *rows);

/* ---- sqlite_writer.c ---- */

bool sqlite_writer_start(struct sqlite *sqlite);
void sqlite_writer_stop(struct sqlite *sqlite); /* finishes what is queued */
enum code sqlite_write(struct db *db, const struct db_work *work);
bool sqlite_is_up(struct db *db);

/* ---- sqlite_readers.c ---- */

void sqlite_readers_close(struct sqlite *sqlite);
enum code sqlite_read(struct db *db, const struct db_work *work);
