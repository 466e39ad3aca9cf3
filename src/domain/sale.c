/* The decision on a sale: see sale.h. Each rule looks at all lines and adds what it refuses; the first rule
 * that refuses anything ends the decision, so that all refusals carry one code. */
#include "domain/sale.h"
#include "domain/stock.h"

static void refuse(struct sale_decision *decision, struct sale_refusal refusal)
{
    if (decision->refusal_count < SALE_REFUSALS_MAX)
        decision->refusals[decision->refusal_count++] = refusal;
}

/* `code` when the rule refused something. */
static enum code verdict(const struct sale_decision *decision, enum code code)
{
    return decision->refusal_count > 0 ? code : CODE_OK;
}

/* ---- Products and modifiers ---- */

static enum code check_known(const struct sale_facts *facts, struct sale_decision *decision)
{
    for (size_t i = 0; i < facts->line_count; i++) {
        const struct sale_line *line = &facts->lines[i];
        if (line->state == SALE_PRODUCT_UNKNOWN)
            refuse(decision, (struct sale_refusal){SALE_FIELD_PRODUCT, .line = i});
        if (line->state == SALE_VARIANT_UNKNOWN)
            refuse(decision, (struct sale_refusal){SALE_FIELD_VARIANT, .line = i});
    }
    return verdict(decision, CODE_NOT_FOUND);
}

static enum code check_active(const struct sale_facts *facts, struct sale_decision *decision)
{
    for (size_t i = 0; i < facts->line_count; i++) {
        if (facts->lines[i].state == SALE_PRODUCT_INACTIVE)
            refuse(decision, (struct sale_refusal){SALE_FIELD_PRODUCT, .line = i});
    }
    return verdict(decision, CODE_PRODUCT_INACTIVE);
}

static int64_t chosen_in(const struct sale_line *line, size_t group)
{
    int64_t chosen = 0;
    for (size_t i = 0; i < line->choice_count; i++)
        chosen += line->choices[i].group == group;
    return chosen;
}

static void check_line_modifiers(const struct sale_line *line, size_t at, struct sale_decision *decision)
{
    for (size_t i = 0; i < line->choice_count; i++) {
        if (line->choices[i].group == SALE_NO_GROUP)
            refuse(decision, (struct sale_refusal){SALE_FIELD_MODIFIER, .line = at, .index = i});
    }
    for (size_t i = 0; i < line->group_count; i++) {
        const struct sale_group *group = &line->groups[i];
        int64_t chosen = chosen_in(line, i);
        if (chosen >= group->min_selection && chosen <= group->max_selection)
            continue;
        int64_t bound = chosen < group->min_selection ? group->min_selection : group->max_selection;
        refuse(decision, (struct sale_refusal){SALE_FIELD_MODIFIERS, at, i, chosen, bound});
    }
}

static enum code check_modifiers(const struct sale_facts *facts, struct sale_decision *decision)
{
    for (size_t i = 0; i < facts->line_count; i++)
        check_line_modifiers(&facts->lines[i], i, decision);
    return verdict(decision, CODE_MODIFIER_RULE);
}

/* ---- Money ---- */

/* Price and modifiers; beyond the limit it stays there, and price_line refuses it. */
static int64_t unit_price(const struct sale_line *line)
{
    int64_t unit = line->price_minor;
    for (size_t i = 0; i < line->choice_count && unit <= MONEY_MAX_MINOR; i++)
        unit += line->choices[i].price_minor;
    return unit;
}

static enum code price_one(const struct sale_facts *facts, struct sale_decision *decision, size_t at)
{
    const struct sale_line *line = &facts->lines[at];
    struct line_terms terms = {unit_price(line), line->quantity_milli, line->discount};
    if (terms.unit_minor > MONEY_MAX_MINOR)
        return CODE_AMOUNT_TOO_LARGE;
    return price_line(&terms, &facts->rules, &decision->lines[at]);
}

static enum code price_lines(const struct sale_facts *facts, struct sale_decision *decision)
{
    enum code worst = CODE_OK;
    for (size_t i = 0; i < facts->line_count; i++) {
        enum code code = price_one(facts, decision, i);
        if (code == CODE_AMOUNT_TOO_LARGE || !worst)
            worst = code;
    }
    enum sale_field field = worst == CODE_AMOUNT_TOO_LARGE ? SALE_FIELD_QUANTITY : SALE_FIELD_LINE_DISCOUNT;
    for (size_t i = 0; i < facts->line_count && worst; i++) {
        if (price_one(facts, decision, i) == worst)
            refuse(decision, (struct sale_refusal){field, .line = i});
    }
    return worst;
}

