/* A shop on a real database that sells: a business, an outlet with an open shift, an employee and products.
 */
#pragma once
#include "modules/pos/pos.h"
#include "platform/db/fixture.h"

#define SHOP_PRODUCTS 4 /* prices 10,000, 20,000, …; the last one is not counted */

struct shop {
    struct fixture *fixture;
    struct config config;
    struct platform platform;
    struct uuid outlet, other_outlet, shift, employee, products[SHOP_PRODUCTS];
    struct identity who;
};

/* 10 % tax on top, cash rounded to 100; so much stock of each product that is counted. */
bool shop_open(struct shop *shop, struct fixture *fixture, int64_t stock_milli);
void shop_close(struct shop *shop);

/* What a till sends, reduced: one line of one product, paid in cash. */
struct till {
    int product;
    int64_t quantity_milli, paid_minor;
    const char *key; /* idempotency; NULL: none */
    uint8_t hash;
    bool with_discount; /* fixed, 5,000 off the bill */
};

/* Sells; the answer's texts are in `arena`. */
enum code shop_sell(struct shop *shop, struct arena *arena, const struct till *till,
                    struct sale_result *ret_result, struct sale_faults *ret_faults);
enum code shop_sell_request(struct shop *shop, struct arena *arena, const struct sale_request *request,
                            struct sale_result *ret_result, struct sale_faults *ret_faults);
/* The smallest request that is fine but for items and payments. */
struct sale_request shop_request(const struct shop *shop);

/* Runs an UPDATE of a column and tells the caches. */
enum code shop_set_price(struct shop *shop, int product, int64_t price_minor, bool tell);
enum code shop_close_shift(struct shop *shop);
/* One number of the database: the statements below. */
int64_t shop_number(struct shop *shop, const struct db_statement *statement);

extern struct db_statement *const SHOP_SALES,
    *const SHOP_STOCK, *const SHOP_MOVED, *const SHOP_EVENTS, *const SHOP_LAST_SEQUENCE,
                                                                  *const SHOP_KEYS, *const SHOP_LAST_RECEIPT;
