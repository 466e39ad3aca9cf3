/* What tests of the sale writer's memory share: a sale, and whether it was decided by reading or on what was
 * remembered. */
#pragma once
#include "modules/pos/shop.h"

#define CUP 1000
#define CASH 10000000

static const struct till COFFEE = {.quantity_milli = CUP, .paid_minor = CASH}; /* 10,000 and 1,000 of tax */

enum decided { BY_READING, FROM_MEMORY };

int64_t remembered(void); /* sales, so far */
struct sale_result expect_sold(struct shop *shop, struct till till, enum code code, enum decided decided);
int64_t receipt_of(struct sale_result result); /* its number within the day */
/* As many sales as receipts, no stock without a movement, no event without a sequence. */
void expect_books(struct shop *shop, int64_t sales);

/* Receipts 1 to 3 are sold; the next coffee is decided from memory. */
bool open_known(struct shop *shop, struct fixture *f, int64_t stock_milli);
void make_known(struct shop *shop); /* by three more coffees */
/* After a sale that had to be read, an outlet has to prove anew that nobody else sells there. */
void expect_known_again(struct shop *shop);

/* Another process writes. */
struct change {
    struct shop *shop;
    int product;
    int64_t value;
    const char *key;
    struct uuid id;
};
void change(struct shop *shop, db_fn fn, struct change change);
enum code move_stock(struct db_tx *tx, void *arg); /* a db_fn: the product's, by the value */
