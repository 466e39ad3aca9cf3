/* A transaction, whatever the engine: sticky failures, hooks, statements on their way to the
 * driver. */
#include "base/check.h"
#include "base/log.h"
#include "platform/db/driver.h"

void tx_open(struct db_tx *tx, struct db *db, const struct db_work *work, void *connection)
{
    *tx =
        (struct db_tx){.db = db, .connection = connection, .arena = work->arena, .business = work->business};
    tx->hooks_end = &tx->hooks;
}

enum code tx_run(struct db_tx *tx, const struct db_work *work)
{
    enum code code = work->fn(tx, work->arg);
    return tx->failure ? tx->failure : code;
}

void tx_fail(struct db_tx *tx, enum code failure)
{
    check(failure != CODE_OK);
    if (tx->failure == CODE_OK)
        tx->failure = failure;
}

enum code tx_give_up(const char *unmet)
{
    if (unmet)
        log_error("db.statement_never_holds", LOG_TEXT("statement", unmet));
    else
        log_warn("db.run_again_too_often");
    return unmet ? CODE_INTERNAL : CODE_UNAVAILABLE;
}

void tx_committed(struct db_tx *tx)
{
    for (const struct db_hook *hook = tx->hooks; hook; hook = hook->next)
        hook->fn(hook->arg);
}

static struct db_rows *lost_rows(struct db_tx *tx)
{
    struct db_rows *rows = arena_new(tx->arena, struct db_rows);
    rows->lost = true;
    return rows;
}

struct db_rows *db_ask_values(struct db_tx *tx, const struct db_statement *statement,
                              const struct db_value *values, size_t count)
{
    if (tx->failure)
        return lost_rows(tx);
    check(statement->id >= 0 && (size_t)statement->id < tx->db->text_count);
    size_t given = count + (statement->global_reason ? 0 : 1);
    if (given != (size_t)tx->db->texts[statement->id].parameters) {
        log_error("db.wrong_number_of_values", LOG_TEXT("statement", statement->name),
                  LOG_INT("given", (int64_t)given),
                  LOG_INT("wanted", tx->db->texts[statement->id].parameters));
        tx_fail(tx, CODE_INTERNAL);
        return lost_rows(tx);
    }
    struct db_rows *rows = arena_new(tx->arena, struct db_rows);
    tx->db->driver->ask(tx, statement, values, count, rows);
    return rows;
}

struct db_rows *db_query_values(struct db_tx *tx, const struct db_statement *statement,
                                const struct db_value *values, size_t count)
{
    struct db_rows *rows = db_ask_values(tx, statement, values, count);
    db_sync(tx);
    return rows;
}

void db_sync(struct db_tx *tx)
{
    if (!tx->failure)
        tx->db->driver->sync(tx);
}

bool db_failed(const struct db_tx *tx) { return tx->failure != CODE_OK; }
struct arena *db_arena(struct db_tx *tx) { return tx->arena; }
struct uuid db_business(const struct db_tx *tx) { return tx->business; }
void db_become(struct db_tx *tx, struct uuid business) { tx->business = business; }

void db_after_commit(struct db_tx *tx, void (*fn)(void *arg), void *arg)
{
    struct db_hook *hook = arena_new(tx->arena, struct db_hook);
    *hook = (struct db_hook){fn, arg, NULL};
    *tx->hooks_end = hook;
    tx->hooks_end = &hook->next;
}
