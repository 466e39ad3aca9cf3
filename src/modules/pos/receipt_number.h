/* Receipt numbers: count up without gaps per outlet and business day. Whoever takes one holds the outlet's
 * counter row until the commit. */
#pragma once
#include "platform/auth/directory.h"

/* Of the counter row. */
struct receipt_counter {
    int32_t business_date;
    int64_t last_receipt;
};

struct receipt_number {
    int32_t business_date;
    int local_hour;
    int64_t sequence;
    struct str text; /* OUT1-20260206-0001 */
};

/* The next one; moves the counter on. */
struct receipt_number receipt_number_take(struct arena *arena, const struct outlet *outlet, int64_t now_ms,
                                          struct receipt_counter *counter);
