/* Migrations on PostgreSQL, on a connection of their own. */
#include "platform/db/migrate.h"

#include "base/log.h"
#include "platform/db/postgres.h"

static PGresult *run(PGconn *pg, const char *sql)
{
    PGresult *result = postgres_execute(pg, sql, INT64_MAX);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return result;
    log_error("db.script_failed",
              LOG_STR("reason", str_trim(str_of(result ? PQresultErrorMessage(result) : "connection lost"))));
    PQclear(result);
    return NULL;
}

static bool execute(void *connection, const char *script)
{
    PGresult *result = run(connection, script);
    PQclear(result);
    return result != NULL;
}

static bool query(void *connection, struct arena *arena, const char *sql, struct str **ret_cells,
                  size_t *ret_count)
{
    PGresult *result = run(connection, sql);
    if (!result)
        return false;
    int columns = PQnfields(result);
    *ret_count = (size_t)PQntuples(result);
    *ret_cells = arena_array(arena, struct str, *ret_count * (size_t)columns);
    for (int row = 0; row < (int)*ret_count; row++) {
        for (int column = 0; column < columns; column++)
            (*ret_cells)[row * columns + column] = str_copy(arena, str_of(PQgetvalue(result, row, column)));
    }
    PQclear(result);
    return true;
}

bool postgres_migrate(const char *url, bool apply)
{
    PGconn *pg = postgres_connect_plain(url, -1, NULL);
    if (!pg)
        return false;
    struct migrate_target target = {DB_POSTGRES, pg, execute, query};
    bool good = migrate(&target, MIGRATIONS, MIGRATIONS_COUNT, apply);
    PQfinish(pg);
    return good;
}
