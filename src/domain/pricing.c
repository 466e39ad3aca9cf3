/* Pricing: see pricing.h. Amounts are at most MONEY_MAX_MINOR (10^13) once checked, so sums of the at most
 * 200 lines and products with a rate (10^4) fit 64 bits; the wider ones go through decimal_muldiv. */
#include "domain/pricing.h"

#define SHARE_ONE INT64_C(100000000) /* rates × rates: ten-thousandths squared */

/* Of a net amount of SHARE_ONE, what service charge and tax add to it, and the sum of all three. */
struct shares {
    int64_t service, tax, all;
};

static struct shares shares_of(const struct pricing_rules *rules)
{
    int64_t service = rules->service_charge_rate_bp;
    int64_t tax_base = RATE_ONE_BP + (rules->tax_service_charge ? service : 0);
    struct shares shares = {service * RATE_ONE_BP, rules->tax_rate_bp * tax_base, 0};
    shares.all = SHARE_ONE + shares.service + shares.tax;
    return shares;
}

/* round(amount × part ÷ whole) for part ≤ whole: it always fits. */
static int64_t portion(int64_t amount, int64_t part, int64_t whole)
{
    int64_t value = 0;
    decimal_muldiv(amount, part, whole, &value);
    return value;
}

int64_t shelf_to_net(const struct pricing_rules *rules, int64_t shelf_minor)
{
    return rules->prices_include_tax ? portion(shelf_minor, SHARE_ONE, shares_of(rules).all) : shelf_minor;
}

static int64_t discount_amount(const struct discount *discount, int64_t base)
{
    if (discount->type == DISCOUNT_FIXED)
        return discount->value;
    if (discount->value > RATE_ONE_BP)
        return base + 1; /* whatever it is, more than there is */
    return portion(base, discount->value, RATE_ONE_BP);
}

enum code price_line(const struct line_terms *terms, const struct pricing_rules *rules,
                     struct priced_line *ret_line)
{
    struct priced_line line = {0};
    if (!decimal_muldiv(terms->unit_minor, terms->quantity_milli, QUANTITY_ONE_MILLI, &line.gross_minor) ||
        line.gross_minor > MONEY_MAX_MINOR)
        return CODE_AMOUNT_TOO_LARGE;
    line.discount_minor = discount_amount(&terms->discount, line.gross_minor);
    if (line.discount_minor > line.gross_minor)
        return CODE_DISCOUNT_TOO_LARGE;
    line.shelf_minor = line.gross_minor - line.discount_minor;
    line.net_discount_minor = shelf_to_net(rules, line.discount_minor);
    *ret_line = line;
    return CODE_OK;
}

/* ---- Spreading by largest remainder ---- */

/* Share of a line: floor(total × weight ÷ weights) and what the division leaves. The rounded quotient is at
 * most one too high, and the remainder is small: it is exact in wrapping arithmetic although the product is
 * not. */
static int64_t floor_share(int64_t total, int64_t weight, int64_t weights, int64_t *ret_rest)
{
    int64_t share = portion(total, weight, weights);
    int64_t rest = (int64_t)((uint64_t)total * (uint64_t)weight - (uint64_t)share * (uint64_t)weights);
    if (rest < 0) {
        share--;
        rest += weights;
    }
    *ret_rest = rest;
    return share;
}

static struct priced_line *largest_rest(struct priced_line *lines, size_t count)
{
    struct priced_line *largest = lines;
    for (size_t i = 1; i < count; i++) {
        if (lines[i].rest > largest->rest)
            largest = &lines[i];
    }
    return largest;
}

static int64_t *member(struct priced_line *line, size_t offset) { return (int64_t *)((char *)line + offset); }

/* Spreads `total` over the lines by `weight`; the units that are left go to the largest remainders, among
 * equal ones to the earlier line. Where total ≤ Σ weights no share is above its weight. */
static void spread(struct priced_line *lines, size_t count, int64_t total, size_t share_offset)
{
    int64_t weights = 0, left = total;
    for (size_t i = 0; i < count; i++)
        weights += lines[i].weight;
    for (size_t i = 0; i < count; i++) {
        int64_t share = 0;
        lines[i].rest = 0;
        if (weights > 0)
            share = floor_share(total, lines[i].weight, weights, &lines[i].rest);
        *member(&lines[i], share_offset) = share;
        left -= share;
    }
    for (; left > 0 && weights > 0; left--) {
        struct priced_line *line = largest_rest(lines, count);
        line->rest = -1;
        *member(line, share_offset) += 1;
    }
}

/* ---- The bill ---- */

static enum code sum_lines(const struct priced_line *lines, size_t count, struct priced_bill *bill)
{
    for (size_t i = 0; i < count; i++) {
        bill->gross_minor += lines[i].gross_minor;
        bill->shelf_minor += lines[i].shelf_minor;
        bill->all_discounts_minor += lines[i].discount_minor;
        if (bill->gross_minor > MONEY_MAX_MINOR)
            return CODE_AMOUNT_TOO_LARGE;
    }
    return CODE_OK;
}

static enum code sum_discounts(const struct bill_terms *terms, int64_t *ret_amounts, struct priced_bill *bill)
{
    for (size_t i = 0; i <= terms->discount_count; i++) {
        bool is_points = i == terms->discount_count;
        int64_t amount =
            is_points ? terms->points_minor : discount_amount(&terms->discounts[i], bill->shelf_minor);
        if (amount > bill->shelf_minor - bill->shelf_discount_minor) {
            bill->faulty_discount = i;
            return CODE_DISCOUNT_TOO_LARGE;
        }
        bill->shelf_discount_minor += amount;
        if (ret_amounts && !is_points)
            ret_amounts[i] = amount;
    }
    bill->all_discounts_minor += bill->shelf_discount_minor;
    return CODE_OK;
}

