/* Decimals at their limits. */
#include "base/decimal.h"
#include "test.h"

#define MAX INT64_MAX

static const struct {
    const char *text;
    int decimals;
    enum decimal_status status;
    int64_t value;
} parsed[] = {
    {"0", 0, DECIMAL_OK, 0},
    {"-0", 0, DECIMAL_OK, 0},
    {"-0.000", 2, DECIMAL_OK, 0},
    {"0e999999999", 2, DECIMAL_OK, 0},
    {"0.0e-99999999999999999999", 0, DECIMAL_OK, 0},
    {"7", 0, DECIMAL_OK, 7},
    {"7", 3, DECIMAL_OK, 7000},
    {"-1.5", 2, DECIMAL_OK, -150},
    {"1.50", 1, DECIMAL_OK, 15},
    {"1.500000000000000000000000000000", 1, DECIMAL_OK, 15},
    {"1.55", 1, DECIMAL_TOO_PRECISE, 0},
    {"0.001", 2, DECIMAL_TOO_PRECISE, 0},
    {"1e-3", 2, DECIMAL_TOO_PRECISE, 0},
    {"1e-3", 3, DECIMAL_OK, 1},
    {"0.11", 4, DECIMAL_OK, 1100},
    {"0.00000000000000000000000000000000000001", 4, DECIMAL_TOO_PRECISE, 0},
    {"1.0000000000000000000000000000000000001", 2, DECIMAL_TOO_PRECISE, 0},
    {"12345678901234567890123.4", 0, DECIMAL_TOO_PRECISE, 0},
    {"10000000000000", 0, DECIMAL_OK, MONEY_MAX_MINOR},
    {"100000000000.00", 2, DECIMAL_OK, MONEY_MAX_MINOR},
    {"100000000000.01", 2, DECIMAL_OK, MONEY_MAX_MINOR + 1},
    {"1e13", 0, DECIMAL_OK, MONEY_MAX_MINOR},
    {"1E+13", 0, DECIMAL_OK, MONEY_MAX_MINOR},
    {"0.1e14", 0, DECIMAL_OK, MONEY_MAX_MINOR},
    {"100e-2", 0, DECIMAL_OK, 1},
    {"1250e-1", 0, DECIMAL_OK, 125},
    {"125e-1", 0, DECIMAL_TOO_PRECISE, 0},
    {"1e18", 0, DECIMAL_OK, INT64_C(1000000000000000000)},
    {"1e18", 1, DECIMAL_TOO_LARGE, 0},
    {"1e19", 0, DECIMAL_TOO_LARGE, 0},
    {"1e999999999", 0, DECIMAL_TOO_LARGE, 0},
    {"1e999999999999999999999999999999", 0, DECIMAL_TOO_LARGE, 0},
    {"1e-999999999", 0, DECIMAL_TOO_PRECISE, 0},
    {"1e-999999999999999999999999999999", 0, DECIMAL_TOO_PRECISE, 0},
    {"9223372036854775807", 0, DECIMAL_OK, MAX},
    {"-9223372036854775807", 0, DECIMAL_OK, -MAX},
    {"9223372036854775808", 0, DECIMAL_TOO_LARGE, 0},
    {"-9223372036854775808", 0, DECIMAL_TOO_LARGE, 0}, /* stands for "absent" elsewhere */
    {"92233720368547758.07", 2, DECIMAL_OK, MAX},
    {"92233720368547758.08", 2, DECIMAL_TOO_LARGE, 0},
    {"18446744073709551616", 0, DECIMAL_TOO_LARGE, 0},
    {"18446744073709551617", 0, DECIMAL_TOO_LARGE, 0},
    {"99999999999999999999999999999999999999", 0, DECIMAL_TOO_LARGE, 0},
    {"", 0, DECIMAL_MALFORMED, 0},
    {"-", 0, DECIMAL_MALFORMED, 0},
    {"+1", 0, DECIMAL_MALFORMED, 0},
    {"--1", 0, DECIMAL_MALFORMED, 0},
    {"01", 0, DECIMAL_MALFORMED, 0},
    {"-00", 0, DECIMAL_MALFORMED, 0},
    {"1.", 0, DECIMAL_MALFORMED, 0},
    {".5", 1, DECIMAL_MALFORMED, 0},
    {"1.e2", 1, DECIMAL_MALFORMED, 0},
    {"1e", 0, DECIMAL_MALFORMED, 0},
    {"1e+", 0, DECIMAL_MALFORMED, 0},
    {"1e1.5", 0, DECIMAL_MALFORMED, 0},
    {"1 ", 0, DECIMAL_MALFORMED, 0},
    {" 1", 0, DECIMAL_MALFORMED, 0},
    {"1,5", 0, DECIMAL_MALFORMED, 0},
    {"0x10", 0, DECIMAL_MALFORMED, 0},
    {"NaN", 0, DECIMAL_MALFORMED, 0},
    {"Infinity", 0, DECIMAL_MALFORMED, 0},
};

