/* Text as people look for it. */
#include "base/fold.h"
#include "test.h"

TEST(fold_drops_case_and_marks)
{
    static const struct {
        const char *text, *key;
    } cases[] = {
        {"", ""},
        {"Kopi SUSU 2%", "kopi susu 2%"},
        {"Crème Brûlée", "creme brulee"},
        {"PÃO de AÇÚCAR", "pao de acucar"},
        {"e\xCC\x81"
         "x\xCC\x80",
         "ex"}, /* combining marks */
        {"Phở Bò", "pho bo"},
        {"SMØRREBRØD Łódź Ðđ", "smorrebrod lodz dd"},
        {"Straße × ÷", "straße × ÷"},
        {"ÆŒÞŊ", "æœþŋ"},
        {"ΚΑΦΕΣ КОФЕ Ё", "καφεσ кофе ё"},
        {"日本 😀", "日本 😀"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str key = fold(test_arena(), str_of(cases[i].text));
        test_note("case %zu", i);
        expect_text_eq(str_to_cstr(test_arena(), key), cases[i].key);
        expect(str_eq(fold(test_arena(), key), key));
    }
    expect(fold(test_arena(), STR_NONE).data == NULL);
    expect_text_eq(str_to_cstr(test_arena(), fold(test_arena(), STR("a\xff\xc3"))), "a\uFFFD\uFFFD");
}

TEST(fold_finds_inside)
{
    static const struct {
        const char *text, *key;
        bool found;
    } cases[] = {
        {"Crème Brûlée", "me bru", true},
        {"Crème", "cremer", false},
        {"Crème", "", true},
        {"aab", "ab", true},
        {"", "a", false},
        {"日本茶", "本", true},
        {"日本茶", "\xE6", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        expect(fold_contains(str_of(cases[i].text), str_of(cases[i].key)) == cases[i].found);
    }
    expect(!fold_contains(STR_NONE, STR("a")));
    expect(fold_contains(STR_NONE, STR_NONE));
}
