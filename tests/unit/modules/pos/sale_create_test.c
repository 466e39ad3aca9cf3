/* Sales on a real database: what is stored, in which order, and what never is. */
#include "modules/pos/sale_read.h"
#include "modules/pos/shop.h"

#include "base/clock.h"

#include <time.h>
#include <unistd.h>

#define CUP 1000
#define CASH 1000000

static int64_t base_ms; /* what the test's clock says; 0: the system's */
static int64_t test_now(void) { return base_ms; }
static int64_t test_monotonic(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}
static void test_random(void *data, size_t len)
{
    for (size_t done = 0; done < len; done += 256)
        expect(getentropy((char *)data + done, len - done > 256 ? 256 : len - done) == 0);
}
static const struct clock_source CLOCK = {test_now, test_monotonic, test_random};

static void expect_books(struct shop *shop, int64_t sales)
{
    expect_int_eq(shop_number(shop, SHOP_SALES), sales);
    expect_int_eq(shop_number(shop, SHOP_STOCK), shop_number(shop, SHOP_MOVED));
    expect_int_eq(shop_number(shop, SHOP_EVENTS), shop_number(shop, SHOP_LAST_SEQUENCE));
}

static enum code sell(struct shop *shop, struct till till, struct sale_result *ret_result)
{
    struct sale_faults faults;
    return shop_sell(shop, test_arena(), &till, ret_result, &faults);
}

