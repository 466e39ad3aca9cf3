/* Refunds: see refund.h. */
#include "domain/refund.h"

static const size_t COLUMNS[] = {
    offsetof(struct refund_amounts, subtotal_minor),
    offsetof(struct refund_amounts, bill_discount_minor),
    offsetof(struct refund_amounts, service_charge_minor),
    offsetof(struct refund_amounts, tax_minor),
    offsetof(struct refund_amounts, discount_minor),
};
#define COLUMN_COUNT (sizeof COLUMNS / sizeof COLUMNS[0])

static int64_t value(const struct refund_amounts *amounts, size_t column)
{
    return *(const int64_t *)((const char *)amounts + COLUMNS[column]);
}

static int64_t *member(struct refund_amounts *amounts, size_t column)
{
    return (int64_t *)((char *)amounts + COLUMNS[column]);
}

int64_t refund_total(const struct refund_amounts *amounts)
{
    return amounts->subtotal_minor - amounts->bill_discount_minor + amounts->service_charge_minor +
           amounts->tax_minor;
}

bool refund_exceeds(const struct refund_line *line)
{
    return line->requested_milli > line->sold_milli - line->refunded_milli;
}

static enum code give_line(struct refund_line *line, struct refund_amounts *sum)
{
    int64_t back_milli = line->refunded_milli + line->requested_milli;
    line->given = (struct refund_amounts){0};
    for (size_t i = 0; i < COLUMN_COUNT && line->requested_milli > 0; i++) {
        int64_t back;
        if (!decimal_muldiv(value(&line->sold, i), back_milli, line->sold_milli, &back))
            return CODE_AMOUNT_TOO_LARGE;
        *member(&line->given, i) = back - value(&line->refunded, i);
        *member(sum, i) += back - value(&line->refunded, i);
    }
    return CODE_OK;
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

/* The rounding comes back with the money: in proportion, the whole of it with the last line. */
static enum code give_rounding(const struct refund_facts *facts, struct refund_decision *decision)
{
    int64_t sold = 0, back = 0, rounding = facts->rounding_minor;
    for (size_t i = 0; i < facts->line_count; i++) {
        const struct refund_line *line = &facts->lines[i];
        sold += refund_total(&line->sold);
        back += refund_total(&line->refunded) + refund_total(&line->given);
    }
    if (!decision->is_whole && sold == 0)
        rounding = 0;
    else if (!decision->is_whole && !decimal_muldiv(facts->rounding_minor, back, sold, &rounding))
        return CODE_AMOUNT_TOO_LARGE;
    decision->rounding_minor = rounding - facts->refunded_rounding_minor;
    return CODE_OK;
}

enum code refund_decide(const struct refund_facts *facts, struct refund_decision *ret_decision)
{
    struct refund_decision decision = {.is_whole = true};
    for (size_t i = 0; i < facts->line_count; i++) {
        struct refund_line *line = &facts->lines[i];
        if (refund_exceeds(line))
            return CODE_REFUND_EXCEEDS_SOLD;
        enum code code = give_line(line, &decision.given);
        if (code)
            return code;
        decision.is_whole &= line->refunded_milli + line->requested_milli == line->sold_milli;
    }
    enum code code = give_rounding(facts, &decision);
    if (code)
        return code;
    decision.grand_total_minor = refund_total(&decision.given) + decision.rounding_minor;
    *ret_decision = decision;
    return CODE_OK;
}
