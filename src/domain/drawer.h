/* The cash drawer of a shift: what should be in it. Minor units. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct drawer {
    int64_t opening_minor;
    int64_t received_minor;      /* cash payments; those of refunds are negative */
    int64_t change_minor;        /* given back on them */
    int64_t in_minor, out_minor; /* put in and taken out without a sale */
};

/* opening + received − change + in − out; false: it does not fit. */
bool drawer_expected(const struct drawer *drawer, int64_t *ret_expected_minor);
