/* Every check of `tilopos check` finds what it is there for, and sound books pass all of them. */
#include "commands/check_table.h"
#include "test.h"

#include <sqlite3.h>
#include <unistd.h>

#define BUSINESS "x'01000000000000000000000000000001'"
#define OUTLET "x'01000000000000000000000000000002'"
#define PRODUCT "x'01000000000000000000000000000003'"
#define NIL "x'00000000000000000000000000000000'"
#define EMPLOYEE "x'01000000000000000000000000000005'"
#define SHIFT "x'01000000000000000000000000000006'"
#define SALE "x'01000000000000000000000000000007'"

#define ID(digit) "x'0" digit "000000000000000000000000000000'"

/* SQL, row by row. */
/* clang-format off */
#define MOVEMENT(id, type, quantity, after, reference)                                                       \
    "INSERT INTO stock_movements VALUES (" BUSINESS ", " ID(id) ", " OUTLET ", " PRODUCT ", " NIL ", '" type \
    "', " quantity ", " after ", " reference ", " EMPLOYEE ", NULL, 5000, 0);"
/* Names by their numbers: see events/pack_words.c. */
#define CREATED "128"
#define VOIDED "129"
#define SALE_REFUNDED "130"
#define RECEIVED "131"
#define EVENT(sequence, name, aggregate)                                                                     \
    "INSERT INTO outbox VALUES (" BUSINESS ", " OUTLET ", " sequence ", 1, 5000, " name ", " aggregate       \
    ", x'0001');"
#define RETRY(sequence, id, status)                                                                          \
    "INSERT INTO event_retries VALUES (" BUSINESS ", 'audit.log', " OUTLET ", " sequence ", " ID(id) ", "    \
    ID(id) ", " SALE ", '" status "', 1, 5000, 'INTERNAL', 5000);"
#define CASH(id, type, amount)                                                                               \
    "INSERT INTO cash_movements VALUES (" BUSINESS ", " SHIFT ", " ID(id) ", " EMPLOYEE ", '" type "', "     \
    amount ", NULL, 5000);"
#define ITEM(id)                                                                                             \
    "INSERT INTO transaction_items (business_id, transaction_id, id, product_id, variant_id, product_name, " \
    "quantity_milli, unit_price_minor, discount_minor, subtotal_minor, bill_discount_minor, "                \
    "service_charge_minor, tax_minor, counts_stock) VALUES (" BUSINESS ", " SALE ", " ID(id) ", " PRODUCT    \
    ", " NIL ", 'a', 1000, 22000, 0, 22000, 0, 1100, 2310, 1);"

#define REFUND "x'01000000000000000000000000000008'"
#define REFUND_ITEM(id, of)                                                                                  \
    "INSERT INTO transaction_items (business_id, transaction_id, id, product_id, variant_id, product_name, " \
    "quantity_milli, unit_price_minor, discount_minor, subtotal_minor, bill_discount_minor, "                \
    "service_charge_minor, tax_minor, refund_of_item, restock) VALUES (" BUSINESS ", " REFUND ", " ID(id)    \
    ", " PRODUCT ", " NIL ", 'a', -1000, 22000, 0, -22000, 0, -1100, -2310, " ID(of) ", 0);"
/* The sale below wholly refunded, by QRIS. */
#define REFUNDED                                                                                             \
    "INSERT INTO transactions (business_id, id, outlet_id, shift_id, employee_id, type, status, channel, "   \
    "order_type, business_date, local_hour, receipt_sequence, receipt_number, subtotal_minor, "              \
    "discount_minor, service_charge_minor, tax_minor, rounding_minor, grand_total_minor, paid_minor, "       \
    "change_minor, tax_rate_bp, service_charge_rate_bp, tax_service_charge, prices_include_tax, "            \
    "needs_review, created_at, refund_of) VALUES (" BUSINESS ", " REFUND ", " OUTLET ", " SHIFT ", "         \
    EMPLOYEE ", 'refund', 'completed', 'pos', 'takeaway', 20260206, 11, 2, 'OUT1-20260206-0002', -44000, 0, -2200, -4620, "  \
    "20, -50800, -50800, 0, 1000, 500, 1, 0, 0, 6000, " SALE ");"                                            \
    REFUND_ITEM("3", "1") REFUND_ITEM("4", "2")                                                              \
    "INSERT INTO payments VALUES (" BUSINESS ", " REFUND ", 1, 'qris', -50800, NULL);"                       \
    "UPDATE transactions SET status = 'refunded' WHERE type = 'sale';"                                       \
    EVENT("13", SALE_REFUNDED, REFUND)                                                                                                                                 \
    "UPDATE outlet_counters SET last_receipt = 2, last_sequence = 13; UPDATE event_cursors SET position = 13;"

