#include "modules/pos/shop.h"

#include "modules/catalog/catalog.h"
#include "modules/inventory/inventory.h"
#include "modules/shifts/shifts.h"

DB_STATEMENT(
    SHOP_OUTLET,
    "INSERT INTO outlets (business_id, id, name, code, timezone, tax_rate_bp, service_charge_rate_bp, "
    "tax_service_charge, prices_include_tax, cash_rounding_minor, allow_negative_stock, "
    "cashier_discount_limit_bp, is_active, created_at) VALUES ($1, $2, 'Uji', $3, 'Asia/Jakarta', 1000, 0, "
    "0, "
    "0, 100, 0, 1000, 1, 0)");
DB_STATEMENT(SHOP_EMPLOYEE,
             "INSERT INTO employees (business_id, id, outlet_id, name, role, is_active, created_at) "
             "VALUES ($1, $2, $3, 'Siti', 'owner', 1, 0)");
DB_STATEMENT(SHOP_PRICE, "UPDATE products SET price_minor = $3 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(SHOP_VERSION,
             "UPDATE businesses SET reference_version = reference_version + 1 WHERE business_id = $1");
DB_STATEMENT(SHOP_SHIFT_CLOSE,
             "UPDATE shifts SET status = 'closed', closed_at = 1 WHERE business_id = $1 AND id = $2");

DB_STATEMENT(COUNT_SALES, "SELECT count(*) FROM transactions WHERE business_id = $1");
DB_STATEMENT(SUM_STOCK,
             "SELECT CAST(SUM(quantity_milli) AS BIGINT) FROM stock_levels WHERE business_id = $1");
DB_STATEMENT(SUM_MOVED,
             "SELECT CAST(SUM(quantity_milli) AS BIGINT) FROM stock_movements WHERE business_id = $1");
DB_STATEMENT(COUNT_EVENTS, "SELECT CAST(COALESCE(SUM(event_count), 0) AS BIGINT) FROM outbox "
                           "WHERE business_id = $1 AND stream_id <> business_id");
DB_STATEMENT(LAST_SEQUENCE,
             "SELECT CAST(MAX(last_sequence) AS BIGINT) FROM outlet_counters WHERE business_id = $1");
DB_STATEMENT(COUNT_KEYS, "SELECT count(*) FROM idempotency_keys WHERE business_id = $1");
DB_STATEMENT(LAST_RECEIPT,
             "SELECT CAST(MAX(receipt_sequence) AS BIGINT) FROM transactions WHERE business_id = $1");

struct db_statement *const SHOP_SALES = &COUNT_SALES, *const SHOP_STOCK = &SUM_STOCK,
                           *const SHOP_MOVED = &SUM_MOVED, *const SHOP_EVENTS = &COUNT_EVENTS,
                           *const SHOP_LAST_SEQUENCE = &LAST_SEQUENCE, *const SHOP_KEYS = &COUNT_KEYS,
                           *const SHOP_LAST_RECEIPT = &LAST_RECEIPT;

struct opening {
    struct shop *shop;
    int64_t stock_milli;
};

static void add_product(struct db_tx *tx, struct shop *shop, int number)
{
    struct catalog_product product = {
        .id = shop->products[number],
        .name = str_format(test_arena(), "Kopi %d", number),
        .price_minor = 10000 * (number + 1),
        .cost_price_minor = INT64_MIN,
        .low_stock_threshold_milli = 3000,
        .track_stock = number < SHOP_PRODUCTS - 1,
        .is_active = true,
    };
    struct catalog_refusal refusal;
    expect_int_eq(catalog_add_product(tx, &product, &refusal), CODE_OK);
}

static enum code open_shop(struct db_tx *tx, void *arg)
{
    const struct opening *opening = arg;
    struct shop *shop = opening->shop;
    struct stock_line lines[SHOP_PRODUCTS - 1];
    cache_touch(tx);
    db_ask(tx, &SHOP_OUTLET, DB_UUID(shop->outlet), DB_TEXT(STR("UJI")));
    db_ask(tx, &SHOP_OUTLET, DB_UUID(shop->other_outlet), DB_TEXT(STR("LAIN")));
    db_ask(tx, &SHOP_EMPLOYEE, DB_UUID(shop->employee), DB_UUID(shop->outlet));
    for (int i = 0; i < SHOP_PRODUCTS; i++)
        add_product(tx, shop, i);
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        lines[i] = (struct stock_line){shop->products[i], UUID_NIL, opening->stock_milli};
    if (opening->stock_milli)
        stock_receive(tx, shop->outlet, shop->employee, STOCK_PURCHASE, STR("opening"), 1, lines,
                      COUNT_OF(lines));
    struct shift_draft shift = {shop->shift, shop->outlet, shop->employee, 0, 1};
    return shift_open(tx, NULL, STR("test"), &shift);
}

