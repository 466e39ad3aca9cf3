/* Hexadecimal, base64 and base64url. */
#include "base/str.h"
#include "test.h"

TEST(str_hex_is_lower_case)
{
    expect_str_eq(str_hex(test_arena(), "\x00\x7f\xff\xa5", 4), STR("007fffa5"));
    expect_str_eq(str_hex(test_arena(), "", 0), STR(""));
}

TEST(str_base64url_table)
{
    static const struct {
        struct str data;
        struct str text;
    } cases[] = {
        /* RFC 4648 §10, without padding */
        {STR_INIT(""), STR_INIT("")},
        {STR_INIT("f"), STR_INIT("Zg")},
        {STR_INIT("fo"), STR_INIT("Zm8")},
        {STR_INIT("foo"), STR_INIT("Zm9v")},
        {STR_INIT("foob"), STR_INIT("Zm9vYg")},
        {STR_INIT("fooba"), STR_INIT("Zm9vYmE")},
        {STR_INIT("foobar"), STR_INIT("Zm9vYmFy")},
        {STR_INIT("\xfb\xff\xfe"), STR_INIT("-__-")},
        {STR_INIT("\0\0\0\0"), STR_INIT("AAAAAA")},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str back = STR_NONE;
        test_note("%.*s", STR_ARG(cases[i].text));
        expect_str_eq(str_base64url(test_arena(), cases[i].data.data, cases[i].data.len), cases[i].text);
        expect(str_unbase64url(test_arena(), cases[i].text, &back));
        expect_str_eq(back, cases[i].data);
    }
}

TEST(str_base64url_carries_every_byte)
{
    unsigned char bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct str back, text = str_base64url(test_arena(), bytes, len);
        require(str_unbase64url(test_arena(), text, &back));
        expect_int_eq(back.len, len);
        expect_bytes_eq(back.data, bytes, len);
    }
}

TEST(str_unbase64url_refuses)
{
    static const char *const cases[] = {"A",    "AAAAA", "Zg==", "Zm8=",   "Zh", "Zm9",
                                        "Zm+v", "Zm/v",  "Zm v", "Zm9v\n", "é"};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str data = STR("untouched");
        test_note("%s", cases[i]);
        expect(!str_unbase64url(test_arena(), str_of(cases[i]), &data));
        expect_str_eq(data, STR("untouched"));
    }
    struct str data;
    expect(!str_unbase64url(test_arena(), STR("Zm\0v"), &data));
}

TEST(str_base64_goes_both_ways)
{
    static const struct {
        const char *plain, *encoded;
    } cases[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="},
                 {"fooba", "Zm9vYmE="},
                 {"foobar", "Zm9vYmFy"},
                 {"\xff\xfe\xfd", "//79"}};
    char out[16];
    size_t len;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str plain = str_of(cases[i].plain), encoded = str_of(cases[i].encoded);
        test_note("%s", cases[i].encoded);
        expect_int_eq(str_base64_len(plain.len), encoded.len);
        expect_str_eq(((struct str){out, str_base64_put(plain, out)}), encoded);
        require(str_base64_take(encoded, out, &len));
        expect_str_eq(((struct str){out, len}), plain);
    }
    require(str_base64_take(STR("Zg"), out, &len)); /* padding may be left out */
    expect_int_eq(len, 1);
}

TEST(str_base64_refuses_what_it_is_not)
{
    static const char *const cases[] = {
        "Z", "Z===", "====", "=", "==", "Zg=", "Zg==Zg==", "Zm9vY", "Zm 9", "Zm9-", "Zm9_", "Zg=A"};
    char out[16];
    size_t len;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i]);
        expect(!str_base64_take(str_of(cases[i]), out, &len));
    }
}
