/* The tenant check: which tables a statement touches is told by SQLite itself (its authorizer), whatever the
 * statement's form; whether they are bound is read in the text (tenant_text.c). A table is a tenant's when it
 * has a business_id. */
#include "platform/db/tenant_check.h"

#include "base/log.h"
#include "platform/db/sqlite_migrate.h"
#include "platform/db/statements.h"

enum { TABLES_MAX = 256 };

struct names {
    struct str at[TABLES_MAX];
    size_t count;
};

struct inspection {
    sqlite3 *handle;
    struct arena arena;
    struct names tenant_tables;
    struct names touched; /* by the statement in hand; tenant tables only */
    size_t faults;
};

static const struct str *find(const struct names *names, struct str name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (str_eq_ignore_case(names->at[i], name))
            return &names->at[i];
    }
    return NULL;
}

static int on_access(void *arg, int action, const char *table, const char *column, const char *database,
                     const char *trigger)
{
    struct inspection *inspection = arg;
    (void)column, (void)database, (void)trigger;
    if (action != SQLITE_READ && action != SQLITE_INSERT && action != SQLITE_UPDATE &&
        action != SQLITE_DELETE)
        return SQLITE_OK;
    const struct str *name = find(&inspection->tenant_tables, str_of(table));
    if (name && !find(&inspection->touched, *name))
        inspection->touched.at[inspection->touched.count++] = *name;
    return SQLITE_OK;
}

static bool find_tenant_tables(struct inspection *inspection)
{
    struct migrate_target target = sqlite_migrate_target(inspection->handle);
    struct str *cells;
    size_t count;
    if (!target.query(target.connection, &inspection->arena,
                      "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
                      " WHERE m.type = 'table' AND c.name = 'business_id'",
                      &cells, &count) ||
        count > TABLES_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        inspection->tenant_tables.at[inspection->tenant_tables.count++] = cells[i];
    return true;
}

static const char *inspect(struct inspection *inspection, const struct db_statement *statement)
{
    struct statement_text text;
    if (!statement_expand(&inspection->arena, statement->name, statement->sql, DB_SQLITE, &text))
        return "it has a token that is not known, or is too large";
    sqlite3_stmt *prepared = NULL;
    inspection->touched.count = 0;
    int result = sqlite3_prepare_v2(inspection->handle, text.sql, -1, &prepared, NULL);
    sqlite3_finalize(prepared);
    if (result != SQLITE_OK)
        return sqlite3_errmsg(inspection->handle);
    if (statement->global_reason)
        return statement->global_reason[0] ? NULL : "a global statement must give its reason";
    return tenant_check_text(statement->sql, inspection->touched.at, inspection->touched.count);
}

static void inspect_all(struct inspection *inspection)
{
    for (size_t id = 0; id < statements_count(); id++) {
        const struct db_statement *statement = statements_at(id);
        const char *fault = inspect(inspection, statement);
        if (!fault)
            continue;
        log_error("db.statement_refused", LOG_TEXT("statement", statement->name), LOG_TEXT("reason", fault),
                  LOG_TEXT("sql", statement->sql));
        inspection->faults++;
    }
}

bool tenant_check(void)
{
    struct inspection inspection = {.faults = 0};
    bool good = sqlite3_open(":memory:", &inspection.handle) == SQLITE_OK;
    if (good) {
        struct migrate_target target = sqlite_migrate_target(inspection.handle);
        good = migrate_unrecorded(&target, MIGRATIONS, MIGRATIONS_COUNT) && find_tenant_tables(&inspection);
    }
    if (good) {
        sqlite3_set_authorizer(inspection.handle, on_access, &inspection);
        inspect_all(&inspection);
    } else {
        log_error("db.statements_cannot_be_checked");
    }
    sqlite3_close(inspection.handle);
    arena_free(&inspection.arena);
    return good && inspection.faults == 0;
}