TEST(decimal_parse_table)
{
    for (size_t i = 0; i < COUNT_OF(parsed); i++) {
        int64_t value = -77;
        test_note("\"%s\" with %d decimals", parsed[i].text, parsed[i].decimals);
        enum decimal_status status =
            decimal_parse(parsed[i].text, strlen(parsed[i].text), parsed[i].decimals, &value);
        expect_int_eq(status, parsed[i].status);
        expect_int_eq(value, parsed[i].status == DECIMAL_OK ? parsed[i].value : -77);
    }
}

TEST(decimal_parse_stops_at_the_length)
{
    int64_t value = 0;
    expect_int_eq(decimal_parse("1234", 2, 0, &value), DECIMAL_OK);
    expect_int_eq(value, 12);
    expect_int_eq(decimal_parse("1\0", 2, 0, &value), DECIMAL_MALFORMED);
}

TEST(decimal_parse_takes_very_long_numbers)
{
    size_t len = 300000;
    char *text = arena_alloc(test_arena(), len);
    memset(text, '0', len);
    text[1] = '.';
    text[len - 1] = '5';
    int64_t value = 0;
    expect_int_eq(decimal_parse(text, len, 2, &value), DECIMAL_TOO_PRECISE);
    memcpy(text + len - 8, "1e299991", 8);
    expect_int_eq(decimal_parse(text, len, 0, &value), DECIMAL_OK);
    expect_int_eq(value, 1);
}

static const struct {
    int64_t value;
    int decimals;
    const char *text;
} formatted[] = {
    {0, 0, "0"},
    {0, 4, "0"},
    {7, 0, "7"},
    {700, 2, "7"},
    {1350, 2, "13.5"},
    {1355, 2, "13.55"},
    {-1, 2, "-0.01"},
    {-100, 2, "-1"},
    {5, 3, "0.005"},
    {1000, 0, "1000"},
    {1000, 3, "1"},
    {1, 18, "0.000000000000000001"},
    {MAX, 0, "9223372036854775807"},
    {MAX, 18, "9.223372036854775807"},
    {INT64_MIN, 0, "-9223372036854775808"},
    {INT64_MIN, 2, "-92233720368547758.08"},
    {INT64_MIN, 18, "-9.223372036854775808"},
};

TEST(decimal_format_table)
{
    for (size_t i = 0; i < COUNT_OF(formatted); i++) {
        char text[DECIMAL_TEXT_MAX];
        test_note("%lld with %d decimals", (long long)formatted[i].value, formatted[i].decimals);
        size_t len = decimal_format(formatted[i].value, formatted[i].decimals, text);
        expect_str_eq(((struct str){text, len}), str_of(formatted[i].text));
    }
}

TEST(decimal_format_and_parse_agree)
{
    uint64_t state = 88172645463325252u; /* xorshift: the same values each time */
    for (int i = 0; i < 20000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        int64_t value = (int64_t)(state >> (state % 63)) * (i % 2 ? 1 : -1), back = -1;
        if (value == INT64_MIN)
            continue;
        char text[DECIMAL_TEXT_MAX];
        size_t len = decimal_format(value, i % 7, text);
        test_note("%lld with %d decimals", (long long)value, i % 7);
        expect_int_eq(decimal_parse(text, len, i % 7, &back), DECIMAL_OK);
        expect_int_eq(back, value);
    }
}

