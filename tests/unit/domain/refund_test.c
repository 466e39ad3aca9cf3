/* Refunds: the tables of cases, and that random splits always make the whole. */
#include "domain/pricing.h"
#include "domain/refund.h"
#include "test.h"

static struct refund_line line_of(int64_t sold, int64_t refunded, int64_t requested)
{
    return (struct refund_line){.sold_milli = sold, .refunded_milli = refunded, .requested_milli = requested};
}

static void take(struct refund_amounts *sum, const struct refund_amounts *given)
{
    sum->subtotal_minor += given->subtotal_minor;
    sum->bill_discount_minor += given->bill_discount_minor;
    sum->service_charge_minor += given->service_charge_minor;
    sum->tax_minor += given->tax_minor;
    sum->discount_minor += given->discount_minor;
}

static void expect_amounts(const struct refund_amounts *actual, const struct refund_amounts *expected)
{
    expect_int_eq(actual->subtotal_minor, expected->subtotal_minor);
    expect_int_eq(actual->bill_discount_minor, expected->bill_discount_minor);
    expect_int_eq(actual->service_charge_minor, expected->service_charge_minor);
    expect_int_eq(actual->tax_minor, expected->tax_minor);
    expect_int_eq(actual->discount_minor, expected->discount_minor);
}