#define TRANSFER(status, received)                                                                           \
    "INSERT INTO stock_transfers (business_id, id, source_outlet_id, destination_outlet_id, status, "        \
    "created_by, created_at) VALUES (" BUSINESS ", " SHIFT ", " OUTLET ", " SALE ", '" status "', "          \
    EMPLOYEE ", 5000); INSERT INTO stock_transfer_items VALUES (" BUSINESS ", " SHIFT ", 0, " PRODUCT ", "   \
    NIL ", 0, 1000, " received ");"
#define TABLE(status, type, order_status)                                                                    \
    "INSERT INTO dining_tables (business_id, id, outlet_id, name, created_at, status) VALUES (" BUSINESS ", "\
    SHIFT ", " OUTLET ", 'A', 5000, '" status "'); INSERT INTO kitchen_orders (business_id, id, outlet_id, " \
    "table_id, made_by_sale, employee_id, business_date, number, order_type, status, voided, priority, "     \
    "version, created_at) VALUES (" BUSINESS ", " SALE ", " OUTLET ", " SHIFT ", 0, " EMPLOYEE               \
    ", 20260206, 1, '" type "', '" order_status "', 0, 0, 1, 5000);"
/* The sale's kitchen order with one item, its event read by the listener. */
#define ORDER(id, number, made, status, item_status)                                                         \
    "INSERT INTO kitchen_orders (business_id, id, outlet_id, transaction_id, made_by_sale, employee_id, "    \
    "business_date, number, order_type, status, voided, priority, version, created_at) VALUES (" BUSINESS    \
    ", " ID(id) ", " OUTLET ", " SALE ", " made ", " EMPLOYEE ", 20260206, " number ", 'takeaway', '" status \
    "', 0, 0, 1, 5000); INSERT INTO kitchen_order_items (business_id, order_id, id, product_id, "            \
    "product_name, quantity_milli, status) VALUES (" BUSINESS ", " ID(id) ", " ID("1") ", " PRODUCT          \
    ", 'a', 1000, '" item_status "');"
#define KITCHEN_HAS_READ "INSERT INTO event_cursors VALUES (" BUSINESS ", " OUTLET ", 'kds.orders', 12);"
#define NOT_YET_PAST "UPDATE event_cursors SET position = 10 WHERE listener = 'kds.orders';"
/* The sale took 20 of an ingredient, kept with this outcome. */
#define TAKEN(outcome)                                                                                       \
    "INSERT INTO stock_levels VALUES (" BUSINESS ", " OUTLET ", " SHIFT ", " NIL ", -20000, 1);"             \
    "INSERT INTO stock_movements VALUES (" BUSINESS ", " ID("7") ", " OUTLET ", " SHIFT ", " NIL ", 'sale', " \
    "-20000, -20000, 'transaction', " SALE ", " EMPLOYEE ", NULL, 5000, 1);"                                 \
    "INSERT INTO recipe_deductions VALUES (" BUSINESS ", " SALE ", " SHIFT ", 20000, '" outcome "');"

#define CUSTOMER "x'01000000000000000000000000000009'"
#define LEDGER(id, type, points, taken_back, transaction)                                                    \
    "INSERT INTO loyalty_ledger (business_id, customer_id, id, type, points, taken_back, balance_after, "    \
    "transaction_id, created_at) VALUES (" BUSINESS ", " CUSTOMER ", " ID(id) ", '" type "', " points ", "   \
    taken_back ", 0, " transaction ", 5000);"
#define COUNTED(of, spent, earned, returned)                                                                 \
    "INSERT INTO loyalty_counted VALUES (" BUSINESS ", " of ", " SALE ", " CUSTOMER ", " spent ", " earned   \
    ", " returned ", 10000, 10000, 5000, 5000, 0);"
