/* How SQLite reads the tables that grow for years: no statement of a tenant goes through all rows of its
 * business there, unless it is one of those that must. */
#include "modules/module.h"
#include "platform/db/migrate.h"
#include "platform/db/sqlite_migrate.h"
#include "platform/db/sqlite_statistics.h"
#include "test.h"

static const char *const GROWING[] = {
    "transactions",
    "transaction_items",
    "payments",
    "stock_movements",
    "outbox",
    "audit_log",
    "idempotency_keys",
    "kitchen_orders",
    "kitchen_order_items",
    "loyalty_ledger",
    "loyalty_counted",
    "recipe_deductions",
    "notifications",
    "customers",
    "stock_transfers",
    "cash_movements",
    "shifts",
};

/* They may: they stop at the first row. */
static const char *const WHOLE[] = {"BUSINESS_FIRST_TRANSACTION", "BUSINESS_FIRST_SHIFT", NULL};

struct inspection {
    sqlite3 *handle;
    int looked_at;
};

static bool may_read_all(const char *name)
{
    for (size_t i = 0; WHOLE[i]; i++) {
        if (strcmp(WHOLE[i], name) == 0)
            return true;
    }
    return false;
}

/* "SEARCH t USING PRIMARY KEY (business_id=?)": the word behind SEARCH may be an alias, so the statement's
 * text tells whether a table that grows is meant. */
static bool reads_all_of(const char *detail, const char *sql, const char *table)
{
    if (!strstr(detail, "(business_id=?)") && strncmp(detail, "SCAN ", 5) != 0)
        return false;
    char name[64] = "", aliased[160];
    if (sscanf(detail, "%*s %63s", name) != 1)
        return false;
    snprintf(aliased, sizeof aliased, "%s %s", table, name);
    return strcmp(name, table) == 0 || (strlen(name) <= 2 && strstr(sql, aliased));
}

static void look_at(const struct db_statement *statement, void *arg)
{
    struct inspection *inspection = arg;
    if (statement->global_reason)
        return;
    struct str sql = str_of(statement->sql);
    struct buf text = buf_make(test_arena(), sql.len + 64, sql.len + 64);
    buf_put(&text, STR("EXPLAIN QUERY PLAN "));
    for (struct str left = sql; left.len > 0;) {
        buf_put(&text, str_cut(&left, '{'));
        if (left.data)
            str_cut(&left, '}');
    }
    buf_put_char(&text, '\0');
    sqlite3_stmt *plan;
    test_note("%s", statement->name);
    require(sqlite3_prepare_v2(inspection->handle, text.data, -1, &plan, NULL) == SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        for (size_t i = 0; i < COUNT_OF(GROWING); i++) {
            test_note("%s: %s", statement->name, detail);
            expect(may_read_all(statement->name) || !reads_all_of(detail, statement->sql, GROWING[i]));
        }
    }
    sqlite3_finalize(plan);
    inspection->looked_at++;
}

TEST(no_statement_reads_all_that_a_business_ever_sold)
{
    struct inspection inspection = {0};
    require(modules_routes().count > 0); /* links all modules */
    require(sqlite3_open(":memory:", &inspection.handle) == SQLITE_OK);
    struct migrate_target target = sqlite_migrate_target(inspection.handle);
    require(migrate_unrecorded(&target, MIGRATIONS, MIGRATIONS_COUNT));
    require(sqlite3_exec(inspection.handle, SQLITE_STATISTICS, NULL, NULL, NULL) == SQLITE_OK);
    db_each_statement(look_at, &inspection);
    expect(inspection.looked_at > 100);
    sqlite3_close(inspection.handle);
}
