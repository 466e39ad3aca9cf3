/* The decimals of currencies. */
#include "platform/auth/directory.h"
#include "test.h"

TEST(currency_has_the_decimals_of_trade)
{
    const struct {
        const char *code;
        int decimals;
    } cases[] = {{"IDR", 0},  {"USD", 2},  {"EUR", 2}, {"JPY", 0},   {"KWD", 3}, {"AED", 2}, {"ZWG", 2},
                 {"XXQ", -1}, {"idr", -1}, {"ID", -1}, {"IDR0", -1}, {"", -1},   {"ED2", -1}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].code);
        expect_int_eq(currency_decimals(str_of(cases[i].code)), cases[i].decimals);
    }
}