static const struct {
    int64_t a, b, c;
    bool fits;
    int64_t value;
} divided[] = {
    {25000, 1100, 10000, true, 2750},
    {1, 1, 2, true, 1}, /* half goes away from zero */
    {-1, 1, 2, true, -1},
    {1, -1, 2, true, -1},
    {1, 1, -2, true, -1},
    {-1, -1, 2, true, 1},
    {-1, -1, -2, true, -1},
    {1, 1, 3, true, 0},
    {-1, 1, 3, true, 0},
    {2, 1, 3, true, 1},
    {-2, 1, 3, true, -1},
    {3, 1, 2, true, 2},
    {5, 1, 2, true, 3},
    {-5, 1, 2, true, -3},
    {0, 5, 7, true, 0},
    {MONEY_MAX_MINOR, RATE_ONE_BP, RATE_ONE_BP, true, MONEY_MAX_MINOR},
    {MONEY_MAX_MINOR, QUANTITY_MAX_MILLI, 1000000000, true, MONEY_MAX_MINOR},
    {MONEY_MAX_MINOR, QUANTITY_MAX_MILLI, QUANTITY_ONE_MILLI, false, 0},
    {MAX, MAX, MAX, true, MAX},
    {MAX, 1, 1, true, MAX},
    {-MAX, 1, 1, true, -MAX},
    {MAX, 2, 2, true, MAX},
    {MAX, 2, 1, false, 0},
    {MAX, MAX, 1, false, 0},
    {MAX, 3, 2, false, 0},
    {MAX, 2, 3, true, INT64_C(6148914691236517205)},
    {INT64_C(6148914691236517205), 3, 2, false, 0}, /* 2^63 − ½ */
    {INT64_MIN, 1, 1, false, 0},
    {INT64_MIN, 1, 2, true, INT64_C(-4611686018427387904)},
    {INT64_MIN, INT64_MIN, INT64_MIN, false, 0},
    {INT64_MIN, MAX, INT64_MIN, true, MAX},
    {INT64_C(4611686018427387904), 4, 3, true, INT64_C(6148914691236517205)},
    {1, 1, 0, false, 0},
    {0, 0, 0, false, 0},
    {MAX, MAX, 0, false, 0},
};

TEST(decimal_muldiv_table)
{
    for (size_t i = 0; i < COUNT_OF(divided); i++) {
        int64_t value = -77;
        test_note("%lld × %lld ÷ %lld", (long long)divided[i].a, (long long)divided[i].b,
                  (long long)divided[i].c);
        expect_int_eq(decimal_muldiv(divided[i].a, divided[i].b, divided[i].c, &value), divided[i].fits);
        expect_int_eq(value, divided[i].fits ? divided[i].value : -77);
    }
}

/* decimal.c does its 128-bit step by hand, for WebAssembly; here the compiler's own type is the witness. */
TEST(decimal_muldiv_agrees_with_int128)
{
    uint64_t state = 88172645463325252u;
    int64_t operand[3];
    for (int i = 0; i < 200000; i++) {
        for (size_t j = 0; j < 3; j++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            operand[j] = (int64_t)state >> (state >> 7) % 63;
        }
        int64_t a = operand[0], b = operand[1], c = operand[2], value = 0;
        __int128 product = (__int128)a * b, expected = 0;
        bool fits = c != 0;
        if (fits) {
            expected = product / c;
            __int128 rest = product % c, divisor = c < 0 ? -(__int128)c : c;
            if ((rest < 0 ? -rest : rest) * 2 >= divisor)
                expected += (product < 0) == (c < 0) ? 1 : -1;
            fits = expected <= MAX && expected >= -MAX;
        }
        test_note("%lld × %lld ÷ %lld", (long long)a, (long long)b, (long long)c);
        require(decimal_muldiv(a, b, c, &value) == fits);
        require(!fits || value == (int64_t)expected);
    }
}

TEST(decimal_round_to_table)
{
    static const struct {
        int64_t value, unit, rounded;
    } cases[] = {
        {13703, 100, 13700},
        {13750, 100, 13800},
        {13749, 100, 13700},
        {-13750, 100, -13800},
        {-13749, 100, -13700},
        {13703, 1, 13703},
        {13703, 0, 13703},
        {13703, -5, 13703},
        {49, 100, 0},
        {50, 100, 100},
        {-49, 100, 0},
        {-50, 100, -100},
        {0, 100, 0},
        {7, 5, 5},
        {8, 5, 10},
        {2, 3, 3},
        {1, 3, 0},
        {MAX, 10, MAX - 7 + 0},
        {MAX - 7, 10, MAX - 7},
        {5, MAX, 0},
        {MAX, MAX, MAX},
        {MAX - 1, MAX, MAX},
        {INT64_MIN, 10, INT64_MIN + 8},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%lld to %lld", (long long)cases[i].value, (long long)cases[i].unit);
        expect_int_eq(decimal_round_to(cases[i].value, cases[i].unit), cases[i].rounded);
    }
}
