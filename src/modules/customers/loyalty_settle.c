/* Counting a sale for its customer: a visit, its total, the points it earns; what a void and refunds take
 * back. Always from the present state of the sale and of what was counted of it, with the customer's row
 * held, so it may run any number of times, late, and in any order of the events: what it leaves is what the
 * sale is. Its own row in loyalty_counted is what makes each effect happen once. */
#include "base/clock.h"
#include "modules/customers/customers_store.h"

DB_STATEMENT(
    SETTLE_ACCOUNT,
    "SELECT " ACCOUNT_COLUMNS " FROM customers c WHERE c.business_id = $1 AND c.id = "
    "(SELECT t.customer_id FROM transactions t WHERE t.business_id = $1 AND t.id = $2) {for_update}");
/* One statement: the sale's status and its refunds are of one moment. */
DB_STATEMENT(
    SETTLE_READ,
    "SELECT s.id, s.outlet_id, s.status, s.grand_total_minor, s.points_redeemed, s.employee_id, s.voided_by, "
    "COALESCE(s.client_created_at, s.created_at), c.transaction_id, c.earned_points, "
    "c.amount_per_point_minor, c.multiplier_bp, c.lot_at, c.voided, r.id, r.grand_total_minor, "
    "r.employee_id, n.transaction_id, n.earned_points, n.returned_points FROM transactions s "
    "LEFT JOIN loyalty_counted c ON c.business_id = $1 AND c.transaction_id = s.id "
    "LEFT JOIN transactions r ON r.business_id = $1 AND r.refund_of = s.id "
    "LEFT JOIN loyalty_counted n ON n.business_id = $1 AND n.transaction_id = r.id "
    "WHERE s.business_id = $1 AND s.id = (SELECT COALESCE(x.refund_of, x.id) FROM transactions x "
    "WHERE x.business_id = $1 AND x.id = $2) ORDER BY r.id");
enum { SALE_ID, OUTLET, STATUS, TOTAL, REDEEMED, SELLER, VOIDED_BY, VISITED_AT };
enum { COUNTED_ID = VISITED_AT + 1, EARNED, AMOUNT_PER_POINT, MULTIPLIER, LOT_AT, VOIDED };
enum { REFUND_ID = VOIDED + 1, REFUND_TOTAL, REFUNDER, REFUND_COUNTED_ID, TAKEN_BACK, GIVEN_BACK };

