/* Pricing: the contract's examples, the roundings, and the identities over thousands of bills. */
#include "domain/pricing.h"
#include "test.h"

#define LINES 12

struct bill_case {
    const char *what;
    struct pricing_rules rules;
    struct {
        int64_t unit, milli;
        struct discount discount;
    } lines[4];
    struct discount discounts[3];
    int64_t points;
    int64_t subtotal, discount, service, tax, total;
};

#define PERCENT(hundredths)               \
    {                                     \
        DISCOUNT_PERCENTAGE, (hundredths) \
    }
#define FIXED(minor)            \
    {                           \
        DISCOUNT_FIXED, (minor) \
    }

static const struct bill_case BILLS[] = {
    {"no rates", {0}, {{18000, 2000}}, .subtotal = 36000, .total = 36000},
    {"PPN 11 %", {1100}, {{9999, 1000}}, .subtotal = 9999, .tax = 1100, .total = 11099},
    {"restaurant tax on the service charge",
     {1000, 500, true, false},
     {{100000, 1000}},
     {FIXED(10000)},
     .subtotal = 100000,
     .discount = 10000,
     .service = 4500,
     .tax = 9450,
     .total = 103950},
    {"tax beside the service charge",
     {1000, 500, false, false},
     {{100000, 1000}},
     .subtotal = 100000,
     .service = 5000,
     .tax = 10000,
     .total = 115000},
    {"both inside the price",
     {1000, 500, true, true},
     {{100000, 1000}},
     .subtotal = 86580,
     .service = 4329,
     .tax = 9091,
     .total = 100000},
    {"PPN inside the price",
     {1100, 0, false, true},
     {{111000, 1000}},
     .subtotal = 100000,
     .tax = 11000,
     .total = 111000},
    {"inside, service not taxed",
     {1000, 500, false, true},
     {{115000, 1000}},
     .subtotal = 100000,
     .service = 5000,
     .tax = 10000,
     .total = 115000},
    {"a discount on shelf prices is reported net",
     {1000, 0, false, true},
     {{110000, 1000}},
     {FIXED(11000)},
     .subtotal = 100000,
     .discount = 10000,
     .tax = 9000,
     .total = 99000},
    {"all of it given away, inside",
     {1000, 500, true, true},
     {{100000, 1000}},
     {PERCENT(10000)},
     .subtotal = 86580,
     .discount = 86580},
    {"half a kilo, half away from zero", {0}, {{12345, 500}}, .subtotal = 6173, .total = 6173},
    {"bill discounts are not compounded",
     {0},
     {{20000, 2000, PERCENT(1000)}, {5000, 1000}},
     {PERCENT(1000), PERCENT(1250)},
     .subtotal = 41000,
     .discount = 9225,
     .total = 31775},
    {"a fixed discount is for the whole line",
     {0},
     {{20000, 3000, FIXED(500)}},
     .subtotal = 59500,
     .total = 59500},
    {"points join the bill's discounts",
     {1000},
     {{50000, 1000}},
     {FIXED(5000)},
     .points = 3000,
     .subtotal = 50000,
     .discount = 8000,
     .tax = 4200,
     .total = 46200},
    {"each percentage is rounded on its own",
     {0},
     {{105, 1000}},
     {PERCENT(1000), PERCENT(1000)},
     .subtotal = 105,
     .discount = 22,
     .total = 83},
    {"full rates",
     {10000, 10000, true, false},
     {{7, 1000}},
     .subtotal = 7,
     .service = 7,
     .tax = 14,
     .total = 28},
    {"nothing for nothing", {1000, 500, true, false}, {{0, 1000}}, .total = 0},
};

TEST(pricing_of_bills)
{
    for (size_t i = 0; i < COUNT_OF(BILLS); i++) {
        const struct bill_case *bill = &BILLS[i];
        test_note("%s", bill->what);
        struct priced_line lines[4];
        size_t count = 0, discounts = 0;
        for (; count < 4 && bill->lines[count].milli; count++) {
            struct line_terms terms = {bill->lines[count].unit, bill->lines[count].milli,
                                       bill->lines[count].discount};
            expect_int_eq(price_line(&terms, &bill->rules, &lines[count]), CODE_OK);
        }
        while (discounts < 3 && bill->discounts[discounts].value)
            discounts++;
        struct bill_terms terms = {bill->discounts, discounts, bill->points};
        struct priced_bill priced;
        require(price_bill(&terms, &bill->rules, lines, count, NULL, &priced) == CODE_OK);
        expect_int_eq(priced.subtotal_minor, bill->subtotal);
        expect_int_eq(priced.discount_minor, bill->discount);
        expect_int_eq(priced.service_charge_minor, bill->service);
        expect_int_eq(priced.tax_minor, bill->tax);
        expect_int_eq(priced.total_minor, bill->total);
    }
}

