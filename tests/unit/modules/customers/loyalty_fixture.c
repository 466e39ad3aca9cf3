#include "modules/customers/loyalty_fixture.h"

#include "modules/customers/customers_store.h"

DB_STATEMENT(CLUB_VOID,
             "UPDATE transactions SET status = 'voided', voided_by = $3 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(
    CLUB_REFUND,
    "INSERT INTO transactions (business_id, id, outlet_id, shift_id, employee_id, customer_id, type, status, "
    "channel, order_type, business_date, local_hour, receipt_sequence, receipt_number, subtotal_minor, "
    "discount_minor, service_charge_minor, tax_minor, rounding_minor, grand_total_minor, paid_minor, "
    "change_minor, tax_rate_bp, service_charge_rate_bp, tax_service_charge, prices_include_tax, "
    "needs_review, created_at, refund_of) SELECT $1, $2, outlet_id, shift_id, employee_id, customer_id, "
    "'refund', 'completed', 'pos', order_type, business_date, local_hour, $5, 'x', $4, 0, 0, 0, 0, $4, $4, "
    "0, "
    "0, 0, 0, 0, 0, created_at, id FROM transactions WHERE business_id = $1 AND id = $3");
DB_STATEMENT(CLUB_STATUS, "UPDATE transactions SET status = $3 WHERE business_id = $1 AND id = $2");

static const struct loyalty_tier TIERS[] = {{STR_INIT("Silver"), 10, 15000}};

struct step {
    struct club *club;
    struct uuid id, sale;
    int64_t amount, at_ms;
    bool is_whole;
    const char *name;
};

static void run(struct club *club, db_fn fn, struct step *step)
{
    step->club = club;
    struct fixture *fixture = club->shop.fixture;
    expect_int_eq(db_write(fixture->db, fixture->business, test_arena(), fn, step), CODE_OK);
}

static enum code enrol(struct db_tx *tx, void *arg)
{
    const struct step *step = arg;
    const struct customer_draft customer = {
        .id = step->club->customer, .name = STR("Ayu"), .date_of_birth = INT64_MIN, .created_at = 1};
    return customer_add(tx, &customer);
}

void club_enrol(struct club *club)
{
    club->customer = uuid_new();
    run(club, enrol, &(struct step){0});
}

static enum code open_club(struct db_tx *tx, void *arg)
{
    const struct step *step = arg;
    const struct loyalty_program program = {true, 10000, 1000, step->amount, TIERS, COUNT_OF(TIERS)};
    loyalty_program_store(tx, &program, 1);
    return CODE_OK;
}

bool club_open(struct club *club, struct fixture *fixture, int64_t expiry_days)
{
    struct step step = {.amount = expiry_days};
    if (!expect(shop_open(&club->shop, fixture, 0)))
        return false;
    run(club, open_club, &step);
    club_enrol(club);
    return true;
}

void club_close(struct club *club) { shop_close(&club->shop); }

struct uuid club_sell(struct club *club, int64_t points_redeemed)
{
    struct sale_item_request item = {.product_id = club->shop.products[SHOP_PRODUCTS - 1],
                                     .quantity_milli = 1000};
    struct payment_request payment = {PAYMENT_CASH, 100000, STR_NONE};
    struct sale_request request = shop_request(&club->shop);
    struct sale_result result = {0};
    struct sale_faults faults;
    request.customer_id = club->customer;
    request.points_redeemed = points_redeemed;
    request.items.at = &item;
    request.payments.at = &payment;
    request.items.count = request.payments.count = 1;
    shop_sell_request(&club->shop, test_arena(), &request, &result, &faults);
    return result.id;
}

static enum code void_sale(struct db_tx *tx, void *arg)
{
    const struct step *step = arg;
    db_ask(tx, &CLUB_VOID, DB_UUID(step->sale), DB_UUID(step->club->shop.employee));
    return CODE_OK;
}

void club_void(struct club *club, struct uuid sale) { run(club, void_sale, &(struct step){.sale = sale}); }