DB_STATEMENT(COUNTED_INSERT,
             "INSERT INTO loyalty_counted (business_id, transaction_id, sale_id, customer_id, spent_minor, "
             "earned_points, returned_points, amount_per_point_minor, multiplier_bp, lot_at, visited_at, "
             "voided) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
DB_STATEMENT(COUNTED_VOID, "UPDATE loyalty_counted SET voided = 1, returned_points = $3 "
                           "WHERE business_id = $1 AND transaction_id = $2");
DB_STATEMENT(LAST_VISIT, "SELECT MAX(visited_at) FROM loyalty_counted WHERE business_id = $1 "
                         "AND customer_id = $2 AND voided = 0 AND transaction_id <> $3");

struct settling {
    struct db_tx *tx;
    const struct db_rows *rows; /* of SETTLE_READ */
    struct loyalty_program program;
    struct account account;
    int64_t now_ms;

    struct uuid sale_id;
    int64_t total_minor, redeemed, earned, lot_at, visited_at;
    struct loyalty_terms terms;
    bool is_counted;
    struct settled settled;
};

/* ---- Effects ---- */

static void change_points(struct settling *settling, const struct ledger_change *change)
{
    struct settled *settled = &settling->settled;
    struct ledger_change dated = *change;
    dated.created_at = settling->now_ms;
    struct ledger_entry entry = ledger_add(settling->tx, &settling->account, &dated);
    settled->points += change->points;
    settled->events[settled->event_count++] =
        points_changed_event(db_arena(settling->tx), settling->account.customer_id, &entry);
}

/* One entry: what is taken back of the points earned, and given back of those redeemed. */
static void reverse(struct settling *settling, struct uuid cause, struct uuid employee, int64_t taken,
                    int64_t given)
{
    struct ledger_change change = {.type = LEDGER_REVERSED,
                                   .points = given - taken,
                                   .taken_back = taken,
                                   .lot_at = taken > 0 ? settling->lot_at : INT64_MIN,
                                   .transaction_id = cause,
                                   .employee_id = employee};
    if (taken > 0 || given > 0)
        change_points(settling, &change);
}

static void store_counted(struct settling *settling, struct uuid id, int64_t spent_minor, int64_t earned,
                          int64_t returned, bool voided)
{
    db_ask(settling->tx, &COUNTED_INSERT, DB_UUID(id), DB_UUID(settling->sale_id),
           DB_UUID(settling->account.customer_id), DB_INT(spent_minor), DB_INT(earned), DB_INT(returned),
           DB_INT(settling->terms.amount_per_point_minor), DB_INT(settling->terms.multiplier_bp),
           DB_INT(settling->lot_at), DB_INT(settling->visited_at), DB_BOOL(voided));
    settling->settled.counted = true;
}

/* ---- The sale ---- */

static void count_sale(struct settling *settling)
{
    struct account *account = &settling->account;
    settling->terms = loyalty_terms_of(&settling->program, account->tier_points);
    settling->earned = loyalty_earned(&settling->terms, settling->total_minor);
    settling->lot_at = settling->now_ms;
    account->visit_count++;
    account->total_spent_minor += settling->total_minor;
    if (account->last_visit_at == INT64_MIN || account->last_visit_at < settling->visited_at)
        account->last_visit_at = settling->visited_at;
    struct ledger_change change = {.type = LEDGER_EARNED,
                                   .points = settling->earned,
                                   .lot_at = settling->lot_at,
                                   .transaction_id = settling->sale_id,
                                   .employee_id = db_uuid(settling->rows, 0, SELLER)};
    if (settling->earned > 0)
        change_points(settling, &change);
    store_counted(settling, settling->sale_id, settling->total_minor, settling->earned, 0, false);
}

/* One that was never counted leaves no more than the mark that it is done with. */
static void void_sale(struct settling *settling)
{
    struct uuid sale = settling->sale_id, by = db_uuid(settling->rows, 0, VOIDED_BY);
    struct account *account = &settling->account;
    if (settling->is_counted) {
        struct db_rows *last =
            db_query(settling->tx, &LAST_VISIT, DB_UUID(account->customer_id), DB_UUID(sale));
        account->visit_count--;
        account->total_spent_minor -= settling->total_minor;
        account->last_visit_at = last->count > 0 ? db_int(last, 0, 0) : INT64_MIN;
        db_ask(settling->tx, &COUNTED_VOID, DB_UUID(sale), DB_INT(settling->redeemed));
        settling->settled.counted = true;
    } else {
        store_counted(settling, sale, 0, 0, settling->redeemed, true);
    }
    reverse(settling, sale, by, settling->earned, settling->redeemed);
}

/* ---- Refunds ---- */

static bool is_refund(const struct settling *settling, size_t row)
{
    return !db_is_null(settling->rows, row, REFUND_ID);
}
static bool is_refund_counted(const struct settling *settling, size_t row)
{
    return !db_is_null(settling->rows, row, REFUND_COUNTED_ID);
}

static void count_refund(struct settling *settling, size_t row, struct loyalty_refund_facts *facts)
{
    const struct db_rows *rows = settling->rows;
    struct uuid id = db_uuid(rows, row, REFUND_ID), by = db_uuid(rows, row, REFUNDER);
    facts->amount_minor = -db_int(rows, row, REFUND_TOTAL);
    struct loyalty_refund back = loyalty_refund_decide(facts);
    settling->account.total_spent_minor -= facts->amount_minor;
    reverse(settling, id, by, back.take_back, back.give_back);
    store_counted(settling, id, -facts->amount_minor, -back.take_back, back.give_back, false);
    facts->refunded_minor += facts->amount_minor;
    facts->taken_back += back.take_back;
    facts->given_back += back.give_back;
}

static void count_refunds(struct settling *settling)
{
    const struct db_rows *rows = settling->rows;
    bool is_whole = str_eq(db_text(rows, 0, STATUS), STR("refunded"));
    size_t left = 0;
    struct loyalty_refund_facts facts = {.terms = settling->terms,
                                         .total_minor = settling->total_minor,
                                         .earned = settling->earned,
                                         .redeemed = settling->redeemed};
    for (size_t i = 0; i < rows->count && is_refund(settling, i); i++) {
        if (!is_refund_counted(settling, i)) {
            left++;
            continue;
        }
        facts.refunded_minor -= db_int(rows, i, REFUND_TOTAL);
        facts.taken_back -= db_int(rows, i, TAKEN_BACK);
        facts.given_back += db_int(rows, i, GIVEN_BACK);
    }
    for (size_t i = 0; i < rows->count && left > 0; i++) {
        if (is_refund_counted(settling, i))
            continue;
        facts.is_whole = is_whole && left == 1;
        count_refund(settling, i, &facts);
        left--;
    }
}

/* ---- All of it ---- */

static void take_sale(struct settling *settling)
{
    const struct db_rows *rows = settling->rows;
    settling->sale_id = db_uuid(rows, 0, SALE_ID);
    settling->total_minor = db_int(rows, 0, TOTAL);
    settling->redeemed = db_int(rows, 0, REDEEMED);
    settling->visited_at = db_int(rows, 0, VISITED_AT);
    settling->is_counted = !db_is_null(rows, 0, COUNTED_ID);
    if (!settling->is_counted)
        return;
    settling->earned = db_int(rows, 0, EARNED);
    settling->terms = (struct loyalty_terms){db_int(rows, 0, AMOUNT_PER_POINT), db_int(rows, 0, MULTIPLIER)};
    settling->lot_at = db_int(rows, 0, LOT_AT);
}

static void settle(struct settling *settling)
{
    struct str status = db_text(settling->rows, 0, STATUS);
    if (str_eq(status, STR("pending")))
        return;
    if (str_eq(status, STR("voided"))) {
        if (!settling->is_counted || !db_bool(settling->rows, 0, VOIDED))
            void_sale(settling);
    } else {
        if (!settling->is_counted)
            count_sale(settling);
        count_refunds(settling);
    }
    if (settling->settled.counted)
        account_store(settling->tx, &settling->account);
}

struct settled loyalty_settle(struct db_tx *tx, struct uuid transaction_id)
{
    struct settling settling = {.tx = tx, .now_ms = clock_now_ms()};
    struct db_rows *account = db_ask(tx, &SETTLE_ACCOUNT, DB_UUID(transaction_id));
    struct db_rows *program = loyalty_program_ask(tx), *tiers = loyalty_tiers_ask(tx);
    struct db_rows *rows = db_query(tx, &SETTLE_READ, DB_UUID(transaction_id));
    settling.rows = rows;
    settling.account = account_row(account);
    if (rows->count == 0)
        return settling.settled;
    settling.settled.found = true;
    settling.settled.outlet_id = db_uuid(rows, 0, OUTLET);
    if (!settling.account.exists)
        return settling.settled;
    settling.program = loyalty_program_take(program, tiers, db_arena(tx));
    settling.settled.events = arena_array(db_arena(tx), struct event_draft, 1 + rows->count);
    take_sale(&settling);
    settle(&settling);
    return settling.settled;
}