TEST_ON_BOTH(sale_is_stored_as_it_is_answered)
{
    struct shop shop;
    struct sale_result result, again;
    if (shop_open(&shop, f, 10 * CUP)) {
        struct till till = {.quantity_milli = 2 * CUP, .paid_minor = 20000, .with_discount = true};
        require(sell(&shop, till, &result) == CODE_OK);
        expect_int_eq(result.subtotal_minor, 20000);
        expect_int_eq(result.discount_minor, 5000);
        expect_int_eq(result.tax_minor, 1500);
        expect_int_eq(result.grand_total_minor, 16500);
        expect_int_eq(result.change_minor, 3500);
        require(sale_result_read(f->db, test_arena(), f->business, result.id, &again) == CODE_OK);
        expect_str_eq(again.receipt_number, result.receipt_number);
        expect_int_eq(again.grand_total_minor, 16500);
        expect_int_eq(again.created_at, result.created_at);
        expect_int_eq(shop_number(&shop, SHOP_STOCK), 28 * CUP);
        expect_int_eq(shop_number(&shop, SHOP_EVENTS), 4); /* shift.started, and the sale's three */
        expect_books(&shop, 1);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(receipts_count_up_within_a_day_of_the_outlet)
{
    static const struct {
        const char *what;
        int64_t ms;
        const char *receipt;
    } cases[] = {
        {"the last second of a day in Jakarta", 1770397199000, "UJI-20260206-0001"},
        {"again", 1770397199001, "UJI-20260206-0002"},
        {"the first of the next", 1770397200000, "UJI-20260207-0001"},
        {"a clock set back stays on the later day", 1770300000000, "UJI-20260207-0002"},
        {"a week on", 1771000000000, "UJI-20260213-0001"},
    };
    struct shop shop;
    struct sale_result result;
    base_ms = 1770397199000;
    clock_use(&CLOCK);
    if (shop_open(&shop, f, 0)) {
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            test_note("%s", cases[i].what);
            base_ms = cases[i].ms;
            struct till till = {.product = 3, .quantity_milli = CUP, .paid_minor = CASH};
            require(sell(&shop, till, &result) == CODE_OK);
            expect_str_eq(result.receipt_number, str_of(cases[i].receipt));
            expect_int_eq(result.created_at, cases[i].ms);
        }
    }
    shop_close(&shop);
    clock_use(NULL);
}

TEST_ON_BOTH(sale_refused_leaves_nothing)
{
    struct shop shop;
    struct sale_result result;
    struct sale_faults faults;
    if (shop_open(&shop, f, 2 * CUP)) {
        struct till till = {.quantity_milli = 3 * CUP, .paid_minor = CASH, .key = "k"};
        require(shop_sell(&shop, test_arena(), &till, &result, &faults) == CODE_INSUFFICIENT_STOCK);
        require(faults.count == 1);
        expect_str_eq(faults.list[0].path, STR("items[0].quantity"));
        expect_str_eq(faults.list[0].message, STR("Kopi 0: 2 available, 3 required"));
        till = (struct till){.quantity_milli = CUP, .paid_minor = 1, .key = "k"};
        expect_int_eq(sell(&shop, till, &result), CODE_INVALID_PAYMENT);
        expect_int_eq(shop_number(&shop, SHOP_KEYS), 0);
        expect_books(&shop, 0);
        till.paid_minor = CASH;
        expect_int_eq(sell(&shop, till, &result), CODE_OK); /* the key is free */
        expect_int_eq(shop_number(&shop, SHOP_LAST_RECEIPT), 1);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(sale_key_makes_one_sale)
{
    struct shop shop;
    struct sale_result first, again;
    if (shop_open(&shop, f, 2 * CUP)) {
        struct till till = {.quantity_milli = 2 * CUP, .paid_minor = CASH, .key = "same", .hash = 1};
        require(sell(&shop, till, &first) == CODE_OK);
        expect(!first.replayed);
        expect_int_eq(shop_set_price(&shop, 0, 99, true),
                      CODE_OK); /* prices and stock of today do not matter */
        require(sell(&shop, till, &again) == CODE_OK);
        expect(again.replayed);
        expect(uuid_eq(again.id, first.id));
        expect_str_eq(again.receipt_number, first.receipt_number);
        expect_int_eq(again.grand_total_minor, first.grand_total_minor);
        shop_close_shift(&shop);
        expect_int_eq(sell(&shop, till, &again), CODE_OK);
        till.hash = 2;
        expect_int_eq(sell(&shop, till, &again), CODE_IDEMPOTENCY_KEY_REUSED);
        expect_books(&shop, 1);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(sale_is_priced_by_what_holds_at_its_commit)
{
    struct shop shop;
    struct sale_result result;
    if (shop_open(&shop, f, 9 * CUP)) {
        struct till till = {.quantity_milli = CUP, .paid_minor = CASH};
        require(sell(&shop, till, &result) == CODE_OK); /* the snapshot is in the cache now */
        expect_int_eq(result.subtotal_minor, 10000);
        require(shop_set_price(&shop, 0, 12000, false) == CODE_OK);
        require(sell(&shop, till, &result) == CODE_OK);
        expect_int_eq(result.subtotal_minor, 12000);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(sale_names_what_is_not_there)
{
    struct shop shop;
    struct sale_result result;
    struct sale_faults faults;
    if (shop_open(&shop, f, 9 * CUP)) {
        struct sale_item_request items[] = {{.product_id = shop.products[0], .quantity_milli = CUP},
                                            {.product_id = uuid_new(), .quantity_milli = CUP}};
        struct payment_request payment = {PAYMENT_QRIS, 1, STR_NONE};
        struct sale_request request = shop_request(&shop);
        request.items.at = items;
        request.items.count = 2;
        request.payments.at = &payment;
        request.payments.count = 1;
        request.shift_id = uuid_new();
        request.table_id = uuid_new();
        request.customer_id = uuid_new();
        require(shop_sell_request(&shop, test_arena(), &request, &result, &faults) == CODE_NOT_FOUND);
        static const char *const paths[] = {"shiftId", "tableId", "customerId", "items[1].productId"};
        require(faults.count == COUNT_OF(paths));
        for (size_t i = 0; i < COUNT_OF(paths); i++)
            expect_str_eq(faults.list[i].path, str_of(paths[i]));
        request.outlet_id = uuid_new();
        expect_int_eq(shop_sell_request(&shop, test_arena(), &request, &result, &faults), CODE_NOT_FOUND);
        expect_str_eq(faults.list[0].path, STR("outletId"));
        request = shop_request(&shop);
        request.items.at = items;
        request.items.count = 1;
        request.payments.at = &payment;
        request.payments.count = 1;
        request.outlet_id = shop.other_outlet; /* the shift is the first outlet's */
        expect_int_eq(shop_sell_request(&shop, test_arena(), &request, &result, &faults), CODE_NOT_FOUND);
        expect_str_eq(faults.list[0].path, STR("shiftId"));
        shop_close_shift(&shop);
        request.outlet_id = shop.outlet;
        payment.amount_minor = 11000;
        expect_int_eq(shop_sell_request(&shop, test_arena(), &request, &result, &faults),
                      CODE_SHIFT_NOT_OPEN);
        expect_books(&shop, 0);
    }
    shop_close(&shop);
}

/* ---- Many at once ---- */

#define BUYERS 24
#define TRIES 8

struct buyer {
    struct shop *shop;
    pthread_t thread;
    int number, sold, refused, replayed;
};

static void *buy(void *arg)
{
    struct buyer *buyer = arg;
    struct arena arena = {0};
    for (int i = 0; i < TRIES; i++) {
        struct sale_result result;
        struct sale_faults faults;
        struct till till = {.quantity_milli = CUP, .paid_minor = CASH};
        enum code code = shop_sell(buyer->shop, &arena, &till, &result, &faults);
        buyer->sold += code == CODE_OK;
        buyer->refused += code == CODE_INSUFFICIENT_STOCK;
        arena_reset(&arena);
    }
    arena_free(&arena);
    return NULL;
}

/* All with the same keys: of each only one may be stored. */
static void *buy_with_keys(void *arg)
{
    struct buyer *buyer = arg;
    struct arena arena = {0};
    for (int i = 0; i < TRIES; i++) {
        struct sale_result result;
        struct sale_faults faults;
        struct till till = {.product = 3, .quantity_milli = CUP, .paid_minor = CASH};
        till.key = str_to_cstr(&arena, str_format(&arena, "key-%d", i));
        enum code code = shop_sell(buyer->shop, &arena, &till, &result, &faults);
        buyer->sold += code == CODE_OK && !result.replayed;
        buyer->replayed += code == CODE_OK && result.replayed;
        arena_reset(&arena);
    }
    arena_free(&arena);
    return NULL;
}

static struct buyer run_buyers(struct shop *shop, void *(*run)(void *))
{
    static struct buyer buyers[BUYERS];
    struct buyer sum = {0};
    for (int i = 0; i < BUYERS; i++) {
        buyers[i] = (struct buyer){.shop = shop, .number = i};
        expect(pthread_create(&buyers[i].thread, NULL, run, &buyers[i]) == 0);
    }
    for (int i = 0; i < BUYERS; i++) {
        pthread_join(buyers[i].thread, NULL);
        sum.sold += buyers[i].sold;
        sum.refused += buyers[i].refused;
        sum.replayed += buyers[i].replayed;
    }
    return sum;
}

TEST_ON_BOTH(sale_never_sells_what_is_not_there)
{
    struct shop shop;
    if (shop_open(&shop, f, 50 * CUP)) {
        struct buyer sum = run_buyers(&shop, buy);
        expect_int_eq(sum.sold, 50);
        expect_int_eq(sum.refused, BUYERS * TRIES - 50);
        expect_int_eq(shop_number(&shop, SHOP_STOCK), 100 * CUP);
        expect_int_eq(shop_number(&shop, SHOP_LAST_RECEIPT), 50);
        expect_books(&shop, 50);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(sale_keys_hold_in_two_writers_at_once)
{
    struct shop shop, twin;
    if (shop_open(&shop, f, 0)) {
        twin = shop; /* the same database through a batch of its own, as another node writes */
        expect(POS_MODULE.start(&twin.platform) == CODE_OK);
        struct buyer own[2 * BUYERS];
        for (int i = 0; i < 2 * BUYERS; i++) {
            own[i] = (struct buyer){.shop = i % 2 ? &shop : &twin};
            expect(pthread_create(&own[i].thread, NULL, buy_with_keys, &own[i]) == 0);
        }
        int sold = 0, replayed = 0;
        for (int i = 0; i < 2 * BUYERS; i++) {
            pthread_join(own[i].thread, NULL);
            sold += own[i].sold;
            replayed += own[i].replayed;
        }
        expect_int_eq(sold, TRIES);
        expect_int_eq(replayed, (2 * BUYERS - 1) * TRIES);
        expect_int_eq(shop_number(&shop, SHOP_KEYS), TRIES);
        expect_books(&shop, TRIES);
        POS_MODULE.stop(&twin.platform);
    }
    shop_close(&shop);
}
