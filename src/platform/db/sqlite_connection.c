/* A SQLite connection: how it is set up, its own statements, and what its errors mean. */
#include "base/check.h"
#include "base/log.h"
#include "platform/db/fault.h"
#include "platform/db/sqlite.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const struct {
    const char *name, *sql;
} CONTROLS[CONTROL_COUNT] = {
    [CONTROL_BEGIN_WRITE] = {"begin", "BEGIN IMMEDIATE"},
    [CONTROL_BEGIN_READ] = {"begin", "BEGIN"},
    [CONTROL_COMMIT] = {"commit", "COMMIT"},
    [CONTROL_ROLLBACK] = {"rollback", "ROLLBACK"},
    [CONTROL_SAVEPOINT_SET] = {"savepoint", "SAVEPOINT part"},
    [CONTROL_SAVEPOINT_RELEASE] = {"release", "RELEASE part"},
    [CONTROL_SAVEPOINT_UNDO] = {"undo", "ROLLBACK TO part"},
    [CONTROL_DATA_VERSION] = {"data_version", "PRAGMA data_version"},
};

/* Caches grow with use. temp_store=MEMORY keeps the savepoints' undo out of temporary files. */
static const char WRITER_SETUP[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                                   "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;"
                                   "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864";
static const char READER_SETUP[] = "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096";

/* Secrets are in it: nobody else reads the file, nor the -wal and -shm beside it, which take its mode. */
static bool make_file(const char *file)
{
    int descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        log_error("db.file_cannot_be_opened", LOG_TEXT("file", file), LOG_TEXT("reason", strerror(errno)));
        return false;
    }
    close(descriptor);
    return true;
}

static bool set_up(struct sqlite_connection *connection, const char *file, bool read_only)
{
    int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (sqlite3_open_v2(file, &connection->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return false;
    sqlite3_extended_result_codes(connection->handle, 1);
    sqlite3_busy_timeout(connection->handle, BUSY_TIMEOUT_MS);
    const char *setup = read_only ? READER_SETUP : WRITER_SETUP;
    if (sqlite3_exec(connection->handle, setup, NULL, NULL, NULL) != SQLITE_OK)
        return false;
    return !fault_planted("synchronous_off") ||
           sqlite3_exec(connection->handle, "PRAGMA synchronous=OFF", NULL, NULL, NULL) == SQLITE_OK;
}

struct sqlite_connection *sqlite_connect(const char *file, const struct db *db, bool read_only)
{
    if (!read_only && !make_file(file))
        return NULL;
    struct sqlite_connection *connection = calloc(1, sizeof *connection);
    check(connection);
    connection->db = db;
    connection->statements = calloc(db->text_count + 1, sizeof(sqlite3_stmt *));
    check(connection->statements);
    if (set_up(connection, file, read_only))
        return connection;
    log_error("db.connection_failed", LOG_TEXT("file", file),
              LOG_TEXT("reason", sqlite3_errmsg(connection->handle)));
    sqlite_disconnect(connection);
    return NULL;
}

void sqlite_disconnect(struct sqlite_connection *connection)
{
    if (!connection)
        return;
    for (size_t id = 0; id < connection->db->text_count; id++)
        sqlite3_finalize(connection->statements[id]);
    for (int control = 0; control < CONTROL_COUNT; control++)
        sqlite3_finalize(connection->controls[control]);
    sqlite3_close(connection->handle);
    free(connection->statements);
    free(connection);
}

static sqlite3_stmt *control_statement(struct sqlite_connection *connection, enum sqlite_control control)
{
    sqlite3_stmt **statement = &connection->controls[control];
    if (!*statement)
        sqlite3_prepare_v3(connection->handle, CONTROLS[control].sql, -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL);
    return *statement;
}

int sqlite_control(struct sqlite_connection *connection, enum sqlite_control control)
{
    sqlite3_stmt *statement = control_statement(connection, control);
    if (!statement)
        return sqlite3_extended_errcode(connection->handle);
    int result = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

int64_t sqlite_data_version(struct sqlite_connection *connection)
{
    sqlite3_stmt *statement = control_statement(connection, CONTROL_DATA_VERSION);
    int64_t version = -1;
    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return version;
}

bool sqlite_transaction_is_gone(const struct sqlite_connection *connection)
{
    return sqlite3_get_autocommit(connection->handle) != 0;
}

/* Not every write that found the disk full says so: the -shm file's growth is a plain I/O error. */
static bool disk_is_full(struct sqlite_connection *connection)
{
    int error = sqlite3_system_errno(connection->handle);
    struct statvfs space;
    const char *file = sqlite3_db_filename(connection->handle, "main");
    return error == ENOSPC || error == EDQUOT || (file && statvfs(file, &space) == 0 && space.f_bavail == 0);
}

static enum code code_of(struct sqlite_connection *connection, int extended)
{
    switch (extended & 0xff) {
    case SQLITE_FULL:
        return CODE_STORAGE_FULL;
    case SQLITE_IOERR:
        /* After a failed fsync nobody knows what the disk holds. */
        return extended != SQLITE_IOERR_FSYNC && disk_is_full(connection) ? CODE_STORAGE_FULL
                                                                          : CODE_UNAVAILABLE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
        return CODE_UNAVAILABLE;
    case SQLITE_CONSTRAINT:
        if (extended == SQLITE_CONSTRAINT_NOTNULL)
            return CODE_RETRY; /* see db.h */
        return extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       extended == SQLITE_CONSTRAINT_ROWID
                   ? CODE_CONFLICT
                   : CODE_INTERNAL;
    default:
        return CODE_INTERNAL;
    }
}

enum code sqlite_failure(struct sqlite_connection *connection, const char *name, int extended)
{
    enum code code = code_of(connection, extended);
    /* A unique key or a fact that has changed is an answer, not a fault. SQLite's messages name tables and
     * columns, never values. */
    log_at(code == CODE_CONFLICT || code == CODE_RETRY ? LOG_DEBUG : LOG_ERROR, "db.statement_failed",
           LOG_TEXT("statement", name), LOG_INT("sqlite_code", extended),
           LOG_TEXT("reason", sqlite3_errmsg(connection->handle)), LOG_TEXT("answer", code_name(code)));
    return code;
}