/* The sale below is a customer's, who had 20 points, redeemed 3 and earned 5. */
#define LOYAL                                                                                                \
    "INSERT INTO customers (business_id, id, name, created_at, points, tier_points, visit_count, "           \
    "total_spent_minor) VALUES (" BUSINESS ", " CUSTOMER ", 'c', 5000, 22, 25, 1, 50800);"                   \
    "UPDATE transactions SET customer_id = " CUSTOMER ", points_redeemed = 3;"                               \
    LEDGER("1", "adjusted", "20", "0", "NULL") LEDGER("2", "redeemed", "-3", "0", SALE)                        \
    LEDGER("3", "earned", "5", "0", SALE) COUNTED(SALE, "50800", "5", "0")
/* And all of it was refunded. */
#define LOYAL_REFUNDED                                                                                       \
    LOYAL REFUNDED "UPDATE transactions SET customer_id = " CUSTOMER ";"                                     \
    LEDGER("4", "reversed", "-2", "5", REFUND)         \
    COUNTED(REFUND, "-50800", "-5", "3")                                                                     \
    "UPDATE customers SET points = 20, tier_points = 20, total_spent_minor = 0;"

/* One sale of 44,000 in two lines: service 2,200, tax 4,620, rounding −20; 60,000 taken, 9,200 given back. */
static const char SOUND[] =
    "INSERT INTO stock_levels VALUES (" BUSINESS ", " OUTLET ", " PRODUCT ", " NIL ", 46000, 0);"
    "INSERT INTO stock_levels VALUES (" BUSINESS ", " OUTLET ", " PRODUCT ", " EMPLOYEE ", 0, 0);"
    MOVEMENT("1", "purchase", "48000", "48000", "NULL, NULL")
    MOVEMENT("2", "sale", "-1000", "47000", "'transaction', " SALE)
    MOVEMENT("3", "sale", "-1000", "46000", "'transaction', " SALE)
    "INSERT INTO shifts VALUES (" BUSINESS ", " SHIFT ", " OUTLET ", " EMPLOYEE ", 'closed', 100000, 140800, "
    "140000, -800, NULL, 1000, 9000, 1);"
    CASH("1", "in", "10000")
    CASH("2", "out", "20000")
    "INSERT INTO transactions (business_id, id, outlet_id, shift_id, employee_id, type, status, channel, "
    "order_type, business_date, local_hour, receipt_sequence, receipt_number, subtotal_minor, discount_minor, "
    "service_charge_minor, tax_minor, rounding_minor, grand_total_minor, paid_minor, change_minor, "
    "tax_rate_bp, service_charge_rate_bp, tax_service_charge, prices_include_tax, needs_review, created_at) "
    "VALUES (" BUSINESS ", " SALE ", " OUTLET ", " SHIFT ", " EMPLOYEE ", 'sale', 'completed', 'pos', "
    "'takeaway', 20260206, 10, 1, 'OUT1-20260206-0001', 44000, 0, 2200, 4620, -20, 50800, 60000, 9200, 1000, 500, 1, 0, 0, 5000);"
    ITEM("1")
    ITEM("2")
    "INSERT INTO payments VALUES (" BUSINESS ", " SALE ", 1, 'cash', 60000, NULL);"
    "INSERT INTO idempotency_keys VALUES (" BUSINESS ", 'k', x'00', 201, NULL, " SALE ", 5000);"
    "INSERT INTO idempotency_keys VALUES (" BUSINESS ", 'other', x'00', 201, '{}', NULL, 5000);"
    "INSERT INTO outlet_counters VALUES (" BUSINESS ", " OUTLET ", 20260206, 1, 12, 1);"
    EVENT("11", CREATED, SALE)
    EVENT("12", RECEIVED, SALE)
    "INSERT INTO event_cursors VALUES (" BUSINESS ", " OUTLET ", 'audit.log', 12);";
/* clang-format on */

