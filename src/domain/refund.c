/* Refunds: see refund.h. */
#include "domain/refund.h"

int64_t refund_total(const struct refund_amounts *amounts)
{
    return amounts->subtotal_minor - amounts->bill_discount_minor + amounts->service_charge_minor +
           amounts->tax_minor;
}

bool refund_exceeds(const struct refund_line *line)
{
    return line->requested_milli > line->sold_milli - line->refunded_milli;
}

/* round(amount × part ÷ whole) for part ≤ whole: it always fits. */
static int64_t portion(int64_t amount, int64_t part, int64_t whole)
{
    int64_t value = 0;
    decimal_muldiv(amount, part, whole, &value);
    return value;
}

/* Of a column: what is requested, at most what is left; with the last of the line all of that. */
static int64_t give(const struct refund_line *line, int64_t sold, int64_t refunded)
{
    int64_t left = sold - refunded, part = portion(sold, line->requested_milli, line->sold_milli);
    bool is_last = line->refunded_milli + line->requested_milli == line->sold_milli;
    return is_last || part > left ? left : part;
}

/* The net price is shared out, not the subtotal: the discount, rounded by itself, could otherwise be more
 * than what it comes off. */
static void give_line(struct refund_line *line, struct refund_amounts *sum)
{
    const struct refund_amounts *sold = &line->sold, *refunded = &line->refunded;
    line->given = (struct refund_amounts){0};
    if (line->requested_milli == 0)
        return;
    int64_t net = give(line, sold->subtotal_minor - sold->bill_discount_minor,
                       refunded->subtotal_minor - refunded->bill_discount_minor);
    line->given.bill_discount_minor = give(line, sold->bill_discount_minor, refunded->bill_discount_minor);
    line->given.subtotal_minor = net + line->given.bill_discount_minor;
    line->given.service_charge_minor = give(line, sold->service_charge_minor, refunded->service_charge_minor);
    line->given.tax_minor = give(line, sold->tax_minor, refunded->tax_minor);
    line->given.discount_minor = give(line, sold->discount_minor, refunded->discount_minor);

    sum->subtotal_minor += line->given.subtotal_minor;
    sum->bill_discount_minor += line->given.bill_discount_minor;
    sum->service_charge_minor += line->given.service_charge_minor;
    sum->tax_minor += line->given.tax_minor;
    sum->discount_minor += line->given.discount_minor;
}

int64_t refund_cost(const struct refund_line *line, int64_t cost_minor)
{
    int64_t before, back;
    bool known =
        cost_minor != INT64_MIN &&
        decimal_muldiv(cost_minor, line->refunded_milli, line->sold_milli, &before) &&
        decimal_muldiv(cost_minor, line->refunded_milli + line->requested_milli, line->sold_milli, &back);
    return known ? back - before : INT64_MIN;
}

/* The rounding comes back with the money: in proportion to all that has come back, the whole of it with the
 * last line. Counted so it never outweighs the money of one refund: what is given back is never below 0. */
static void give_rounding(const struct refund_facts *facts, struct refund_decision *decision)
{
    int64_t sold = 0, back = 0, rounding = 0;
    for (size_t i = 0; i < facts->line_count; i++) {
        const struct refund_line *line = &facts->lines[i];
        sold += refund_total(&line->sold);
        back += refund_total(&line->refunded) + refund_total(&line->given);
    }
    if (decision->is_whole)
        rounding = facts->rounding_minor;
    else if (sold > 0)
        rounding = portion(facts->rounding_minor, back, sold);
    decision->rounding_minor = rounding - facts->refunded_rounding_minor;
}

enum code refund_decide(const struct refund_facts *facts, struct refund_decision *ret_decision)
{
    struct refund_decision decision = {.is_whole = true};
    for (size_t i = 0; i < facts->line_count; i++) {
        struct refund_line *line = &facts->lines[i];
        if (refund_exceeds(line))
            return CODE_REFUND_EXCEEDS_SOLD;
        give_line(line, &decision.given);
        decision.is_whole &= line->refunded_milli + line->requested_milli == line->sold_milli;
    }
    give_rounding(facts, &decision);
    decision.grand_total_minor = refund_total(&decision.given) + decision.rounding_minor;
    *ret_decision = decision;
    return CODE_OK;
}
