/* Migrations on a SQLite handle. */
#include "platform/db/sqlite_migrate.h"

#include "base/log.h"

static bool execute(void *connection, const char *script)
{
    char *message = NULL;
    int result = sqlite3_exec(connection, script, NULL, NULL, &message);
    if (result != SQLITE_OK)
        log_error("db.script_failed", LOG_INT("sqlite_code", result), LOG_TEXT("reason", message));
    sqlite3_free(message);
    return result == SQLITE_OK;
}

static bool query(void *connection, struct arena *arena, const char *sql, struct str **ret_cells,
                  size_t *ret_count)
{
    sqlite3_stmt *statement = NULL;
    size_t capacity = 0;
    *ret_count = 0;
    *ret_cells = NULL;
    int result = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    size_t columns = (size_t)sqlite3_column_count(statement);
    while (result == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        if (*ret_count == capacity) {
            capacity = capacity * 2 + 16;
            struct str *larger = arena_array(arena, struct str, capacity * columns);
            if (*ret_count)
                memcpy(larger, *ret_cells, *ret_count * columns * sizeof *larger);
            *ret_cells = larger;
        }
        struct str *row = *ret_cells + (*ret_count)++ * columns;
        for (size_t i = 0; i < columns; i++)
            row[i] = str_copy(arena, str_of((const char *)sqlite3_column_text(statement, (int)i)));
    }
    if (result == SQLITE_OK)
        result = sqlite3_reset(statement); /* what the last step answered */
    if (result != SQLITE_OK)
        log_error("db.query_failed", LOG_INT("sqlite_code", result),
                  LOG_TEXT("reason", sqlite3_errmsg(connection)));
    sqlite3_finalize(statement);
    return result == SQLITE_OK;
}

struct migrate_target sqlite_migrate_target(sqlite3 *handle)
{
    return (struct migrate_target){DB_SQLITE, handle, execute, query};
}