/* ---- Spreading ---- */

static const struct {
    int64_t units[3];
    int64_t discount;
    int64_t shares[3];
} SPREADS[] = {
    {{100, 100, 100}, 100, {34, 33, 33}}, /* equal remainders: the earlier line */
    {{100, 100, 100}, 200, {67, 67, 66}},
    {{100, 200, 100}, 10, {3, 5, 2}}, /* 2.5, 5, 2.5 */
    {{300, 100, 200}, 1, {1, 0, 0}},
    {{100, 300, 200}, 1, {0, 1, 0}},
    {{0, 100, 0}, 7, {0, 7, 0}}, /* what costs nothing gets nothing off */
    {{0, 0, 0}, 0, {0, 0, 0}},
    {{1, 1, 1}, 3, {1, 1, 1}},
    {{9000000000000, 999999999999, 1}, 9999999999999, {8999999999999, 999999999999, 1}},
};

TEST(pricing_spreads_by_largest_remainder)
{
    static const struct pricing_rules rules = {0};
    for (size_t i = 0; i < COUNT_OF(SPREADS); i++) {
        test_note("case %zu", i);
        struct priced_line lines[3];
        for (size_t k = 0; k < 3; k++)
            price_line(&(struct line_terms){SPREADS[i].units[k], 1000, {0}}, &rules, &lines[k]);
        struct discount discount = FIXED(SPREADS[i].discount);
        struct priced_bill bill;
        int64_t amount = -1;
        require(price_bill(&(struct bill_terms){&discount, 1, 0}, &rules, lines, 3, &amount, &bill) ==
                CODE_OK);
        expect_int_eq(amount, SPREADS[i].discount);
        for (size_t k = 0; k < 3; k++)
            expect_int_eq(lines[k].bill_discount_minor, SPREADS[i].shares[k]);
    }
}

/* ---- Identities over pseudo-random bills ---- */

static uint64_t state = 88172645463325252u;
static int64_t chance(int64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)below);
}

static struct discount some_discount(int64_t most)
{
    if (chance(3) == 0)
        return (struct discount){DISCOUNT_PERCENTAGE, 0};
    if (chance(2) == 0)
        return (struct discount){DISCOUNT_PERCENTAGE, chance(3000)};
    return (struct discount){DISCOUNT_FIXED, chance(most / 4 + 1)};
}

static bool columns_add_up(const struct priced_line *lines, size_t count, const struct priced_bill *bill)
{
    int64_t subtotal = 0, discount = 0, service = 0, tax = 0;
    bool fine = true;
    for (size_t i = 0; i < count; i++) {
        const struct priced_line *line = &lines[i];
        subtotal += line->subtotal_minor;
        discount += line->bill_discount_minor;
        service += line->service_charge_minor;
        tax += line->tax_minor;
        int64_t net = line->subtotal_minor - line->bill_discount_minor;
        fine &= expect(net >= 0 && line->bill_discount_minor >= 0);
        fine &= expect(line->service_charge_minor >= 0 && line->tax_minor >= 0);
    }
    fine &= expect_int_eq(subtotal, bill->subtotal_minor);
    fine &= expect_int_eq(discount, bill->discount_minor);
    fine &= expect_int_eq(service, bill->service_charge_minor);
    fine &= expect_int_eq(tax, bill->tax_minor);
    return fine;
}

/* Where charges are inside, line and bill come to exactly what the shelf says. */
static bool shelf_holds(const struct priced_line *lines, size_t count, const struct priced_bill *bill)
{
    bool fine = expect_int_eq(bill->total_minor, bill->shelf_minor - bill->shelf_discount_minor);
    for (size_t i = 0; i < count; i++) {
        const struct priced_line *line = &lines[i];
        fine &= expect_int_eq(line->subtotal_minor - line->bill_discount_minor + line->service_charge_minor +
                                  line->tax_minor,
                              line->shelf_minor - line->shelf_bill_discount_minor);
    }
    return fine;
}

