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
