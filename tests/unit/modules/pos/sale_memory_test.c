/* What the sale writer remembers of earlier batches: it saves the reading, and never decides what reading
 * would have decided otherwise. */
#include "modules/catalog/catalog.h"
#include "modules/inventory/inventory.h"
#include "modules/pos/sale_read.h"
#include "modules/pos/shop_memory.h"

#include "base/clock.h"

DB_STATEMENT(TEST_RECEIPT_SET, "UPDATE outlet_counters SET last_receipt = $3 WHERE business_id = $1 AND "
                               "outlet_id = $2");
DB_STATEMENT(TEST_DATE_SET, "UPDATE outlet_counters SET business_date = $3 WHERE business_id = $1 AND "
                            "outlet_id = $2");
DB_STATEMENT(TEST_VERSION_MOVE,
             "UPDATE businesses SET reference_version = reference_version + 1 WHERE business_id = $1");
DB_STATEMENT(TEST_KEY, "INSERT INTO idempotency_keys (business_id, key, request_hash, status, resource_id, "
                       "created_at) VALUES ($1, $2, $3, 201, $4, 0)");
DB_STATEMENT(TEST_TABLE, "INSERT INTO dining_tables (business_id, id, outlet_id, name, created_at) "
                         "VALUES ($1, $2, $3, 'Meja 1', 0)");
DB_STATEMENT(TEST_CUSTOMER, "INSERT INTO customers (business_id, id, name, created_at) "
                            "VALUES ($1, $2, 'Bu Setia', 0)");
DB_STATEMENT(TEST_LEVELS_OF_92, "SELECT count(*) FROM stock_levels WHERE business_id = $1 AND "
                                "quantity_milli = 92000");
DB_STATEMENT(TEST_LEVELS_OF_95, "SELECT count(*) FROM stock_levels WHERE business_id = $1 AND "
                                "quantity_milli = 95000");

static enum code sell_request(struct shop *shop, struct sale_request request, int64_t paid_minor,
                              struct sale_result *ret_result)
{
    struct sale_item_request item = {.product_id = shop->products[0], .quantity_milli = CUP};
    struct payment_request payment = {PAYMENT_CASH, paid_minor, STR_NONE};
    struct sale_faults faults;
    request.items.at = &item;
    request.payments.at = &payment;
    request.items.count = request.payments.count = 1;
    return shop_sell_request(shop, test_arena(), &request, ret_result, &faults);
}

/* ---- Other writers ---- */

static enum code set_receipt(struct db_tx *tx, void *arg)
{
    const struct change *change = arg;
    db_ask(tx, &TEST_RECEIPT_SET, DB_UUID(change->shop->outlet), DB_INT(change->value));
    return CODE_OK;
}

static enum code set_date(struct db_tx *tx, void *arg)
{
    const struct change *change = arg;
    db_ask(tx, &TEST_DATE_SET, DB_UUID(change->shop->outlet), DB_INT(change->value));
    return CODE_OK;
}

static enum code move_version(struct db_tx *tx, void *arg)
{
    (void)arg;
    db_ask(tx, &TEST_VERSION_MOVE);
    return CODE_OK;
}

static enum code use_key(struct db_tx *tx, void *arg)
{
    const struct change *change = arg;
    uint8_t hash[sizeof((struct idempotency){0}).hash];
    memset(hash, change->value, sizeof hash);
    db_ask(tx, &TEST_KEY, DB_TEXT(str_of(change->key)), DB_BYTES(((struct str){(char *)hash, sizeof hash})),
           DB_UUID_OR_NULL(change->id));
    db_sync(tx); /* the hash lives here */
    return CODE_OK;
}

static enum code add_guest(struct db_tx *tx, void *arg)
{
    const struct change *change = arg;
    db_ask(tx, &TEST_TABLE, DB_UUID(change->id), DB_UUID(change->shop->outlet));
    db_ask(tx, &TEST_CUSTOMER, DB_UUID(change->id));
    return CODE_OK;
}

/* ---- Alone ---- */

