/* The small conversions between what a client sends and what is reckoned with. */
#include "modules/pos/sale_schema.h"

#include "test.h"

TEST(discount_values_in_the_currency)
{
    static const struct {
        int64_t hundredths;
        int decimals;
        bool fits;
        int64_t minor;
    } cases[] = {
        {500000, 0, true, 5000},
        {500050, 0, false, 0},
        {500001, 0, false, 0},
        {125, 2, true, 125},
        {125, 3, true, 1250},
        {0, 0, true, 0},
        {INT64_C(1000000000000000), 0, true, INT64_C(10000000000000)},
        {INT64_C(1000000000000100), 0, false, 0},
        {INT64_C(1000000000000000), 2, false, 0},
        {INT64_C(1000000000000000), 3, false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct discount_request discount = {1, cases[i].hundredths, STR_NONE};
        int64_t minor = -1;
        bool fits = discount_minor(&discount, cases[i].decimals, &minor);
        expect_int_eq(fits, cases[i].fits);
        if (fits && cases[i].fits)
            expect_int_eq(minor, cases[i].minor);
    }
}

TEST(period_ends)
{
    static const struct {
        const char *text;
        bool fits, is_day;
        int64_t value;
    } cases[] = {
        {"2026-02-06", true, true, 20260206},
        {"2026-02-06T00:00:00Z", true, false, 1770336000000},
        {"2026-02-06T07:00:00.5+07:00", true, false, 1770336000500},
        {"2026-02-30", false, false, 0},
        {"yesterday", false, false, 0},
        {"", false, false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].text);
        bool is_day = false;
        int64_t value = -1;
        bool fits = period_end_parse(str_of(cases[i].text), &is_day, &value);
        expect_int_eq(fits, cases[i].fits);
        if (!fits || !cases[i].fits)
            continue;
        expect_int_eq(is_day, cases[i].is_day);
        expect_int_eq(value, cases[i].value);
    }
}
