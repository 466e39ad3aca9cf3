/* A sale whose money is taken already: what a rule speaks against is noted, the books follow the money. */
#include "domain/sale.h"
#include "test.h"

#define LINES 2
#define BIT(review) (1u << (review))

struct late {
    struct sale_line lines[LINES];
    struct sale_choice choices[2];
    struct sale_level level;
    struct tender payments[2];
    struct discount discounts[3];
    int64_t amounts[3];
    struct priced_line priced[LINES];
    struct sale_facts facts;
    struct sale_decision decision;
};

static const struct sale_group GROUP = {1, 1};

/* 20,000 and 10,000; paid 30,000 in cash. */
static struct late *late_new(void)
{
    struct late *late = arena_new(test_arena(), struct late);
    late->lines[0] = (struct sale_line){.price_minor = 20000, .quantity_milli = 1000, .level = 0};
    late->lines[1] = (struct sale_line){.price_minor = 10000, .quantity_milli = 1000};
    late->lines[1].level = SALE_NOT_COUNTED;
    late->level.available_milli = 1000;
    late->payments[0] = (struct tender){true, 30000};
    late->facts = (struct sale_facts){
        .lines = late->lines,
        .line_count = LINES,
        .bill = {.discounts = late->discounts},
        .discount_limit_bp = RATE_ONE_BP,
        .payments = late->payments,
        .payment_count = 1,
        .levels = &late->level,
        .level_count = 1,
        .already_taken = true,
    };
    late->decision.lines = late->priced;
    late->decision.discount_amounts = late->amounts;
    return late;
}

static void choose(struct late *late, size_t group)
{
    late->choices[0] = (struct sale_choice){group, 500};
    late->lines[1].groups = &GROUP;
    late->lines[1].group_count = 1;
    late->lines[1].choices = late->choices;
    late->lines[1].choice_count = 1;
    late->payments[0].amount_minor = 30500;
}

static enum code decide(struct late *late)
{
    enum code code = sale_decide_bill(&late->facts, &late->decision);
    return code ? code : sale_decide_stock(&late->facts, &late->decision);
}

static void expect_accepted(struct late *late, unsigned review, bool twice)
{
    const struct priced_bill *bill = &late->decision.bill;
    const struct settlement *settlement = &late->decision.settlement;
    require(decide(late) == CODE_OK);
    expect_int_eq(late->decision.review, review);
    expect_int_eq(settlement->grand_total_minor, bill->total_minor + settlement->rounding_minor);
    expect_int_eq(settlement->paid_minor - settlement->change_minor, settlement->grand_total_minor);
    if (twice) /* a batch that is run again decides the same */
        expect_accepted(late, review, false);
}

TEST(late_sale_that_fits_is_like_any_other)
{
    struct late *late = late_new();
    late->payments[0].amount_minor = 50000;
    expect_accepted(late, 0, true);
    expect_int_eq(late->decision.settlement.change_minor, 20000);
}

TEST(late_sale_notes_what_is_off_the_menu)
{
    struct late *late = late_new();
    late->lines[0].state = SALE_PRODUCT_INACTIVE;
    expect_accepted(late, BIT(SALE_REVIEW_PRODUCT_INACTIVE), true);
    late = late_new();
    choose(late, SALE_NO_GROUP); /* and none of the group that must be chosen from */
    expect_accepted(late, BIT(SALE_REVIEW_MODIFIER_RULE), true);
    expect_int_eq(late->decision.bill.total_minor, 30500);
}