static const struct sabotage {
    const char *checks; /* those that find it, and no others */
    const char *sql;
} SABOTAGES[] = {
    {"", "SELECT 1"},
    {"stock.levels stock.balances",
     "UPDATE stock_levels SET quantity_milli = 45000 WHERE quantity_milli = 46000"},
    {"stock.levels stock.balances", "UPDATE stock_levels SET quantity_milli = 1000 WHERE quantity_milli = 0"},
    {"stock.movements",
     "INSERT INTO stock_movements VALUES (" BUSINESS ", x'09000000000000000000000000000000', " OUTLET
     ", " OUTLET ", " NIL ", 'count', 0, 0, NULL, NULL, " EMPLOYEE ", NULL, 5000, 0)"},
    {"stock.balances",
     "UPDATE stock_movements SET balance_after_milli = 47500 WHERE balance_after_milli = 47000"},
    {"stock.sales", "UPDATE transaction_items SET counts_stock = 0 WHERE id = " ID("1")},
    {"stock.sales", "UPDATE stock_movements SET reference_id = NULL WHERE balance_after_milli = 46000"},
    {"", TAKEN("used")},
    {"", TAKEN("wasted")},
    {"stock.recipes", TAKEN("returned")},
    {"stock.recipes", TAKEN("used") "UPDATE recipe_deductions SET quantity_milli = 19000"},
    {"stock.recipes", TAKEN("used") "DELETE FROM recipe_deductions"},
    {"stock.recipes", "INSERT INTO recipe_deductions VALUES (" BUSINESS ", " SALE ", " SHIFT ", 1, 'used')"},
    {"sales.payments", "UPDATE payments SET amount_minor = 60001, method = 'qris';"
                       "UPDATE shifts SET expected_cash_minor = 80800, closing_cash_minor = 80000"},
    {"sales.payments", "UPDATE transactions SET paid_minor = 60100"},
    {"sales.total", "UPDATE transactions SET rounding_minor = -21"},
    {"sales.subtotal",
     "UPDATE transaction_items SET subtotal_minor = 22001 WHERE id = x'01000000000000000000000000000000'"},
    {"sales.discount",
     "UPDATE transaction_items SET bill_discount_minor = 1 WHERE id = x'02000000000000000000000000000000'"},
    {"sales.service_charge", "UPDATE transaction_items SET service_charge_minor = 1101 WHERE id = "
                             "x'02000000000000000000000000000000'"},
    {"sales.tax",
     "UPDATE transaction_items SET tax_minor = 2309 WHERE id = x'02000000000000000000000000000000'"},
    {"sales.events", "UPDATE outbox SET first_event = " VOIDED " WHERE sequence = 11"},
    {"sales.events", "UPDATE outbox SET first_event = " CREATED " WHERE sequence = 12"},
    {"sales.events", "UPDATE outbox SET first_aggregate_id = " SHIFT ", first_event = " CREATED " "
                     "WHERE sequence = 12"},
    {"sales.events", REFUNDED "UPDATE outbox SET first_event = " CREATED " WHERE sequence = 13"},
    {"sales.events",
     "UPDATE transactions SET status = 'voided', voided_at = 5000; DELETE FROM stock_movements "
     "WHERE type = 'sale'; UPDATE stock_levels SET quantity_milli = 48000 WHERE quantity_milli > 0; "
     "UPDATE transaction_items SET counts_stock = 0;"
     "UPDATE shifts SET expected_cash_minor = 90000, closing_cash_minor = 89200"},
    {"", REFUNDED},
    {"refunds.quantity",
     REFUNDED "UPDATE transaction_items SET quantity_milli = -1001 WHERE transaction_id = " REFUND
              " AND id = x'03000000000000000000000000000000'"},
    {"refunds.quantity", REFUNDED "UPDATE transaction_items SET refund_of_item = " SHIFT
                                  " WHERE id = x'03000000000000000000000000000000'"},
    {"refunds.amounts", REFUNDED
     "UPDATE transaction_items SET tax_minor = -2309 WHERE id = "
     "x'03000000000000000000000000000000'; UPDATE transactions SET tax_minor = -4619, rounding_minor = 19 "
     "WHERE type = 'refund'"},
    {"refunds.status", REFUNDED "UPDATE transactions SET status = 'partially_refunded' WHERE type = 'sale'"},
    {"refunds.status", REFUNDED "UPDATE transactions SET status = 'completed' WHERE type = 'sale'"},
    {"refunds.amounts refunds.status", "UPDATE transactions SET status = 'refunded'"},
    {"refunds.status", "UPDATE transactions SET status = 'partially_refunded'"},
    {"voids.stock",
     "UPDATE stock_movements SET reference_id = " SALE " WHERE type = 'sale';"
     "UPDATE transactions SET status = 'voided'; UPDATE shifts SET expected_cash_minor = 90000, "
     "closing_cash_minor = 89200"},
    {"receipts.number", "UPDATE transactions SET receipt_number = 'OUT1-20260206-0011'"},
    {"receipts.number", "UPDATE transactions SET receipt_number = 'OUT1-20260207-0001'"},
    {"receipts.gapless receipts.number",
     "UPDATE transactions SET receipt_sequence = 2; UPDATE outlet_counters SET last_receipt = 2"},
    {"receipts.counter", "UPDATE outlet_counters SET last_receipt = 2"},
    {"receipts.counter", "UPDATE outlet_counters SET business_date = 20260207"},
    {"receipts.counter", "UPDATE outlet_counters SET business_date = 20260205, last_receipt = 0"},
    {"", "UPDATE outlet_counters SET business_date = 20260207, last_receipt = 0"},
    {"idempotency.sales", "UPDATE idempotency_keys SET resource_id = " SHIFT " WHERE key = 'k'"},
    {"shifts.open", "DROP INDEX shifts_open; INSERT INTO shifts VALUES (" BUSINESS
                    ", x'01000000000000000000000000000000', " OUTLET ", " EMPLOYEE
                    ", 'open', 0, NULL, NULL, NULL, NULL, 1, NULL, NULL), (" BUSINESS
                    ", x'02000000000000000000000000000000', " OUTLET ", " EMPLOYEE
                    ", 'open', 0, NULL, NULL, NULL, NULL, 1, NULL, NULL)"},
    {"shifts.cash", "UPDATE shifts SET expected_cash_minor = 140801"},
    {"shifts.cash", "UPDATE shifts SET cash_difference_minor = 0"},
    {"shifts.cash", "DELETE FROM cash_movements WHERE id = x'02000000000000000000000000000000'"},
    {"shifts.cash", "UPDATE transactions SET late = 1"},
    {"shifts.numbers", "UPDATE shifts SET z_number = NULL"},
    {"shifts.numbers", "UPDATE shifts SET z_number = 2"},
    {"shifts.numbers", "UPDATE shifts SET z_number = 2; UPDATE outlet_counters SET last_z = 2"},
    {"shifts.numbers", "UPDATE shifts SET status = 'open'"},
    {"shifts.numbers", "DELETE FROM shifts; UPDATE transactions SET shift_id = " NIL},
    {"outbox.sequence", "UPDATE outbox SET sequence = 10 WHERE sequence = 11"},
    {"outbox.sequence outbox.entries", "UPDATE outbox SET event_count = 2 WHERE sequence = 12"},
    {"outbox.entries", "UPDATE outbox SET event_count = 2 WHERE sequence = 11"},
    {"outbox.entries", "UPDATE outbox SET entry = x'0009' WHERE sequence = 11"},
    {"outbox.entries", "UPDATE outbox SET entry = x'000100' WHERE sequence = 11"},
    {"outbox.counter",
     "UPDATE outlet_counters SET last_sequence = 13; UPDATE event_cursors SET position = 13"},
    {"", "DELETE FROM outbox; UPDATE transactions SET created_at = 999"},
    {"", LOYAL},
    {"", LOYAL_REFUNDED},
    {"loyalty.balance", LOYAL "UPDATE customers SET points = 21"},
    {"loyalty.balance loyalty.tier", LOYAL "UPDATE loyalty_ledger SET points = 19 WHERE type = 'adjusted'"},
    {"loyalty.balance", "" LEDGER("1", "adjusted", "20", "0", "NULL")},
    {"loyalty.tier", LOYAL "UPDATE customers SET tier_points = 22"},
    {"loyalty.tier", LOYAL_REFUNDED "UPDATE customers SET tier_points = 23"},
    {"loyalty.visits", LOYAL "UPDATE customers SET visit_count = 2"},
    {"loyalty.visits", LOYAL_REFUNDED "UPDATE customers SET visit_count = 0"},
    {"loyalty.spent", LOYAL "UPDATE customers SET total_spent_minor = 44000"},
    {"loyalty.spent loyalty.counted", LOYAL "UPDATE loyalty_counted SET spent_minor = 50000"},
    {"loyalty.counted", LOYAL "UPDATE transactions SET customer_id = " SALE},
    {"loyalty.counted loyalty.entries loyalty.visits loyalty.spent",
     LOYAL "UPDATE loyalty_counted SET voided = 1"},
    {"loyalty.entries", LOYAL "UPDATE loyalty_counted SET earned_points = 4"},
    {"loyalty.entries",
     LOYAL_REFUNDED "UPDATE loyalty_counted SET returned_points = 2 WHERE returned_points = 3"},
    {"loyalty.redeemed loyalty.entries", LOYAL "UPDATE transactions SET points_redeemed = 4"},
    {"loyalty.redeemed loyalty.entries",
     LOYAL "UPDATE loyalty_ledger SET transaction_id = " SHIFT " WHERE type = 'redeemed'"},
    {"listener.drained", "UPDATE event_cursors SET position = 11"},
    {"listener.drained", "DELETE FROM event_cursors"},
    {"listener.retries", RETRY("11", "1", "retrying")},
    {"listener.retries", RETRY("12", "2", "waiting")},
    {"listener.dead", RETRY("11", "1", "dead") RETRY("12", "2", "waiting")},
    {"", TRANSFER("pending", "NULL")},
    {"transfers.stock", TRANSFER("in_transit", "NULL")},
    {"transfers.stock transfers.lines", TRANSFER("received", "NULL")},
    {"transfers.stock transfers.lines", TRANSFER("approved", "1000")},
    {"transfers.lines", TRANSFER("cancelled", "0")},
    {"transfers.stock", "UPDATE stock_movements SET reference_type = 'transfer', reference_id = " SHIFT
                        " WHERE type = 'purchase'"},
    {"tables.orders", TABLE("reserved", "dine_in", "served")},
    {"", TABLE("occupied", "dine_in", "served") "UPDATE kitchen_orders SET table_id = NULL"},
    {"", TABLE("available", "dine_in", "completed")},
    {"", TABLE("available", "takeaway", "pending")},
    {"", ORDER("3", "1", "1", "pending", "pending") KITCHEN_HAS_READ},
    {"orders.missing", KITCHEN_HAS_READ},
    {"", KITCHEN_HAS_READ NOT_YET_PAST},
    {"", KITCHEN_HAS_READ "UPDATE transactions SET order_type = 'retail'"},
    {"", KITCHEN_HAS_READ "UPDATE transactions SET order_ids = '[]'"},
    {"orders.missing orders.settled", ORDER("3", "1", "0", "pending", "pending") KITCHEN_HAS_READ},
    {"",
     ORDER("3", "1", "0", "pending", "pending") KITCHEN_HAS_READ "UPDATE transactions SET order_ids = '[]'"},
    {"orders.sale", "DROP INDEX kitchen_orders_made;" ORDER("3", "1", "1", "pending", "pending")
                        ORDER("4", "2", "1", "pending", "pending")},
    {"orders.sale",
     ORDER("3", "1", "1", "pending", "pending") "UPDATE kitchen_orders SET transaction_id = " SHIFT},
    {"orders.sale",
     ORDER("3", "1", "1", "pending", "pending") "UPDATE transactions SET order_type = 'retail'"},
    {"orders.voided", ORDER("3", "1", "1", "pending", "pending") KITCHEN_HAS_READ
     "UPDATE outbox SET first_event = " VOIDED ", first_aggregate_id = " SALE " WHERE sequence = 12"},
    {"", ORDER("3", "1", "1", "completed", "completed") KITCHEN_HAS_READ
     "UPDATE outbox SET first_event = " VOIDED " WHERE sequence = 12; UPDATE kitchen_orders SET voided = 1"},
    {"orders.items", ORDER("3", "1", "1", "pending", "cooking")},
    {"orders.items", ORDER("3", "1", "1", "ready", "cooking")},
    {"orders.items", ORDER("3", "1", "1", "cancelled", "ready")},
    {"", ORDER("3", "1", "1", "cooking", "pending")},
    {"", ORDER("3", "1", "1", "ready", "cancelled")},
    {"orders.numbers", ORDER("3", "2", "1", "pending", "pending")},
    {"orders.numbers",
     ORDER("3", "1", "1", "pending", "pending")
         ORDER("4", "1", "0", "pending",
               "pending") "UPDATE kitchen_orders SET transaction_id = NULL WHERE made_by_sale = 0"},
};