TEST_ON_BOTH(sales_are_remembered_once_the_outlet_was_found_as_it_was_left)
{
    struct shop shop;
    if (open_known(&shop, f, 10 * CUP)) {
        struct sale_result fourth = expect_sold(&shop, COFFEE, CODE_OK, FROM_MEMORY);
        struct sale_result read;
        expect_int_eq(receipt_of(fourth), 4);
        require(sale_result_read(f->db, test_arena(), f->business, fourth.id, &read) == CODE_OK);
        expect_str_eq(read.receipt_number, fourth.receipt_number);
        expect_int_eq(read.grand_total_minor, 11000);
        struct till till = COFFEE;
        till.product = 3; /* not counted */
        expect_sold(&shop, till, CODE_OK, FROM_MEMORY);
        till.product = 1; /* counted, not seen yet */
        expect_sold(&shop, till, CODE_OK, BY_READING);
        expect_sold(&shop, till, CODE_OK, FROM_MEMORY);
        till.with_discount = true;
        expect_sold(&shop, till, CODE_OK, FROM_MEMORY);
        till.key = "key";
        expect(!expect_sold(&shop, till, CODE_OK, FROM_MEMORY).replayed);
        expect(expect_sold(&shop, till, CODE_OK, BY_READING).replayed);
        expect_int_eq(shop_number(&shop, SHOP_STOCK), (30 - 4 - 4) * CUP);
        expect_books(&shop, 9);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(what_wants_more_than_is_remembered_is_read)
{
    struct uuid there = uuid_new(), nowhere = uuid_new();
    struct discount_request half = {0, 5000, STR("regular")};
    static const struct {
        const char *what;
        bool table, customer, is_there, order, discount;
        int64_t points, made_ago_ms;
        enum code code;
    } cases[] = {
        {"a table", .table = true, .is_there = true},
        {"a customer", .customer = true, .is_there = true},
        {"a table that is not there", .table = true, .code = CODE_NOT_FOUND},
        {"a customer who is not there", .customer = true, .code = CODE_NOT_FOUND},
        {"an order that is not there", .order = true, .code = CODE_NOT_FOUND},
        {"a discount above the limit", .discount = true, .code = CODE_OVERRIDE_REQUIRED},
        {"points of nobody", .points = 10, .code = CODE_INSUFFICIENT_POINTS},
        {"points", .points = 10, .customer = true, .is_there = true, .code = CODE_INSUFFICIENT_POINTS},
        {"a time of its own", .made_ago_ms = 1},
        {"a time too long ago", .made_ago_ms = INT64_C(30) * 86400000, .code = CODE_VALIDATION_FAILED},
    };
    struct shop shop;
    if (open_known(&shop, f, 20 * CUP)) {
        int64_t sales = 3;
        change(&shop, add_guest, (struct change){.id = there});
        shop.who.role = ROLE_CASHIER;
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            test_note("%s", cases[i].what);
            struct sale_request request = shop_request(&shop);
            struct uuid id = cases[i].is_there ? there : nowhere;
            struct sale_result result;
            if (cases[i].table)
                request.table_id = id;
            if (cases[i].customer)
                request.customer_id = id;
            request.order_ids.at = &nowhere;
            request.order_ids.count = cases[i].order;
            request.discounts.at = &half;
            request.discounts.count = cases[i].discount;
            if (cases[i].points)
                request.points_redeemed = cases[i].points;
            if (cases[i].made_ago_ms)
                request.client_created_at = clock_now_ms() - cases[i].made_ago_ms;
            int64_t before = remembered();
            expect_int_eq(sell_request(&shop, request, 11000, &result), cases[i].code);
            expect_int_eq(remembered(), before);
            sales += cases[i].code == CODE_OK;
            expect_sold(&shop, COFFEE, CODE_OK, FROM_MEMORY); /* the outlet is as known as before */
            expect_books(&shop, ++sales);
        }
    }
    shop_close(&shop);
}

TEST_ON_BOTH(sale_that_memory_would_refuse_is_read)
{
    struct shop shop;
    if (open_known(&shop, f, 7 * CUP)) {
        struct till till = COFFEE;
        till.quantity_milli = 5 * CUP;
        expect_sold(&shop, till, CODE_INSUFFICIENT_STOCK, BY_READING);
        for (int i = 0; i < 2; i++) /* nothing is forgotten by it */
            expect_sold(&shop, COFFEE, CODE_OK, FROM_MEMORY);
        till.quantity_milli = 2 * CUP;
        expect_sold(&shop, till, CODE_OK, FROM_MEMORY);
        expect_sold(&shop, COFFEE, CODE_INSUFFICIENT_STOCK, BY_READING);
        till = COFFEE;
        till.paid_minor = 1;
        expect_sold(&shop, till, CODE_INVALID_PAYMENT, BY_READING);
        expect_books(&shop, 6);
    }
    shop_close(&shop);
}

/* ---- Facts that others have changed ---- */

TEST_ON_BOTH(stock_that_others_moved_is_what_is_sold_from)
{
    static const struct {
        const char *what;
        int64_t moved, wanted;
        enum code code;
        const char *refusal;
        bool tried_in_vain; /* accepted in memory, and turned away by the statement */
    } cases[] = {
        {"fewer, enough", -4 * CUP, 2 * CUP, CODE_OK, NULL, true},
        {"exactly the last", -3 * CUP, 4 * CUP, CODE_OK, NULL, true},
        {"fewer than wanted", -6 * CUP, 2 * CUP, CODE_INSUFFICIENT_STOCK, "Kopi 0: 1 available, 2 required",
         true},
        {"none left", -7 * CUP, CUP, CODE_INSUFFICIENT_STOCK, "Kopi 0: 0 available, 1 required", true},
        {"more", 5 * CUP, 2 * CUP, CODE_OK, NULL, true},
        {"more, and all of it wanted", 5 * CUP, 12 * CUP, CODE_OK, NULL, false},
        {"more, and still too few", 5 * CUP, 13 * CUP, CODE_INSUFFICIENT_STOCK,
         "Kopi 0: 12 available, 13 required", false},
    };
    struct shop shop;
    if (open_known(&shop, f, 10 * CUP)) {
        int64_t sales = 3, stock = 27 * CUP;
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            struct sale_result result;
            struct sale_faults faults;
            test_note("%s", cases[i].what);
            change(&shop, move_stock, (struct change){.value = cases[i].moved});
            int64_t retries = db_stats_of(f->db).retries, before = remembered();
            struct till till = COFFEE;
            till.quantity_milli = cases[i].wanted;
            expect_int_eq(shop_sell(&shop, test_arena(), &till, &result, &faults), cases[i].code);
            expect_int_eq(remembered(), before);
            expect_int_eq(db_stats_of(f->db).retries - retries, cases[i].tried_in_vain);
            if (cases[i].refusal && expect(faults.count == 1))
                expect_str_eq(faults.list[0].message, str_of(cases[i].refusal));
            bool sold = cases[i].code == CODE_OK;
            stock += cases[i].moved - (sold ? cases[i].wanted : 0);
            sales += sold;
            expect_int_eq(shop_number(&shop, SHOP_STOCK), stock);
            expect_books(&shop, sales);
            /* Seven cups, known, for the next. */
            change(&shop, move_stock, (struct change){.value = 30 * CUP - stock});
            make_known(&shop);
            stock = 27 * CUP;
            sales += 3;
        }
    }
    shop_close(&shop);
}

