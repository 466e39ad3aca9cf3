/* The decision on a sale: products, modifiers, discounts, payments, stock; what is refused, and where it
 * points. */
#include "domain/sale.h"
#include "test.h"

#define LINES 3

/* A café's order that is fine; a test spoils one thing. */
struct order {
    struct sale_line lines[LINES];
    struct sale_level levels[2];
    struct tender payments[2];
    struct discount discounts[2];
    struct sale_facts facts;
    struct priced_line priced[LINES];
    struct sale_decision decision;
};

static const struct sale_group GROUPS[] = {{1, 1}, {0, 2}};
static const struct sale_choice SUGAR = {0, 0}, SHOT = {1, 5000};

static struct order *order_new(void)
{
    struct order *order = arena_new(test_arena(), struct order);
    order->lines[0] = (struct sale_line){.price_minor = 20000, .quantity_milli = 2000, .level = 0};
    order->lines[1] = (struct sale_line){.price_minor = 10000, .quantity_milli = 1000, .level = 1};
    order->lines[2] = (struct sale_line){.price_minor = 20000, .quantity_milli = 500, .level = 0};
    order->levels[0].available_milli = order->levels[1].available_milli = 10000;
    order->payments[0] = (struct tender){true, 100000};
    order->facts = (struct sale_facts){
        .lines = order->lines,
        .line_count = LINES,
        .bill = {.discounts = order->discounts},
        .discount_limit_bp = RATE_ONE_BP,
        .payments = order->payments,
        .payment_count = 1,
        .levels = order->levels,
        .level_count = 2,
    };
    order->decision.lines = order->priced;
    return order;
}

/* The bill, and of what is paid for the stock. */
static enum code decide(struct order *order)
{
    enum code code = sale_decide_bill(&order->facts, &order->decision);
    return code || !order->facts.payments ? code : sale_decide_stock(&order->facts, &order->decision);
}

static void expect_refusal(const struct order *order, size_t at, enum sale_field field, size_t line,
                           size_t index)
{
    if (!expect(at < order->decision.refusal_count))
        return;
    const struct sale_refusal *refusal = &order->decision.refusals[at];
    expect_int_eq(refusal->field, field);
    expect_int_eq(refusal->line, line);
    expect_int_eq(refusal->index, index);
}

TEST(sale_adds_up)
{
    struct order *order = order_new();
    order->facts.rules = (struct pricing_rules){1000, 500, true, false};
    order->facts.cash_rounding_minor = 100;
    require(decide(order) == CODE_OK);
    expect_int_eq(order->decision.bill.subtotal_minor, 60000);
    expect_int_eq(order->decision.bill.total_minor, 69300);
    expect_int_eq(order->decision.settlement.change_minor, 30700);
    expect_int_eq(order->levels[0].required_milli, 2500);
    expect_int_eq(order->levels[0].remaining_milli, 7500);
    expect_int_eq(order->levels[1].remaining_milli, 9000);
}

TEST(sale_quote_needs_no_payment_and_no_stock)
{
    struct order *order = order_new();
    order->facts.payments = NULL;
    order->levels[0].available_milli = 0;
    order->lines[1].price_minor = 10003;
    order->facts.cash_rounding_minor = 100;
    order->facts.discount_limit_bp = 0;
    order->discounts[0] = (struct discount){DISCOUNT_FIXED, 100};
    order->facts.bill.discount_count = 1;
    require(decide(order) == CODE_OK);
    expect_int_eq(order->decision.bill.total_minor, 59903);
    expect_int_eq(order->decision.cash_total_minor, 59900);
    expect(order->decision.above_discount_limit);
}

TEST(sale_refuses_products)
{
    struct order *order = order_new();
    order->lines[0].state = SALE_PRODUCT_UNKNOWN;
    order->lines[1].state = SALE_PRODUCT_INACTIVE;
    order->lines[2].state = SALE_VARIANT_UNKNOWN;
    expect_int_eq(decide(order), CODE_NOT_FOUND); /* comes before what is not for sale */
    expect_int_eq(order->decision.refusal_count, 2);
    expect_refusal(order, 0, SALE_FIELD_PRODUCT, 0, 0);
    expect_refusal(order, 1, SALE_FIELD_VARIANT, 2, 0);
    order->lines[0].state = order->lines[2].state = SALE_PRODUCT_ACTIVE;
    expect_int_eq(decide(order), CODE_PRODUCT_INACTIVE);
    expect_int_eq(order->decision.refusal_count, 1);
    expect_refusal(order, 0, SALE_FIELD_PRODUCT, 1, 0);
}

