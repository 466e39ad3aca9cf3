/* Rates: windows of minutes, one crossing told once, businesses apart, bounded. */
#include "platform/events/rates.h"

#include "test.h"

#define MINUTE INT64_C(60000)
#define START (INT64_C(29500000) * MINUTE)

static const struct uuid ONE = {{1}}, OTHER = {{2}};

static void expect_window(struct rates *rates, struct uuid business, int64_t now, int64_t minutes,
                          int64_t handled, int64_t failed)
{
    struct rate_window window = rates_of(rates, business, now, minutes);
    test_note("%lld minutes", (long long)minutes);
    expect_int_eq(window.handled, handled);
    expect_int_eq(window.failed, failed);
}

TEST(rates_count_what_fell_into_the_window)
{
    struct rates rates = {0};
    struct rate_window window;
    rates_init(&rates);
    rates_count(&rates, ONE, START, 60, 0, &window);
    rates_count(&rates, OTHER, START, 1000, 5, &window);
    rates_count(&rates, ONE, START + MINUTE, 6, 0, &window);
    expect_window(&rates, ONE, START + MINUTE, 1, 66, 0);
    expect_window(&rates, ONE, START + MINUTE + MINUTE / 2, 1, 36, 0); /* half of the older minute */
    expect_window(&rates, ONE, START + 3 * MINUTE, 1, 0, 0);
    expect_window(&rates, ONE, START + 3 * MINUTE, 5, 66, 0);
    expect_window(&rates, ONE, START + 60 * MINUTE, 60, 66, 0);
    expect_window(&rates, ONE, START + 61 * MINUTE, 60, 6, 0);
    expect_window(&rates, UUID_NIL, START + MINUTE, 5, 1066, 5);
    rates_count(&rates, ONE, START + 61 * MINUTE, 1, 0, &window); /* takes the place of the first minute */
    expect_window(&rates, ONE, START + 61 * MINUTE, 60, 7, 0);
    rates_count(&rates, ONE, START + 500 * MINUTE, 1, 0, &window);
    expect_window(&rates, ONE, START + 500 * MINUTE, 60, 1, 0);
    rates_count(&rates, ONE, START + 490 * MINUTE, 1, 0, &window); /* the clock was set back */
    expect_window(&rates, ONE, START + 500 * MINUTE, 1, 2, 0);
    rates_free(&rates);
}

TEST(rates_tell_a_crossing_once)
{
    struct rates rates = {0};
    struct rate_window window;
    rates_init(&rates);
    expect(!rates_count(&rates, ONE, START, 297, 0, &window));
    expect(!rates_count(&rates, ONE, START, 0, 2, &window)); /* too few to tell */
    expect(!rates_count(&rates, ONE, START, 0, 1, &window)); /* 1 % is not above 1 % */
    expect(rates_count(&rates, ONE, START, 0, 1, &window));
    expect_int_eq(window.failed, 4);
    expect_int_eq(window.handled, 297);
    expect(!rates_count(&rates, ONE, START + MINUTE, 0, 3, &window));
    expect(rates_count(&rates, OTHER, START, 0, 3, &window)); /* another business's own crossing */
    expect(!rates_count(&rates, ONE, START + 7 * MINUTE, 1, 0, &window)); /* it is over */
    expect(!rates_count(&rates, ONE, START + 7 * MINUTE, 0, 2, &window));
    expect(rates_count(&rates, ONE, START + 8 * MINUTE, 0, 1, &window));
    rates_free(&rates);
}

TEST(rates_forget_the_quietest_business)
{
    struct rates rates = {0};
    struct rate_window window;
    rates_init(&rates);
    for (int i = 0; i < RATES_BUSINESSES_MAX + 10; i++) {
        struct uuid id = {{(uint8_t)(i >> 8), [15] = (uint8_t)i}};
        id.bytes[1] = 1;
        rates_count(&rates, id, START + i * MINUTE / 1000, 1, 0, &window);
    }
    expect_int_eq((int64_t)rates.count, RATES_BUSINESSES_MAX);
    expect_window(&rates, UUID_NIL, START + 2 * MINUTE, 60, RATES_BUSINESSES_MAX, 0);
    rates_free(&rates);
}