static enum code price_the_bill(const struct sale_facts *facts, struct sale_decision *decision)
{
    enum code code = price_bill(&facts->bill, &facts->rules, decision->lines, facts->line_count,
                                decision->discount_amounts, &decision->bill);
    if (code == CODE_AMOUNT_TOO_LARGE)
        refuse(decision, (struct sale_refusal){.field = SALE_FIELD_TOTAL});
    if (code == CODE_DISCOUNT_TOO_LARGE) {
        size_t faulty = decision->bill.faulty_discount;
        enum sale_field field = faulty < facts->bill.discount_count ? SALE_FIELD_DISCOUNT : SALE_FIELD_POINTS;
        refuse(decision, (struct sale_refusal){field, .index = faulty});
    }
    if (code)
        return code;
    decision->cash_total_minor = decimal_round_to(decision->bill.total_minor, facts->cash_rounding_minor);
    return CODE_OK;
}

/* Redeemed points are the customer's own: they do not count as a discount that the seller gives. */
static enum code check_discount_limit(const struct sale_facts *facts, struct sale_decision *decision)
{
    const struct priced_bill *bill = &decision->bill;
    int64_t given = bill->all_discounts_minor - facts->bill.points_minor;
    decision->above_discount_limit = given * RATE_ONE_BP > bill->gross_minor * facts->discount_limit_bp;
    if (decision->above_discount_limit && facts->payments && !facts->discount_approved)
        refuse(decision, (struct sale_refusal){.field = SALE_FIELD_DISCOUNTS});
    return verdict(decision, CODE_OVERRIDE_REQUIRED);
}

static enum code check_payments(const struct sale_facts *facts, struct sale_decision *decision)
{
    if (!facts->payments)
        return CODE_OK;
    struct settlement *settlement = &decision->settlement;
    enum code code = settle(decision->bill.total_minor, facts->cash_rounding_minor, facts->payments,
                            facts->payment_count, settlement);
    if (code) {
        refuse(decision, (struct sale_refusal){SALE_FIELD_PAYMENTS, .available = settlement->paid_minor,
                                               .required = settlement->due_minor});
    }
    return code;
}

enum code sale_decide_bill(const struct sale_facts *facts, struct sale_decision *decision)
{
    static enum code (*const rules[])(const struct sale_facts *, struct sale_decision *) = {
        check_known,    check_active,         check_modifiers, price_lines,
        price_the_bill, check_discount_limit, check_payments,
    };
    enum code code = CODE_OK;
    decision->refusal_count = 0;
    decision->above_discount_limit = false;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && !code; i++)
        code = rules[i](facts, decision);
    return code;
}

/* ---- Stock ---- */

enum code sale_decide_stock(const struct sale_facts *facts, struct sale_decision *decision)
{
    decision->refusal_count = 0;
    for (size_t i = 0; i < facts->level_count; i++) {
        facts->levels[i].required_milli = 0;
        facts->levels[i].first_line = SIZE_MAX;
    }
    for (size_t i = 0; i < facts->line_count; i++) {
        if (facts->lines[i].level == SALE_NOT_COUNTED)
            continue;
        struct sale_level *level = &facts->levels[facts->lines[i].level];
        level->required_milli += facts->lines[i].quantity_milli;
        if (level->first_line == SIZE_MAX)
            level->first_line = i;
    }
    for (size_t i = 0; i < facts->line_count; i++) {
        if (facts->lines[i].level == SALE_NOT_COUNTED)
            continue;
        struct sale_level *level = &facts->levels[facts->lines[i].level];
        if (level->first_line != i ||
            stock_apply(level->available_milli, -level->required_milli, facts->allow_negative_stock,
                        &level->remaining_milli) == STOCK_OK)
            continue;
        refuse(decision, (struct sale_refusal){SALE_FIELD_QUANTITY, i, 0, level->available_milli,
                                               level->required_milli});
    }
    return verdict(decision, CODE_INSUFFICIENT_STOCK);
}

enum code sale_decide(const struct sale_facts *facts, struct sale_decision *decision)
{
    enum code code = sale_decide_bill(facts, decision);
    return code || !facts->payments ? code : sale_decide_stock(facts, decision);
}
