/* Text by pointer and length. */
#include "base/str.h"
#include "test.h"

TEST(str_absent_is_not_empty)
{
    expect(str_of(NULL).data == NULL);
    expect(str_of("").data != NULL);
    expect(str_eq(STR_NONE, STR_NONE));
    expect(str_eq(STR(""), STR("")));
    expect(!str_eq(STR_NONE, STR("")));
    expect(!str_eq_ignore_case(STR(""), STR_NONE));
    expect(str_copy(test_arena(), STR_NONE).data == NULL);
    expect(str_copy(test_arena(), STR("")).data != NULL);
    expect(str_lower(test_arena(), STR_NONE).data == NULL);
    expect_text_eq(str_to_cstr(test_arena(), STR_NONE), "");
}

TEST(str_comparisons)
{
    static const struct {
        struct str a, b;
        int order;
        bool same_ignoring_case;
    } cases[] = {
        {STR_INIT("a"), STR_INIT("a"), 0, true},
        {STR_INIT("a"), STR_INIT("b"), -1, false},
        {STR_INIT("a"), STR_INIT("A"), 1, true},
        {STR_INIT("ab"), STR_INIT("a"), 1, false},
        {STR_INIT(""), STR_INIT("a"), -1, false},
        {STR_INIT("a\0b"), STR_INIT("a\0c"), -1, false},
        {STR_INIT("\xff"), STR_INIT("a"), 1, false},
        {{NULL, 0}, STR_INIT(""), -1, false},
        {STR_INIT("É"), STR_INIT("é"), -1, false},
        {STR_INIT("@[`{"), STR_INIT("`{@["), -1, false},
        {STR_INIT("Kopi-1"), STR_INIT("kOPI-1"), -1, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int order = str_compare(cases[i].a, cases[i].b), back = str_compare(cases[i].b, cases[i].a);
        test_note("case %zu", i);
        expect_int_eq((order > 0) - (order < 0), cases[i].order);
        expect_int_eq((back > 0) - (back < 0), -cases[i].order);
        expect_int_eq(str_eq(cases[i].a, cases[i].b), cases[i].order == 0);
        expect_int_eq(str_eq_ignore_case(cases[i].a, cases[i].b), cases[i].same_ignoring_case);
    }
}

TEST(str_starts_with_table)
{
    expect(str_starts_with(STR("Bearer x"), STR("Bearer ")));
    expect(str_starts_with(STR("x"), STR("")));
    expect(str_starts_with(STR_NONE, STR("")));
    expect(!str_starts_with(STR("Bear"), STR("Bearer")));
    expect(!str_starts_with(STR("bearer x"), STR("Bearer")));
}

TEST(str_trim_takes_white_space_off)
{
    expect_str_eq(str_trim(STR(" \t\r\n\v\fkopi susu \n")), STR("kopi susu"));
    expect_str_eq(str_trim(STR("kopi")), STR("kopi"));
    expect_str_eq(str_trim(STR("   ")), STR(""));
    expect_str_eq(str_trim(STR("")), STR(""));
    expect_str_eq(str_trim(STR_NONE), STR_NONE);
}

TEST(str_cut_walks_the_parts)
{
    struct str rest = STR("a,,b,");
    expect_str_eq(str_cut(&rest, ','), STR("a"));
    expect_str_eq(str_cut(&rest, ','), STR(""));
    expect_str_eq(str_cut(&rest, ','), STR("b"));
    expect_str_eq(rest, STR(""));
    expect_str_eq(str_cut(&rest, ','), STR(""));
    expect_str_eq(rest, STR_NONE);
    expect_str_eq(str_cut(&rest, ','), STR_NONE);
    rest = STR("whole");
    expect_str_eq(str_cut(&rest, ','), STR("whole"));
    expect_str_eq(rest, STR_NONE);
}

TEST(str_parse_int_table)
{
    static const struct {
        const char *text;
        bool valid;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"007", true, 7},
        {"-42", true, -42},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+1", false, 0},
        {"1 ", false, 0},
        {" 1", false, 0},
        {"1.0", false, 0},
        {"1e3", false, 0},
        {"--1", false, 0},
        {"0x1", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t value = -77;
        test_note("\"%s\"", cases[i].text);
        expect_int_eq(str_parse_int(str_of(cases[i].text), &value), cases[i].valid);
        expect_int_eq(value, cases[i].valid ? cases[i].value : -77);
    }
    int64_t value;
    expect(!str_parse_int(STR_NONE, &value));
    expect(!str_parse_int(STR("1\0"), &value));
}

TEST(str_utf8_table)
{
    static const struct {
        struct str text;
        bool valid;
        size_t length;
    } cases[] = {
        {STR_INIT(""), true, 0},
        {STR_INIT("plain ASCII, more than eight"), true, 28},
        {STR_INIT("a\0b"), true, 3},
        {STR_INIT("\x7f"), true, 1},
        {STR_INIT("é"), true, 1},
        {STR_INIT("\xc2\x80\xdf\xbf"), true, 2},
        {STR_INIT("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"), true, 4},
        {STR_INIT("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), true, 2},
        {STR_INIT("12345678☕12345678"), true, 17},
        {STR_INIT("\x80"), false, 0},
        {STR_INIT("\xc0\x80"), false, 0}, /* NUL, overlong */
        {STR_INIT("\xc1\xbf"), false, 0},
        {STR_INIT("\xe0\x9f\xbf"), false, 0},     /* overlong */
        {STR_INIT("\xed\xa0\x80"), false, 0},     /* surrogate */
        {STR_INIT("\xf0\x8f\xbf\xbf"), false, 0}, /* overlong */
        {STR_INIT("\xf4\x90\x80\x80"), false, 0}, /* U+110000 */
        {STR_INIT("\xf5\x80\x80\x80"), false, 0},
        {STR_INIT("\xff"), false, 0},
        {STR_INIT("\xc3"), false, 0},
        {STR_INIT("\xe2\x98"), false, 0},
        {STR_INIT("\xf0\x9f\x98"), false, 0},
        {STR_INIT("\xc3("), false, 0},
        {STR_INIT("\xe2\x98("), false, 0},
        {STR_INIT("1234567\xc3"), false, 0},
        {STR_INIT("12345678\xe2\x98"), false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct str exact = str_copy(test_arena(), cases[i].text); /* ASan sees a step past the end */
        expect_int_eq(str_is_utf8(exact), cases[i].valid);
        if (cases[i].valid)
            expect_int_eq(str_utf8_length(exact), cases[i].length);
    }
}

TEST(str_copies)
{
    char text[] = "Kopi Susu Ä";
    struct str copy = str_copy(test_arena(), str_of(text)), lower = str_lower(test_arena(), str_of(text));
    char *cstr = str_to_cstr(test_arena(), (struct str){text, 4});
    text[0] = '?';
    expect_str_eq(copy, STR("Kopi Susu Ä"));
    expect_str_eq(lower, STR("kopi susu Ä"));
    expect_text_eq(cstr, "Kopi");
}

TEST(str_format_takes_any_length)
{
    expect_str_eq(str_format(test_arena(), "%s-%04d", "INV", 42), STR("INV-0042"));
    expect_str_eq(str_format(test_arena(), "%s", ""), STR(""));
    for (size_t len = 250; len < 262; len++) {
        char *long_text = arena_alloc(test_arena(), len + 1);
        memset(long_text, 'x', len);
        struct str formatted = str_format(test_arena(), "%s|", long_text);
        expect_int_eq(formatted.len, len + 1);
        expect_bytes_eq(formatted.data, long_text, len);
        expect_int_eq(formatted.data[len], '|');
    }
}