static void spread_discount(struct priced_line *lines, size_t count, const struct priced_bill *bill)
{
    for (size_t i = 0; i < count; i++)
        lines[i].weight = lines[i].shelf_minor;
    spread(lines, count, bill->shelf_discount_minor, offsetof(struct priced_line, shelf_bill_discount_minor));
}

/* Tax and service charge come on top of the net base. */
static void add_charges(const struct pricing_rules *rules, struct priced_line *lines, size_t count,
                        struct priced_bill *bill)
{
    int64_t base = bill->shelf_minor - bill->shelf_discount_minor;
    bill->subtotal_minor = bill->shelf_minor;
    bill->discount_minor = bill->shelf_discount_minor;
    bill->service_charge_minor = portion(base, rules->service_charge_rate_bp, RATE_ONE_BP);
    bill->tax_minor = portion(base + (rules->tax_service_charge ? bill->service_charge_minor : 0),
                              rules->tax_rate_bp, RATE_ONE_BP);
    for (size_t i = 0; i < count; i++) {
        struct priced_line *line = &lines[i];
        line->subtotal_minor = line->shelf_minor;
        line->bill_discount_minor = line->shelf_bill_discount_minor;
        line->weight = line->shelf_minor - line->shelf_bill_discount_minor;
    }
    spread(lines, count, bill->service_charge_minor, offsetof(struct priced_line, service_charge_minor));
    spread(lines, count, bill->tax_minor, offsetof(struct priced_line, tax_minor));
}

/* Tax and service charge are inside: both are rounded from the exact net base, the net is what is left. On
 * the lines the two are spread together first, then the service charge within that, so that no line is left
 * with less than nothing. */
static void extract_charges(const struct pricing_rules *rules, struct priced_line *lines, size_t count,
                            struct priced_bill *bill)
{
    struct shares shares = shares_of(rules);
    int64_t all = bill->shelf_minor - bill->shelf_discount_minor;
    bill->service_charge_minor = portion(all, shares.service, shares.all);
    bill->tax_minor = portion(all, shares.tax, shares.all);
    bill->discount_minor = portion(bill->shelf_discount_minor, SHARE_ONE, shares.all);
    bill->subtotal_minor = all - bill->service_charge_minor - bill->tax_minor + bill->discount_minor;

    for (size_t i = 0; i < count; i++)
        lines[i].weight = lines[i].shelf_bill_discount_minor;
    spread(lines, count, bill->discount_minor, offsetof(struct priced_line, bill_discount_minor));
    for (size_t i = 0; i < count; i++)
        lines[i].weight = lines[i].shelf_minor - lines[i].shelf_bill_discount_minor;
    spread(lines, count, bill->service_charge_minor + bill->tax_minor,
           offsetof(struct priced_line, tax_minor));
    for (size_t i = 0; i < count; i++) {
        struct priced_line *line = &lines[i];
        line->subtotal_minor = line->weight - line->tax_minor + line->bill_discount_minor;
        line->weight = line->tax_minor;
    }
    spread(lines, count, bill->service_charge_minor, offsetof(struct priced_line, service_charge_minor));
    for (size_t i = 0; i < count; i++)
        lines[i].tax_minor -= lines[i].service_charge_minor;
}

enum code price_bill(const struct bill_terms *terms, const struct pricing_rules *rules,
                     struct priced_line *lines, size_t count, int64_t *ret_amounts,
                     struct priced_bill *ret_bill)
{
    struct priced_bill *bill = ret_bill;
    *bill = (struct priced_bill){0};
    enum code code = sum_lines(lines, count, bill);
    if (!code)
        code = sum_discounts(terms, ret_amounts, bill);
    if (code)
        return code;
    spread_discount(lines, count, bill);
    if (rules->prices_include_tax)
        extract_charges(rules, lines, count, bill);
    else
        add_charges(rules, lines, count, bill);
    bill->total_minor =
        bill->subtotal_minor - bill->discount_minor + bill->service_charge_minor + bill->tax_minor;
    return bill->total_minor > MONEY_MAX_MINOR ? CODE_AMOUNT_TOO_LARGE : CODE_OK;
}

/* ---- Payment ---- */

enum code settle(int64_t total_minor, int64_t cash_rounding_minor, const struct tender *payments,
                 size_t count, struct settlement *ret_settlement)
{
    struct settlement *settlement = ret_settlement;
    int64_t cash = 0, other = 0;
    bool has_cash = false;
    *settlement = (struct settlement){.due_minor = total_minor, .grand_total_minor = total_minor};
    for (size_t i = 0; i < count; i++) {
        has_cash |= payments[i].is_cash;
        *(payments[i].is_cash ? &cash : &other) += payments[i].amount_minor;
        settlement->paid_minor = cash + other;
        if (settlement->paid_minor > MONEY_MAX_MINOR)
            return CODE_AMOUNT_TOO_LARGE;
    }
    if (other > total_minor)
        return CODE_INVALID_PAYMENT;
    int64_t due = total_minor - other;
    if (has_cash)
        due = decimal_round_to(due, cash_rounding_minor);
    settlement->rounding_minor = due - (total_minor - other);
    settlement->grand_total_minor = total_minor + settlement->rounding_minor;
    if (cash < due) {
        settlement->due_minor = due + other;
        return CODE_INVALID_PAYMENT;
    }
    settlement->due_minor = due;
    settlement->change_minor = cash - due;
    return CODE_OK;
}