static bool names(const struct sabotage *sabotage, const struct book_check *check)
{
    struct str rest = str_of(sabotage->checks);
    while (rest.data) {
        if (str_eq(str_cut(&rest, ' '), str_of(check->name)))
            return true;
    }
    return false;
}

struct run {
    const struct book_check *check;
    size_t found;
    int64_t total;
};

static void note_found(struct run *run, const struct db_rows *rows)
{
    run->found = rows->count;
    if (rows->count) {
        run->total = db_int(rows, 0, 3);
        db_uuid(rows, 0, 0);
        db_int(rows, 0, 1);
        db_int(rows, 0, 2);
    }
}

static enum code run_check(struct db_tx *tx, void *arg)
{
    struct run *run = arg;
    struct db_rows *rows;
    if (run->check->kind == CHECK_BOOKS)
        rows = db_query(tx, run->check->statement, DB_INT(10));
    else if (run->check->kind == CHECK_RECENT)
        rows = db_query(tx, run->check->statement, DB_INT(10), DB_INT(1000));
    else
        rows = db_query(tx, run->check->statement, DB_INT(10), DB_TEXT(STR("audit.log")));
    note_found(run, rows);
    return CODE_OK;
}

static enum code run_any(struct db *db, struct run *run)
{
    struct db_rows *rows;
    if (!run->check->run)
        return db_read(db, UUID_NIL, test_arena(), run_check, run);
    enum code code = run->check->run(db, test_arena(), 10, &rows);
    if (!code)
        note_found(run, rows);
    return code;
}