TEST_ON_BOTH(receipts_follow_what_others_have_numbered)
{
    struct shop shop;
    if (open_known(&shop, f, 20 * CUP)) {
        change(&shop, set_receipt, (struct change){.value = 41});
        struct sale_result result = expect_sold(&shop, COFFEE, CODE_OK, BY_READING);
        expect_int_eq(receipt_of(result), 42);
        expect_known_again(&shop);
        change(&shop, set_date, (struct change){.value = 20991231}); /* another clock is ahead */
        result = expect_sold(&shop, COFFEE, CODE_OK, BY_READING);
        expect_str_eq(result.receipt_number, STR("UJI-20991231-0045"));
        expect_known_again(&shop);
        expect_int_eq(shop_number(&shop, SHOP_STOCK), 51 * CUP);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(price_that_another_process_has_changed_holds_at_once)
{
    struct shop shop;
    if (open_known(&shop, f, 20 * CUP)) {
        require(shop_set_price(&shop, 0, 12000, false) == CODE_OK); /* its message is still on its way */
        expect_int_eq(expect_sold(&shop, COFFEE, CODE_OK, BY_READING).subtotal_minor, 12000);
        expect_int_eq(expect_sold(&shop, COFFEE, CODE_OK, FROM_MEMORY).subtotal_minor, 12000);
        change(&shop, move_version, (struct change){0}); /* for something that this sale does not name */
        expect_int_eq(expect_sold(&shop, COFFEE, CODE_OK, BY_READING).subtotal_minor, 12000);
        expect_sold(&shop, COFFEE, CODE_OK, FROM_MEMORY);
        require(shop_set_price(&shop, 0, 13000, true) == CODE_OK);
        expect_int_eq(expect_sold(&shop, COFFEE, CODE_OK, FROM_MEMORY).subtotal_minor, 13000);
        expect_books(&shop, 8);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(shift_that_another_process_has_closed_takes_no_sale)
{
    struct shop shop;
    if (open_known(&shop, f, 20 * CUP)) {
        require(shop_close_shift(&shop) == CODE_OK);
        struct till till = COFFEE;
        till.key = "k";
        expect_sold(&shop, till, CODE_SHIFT_NOT_OPEN, BY_READING);
        expect_sold(&shop, COFFEE, CODE_SHIFT_NOT_OPEN, BY_READING);
        expect_int_eq(shop_number(&shop, SHOP_KEYS), 0);
        expect_int_eq(shop_number(&shop, SHOP_STOCK), 57 * CUP);
        expect_books(&shop, 3);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(key_that_another_process_has_used_sells_nothing)
{
    static const struct {
        const char *what;
        int64_t hash;
        bool has_sale;
        enum code code;
    } cases[] = {
        {"for the same request", 7, true, CODE_OK},
        {"for another request", 8, true, CODE_IDEMPOTENCY_KEY_REUSED},
        {"for what is no sale", 7, false, CODE_IDEMPOTENCY_KEY_REUSED},
    };
    struct shop shop;
    if (open_known(&shop, f, 20 * CUP)) {
        int64_t sales = 3;
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            test_note("%s", cases[i].what);
            struct sale_result owner = expect_sold(&shop, COFFEE, CODE_OK, FROM_MEMORY);
            struct till till = {.quantity_milli = CUP,
                                .paid_minor = CASH,
                                .key = str_to_cstr(test_arena(), str_format(test_arena(), "k%zu", i)),
                                .hash = 7};
            change(&shop, use_key,
                   (struct change){.key = till.key,
                                   .value = cases[i].hash,
                                   .id = cases[i].has_sale ? owner.id : UUID_NIL});
            struct sale_result result = expect_sold(&shop, till, cases[i].code, BY_READING);
            if (cases[i].code == CODE_OK)
                expect(result.replayed && uuid_eq(result.id, owner.id));
            expect_books(&shop, ++sales);
            expect_known_again(&shop);
            sales += 2;
        }
        expect_int_eq(shop_number(&shop, SHOP_KEYS), COUNT_OF(cases));
    }
    shop_close(&shop);
}

/* ---- More than fits ---- */

/* So many that some of their levels have one place in memory, whatever the ids are. */
#define MENU 250
#define BASKET 10

struct menu {
    struct shop *shop;
    struct uuid products[MENU], variants[MENU][2];
};

static enum code add_menu(struct db_tx *tx, void *arg)
{
    struct menu *menu = arg;
    struct stock_line lines[2 * MENU];
    struct catalog_refusal refusal;
    cache_touch(tx);
    for (int i = 0; i < MENU; i++) {
        struct catalog_variant variants[2];
        menu->products[i] = uuid_new();
        for (int k = 0; k < 2; k++) {
            menu->variants[i][k] = uuid_new();
            variants[k] = (struct catalog_variant){
                menu->variants[i][k], str_format(test_arena(), "Ukuran %d", k), 1000, STR_NONE, STR_NONE};
            lines[2 * i + k] = (struct stock_line){menu->products[i], menu->variants[i][k], (100 - k) * CUP};
        }
        struct catalog_product product = {.id = menu->products[i],
                                          .name = str_format(test_arena(), "Kue %d", i),
                                          .price_minor = 1000,
                                          .cost_price_minor = INT64_MIN,
                                          .low_stock_threshold_milli = INT64_MIN,
                                          .track_stock = true,
                                          .is_active = true,
                                          .variants = {variants, 2}};
        expect_int_eq(catalog_add_product(tx, &product, &refusal), CODE_OK);
    }
    stock_receive(tx, menu->shop->outlet, menu->shop->employee, STOCK_PURCHASE, STR("opening"), 1, lines,
                  COUNT_OF(lines));
    return CODE_OK;
}

static void sell_basket(const struct menu *menu, int first)
{
    struct sale_item_request items[BASKET];
    struct payment_request payment = {PAYMENT_CASH, CASH, STR_NONE};
    struct sale_request request = shop_request(menu->shop);
    struct sale_result result;
    struct sale_faults faults;
    for (int i = 0; i < BASKET; i++)
        items[i] = (struct sale_item_request){.product_id = menu->products[first + i / 2],
                                              .variant_id = menu->variants[first + i / 2][i % 2],
                                              .quantity_milli = (2 - i % 2) * CUP};
    request.items.at = items;
    request.payments.at = &payment;
    request.items.count = BASKET;
    request.payments.count = 1;
    expect_int_eq(shop_sell_request(menu->shop, test_arena(), &request, &result, &faults), CODE_OK);
}

TEST_ON_BOTH(levels_that_share_a_place_in_memory_are_not_mixed_up)
{
    enum { ROUNDS = 4, BASKETS = 2 * MENU / BASKET };
    struct shop shop;
    struct menu *menu = arena_new(test_arena(), struct menu);
    menu->shop = &shop;
    if (shop_open(&shop, f, 0) &&
        expect_int_eq(db_write(f->db, f->business, test_arena(), add_menu, menu), CODE_OK)) {
        int64_t retries = db_stats_of(f->db).retries, before = remembered();
        for (int i = 0; i < ROUNDS * BASKETS; i++)
            sell_basket(menu, i % BASKETS * BASKET / 2);
        expect_int_eq(db_stats_of(f->db).retries, retries);
        expect(remembered() > before && remembered() - before <= (ROUNDS - 1) * BASKETS);
        expect_int_eq(shop_number(&shop, &TEST_LEVELS_OF_92), MENU);
        expect_int_eq(shop_number(&shop, &TEST_LEVELS_OF_95), MENU);
        expect_books(&shop, ROUNDS * BASKETS);
    }
    shop_close(&shop);
}