TEST(refund_gives_the_share_and_the_last_the_remainder)
{
    static const struct {
        const char *what;
        int64_t sold_milli, subtotal, discount, service, tax, rounding;
        int64_t parts[3];
        int64_t totals[3]; /* grand totals of the refunds */
        int64_t taxes[3];
    } cases[] = {
        {"three thirds of 100", 3000, 100, 0, 0, 0, 0, {1000, 1000, 1000}, {33, 33, 34}, {0}},
        {"three thirds of one pizza", 1000, 100000, 0, 0, 0, 0, {333, 333, 334}, {33300, 33300, 33400}, {0}},
        {"tax and service charge",
         1000,
         86580,
         0,
         4329,
         9091,
         0,
         {333, 333, 334},
         {33300, 33300, 33400},
         {3027, 3027, 3037}},
        {"a discount comes off",
         3000,
         10000,
         1000,
         0,
         990,
         0,
         {1000, 1000, 1000},
         {3330, 3330, 3330},
         {330, 330, 330}},
        {"rounded down", 3000, 13703, 0, 0, 0, -3, {1000, 1000, 1000}, {4567, 4567, 4566}, {0}},
        {"tax of equal parts",
         3000,
         9999,
         0,
         0,
         1100,
         0,
         {1000, 1000, 1000},
         {3700, 3700, 3699},
         {367, 367, 366}},
        {"a discount of nearly all", 1000, 5, 4, 0, 0, 0, {100, 100, 800}, {0, 0, 1}, {0}},
        {"rounded up until nothing is left", 1000, 1, 0, 0, 0, 0, {500, 400, 100}, {1, 0, 0}, {0}},
        {"rounded up", 2000, 13750, 0, 0, 0, 50, {1000, 1000, 0}, {6900, 6900, 0}, {0}},
        {"all at once", 1000, 13703, 3, 700, 1440, 10, {1000, 0, 0}, {15850, 0, 0}, {1440, 0, 0}},
        {"rounded to nothing", 1000, 40, 0, 0, 0, -40, {500, 500, 0}, {0, 0, 0}, {0}},
        {"for nothing", 1000, 500, 500, 0, 0, 0, {500, 500, 0}, {0, 0, 0}, {0}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct refund_line line = line_of(cases[i].sold_milli, 0, 0);
        struct refund_facts facts = {&line, 1, cases[i].rounding, 0};
        line.sold =
            (struct refund_amounts){cases[i].subtotal, cases[i].discount, cases[i].service, cases[i].tax, 0};
        for (size_t part = 0; part < 3 && cases[i].parts[part] > 0; part++) {
            struct refund_decision decision = {0};
            test_note("%s: part %zu", cases[i].what, part);
            line.requested_milli = cases[i].parts[part];
            expect_int_eq(refund_decide(&facts, &decision), CODE_OK);
            expect_int_eq(decision.grand_total_minor, cases[i].totals[part]);
            expect_int_eq(decision.given.tax_minor, cases[i].taxes[part]);
            line.refunded_milli += line.requested_milli;
            expect(decision.is_whole == (line.refunded_milli == line.sold_milli));
            take(&line.refunded, &line.given);
            facts.refunded_rounding_minor += decision.rounding_minor;
        }
        expect_amounts(&line.refunded, &line.sold);
        expect_int_eq(facts.refunded_rounding_minor, facts.rounding_minor);
    }
}

TEST(refund_never_exceeds_what_was_sold)
{
    static const struct {
        int64_t sold, refunded, requested;
        enum code code;
        bool is_whole;
    } cases[] = {
        {1000, 0, 1000, CODE_OK, true},
        {1000, 0, 1001, CODE_REFUND_EXCEEDS_SOLD, false},
        {1000, 999, 1, CODE_OK, true},
        {1000, 999, 2, CODE_REFUND_EXCEEDS_SOLD, false},
        {1000, 1000, 1, CODE_REFUND_EXCEEDS_SOLD, false},
        {1000, 1000, 0, CODE_OK, true},
        {1000, 500, 400, CODE_OK, false},
        {QUANTITY_MAX_MILLI, QUANTITY_MAX_MILLI, QUANTITY_MAX_MILLI, CODE_REFUND_EXCEEDS_SOLD, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct refund_line lines[] = {line_of(1000, 1000, 0),
                                      line_of(cases[i].sold, cases[i].refunded, cases[i].requested)};
        struct refund_facts facts = {lines, 2, 0, 0};
        struct refund_decision decision = {0};
        test_note("case %zu", i);
        expect_int_eq(refund_decide(&facts, &decision), cases[i].code);
        expect(refund_exceeds(&lines[1]) == (cases[i].code == CODE_REFUND_EXCEEDS_SOLD));
        expect(decision.is_whole == cases[i].is_whole);
    }
}

TEST(refund_leaves_the_other_lines_alone)
{
    struct refund_line lines[] = {line_of(2000, 0, 1000), line_of(1000, 0, 0)};
    lines[0].sold = (struct refund_amounts){20000, 2000, 900, 1890, 500};
    lines[1].sold = (struct refund_amounts){10000, 1000, 450, 945, 0};
    struct refund_facts facts = {lines, 2, 15, 0};
    struct refund_decision decision;
    expect_int_eq(refund_decide(&facts, &decision), CODE_OK);
    expect_amounts(&lines[0].given, &(struct refund_amounts){10000, 1000, 450, 945, 250});
    expect_amounts(&lines[1].given, &(struct refund_amounts){0});
    expect_amounts(&decision.given, &lines[0].given);
    expect_int_eq(decision.rounding_minor, 5);
    expect_int_eq(decision.grand_total_minor, 10400);
    expect(!decision.is_whole);
}

TEST(refund_takes_the_largest_amounts)
{
    struct refund_line line = line_of(QUANTITY_MAX_MILLI, 0, QUANTITY_MAX_MILLI - 1);
    line.sold = (struct refund_amounts){.subtotal_minor = MONEY_MAX_MINOR};
    struct refund_facts facts = {&line, 1, 0, 0};
    struct refund_decision decision;
    expect_int_eq(refund_decide(&facts, &decision), CODE_OK);
    expect_int_eq(decision.grand_total_minor, MONEY_MAX_MINOR - MONEY_MAX_MINOR / QUANTITY_MAX_MILLI);
}

/* ---- Random splits ---- */

static uint64_t random_state;
static int64_t random_below(int64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int64_t)(random_state % (uint64_t)limit);
}

#define LINES 4

static void expect_no_amount_below_0(const struct refund_amounts *given)
{
    expect(given->subtotal_minor >= 0 && given->bill_discount_minor >= 0 && given->discount_minor >= 0);
    expect(given->subtotal_minor >= given->bill_discount_minor);
    expect(given->service_charge_minor >= 0 && given->tax_minor >= 0);
}

/* A bill as the server prices one, with everything on it. */
static void random_sale(struct refund_facts *facts)
{
    struct priced_line priced[LINES];
    struct priced_bill bill;
    struct settlement settlement;
    struct pricing_rules rules = {random_below(2500), random_below(1500), random_below(2), random_below(2)};
    struct discount discount = {DISCOUNT_PERCENTAGE, random_below(RATE_ONE_BP)};
    struct bill_terms terms = {&discount, (size_t)random_below(2), 0};
    for (size_t i = 0; i < LINES; i++) {
        struct line_terms line = {random_below(random_below(2) ? 50 : 200000),
                                  1 + random_below(5000),
                                  {DISCOUNT_PERCENTAGE, random_below(3000)}};
        expect_int_eq(price_line(&line, &rules, &priced[i]), CODE_OK);
        facts->lines[i] = line_of(line.quantity_milli, 0, 0);
    }
    expect_int_eq(price_bill(&terms, &rules, priced, LINES, NULL, &bill), CODE_OK);
    struct tender cash = {true, bill.total_minor + 1000};
    expect_int_eq(settle(bill.total_minor, random_below(2) ? 100 : 1, &cash, 1, &settlement), CODE_OK);
    for (size_t i = 0; i < LINES; i++)
        facts->lines[i].sold = (struct refund_amounts){
            priced[i].subtotal_minor, priced[i].bill_discount_minor, priced[i].service_charge_minor,
            priced[i].tax_minor, priced[i].discount_minor};
    facts->rounding_minor = settlement.rounding_minor;
    facts->refunded_rounding_minor = 0;
}

/* Takes a random part of what is left; the whole rest now and then. */
static void random_request(struct refund_facts *facts)
{
    for (size_t i = 0; i < facts->line_count; i++) {
        struct refund_line *line = &facts->lines[i];
        int64_t left = line->sold_milli - line->refunded_milli;
        line->requested_milli = random_below(4) == 0 ? left : random_below(left + 1);
    }
}

TEST(refund_splits_always_make_the_whole)
{
    random_state = 0x9E3779B97F4A7C15;
    for (int round = 0; round < 3000; round++) {
        struct refund_line lines[LINES];
        struct refund_facts facts = {lines, LINES, 0, 0};
        struct refund_decision decision = {0};
        int64_t paid_back = 0, sold = 0;
        random_sale(&facts);
        test_note("sale %d", round);
        for (int refund = 0; !decision.is_whole; refund++) {
            random_request(&facts);
            require(refund < 1000 && refund_decide(&facts, &decision) == CODE_OK);
            struct refund_amounts sum = {0};
            expect(decision.grand_total_minor >= 0);
            for (size_t i = 0; i < LINES; i++) {
                expect_no_amount_below_0(&lines[i].given);
                take(&sum, &lines[i].given);
                take(&lines[i].refunded, &lines[i].given);
                lines[i].refunded_milli += lines[i].requested_milli;
            }
            expect_amounts(&sum, &decision.given);
            expect_int_eq(decision.grand_total_minor, refund_total(&sum) + decision.rounding_minor);
            facts.refunded_rounding_minor += decision.rounding_minor;
            paid_back += decision.grand_total_minor;
        }
        for (size_t i = 0; i < LINES; i++) {
            expect_amounts(&lines[i].refunded, &lines[i].sold);
            sold += refund_total(&lines[i].sold);
        }
        expect_int_eq(facts.refunded_rounding_minor, facts.rounding_minor);
        expect_int_eq(paid_back, sold + facts.rounding_minor);
    }
}

TEST(refund_gives_the_cost_of_goods_back_in_parts_that_add_up)
{
    static const struct {
        int64_t sold, refunded, requested, cost, given;
    } cases[] = {
        {3000, 0, 1000, 100, 33},
        {3000, 1000, 1000, 100, 34},
        {3000, 2000, 1000, 100, 33},
        {3000, 0, 3000, 100, 100},
        {1000, 0, 500, 0, 0},
        {1000, 0, 500, INT64_MIN, INT64_MIN},
        {2000, 0, 1000, MONEY_MAX_MINOR, MONEY_MAX_MINOR / 2},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct refund_line line = {.sold_milli = cases[i].sold,
                                         .refunded_milli = cases[i].refunded,
                                         .requested_milli = cases[i].requested};
        test_note("case %zu", i);
        expect_int_eq(refund_cost(&line, cases[i].cost), cases[i].given);
    }
}