TEST(pricing_identities_hold)
{
    for (int round = 0; round < 20000; round++) {
        struct pricing_rules rules = {chance(4) ? chance(2000) : 0, chance(2) ? chance(1500) : 0, chance(2),
                                      chance(2)};
        struct priced_line lines[LINES];
        struct discount discounts[2];
        size_t count = 1 + (size_t)chance(LINES);
        int64_t most = round % 3 == 0 ? 4 : round % 3 == 1 ? 200000 : 50000000000;
        for (size_t i = 0; i < count; i++) {
            int64_t unit = chance(most);
            int64_t milli = chance(3) ? 1000 * (1 + chance(5)) : 1 + chance(4000);
            struct line_terms terms = {unit, milli, some_discount(unit * milli / 1000)};
            require(price_line(&terms, &rules, &lines[i]) == CODE_OK);
        }
        for (size_t i = 0; i < 2; i++)
            discounts[i] = some_discount(lines[0].shelf_minor);
        struct bill_terms terms = {discounts, 2, 0};
        struct priced_bill bill;
        test_note("round %d: %zu lines, tax %lld service %lld flags %d %d", round, count,
                  (long long)rules.tax_rate_bp, (long long)rules.service_charge_rate_bp,
                  rules.tax_service_charge, rules.prices_include_tax);
        require(price_bill(&terms, &rules, lines, count, NULL, &bill) == CODE_OK);
        expect_int_eq(bill.subtotal_minor - bill.discount_minor + bill.service_charge_minor + bill.tax_minor,
                      bill.total_minor);
        require(columns_add_up(lines, count, &bill));
        if (rules.prices_include_tax)
            require(shelf_holds(lines, count, &bill));
    }
}

/* ---- Limits ---- */

TEST(pricing_refuses_what_is_too_large)
{
    static const struct {
        int64_t unit, milli;
        struct discount discount;
        enum code code;
    } cases[] = {
        {MONEY_MAX_MINOR, 1000, {0}, CODE_OK},
        {MONEY_MAX_MINOR, 1001, {0}, CODE_AMOUNT_TOO_LARGE},
        {MONEY_MAX_MINOR, QUANTITY_MAX_MILLI, {0}, CODE_AMOUNT_TOO_LARGE},
        {MONEY_MAX_MINOR, 1000, PERCENT(10000), CODE_OK},
        {1000, 1000, PERCENT(10001), CODE_DISCOUNT_TOO_LARGE},
        {0, 1000, PERCENT(10001), CODE_DISCOUNT_TOO_LARGE},
        {1000, 1000, FIXED(1000), CODE_OK},
        {1000, 1000, FIXED(1001), CODE_DISCOUNT_TOO_LARGE},
        {1000, 1000, FIXED(MONEY_MAX_MINOR), CODE_DISCOUNT_TOO_LARGE},
    };
    static const struct pricing_rules rules = {1000, 500, true, true};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct priced_line line;
        struct line_terms terms = {cases[i].unit, cases[i].milli, cases[i].discount};
        expect_int_eq(price_line(&terms, &rules, &line), cases[i].code);
    }
}

TEST(pricing_refuses_a_bill_that_is_too_large)
{
    struct pricing_rules rules = {10000, 10000, true, false};
    struct priced_line lines[2];
    struct priced_bill bill;
    struct bill_terms none = {NULL, 0, 0};
    price_line(&(struct line_terms){MONEY_MAX_MINOR, 1000, {0}}, &rules, &lines[0]);
    price_line(&(struct line_terms){1, 1000, {0}}, &rules, &lines[1]);
    expect_int_eq(price_bill(&none, &rules, lines, 2, NULL, &bill), CODE_AMOUNT_TOO_LARGE);
    expect_int_eq(price_bill(&none, &rules, lines, 1, NULL, &bill), CODE_AMOUNT_TOO_LARGE); /* with charges */
    rules.prices_include_tax = true;
    expect_int_eq(price_bill(&none, &rules, lines, 1, NULL, &bill), CODE_OK);
    expect_int_eq(bill.total_minor, MONEY_MAX_MINOR);
}

TEST(pricing_counts_what_was_given_away_too)
{
    static const struct pricing_rules rules = {0};
    struct priced_line lines[2];
    struct priced_bill bill;
    for (size_t i = 0; i < 2; i++)
        price_line(&(struct line_terms){MONEY_MAX_MINOR, 1000, PERCENT(10000)}, &rules, &lines[i]);
    expect_int_eq(price_bill(&(struct bill_terms){0}, &rules, lines, 1, NULL, &bill), CODE_OK);
    expect_int_eq(price_bill(&(struct bill_terms){0}, &rules, lines, 2, NULL, &bill), CODE_AMOUNT_TOO_LARGE);
}

