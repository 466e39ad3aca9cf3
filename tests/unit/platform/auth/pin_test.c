/* PINs: what is one, and that its key tells business, PIN and secret apart. */
#include "platform/auth/pin.h"
#include "test.h"

TEST(pin_is_four_to_eight_digits)
{
    const struct {
        const char *text;
        bool is_pin;
    } cases[] = {{"1234", true},      {"00000000", true}, {"123", false},   {"123456789", false},
                 {"", false},         {"12a4", false},    {"12 34", false}, {" 1234", false},
                 {"１２３４", false}, {"-123", false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].text);
        expect_int_eq(pin_wrong(str_of(cases[i].text)) == NULL, cases[i].is_pin);
    }
}

TEST(pin_key_depends_on_all_its_parts)
{
    uint8_t secret[PIN_SECRET_BYTES] = {1}, other[PIN_SECRET_BYTES] = {2};
    struct uuid warung = uuid_new(), kafe = uuid_new();
    struct pin_key key = pin_key(secret, warung, STR("1234")), same = pin_key(secret, warung, STR("1234"));
    expect_bytes_eq(&key, &same, sizeof key);
    struct pin_key others[] = {pin_key(other, warung, STR("1234")), pin_key(secret, kafe, STR("1234")),
                               pin_key(secret, warung, STR("1235")), pin_key(secret, warung, STR("12345"))};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        test_note("case %zu", i);
        expect(memcmp(&key, &others[i], sizeof key) != 0);
    }
}
