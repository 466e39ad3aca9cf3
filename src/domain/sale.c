/* The decision on a sale: see sale.h. Each rule looks at all lines and adds what it refuses; the first rule
 * that refuses anything ends the decision, so that all refusals carry one code. */
#include "domain/sale.h"
#include "domain/stock.h"

static void refuse(struct sale_decision *decision, struct sale_refusal refusal)
{
    if (decision->refusal_count < SALE_REFUSALS_MAX)
        decision->refusals[decision->refusal_count++] = refusal;
}

/* A refusal by rule: of a sale whose money is taken it is only noted. */
static void object(const struct sale_facts *facts, struct sale_decision *decision, enum sale_review review,
                   struct sale_refusal refusal)
{
    if (facts->already_taken)
        decision->review |= 1u << review;
    else
        refuse(decision, refusal);
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
        for (size_t k = 0; k < line->choice_count; k++) {
            if (line->choices[k].group == SALE_NO_MODIFIER)
                refuse(decision, (struct sale_refusal){SALE_FIELD_MODIFIER, .line = i, .index = k});
        }
    }
    return verdict(decision, CODE_NOT_FOUND);
}

static enum code check_active(const struct sale_facts *facts, struct sale_decision *decision)
{
    for (size_t i = 0; i < facts->line_count; i++) {
        if (facts->lines[i].state == SALE_PRODUCT_INACTIVE)
            object(facts, decision, SALE_REVIEW_PRODUCT_INACTIVE,
                   (struct sale_refusal){SALE_FIELD_PRODUCT, .line = i});
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

static void check_line_modifiers(const struct sale_facts *facts, size_t at, struct sale_decision *decision)
{
    const struct sale_line *line = &facts->lines[at];
    for (size_t i = 0; i < line->choice_count; i++) {
        if (line->choices[i].group == SALE_NO_GROUP)
            object(facts, decision, SALE_REVIEW_MODIFIER_RULE,
                   (struct sale_refusal){SALE_FIELD_MODIFIER, .line = at, .index = i});
    }
    for (size_t i = 0; i < line->group_count; i++) {
        const struct sale_group *group = &line->groups[i];
        int64_t chosen = chosen_in(line, i);
        if (chosen >= group->min_selection && chosen <= group->max_selection)
            continue;
        int64_t bound = chosen < group->min_selection ? group->min_selection : group->max_selection;
        object(facts, decision, SALE_REVIEW_MODIFIER_RULE,
               (struct sale_refusal){SALE_FIELD_MODIFIERS, at, i, chosen, bound});
    }
}

static enum code check_modifiers(const struct sale_facts *facts, struct sale_decision *decision)
{
    for (size_t i = 0; i < facts->line_count; i++)
        check_line_modifiers(facts, i, decision);
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
    enum code code = price_line(&terms, &facts->rules, &decision->lines[at]);
    if (code != CODE_DISCOUNT_TOO_LARGE || !facts->already_taken)
        return code;
    decision->review |= 1u << SALE_REVIEW_DISCOUNT_TOO_LARGE;
    terms.discount = (struct discount){DISCOUNT_PERCENTAGE, RATE_ONE_BP};
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

/* The discounts are more than there is: the faulty one takes what is left, those behind it nothing, so that
 * all together are the whole bill. */
static enum code price_cut_bill(const struct sale_facts *facts, struct sale_decision *decision)
{
    const struct discount whole = {DISCOUNT_PERCENTAGE, RATE_ONE_BP};
    const struct bill_terms terms = {.discounts = &whole, .discount_count = 1};
    int64_t left = decision->bill.shelf_minor;
    decision->review |= 1u << SALE_REVIEW_DISCOUNT_TOO_LARGE;
    for (size_t i = 0; decision->discount_amounts && i < facts->bill.discount_count; i++) {
        int64_t *amount = &decision->discount_amounts[i];
        if (i >= decision->bill.faulty_discount)
            *amount = i == decision->bill.faulty_discount ? left : 0;
        left -= *amount;
    }
    return price_bill(&terms, &facts->rules, decision->lines, facts->line_count, NULL, &decision->bill);
}

static enum code price_the_bill(const struct sale_facts *facts, struct sale_decision *decision)
{
    enum code code = price_bill(&facts->bill, &facts->rules, decision->lines, facts->line_count,
                                decision->discount_amounts, &decision->bill);
    if (code == CODE_DISCOUNT_TOO_LARGE && facts->already_taken)
        code = price_cut_bill(facts, decision);
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

/* Redeemed points are the customer's own: they do not count as a discount that the seller gives. The limit is
 * rounded as discounts are: 10 % of 39.96 is at a limit of 10 %, not above it. */
static enum code check_discount_limit(const struct sale_facts *facts, struct sale_decision *decision)
{
    const struct priced_bill *bill = &decision->bill;
    int64_t given = bill->all_discounts_minor - facts->bill.points_minor;
    int64_t most = 0; /* it fits: the rate is 1 at most */
    decimal_muldiv(bill->gross_minor, facts->discount_limit_bp, RATE_ONE_BP, &most);
    decision->above_discount_limit = given > most;
    if (decision->above_discount_limit && facts->payments && !facts->discount_approved)
        object(facts, decision, SALE_REVIEW_OVERRIDE_REQUIRED,
               (struct sale_refusal){.field = SALE_FIELD_DISCOUNTS});
    return verdict(decision, CODE_OVERRIDE_REQUIRED);
}

/* The till came to another total than we do, and took that. The books follow the money: what was paid is what
 * the sale came to (no change: nobody knows of any), and the difference is rounding, so that
 * total + rounding = grand total = paid − change holds. */
static void adopt_payments(const struct sale_facts *facts, struct sale_decision *decision)
{
    struct settlement *settlement = &decision->settlement;
    int64_t paid = 0;
    for (size_t i = 0; i < facts->payment_count; i++)
        paid += facts->payments[i].amount_minor;
    *settlement = (struct settlement){.paid_minor = paid, .due_minor = paid, .grand_total_minor = paid};
    settlement->rounding_minor = paid - decision->bill.total_minor;
    decision->review |= 1u << SALE_REVIEW_TOTAL_DIFFERS;
}

static enum code check_payments(const struct sale_facts *facts, struct sale_decision *decision)
{
    if (!facts->payments)
        return CODE_OK;
    struct settlement *settlement = &decision->settlement;
    enum code code = settle(decision->bill.total_minor, facts->cash_rounding_minor, facts->payments,
                            facts->payment_count, settlement);
    if (code == CODE_INVALID_PAYMENT && facts->already_taken) {
        adopt_payments(facts, decision);
        code = CODE_OK;
    }
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
    decision->review = 0;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && !code; i++)
        code = rules[i](facts, decision);
    return code;
}

/* ---- Stock ---- */

enum code sale_decide_stock(const struct sale_facts *facts, struct sale_decision *decision)
{
    decision->refusal_count = 0;
    decision->review &= ~(1u << SALE_REVIEW_INSUFFICIENT_STOCK);
    bool allow_negative = facts->allow_negative_stock || facts->already_taken;
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
        if (level->first_line != i)
            continue;
        if (stock_apply(level->available_milli, -level->required_milli, allow_negative,
                        &level->remaining_milli) == STOCK_OK) {
            if (level->remaining_milli < 0 && facts->already_taken)
                decision->review |= 1u << SALE_REVIEW_INSUFFICIENT_STOCK;
            continue;
        }
        refuse(decision, (struct sale_refusal){SALE_FIELD_QUANTITY, i, 0, level->available_milli,
                                               level->required_milli});
    }
    return verdict(decision, CODE_INSUFFICIENT_STOCK);
}