static enum code refund_sale(struct db_tx *tx, void *arg)
{
    static int64_t receipt = 1000;
    const struct step *step = arg;
    db_ask(tx, &CLUB_REFUND, DB_UUID(step->id), DB_UUID(step->sale), DB_INT(-step->amount),
           DB_INT(++receipt));
    db_ask(tx, &CLUB_STATUS, DB_UUID(step->sale),
           DB_TEXT(step->is_whole ? STR("refunded") : STR("partially_refunded")));
    return CODE_OK;
}

struct uuid club_refund(struct club *club, struct uuid sale, int64_t amount_minor, bool is_whole)
{
    struct step step = {.id = uuid_new(), .sale = sale, .amount = amount_minor, .is_whole = is_whole};
    run(club, refund_sale, &step);
    return step.id;
}

static enum code feed(struct db_tx *tx, void *arg)
{
    const struct step *step = arg;
    const struct shop *shop = &step->club->shop;
    const struct event event = {.business_id = shop->fixture->business,
                                .stream_id = shop->outlet,
                                .aggregate_id = step->id,
                                .name = str_of(step->name),
                                .correlation_id = STR("test"),
                                .data = STR("{}")};
    return LOYALTY_LISTENERS[0].handle(&step->club->shop.platform, tx, &event);
}

void club_feed(struct club *club, const char *event_name, struct uuid transaction)
{
    run(club, feed, &(struct step){.id = transaction, .name = event_name});
}

struct recovering {
    struct club *club;
    struct uuid transaction, customer;
    struct loyalty_recovered *recovered;
};

static enum code recover(struct db_tx *tx, void *arg)
{
    const struct recovering *recovering = arg;
    return loyalty_recover(&recovering->club->shop.platform, tx, recovering->transaction,
                           recovering->customer, STR("test"), recovering->recovered);
}

enum code club_recover(struct club *club, struct uuid transaction, struct uuid customer,
                       struct loyalty_recovered *ret_recovered)
{
    struct recovering recovering = {club, transaction, customer, ret_recovered};
    struct fixture *fixture = club->shop.fixture;
    return db_write(fixture->db, fixture->business, test_arena(), recover, &recovering);
}

static enum code adjust(struct db_tx *tx, void *arg)
{
    const struct step *step = arg;
    struct account account = account_lock(tx, step->club->customer);
    const struct ledger_change change = {.type = LEDGER_ADJUSTED,
                                         .points = step->amount,
                                         .lot_at = step->amount > 0 ? step->at_ms : INT64_MIN,
                                         .created_at = step->at_ms};
    ledger_add(tx, &account, &change);
    account_store(tx, &account);
    return CODE_OK;
}

void club_adjust(struct club *club, int64_t points, int64_t at_ms)
{
    run(club, adjust, &(struct step){.amount = points, .at_ms = at_ms});
}

struct telling {
    struct club *club;
    struct buf text;
};

static enum code tell(struct db_tx *tx, void *arg)
{
    struct telling *telling = arg;
    struct customer customer;
    size_t count;
    int64_t sum = 0;
    if (!customer_find(tx, telling->club->customer, &customer))
        return CODE_NOT_FOUND;
    struct ledger_entry *entries = ledger_list(tx, customer.id, UUID_NIL, 100, &count);
    telling->text = buf_make(test_arena(), 256, 4096);
    buf_format(&telling->text, "%lld %lld %lld %lld:", (long long)customer.points,
               (long long)customer.tier_points, (long long)customer.visit_count,
               (long long)customer.total_spent_minor);
    for (size_t i = count; i-- > 0;) {
        sum += entries[i].points;
        buf_format(&telling->text, " %s %lld", LEDGER_TYPE_NAMES[entries[i].type],
                   (long long)entries[i].points);
    }
    expect_int_eq(customer.points, sum);
    return CODE_OK;
}

struct str club_tell(struct club *club)
{
    struct telling telling = {.club = club};
    struct fixture *fixture = club->shop.fixture;
    expect_int_eq(db_read(fixture->db, fixture->business, test_arena(), tell, &telling), CODE_OK);
    return buf_str(&telling.text);
}
