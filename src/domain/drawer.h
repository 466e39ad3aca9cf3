/* The cash drawer of a shift: what should be in it, and what a way of paying took. Minor units. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct drawer {
    int64_t opening_minor;
    int64_t received_minor;      /* cash payments of sales */
    int64_t change_minor;        /* given back on them */
    int64_t refunded_minor;      /* paid back for refunds */
    int64_t in_minor, out_minor; /* put in and taken out without a sale */
};

/* opening + received − change − refunded + in − out; false: it does not fit. */
bool drawer_expected(const struct drawer *drawer, int64_t *ret_expected_minor);

/* What should be there, and what was counted less that: below zero, some is missing. False: it does not fit.
 */
bool drawer_count(const struct drawer *drawer, int64_t counted_minor, int64_t *ret_expected_minor,
                  int64_t *ret_difference_minor);

struct takings {
    int64_t received_minor, change_minor, refunded_minor; /* each ≥ 0 */
};

/* received − change − refunded: what stayed. */
int64_t takings_net(const struct takings *takings);