static void expect_found(struct db *db, const struct sabotage *sabotage)
{
    const struct book_check *checks[BOOK_CHECKS_MAX];
    size_t count = book_checks(checks);
    for (size_t i = 0; i < count; i++) {
        struct run run = {checks[i], 0, 0};
        bool wanted = names(sabotage, run.check);
        test_note("%s after: %s", run.check->name, sabotage->sql);
        expect_int_eq(run_any(db, &run), CODE_OK);
        expect((run.found > 0) == wanted);
        expect_int_eq(run.total, (int64_t)run.found);
    }
}

static void try_sabotage(const struct sabotage *sabotage)
{
    char folder[] = "/tmp/tilopos-check-XXXXXX", path[64];
    require(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x.db", folder);
    struct db_options options = {
        .url = str_format(test_arena(), "sqlite:%s", path), .connections = 1, .migrate = true};
    struct db *db = db_open(&options);
    require(db);
    sqlite3 *file = NULL;
    char *fault = NULL;
    expect(sqlite3_open(path, &file) == SQLITE_OK);
    /* The rows here need no business or catalogue around them. */
    sqlite3_exec(file, "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
    sqlite3_exec(file, SOUND, NULL, NULL, &fault);
    expect_text_eq(fault, NULL);
    sqlite3_exec(file, sabotage->sql, NULL, NULL, &fault);
    expect_text_eq(fault, NULL);
    sqlite3_close(file);
    expect_found(db, sabotage);
    db_close(db);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        unlink(str_to_cstr(test_arena(), str_format(test_arena(), "%s%s", path, ends[i])));
    rmdir(folder);
}

TEST(every_check_finds_what_it_is_there_for)
{
    for (size_t i = 0; i < COUNT_OF(SABOTAGES); i++)
        try_sabotage(&SABOTAGES[i]);
}

TEST(every_check_is_tried)
{
    const struct book_check *checks[BOOK_CHECKS_MAX];
    size_t count = book_checks(checks);
    for (size_t i = 0; i < count; i++) {
        bool tried = false;
        for (size_t j = 0; j < COUNT_OF(SABOTAGES); j++)
            tried |= names(&SABOTAGES[j], checks[i]);
        test_note("%s", checks[i]->name);
        expect(tried);
    }
}