TEST(sale_keeps_the_rules_of_modifier_groups)
{
    const struct sale_choice stranger = {SALE_NO_GROUP, 0};
    const struct {
        struct sale_choice choices[4];
        size_t count;
        enum code code;
        enum sale_field field;
        size_t index;
        int64_t unit;
    } cases[] = {
        {{SUGAR}, 1, CODE_OK, 0, 0, 20000},
        {{SUGAR, SHOT}, 2, CODE_OK, 0, 0, 25000},
        {{SUGAR, SHOT, SHOT}, 3, CODE_OK, 0, 0, 30000}, /* the same twice counts twice */
        {{SHOT}, 1, CODE_MODIFIER_RULE, SALE_FIELD_MODIFIERS, 0, 0},
        {{SUGAR}, 0, CODE_MODIFIER_RULE, SALE_FIELD_MODIFIERS, 0, 0},
        {{SUGAR, SUGAR}, 2, CODE_MODIFIER_RULE, SALE_FIELD_MODIFIERS, 0, 0},
        {{SUGAR, SHOT, SHOT, SHOT}, 4, CODE_MODIFIER_RULE, SALE_FIELD_MODIFIERS, 1, 0},
        {{SUGAR, stranger}, 2, CODE_MODIFIER_RULE, SALE_FIELD_MODIFIER, 1, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct order *order = order_new();
        order->lines[1] = (struct sale_line){.price_minor = 20000,
                                             .quantity_milli = 1000,
                                             .groups = GROUPS,
                                             .group_count = 2,
                                             .choices = cases[i].choices,
                                             .choice_count = cases[i].count,
                                             .level = SALE_NOT_COUNTED};
        expect_int_eq(decide(order), cases[i].code);
        if (cases[i].code)
            expect_refusal(order, 0, cases[i].field, 1, cases[i].index);
        else
            expect_int_eq(order->priced[1].gross_minor, cases[i].unit);
    }
}

TEST(sale_refuses_discounts_above_their_base)
{
    struct order *order = order_new();
    order->lines[0].discount = (struct discount){DISCOUNT_FIXED, 40001};
    order->lines[2].discount = (struct discount){DISCOUNT_PERCENTAGE, 10001};
    expect_int_eq(decide(order), CODE_DISCOUNT_TOO_LARGE);
    expect_int_eq(order->decision.refusal_count, 2);
    expect_refusal(order, 0, SALE_FIELD_LINE_DISCOUNT, 0, 0);
    expect_refusal(order, 1, SALE_FIELD_LINE_DISCOUNT, 2, 0);

    order = order_new();
    order->discounts[0] = (struct discount){DISCOUNT_PERCENTAGE, 6000};
    order->discounts[1] = (struct discount){DISCOUNT_FIXED, 24001};
    order->facts.bill.discount_count = 2;
    expect_int_eq(decide(order), CODE_DISCOUNT_TOO_LARGE);
    expect_refusal(order, 0, SALE_FIELD_DISCOUNT, 0, 1);
    order->facts.bill = (struct bill_terms){.points_minor = 60001};
    expect_int_eq(decide(order), CODE_DISCOUNT_TOO_LARGE);
    expect_refusal(order, 0, SALE_FIELD_POINTS, 0, 0);
}

TEST(sale_holds_sellers_to_their_discount_limit)
{
    static const struct {
        int64_t line, bill, points, limit_bp;
        enum code code;
    } cases[] = {
        {0, 0, 0, 0, CODE_OK},
        {0, 6000, 0, 1000, CODE_OK},
        {3000, 3000, 0, 1000, CODE_OK},
        {3000, 3001, 0, 1000, CODE_OVERRIDE_REQUIRED},
        {1, 0, 0, 0, CODE_OVERRIDE_REQUIRED},
        {0, 6001, 0, 1000, CODE_OVERRIDE_REQUIRED},
        {0, 60000, 0, RATE_ONE_BP, CODE_OK},
        {0, 0, 6001, 1000, CODE_OK}, /* the customer's own points */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct order *order = order_new();
        order->lines[0].discount = (struct discount){DISCOUNT_FIXED, cases[i].line};
        order->discounts[0] = (struct discount){DISCOUNT_FIXED, cases[i].bill};
        order->facts.bill.discount_count = 1;
        order->facts.bill.points_minor = cases[i].points;
        order->facts.discount_limit_bp = cases[i].limit_bp;
        expect_int_eq(decide(order), cases[i].code);
        if (cases[i].code)
            expect_refusal(order, 0, SALE_FIELD_DISCOUNTS, 0, 0);
        order->facts.discount_approved = true;
        expect_int_eq(decide(order), CODE_OK);
        expect(order->decision.above_discount_limit == (cases[i].code != CODE_OK));
    }
}

TEST(sale_rounds_the_discount_limit_as_discounts_are)
{
    struct order *order = order_new();
    order->facts.line_count = 1;
    order->lines[0].price_minor = 3996;
    order->lines[0].quantity_milli = 1000;
    order->discounts[0] = (struct discount){DISCOUNT_PERCENTAGE, 1000}; /* 399.6 */
    order->facts.bill.discount_count = 1;
    order->facts.payments = NULL;
    order->facts.discount_limit_bp = 1000;
    expect_int_eq(decide(order), CODE_OK);
    expect(!order->decision.above_discount_limit);
    order->facts.discount_limit_bp = 998;
    expect_int_eq(decide(order), CODE_OK);
    expect(order->decision.above_discount_limit);
}

TEST(sale_refuses_payments_that_do_not_fit)
{
    struct order *order = order_new();
    order->payments[0] = (struct tender){true, 59999};
    expect_int_eq(decide(order), CODE_INVALID_PAYMENT);
    expect_refusal(order, 0, SALE_FIELD_PAYMENTS, 0, 0);
    expect_int_eq(order->decision.refusals[0].available, 59999);
    expect_int_eq(order->decision.refusals[0].required, 60000);
    order->payments[0] = (struct tender){false, 60001};
    expect_int_eq(decide(order), CODE_INVALID_PAYMENT);
}

TEST(sale_names_each_product_that_is_short_once)
{
    struct order *order = order_new();
    order->levels[0].available_milli = 2499;
    expect_int_eq(decide(order), CODE_INSUFFICIENT_STOCK);
    expect_int_eq(order->decision.refusal_count, 1);
    expect_refusal(order, 0, SALE_FIELD_QUANTITY, 0, 0);
    expect_int_eq(order->decision.refusals[0].available, 2499);
    expect_int_eq(order->decision.refusals[0].required, 2500);
    order->levels[1].available_milli = 0;
    expect_int_eq(decide(order), CODE_INSUFFICIENT_STOCK);
    expect_int_eq(order->decision.refusal_count, 2);
    expect_refusal(order, 1, SALE_FIELD_QUANTITY, 1, 0);

    order->facts.allow_negative_stock = true;
    expect_int_eq(decide(order), CODE_OK);
    expect_int_eq(order->levels[0].remaining_milli, -1);
    expect_int_eq(order->levels[1].remaining_milli, -1000);
}

TEST(sale_takes_the_last_one)
{
    struct order *order = order_new();
    order->levels[0].available_milli = 2500;
    order->levels[1].available_milli = 1000;
    require(decide(order) == CODE_OK);
    expect_int_eq(order->levels[0].remaining_milli, 0);
    expect_int_eq(order->levels[1].remaining_milli, 0);
    order->levels[0].available_milli = order->levels[0].remaining_milli; /* the next sale of the batch */
    expect_int_eq(sale_decide_stock(&order->facts, &order->decision), CODE_INSUFFICIENT_STOCK);
}

TEST(sale_refuses_amounts_beyond_the_limit)
{
    struct order *order = order_new();
    struct sale_choice dear[] = {{1, MONEY_MAX_MINOR}, {1, MONEY_MAX_MINOR}, SUGAR};
    order->lines[0].groups = GROUPS;
    order->lines[0].group_count = 2;
    order->lines[0].choices = dear;
    order->lines[0].choice_count = 3;
    order->lines[1].quantity_milli = QUANTITY_MAX_MILLI;
    order->lines[1].price_minor = MONEY_MAX_MINOR;
    order->lines[2].discount = (struct discount){DISCOUNT_FIXED, 999999};
    expect_int_eq(decide(order), CODE_AMOUNT_TOO_LARGE);
    expect_int_eq(order->decision.refusal_count, 2);
    order->lines[0].quantity_milli = 1; /* even so little of it */
    expect_int_eq(decide(order), CODE_AMOUNT_TOO_LARGE);
    expect_int_eq(order->decision.refusal_count, 2);
    expect_refusal(order, 0, SALE_FIELD_QUANTITY, 0, 0);
    expect_refusal(order, 1, SALE_FIELD_QUANTITY, 1, 0);

    order = order_new();
    order->lines[0].discount = (struct discount){DISCOUNT_FIXED, 999999};
    order->lines[1].price_minor = MONEY_MAX_MINOR;
    order->lines[1].quantity_milli = 1001;
    expect_int_eq(decide(order), CODE_AMOUNT_TOO_LARGE); /* also when a discount is wrong before it */
    expect_int_eq(order->decision.refusal_count, 1);

    order = order_new();
    order->lines[0] = (struct sale_line){.price_minor = MONEY_MAX_MINOR, .quantity_milli = 1000, .level = 0};
    expect_int_eq(decide(order), CODE_AMOUNT_TOO_LARGE);
    expect_refusal(order, 0, SALE_FIELD_TOTAL, 0, 0);
}
