/* Stock arithmetic. */
#include "domain/stock.h"
#include "test.h"

TEST(stock_apply_keeps_the_rules)
{
    static const struct {
        const char *what;
        int64_t quantity, delta;
        bool allow_negative;
        enum stock_outcome outcome;
        int64_t balance;
    } cases[] = {
        {"a sale", 10000, -1500, false, STOCK_OK, 8500},
        {"the last one", 1000, -1000, false, STOCK_OK, 0},
        {"a thousandth too much", 1000, -1001, false, STOCK_INSUFFICIENT, 0},
        {"too much, where that is allowed", 1000, -1001, true, STOCK_OK, -1},
        {"further down", -5000, -1, true, STOCK_OK, -5001},
        {"further down, no longer allowed", -5000, -1, false, STOCK_INSUFFICIENT, 0},
        {"up, but still below zero", -5000, 2000, false, STOCK_OK, -3000},
        {"nothing, below zero", -5000, 0, false, STOCK_OK, -5000},
        {"up to the limit", STOCK_LEVEL_MAX_MILLI - 1, 1, false, STOCK_OK, STOCK_LEVEL_MAX_MILLI},
        {"beyond it", STOCK_LEVEL_MAX_MILLI, 1, false, STOCK_TOO_LARGE, 0},
        {"beyond it, downwards", -STOCK_LEVEL_MAX_MILLI, -1, true, STOCK_TOO_LARGE, 0},
        {"beyond 64 bits", INT64_MAX, 1, true, STOCK_TOO_LARGE, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t balance = 0;
        test_note("%s", cases[i].what);
        expect_int_eq(stock_apply(cases[i].quantity, cases[i].delta, cases[i].allow_negative, &balance),
                      cases[i].outcome);
        expect_int_eq(balance, cases[i].balance);
    }
}

TEST(stock_count_says_the_difference)
{
    expect_int_eq(stock_count_delta(8500, 7000), -1500);
    expect_int_eq(stock_count_delta(-500, 7000), 7500);
    expect_int_eq(stock_count_delta(7000, 7000), 0);
}

TEST(stock_is_low_once_on_the_way_down)
{
    static const struct {
        int64_t previous, now, threshold;
        bool crosses;
    } cases[] = {
        {6000, 5000, 5000, false}, {5000, 4999, 5000, true},
        {4999, 4000, 5000, false}, {4000, 6000, 5000, false},
        {6000, -1, 5000, true},    {1, 0, 0, false},
        {0, -1, 0, true},          {6000, 0, STOCK_NO_THRESHOLD, false},
        {5000, 5000, 5000, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        expect(stock_crosses_low(cases[i].previous, cases[i].now, cases[i].threshold) == cases[i].crosses);
    }
    expect(!stock_is_low(INT64_MIN + 1, STOCK_NO_THRESHOLD));
}
