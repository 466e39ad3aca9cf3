/* The rows of the ledger. A balance is only ever changed here: with its row held, together with the entry
 * that explains it. */
#include "modules/customers/customers_store.h"

#include "base/check.h"
#include "modules/stores.h"

DB_STATEMENT(ACCOUNT_LOCK, "SELECT " ACCOUNT_COLUMNS
                           " FROM customers c WHERE c.business_id = $1 AND c.id = $2 {for_update}");
DB_STATEMENT(ACCOUNT_LOOK,
             "SELECT " ACCOUNT_COLUMNS " FROM customers c WHERE c.business_id = $1 AND c.id = $2");
DB_STATEMENT(ACCOUNT_STORE,
             "UPDATE customers SET points = $3, tier_points = $4, visit_count = $5, total_spent_minor = $6, "
             "last_visit_at = $7 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(ACCOUNT_SET_POINTS, "UPDATE customers SET points = $3 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(LEDGER_INSERT,
             "INSERT INTO loyalty_ledger (business_id, customer_id, id, type, points, taken_back, "
             "balance_after, transaction_id, lot_at, reason, employee_id, created_at) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
DB_STATEMENT(LEDGER_LIST,
             "SELECT id, type, points, balance_after, transaction_id, reason, employee_id, created_at "
             "FROM loyalty_ledger WHERE business_id = $1 AND customer_id = $2 AND ($3 IS NULL OR id < $3) "
             "ORDER BY id DESC LIMIT $4");

/* ---- Accounts ---- */

struct account account_row(const struct db_rows *rows)
{
    if (rows->count == 0)
        return (struct account){.last_visit_at = INT64_MIN};
    return (struct account){
        .exists = true,
        .customer_id = db_uuid(rows, 0, 0),
        .points = db_int(rows, 0, 1),
        .tier_points = db_int(rows, 0, 2),
        .visit_count = db_int(rows, 0, 3),
        .total_spent_minor = db_int(rows, 0, 4),
        .last_visit_at = db_int(rows, 0, 5),
    };
}

struct account account_lock(struct db_tx *tx, struct uuid customer_id)
{
    return account_row(db_query(tx, &ACCOUNT_LOCK, DB_UUID(customer_id)));
}

void account_store(struct db_tx *tx, const struct account *account)
{
    db_ask(tx, &ACCOUNT_STORE, DB_UUID(account->customer_id), DB_INT(account->points),
           DB_INT(account->tier_points), DB_INT(account->visit_count), DB_INT(account->total_spent_minor),
           DB_INT_OR_NULL(account->last_visit_at));
}

/* ---- Entries ---- */

static void store_entry(struct db_tx *tx, struct uuid customer_id, const struct ledger_entry *entry,
                        int64_t taken_back, int64_t lot_at)
{
    db_ask(tx, &LEDGER_INSERT, DB_UUID(customer_id), DB_UUID(entry->id),
           DB_TEXT(str_of(LEDGER_TYPE_NAMES[entry->type])), DB_INT(entry->points), DB_INT(taken_back),
           DB_INT(entry->balance_after), DB_UUID_OR_NULL(entry->transaction_id), DB_INT_OR_NULL(lot_at),
           DB_TEXT(entry->reason), DB_UUID_OR_NULL(entry->employee_id), DB_INT(entry->created_at));
}

/* What of it a tier is reached by. */
static int64_t tier_points(const struct ledger_change *change)
{
    if (change->type == LEDGER_REVERSED)
        return -change->taken_back;
    return change->type == LEDGER_EARNED || change->type == LEDGER_ADJUSTED ? change->points : 0;
}

struct ledger_entry ledger_add(struct db_tx *tx, struct account *account, const struct ledger_change *change)
{
    account->points += change->points;
    account->tier_points += tier_points(change);
    struct ledger_entry entry = {
        .id = uuid_new(),
        .transaction_id = change->transaction_id,
        .employee_id = change->employee_id,
        .type = change->type,
        .points = change->points,
        .balance_after = account->points,
        .reason = change->reason,
        .created_at = change->created_at,
    };
    store_entry(tx, account->customer_id, &entry, change->taken_back, change->lot_at);
    return entry;
}

struct ledger_entry *ledger_list(struct db_tx *tx, struct uuid customer_id, struct uuid before, int64_t limit,
                                 size_t *ret_count)
{
    struct db_rows *rows =
        db_query(tx, &LEDGER_LIST, DB_UUID(customer_id), DB_UUID_OR_NULL(before), DB_INT(limit));
    struct ledger_entry *entries = arena_array(db_arena(tx), struct ledger_entry, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        entries[i] = (struct ledger_entry){
            .id = db_uuid(rows, i, 0),
            .type = word_index(LEDGER_TYPE_NAMES, db_text(rows, i, 1)),
            .points = db_int(rows, i, 2),
            .balance_after = db_int(rows, i, 3),
            .transaction_id = db_uuid(rows, i, 4),
            .reason = db_text(rows, i, 5),
            .employee_id = db_uuid(rows, i, 6),
            .created_at = db_int(rows, i, 7),
        };
    *ret_count = rows->count;
    return entries;
}

/* ---- Redeeming ---- */

struct db_rows *points_lock_ask(struct db_tx *tx, struct uuid customer_id)
{
    return db_ask(tx, &ACCOUNT_LOCK, DB_UUID(customer_id));
}

struct db_rows *customer_ask(struct db_tx *tx, struct uuid customer_id)
{
    return db_ask(tx, &ACCOUNT_LOOK, DB_UUID(customer_id));
}

bool points_lock_take(const struct db_rows *rows, int64_t *ret_balance)
{
    struct account account = account_row(rows);
    *ret_balance = account.points;
    return account.exists;
}

static struct ledger_entry redeemed_entry(const struct points_redemption *redemption)
{
    return (struct ledger_entry){
        .id = uuid_new(),
        .transaction_id = redemption->transaction_id,
        .employee_id = redemption->employee_id,
        .type = LEDGER_REDEEMED,
        .points = -redemption->points,
        .balance_after = redemption->balance_after,
        .created_at = redemption->created_at,
    };
}

void points_redeem(struct db_tx *tx, const struct points_redemption *redemption)
{
    struct ledger_entry entry = redeemed_entry(redemption);
    check(redemption->points > 0 && redemption->balance_after >= 0);
    store_entry(tx, redemption->customer_id, &entry, 0, INT64_MIN);
    db_ask(tx, &ACCOUNT_SET_POINTS, DB_UUID(redemption->customer_id), DB_INT(redemption->balance_after));
}

struct event_draft points_redeemed_event(struct arena *arena, const struct points_redemption *redemption)
{
    struct ledger_entry entry = redeemed_entry(redemption);
    return points_changed_event(arena, redemption->customer_id, &entry);
}
