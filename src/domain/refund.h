/* What a refund gives back: quantities, and money to the last unit. Pure. Money is minor units ≥ 0 (but the
 * rounding, which has a sign), quantities are thousandths.
 *
 * Of each column of a line a refund gives round(column × requested ÷ sold), never more than is left of it;
 * the last of the line takes the remainder. So equal parts get the same, whenever they come back, and the
 * parts of a line always add up to the line; so do those of the bill's rounding. No amount is ever below 0.
 */
#pragma once
#include "base/code.h"
#include "base/decimal.h"

/* A line's amounts, as they are stored (modules/pos). */
struct refund_amounts {
    int64_t subtotal_minor, bill_discount_minor, service_charge_minor, tax_minor;
    int64_t discount_minor; /* the line's own, as on the shelf: for show, no part of a total */
};

/* A line of the sale. The decision sets `given`. */
struct refund_line {
    int64_t sold_milli, refunded_milli; /* refunded: by earlier refunds */
    int64_t requested_milli;            /* 0: the line is not in this refund */
    struct refund_amounts sold, refunded, given;
};

struct refund_facts {
    struct refund_line *lines; /* all lines of the sale */
    size_t line_count;
    int64_t rounding_minor, refunded_rounding_minor; /* of the bill; by earlier refunds */
};

struct refund_decision {
    struct refund_amounts given; /* Σ lines */
    int64_t rounding_minor, grand_total_minor;
    bool is_whole; /* nothing of the sale is left to give back */
};

/* Of a line: subtotal − discount + service charge + tax. */
int64_t refund_total(const struct refund_amounts *amounts);

/* More is requested than is left; such a line refuses the refund. */
bool refund_exceeds(const struct refund_line *line);

/* The part of the line's cost of goods that goes back into stock with what is requested; adds up to it over
 * all refunds. INT64_MIN: nobody knows the cost. */
int64_t refund_cost(const struct refund_line *line, int64_t cost_minor);

/* REFUND_EXCEEDS_SOLD */
enum code refund_decide(const struct refund_facts *facts, struct refund_decision *ret_decision);
