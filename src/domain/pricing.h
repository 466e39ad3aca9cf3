/* What a bill comes to. Pure, and free of any library, so that a browser's WebAssembly can run the same text
 * as the server.
 *
 * Money is in minor units ≥ 0, rates in ten-thousandths; all rounding is half away from zero. A *shelf*
 * amount is what the price tags say: where prices include tax and service charge it contains both, elsewhere
 * it is the net amount. Always:
 *
 *     total = subtotal − discount + service charge + tax      of the bill, and of every line
 *     a column of the bill = the sum of that column over the lines
 *     grand total = total + rounding = paid − change */
#pragma once
#include "base/code.h"
#include "base/decimal.h"

#define PRICING_LINES_MAX 200

enum discount_type { DISCOUNT_PERCENTAGE, DISCOUNT_FIXED };

struct discount {
    enum discount_type type;
    int64_t value; /* PERCENTAGE: hundredths of a percent (10 % is 1000); FIXED: minor units. 0: none */
};

/* How an outlet prices. */
struct pricing_rules {
    int64_t tax_rate_bp, service_charge_rate_bp;
    bool tax_service_charge; /* the service charge is part of the tax's base */
    bool prices_include_tax; /* shelf prices contain tax and service charge */
};

struct line_terms {
    int64_t unit_minor; /* price and modifiers */
    int64_t quantity_milli;
    struct discount discount; /* on the whole line */
};

struct priced_line {
    int64_t gross_minor;               /* shelf: unit × quantity */
    int64_t discount_minor;            /* shelf: the line's own discount */
    int64_t shelf_minor;               /* gross − discount */
    int64_t shelf_bill_discount_minor; /* shelf: its share of the bill's discounts */
    int64_t net_discount_minor;        /* its own discount as it is reported */
    int64_t subtotal_minor, bill_discount_minor, service_charge_minor, tax_minor; /* the bill's columns */
    int64_t weight; /* scratch of the spreading */
    int64_t rest;   /* scratch of the spreading */
};

/* One line: gross, discounts, shelf amount. DISCOUNT_TOO_LARGE, AMOUNT_TOO_LARGE (beyond MONEY_MAX_MINOR). */
enum code price_line(const struct line_terms *terms, const struct pricing_rules *rules,
                     struct priced_line *ret_line);

struct bill_terms {
    const struct discount *discounts; /* each on the subtotal, not compounded */
    size_t discount_count;
    int64_t points_minor; /* worth of redeemed points: one more discount */
};

struct priced_bill {
    int64_t gross_minor;          /* shelf: Σ lines before any discount */
    int64_t all_discounts_minor;  /* shelf: of lines and bill */
    int64_t shelf_minor;          /* shelf: Σ lines after their own discounts */
    int64_t shelf_discount_minor; /* shelf: the bill's discounts */
    int64_t subtotal_minor, discount_minor, service_charge_minor, tax_minor;
    int64_t total_minor;
    size_t faulty_discount; /* on DISCOUNT_TOO_LARGE: index; discount_count: the points */
};

/* Totals from lines that price_line filled, and each line's share of them. `ret_amounts` (may be NULL) gets
 * the shelf amount of each discount. DISCOUNT_TOO_LARGE, AMOUNT_TOO_LARGE. */
enum code price_bill(const struct bill_terms *terms, const struct pricing_rules *rules,
                     struct priced_line *lines, size_t count, int64_t *ret_amounts,
                     struct priced_bill *ret_bill);

/* A shelf amount without the tax and service charge inside it. */
int64_t shelf_to_net(const struct pricing_rules *rules, int64_t shelf_minor);

struct tender {
    bool is_cash;
    int64_t amount_minor;
};

struct settlement {
    int64_t due_minor; /* what was left to pay in cash, rounded; what was due in all when INVALID_PAYMENT */
    int64_t rounding_minor, grand_total_minor, paid_minor, change_minor;
};

/* Only what is due in cash is rounded, and only when cash is paid; change is given on cash only.
 * INVALID_PAYMENT (too little; more than the total without cash), AMOUNT_TOO_LARGE. */
enum code settle(int64_t total_minor, int64_t cash_rounding_minor, const struct tender *payments,
                 size_t count, struct settlement *ret_settlement);