TEST(pricing_names_the_discount_that_goes_too_far)
{
    static const struct pricing_rules rules = {0};
    static const struct {
        struct discount discounts[2];
        int64_t points;
        enum code code;
        size_t faulty;
    } cases[] = {
        {{PERCENT(6000), PERCENT(4000)}, 0, CODE_OK, 0},
        {{PERCENT(6000), PERCENT(4001)}, 0, CODE_DISCOUNT_TOO_LARGE, 1},
        {{FIXED(10001), FIXED(1)}, 0, CODE_DISCOUNT_TOO_LARGE, 0},
        {{FIXED(1), FIXED(9999)}, 1, CODE_DISCOUNT_TOO_LARGE, 2},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct priced_line line;
        struct priced_bill bill;
        price_line(&(struct line_terms){10000, 1000, {0}}, &rules, &line);
        struct bill_terms terms = {cases[i].discounts, 2, cases[i].points};
        expect_int_eq(price_bill(&terms, &rules, &line, 1, NULL, &bill), cases[i].code);
        if (cases[i].code)
            expect_int_eq(bill.faulty_discount, cases[i].faulty);
    }
}

/* ---- Payment ---- */

#define CASH(amount)   \
    {                  \
        true, (amount) \
    }
#define CARD(amount)    \
    {                   \
        false, (amount) \
    }

TEST(pricing_settles_payments)
{
    static const struct {
        int64_t total, unit;
        size_t count;
        struct tender payments[3];
        enum code code;
        int64_t rounding, paid, change;
    } cases[] = {
        {13703, 100, 1, {CASH(20000)}, CODE_OK, -3, 20000, 6300},
        {13703, 100, 1, {CASH(13700)}, CODE_OK, -3, 13700, 0},
        {13703, 100, 1, {CASH(13699)}, CODE_INVALID_PAYMENT, 0, 0, 0},
        {13750, 100, 1, {CASH(13800)}, CODE_OK, 50, 13800, 0},
        {13750, 100, 1, {CASH(13750)}, CODE_INVALID_PAYMENT, 0, 0, 0},
        {13703, 100, 1, {CARD(13703)}, CODE_OK, 0, 13703, 0},
        {13703, 100, 1, {CARD(13700)}, CODE_INVALID_PAYMENT, 0, 0, 0},
        {13703, 100, 1, {CARD(13704)}, CODE_INVALID_PAYMENT, 0, 0, 0},
        {13703, 100, 2, {CARD(13704), CASH(100)}, CODE_INVALID_PAYMENT, 0, 0, 0},
        {13703, 100, 2, {CARD(10000), CASH(5000)}, CODE_OK, -3, 15000, 1300},
        {13703, 100, 2, {CASH(5000), CARD(10000)}, CODE_OK, -3, 15000, 1300},
        {13703, 100, 3, {CASH(3000), CARD(10000), CASH(700)}, CODE_OK, -3, 13700, 0},
        {13703, 0, 1, {CASH(13703)}, CODE_OK, 0, 13703, 0},
        {13703, 1, 1, {CASH(13703)}, CODE_OK, 0, 13703, 0},
        {13703, 100, 2, {CARD(13703), CASH(500)}, CODE_OK, 0, 14203, 500},
        {0, 100, 1, {CASH(0)}, CODE_OK, 0, 0, 0},
        {0, 100, 1, {CARD(0)}, CODE_OK, 0, 0, 0},
        {49, 100, 1, {CASH(0)}, CODE_OK, -49, 0, 0},
        {5, 100, 3, {CASH(MONEY_MAX_MINOR), CASH(1), CASH(1)}, CODE_AMOUNT_TOO_LARGE, 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct settlement settlement;
        enum code code =
            settle(cases[i].total, cases[i].unit, cases[i].payments, cases[i].count, &settlement);
        expect_int_eq(code, cases[i].code);
        if (code || cases[i].code)
            continue;
        expect_int_eq(settlement.rounding_minor, cases[i].rounding);
        expect_int_eq(settlement.grand_total_minor, cases[i].total + cases[i].rounding);
        expect_int_eq(settlement.paid_minor, cases[i].paid);
        expect_int_eq(settlement.change_minor, cases[i].change);
        expect_int_eq(settlement.paid_minor - settlement.change_minor, settlement.grand_total_minor);
    }
}

TEST(pricing_tells_what_is_due)
{
    struct settlement settlement;
    struct tender short_of[] = {CARD(10000), CASH(3000)};
    expect_int_eq(settle(13703, 100, short_of, 2, &settlement), CODE_INVALID_PAYMENT);
    expect_int_eq(settlement.due_minor, 13700);
    expect_int_eq(settlement.paid_minor, 13000);
}