TEST(late_sale_notes_stock_below_zero)
{
    static const struct {
        int64_t available;
        bool allow;
        unsigned review;
    } cases[] = {
        {1000, false, 0},
        {999, false, BIT(SALE_REVIEW_INSUFFICIENT_STOCK)},
        {-5000, true, BIT(SALE_REVIEW_INSUFFICIENT_STOCK)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct late *late = late_new();
        late->level.available_milli = cases[i].available;
        late->facts.allow_negative_stock = cases[i].allow;
        expect_accepted(late, cases[i].review, true);
        expect_int_eq(late->level.remaining_milli, cases[i].available - 1000);
    }
    struct late *late = late_new(); /* the balance before it was restocked meanwhile */
    late->level.available_milli = 0;
    expect_accepted(late, BIT(SALE_REVIEW_INSUFFICIENT_STOCK), false);
    late->level.available_milli = 1000;
    require(sale_decide_stock(&late->facts, &late->decision) == CODE_OK);
    expect_int_eq(late->decision.review, 0);
}

TEST(late_sale_adopts_what_was_paid)
{
    static const struct {
        struct tender payments[2];
        size_t count;
        int64_t rounding, grand_total, change;
        unsigned review;
    } cases[] = {
        {{{true, 29999}}, 1, -1, 29999, 0, BIT(SALE_REVIEW_TOTAL_DIFFERS)},
        {{{true, 0}}, 1, -30000, 0, 0, BIT(SALE_REVIEW_TOTAL_DIFFERS)},
        {{{false, 31000}}, 1, 1000, 31000, 0, BIT(SALE_REVIEW_TOTAL_DIFFERS)},
        {{{false, 31000}, {true, 5000}}, 2, 6000, 36000, 0, BIT(SALE_REVIEW_TOTAL_DIFFERS)},
        {{{false, 10000}, {true, 15000}}, 2, -5000, 25000, 0, BIT(SALE_REVIEW_TOTAL_DIFFERS)},
        {{{false, 10000}, {true, 25000}}, 2, 0, 30000, 5000, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct late *late = late_new();
        memcpy(late->payments, cases[i].payments, sizeof late->payments);
        late->facts.payment_count = cases[i].count;
        expect_accepted(late, cases[i].review, true);
        expect_int_eq(late->decision.settlement.rounding_minor, cases[i].rounding);
        expect_int_eq(late->decision.settlement.grand_total_minor, cases[i].grand_total);
        expect_int_eq(late->decision.settlement.change_minor, cases[i].change);
    }
}

TEST(late_sale_cuts_discounts_to_their_base)
{
    struct late *late = late_new();
    late->lines[0].discount = (struct discount){DISCOUNT_FIXED, 20001};
    late->payments[0].amount_minor = 10000;
    expect_accepted(late, BIT(SALE_REVIEW_DISCOUNT_TOO_LARGE), true);
    expect_int_eq(late->priced[0].discount_minor, 20000);

    late = late_new();
    late->discounts[0] = (struct discount){DISCOUNT_PERCENTAGE, 5000};
    late->discounts[1] = (struct discount){DISCOUNT_FIXED, 15001};
    late->discounts[2] = (struct discount){DISCOUNT_FIXED, 7};
    late->facts.bill.discount_count = 3;
    late->payments[0].amount_minor = 0;
    expect_accepted(late, BIT(SALE_REVIEW_DISCOUNT_TOO_LARGE), true);
    expect_int_eq(late->decision.bill.discount_minor, 30000);
    expect_int_eq(late->decision.bill.total_minor, 0);
    expect_int_eq(late->amounts[0], 15000);
    expect_int_eq(late->amounts[1], 15000);
    expect_int_eq(late->amounts[2], 0);
}

TEST(late_sale_notes_a_discount_that_nobody_approved)
{
    struct late *late = late_new();
    late->discounts[0] = (struct discount){DISCOUNT_FIXED, 6000};
    late->facts.bill.discount_count = 1;
    late->facts.discount_limit_bp = 1000;
    late->payments[0].amount_minor = 24000;
    expect_accepted(late, BIT(SALE_REVIEW_OVERRIDE_REQUIRED), true);
    late->facts.discount_approved = true;
    expect_accepted(late, 0, true);
}

TEST(late_sale_refuses_what_is_not_known_or_not_to_be_counted)
{
    struct late *late = late_new();
    late->lines[1].state = SALE_PRODUCT_UNKNOWN;
    expect_int_eq(decide(late), CODE_NOT_FOUND);
    late = late_new();
    choose(late, SALE_NO_MODIFIER);
    expect_int_eq(decide(late), CODE_NOT_FOUND);
    require(late->decision.refusal_count == 1);
    expect_int_eq(late->decision.refusals[0].field, SALE_FIELD_MODIFIER);
    late = late_new();
    late->lines[0].price_minor = MONEY_MAX_MINOR;
    late->lines[0].quantity_milli = 2000;
    expect_int_eq(decide(late), CODE_AMOUNT_TOO_LARGE);
}