bool shop_open(struct shop *shop, struct fixture *fixture, int64_t stock_milli)
{
    *shop = (struct shop){.fixture = fixture, .config.db_batch = 32};
    shop->outlet = uuid_new();
    shop->other_outlet = uuid_new();
    shop->shift = uuid_new();
    shop->employee = uuid_new();
    for (int i = 0; i < SHOP_PRODUCTS; i++)
        shop->products[i] = uuid_new();
    shop->who = (struct identity){.business_id = fixture->business,
                                  .outlet_id = shop->outlet,
                                  .employee_id = shop->employee,
                                  .role = ROLE_OWNER};
    shop->platform =
        (struct platform){.config = &shop->config, .db = fixture->db, .cache = cache_open(fixture->db, 100)};
    struct opening opening = {shop, stock_milli};
    return expect(POS_MODULE.start(&shop->platform) == CODE_OK) &&
           expect_int_eq(db_write(fixture->db, fixture->business, &fixture->arena, open_shop, &opening),
                         CODE_OK);
}

void shop_close(struct shop *shop)
{
    POS_MODULE.stop(&shop->platform);
    cache_close(shop->platform.cache);
}

struct sale_request shop_request(const struct shop *shop)
{
    return (struct sale_request){.outlet_id = shop->outlet,
                                 .shift_id = shop->shift,
                                 .order_type = ORDER_TAKEAWAY,
                                 .points_redeemed = JSON_NONE,
                                 .client_created_at = JSON_NONE};
}

static enum code sell(struct shop *shop, struct arena *arena, const struct sale_request *request,
                      const char *key, uint8_t hash, struct sale_result *ret_result,
                      struct sale_faults *ret_faults)
{
    struct sale_caller caller = {
        .who = &shop->who, .correlation_id = STR("test"), .idempotency.key = str_of(key)};
    memset(caller.idempotency.hash, hash, sizeof caller.idempotency.hash);
    return sale_create(&shop->platform, arena, &caller, request, ret_result, ret_faults);
}

enum code shop_sell_request(struct shop *shop, struct arena *arena, const struct sale_request *request,
                            struct sale_result *ret_result, struct sale_faults *ret_faults)
{
    return sell(shop, arena, request, NULL, 0, ret_result, ret_faults);
}

enum code shop_sell(struct shop *shop, struct arena *arena, const struct till *till,
                    struct sale_result *ret_result, struct sale_faults *ret_faults)
{
    struct sale_item_request item = {.product_id = shop->products[till->product],
                                     .quantity_milli = till->quantity_milli};
    struct payment_request payment = {PAYMENT_CASH, till->paid_minor, STR_NONE};
    struct discount_request discount = {1, 500000, STR("regular")};
    struct sale_request request = shop_request(shop);
    request.items.at = &item;
    request.payments.at = &payment;
    request.items.count = request.payments.count = 1;
    request.discounts.at = &discount;
    request.discounts.count = till->with_discount;
    return sell(shop, arena, &request, till->key, till->hash, ret_result, ret_faults);
}

/* ---- Changes and questions ---- */

struct pricing {
    struct uuid product;
    int64_t price_minor;
    bool tell;
};

static enum code set_price(struct db_tx *tx, void *arg)
{
    const struct pricing *pricing = arg;
    if (pricing->tell)
        cache_touch(tx);
    else
        db_ask(tx, &SHOP_VERSION); /* as another node does, whose message is still on its way */
    db_ask(tx, &SHOP_PRICE, DB_UUID(pricing->product), DB_INT(pricing->price_minor));
    return CODE_OK;
}

enum code shop_set_price(struct shop *shop, int product, int64_t price_minor, bool tell)
{
    struct pricing pricing = {shop->products[product], price_minor, tell};
    return db_write(shop->fixture->db, shop->fixture->business, &shop->fixture->arena, set_price, &pricing);
}

static enum code close_shift(struct db_tx *tx, void *arg)
{
    const struct uuid *shift = arg;
    db_ask(tx, &SHOP_SHIFT_CLOSE, DB_UUID(*shift));
    return CODE_OK;
}

enum code shop_close_shift(struct shop *shop)
{
    return db_write(shop->fixture->db, shop->fixture->business, &shop->fixture->arena, close_shift,
                    &shop->shift);
}

struct question {
    const struct db_statement *statement;
    int64_t answer;
};

static enum code ask(struct db_tx *tx, void *arg)
{
    struct question *question = arg;
    struct db_rows *rows = db_query(tx, question->statement);
    question->answer = rows->count ? db_int(rows, 0, 0) : INT64_MIN;
    return CODE_OK;
}

int64_t shop_number(struct shop *shop, const struct db_statement *statement)
{
    struct question question = {statement, INT64_MIN};
    enum code code =
        db_read(shop->fixture->db, shop->fixture->business, &shop->fixture->arena, ask, &question);
    return code ? INT64_MIN : question.answer;
}
