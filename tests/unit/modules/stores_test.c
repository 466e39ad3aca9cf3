/* What stores have in common: patterns for LIKE, words of a table. */
#include "modules/stores.h"

#include "test.h"

TEST(like_patterns)
{
    static const struct {
        const char *text, *pattern;
    } cases[] = {
        {"kopi", "%kopi%"},
        {"", "%%"},
        {"50%", "%50\\%%"},
        {"a_b\\c", "%a\\_b\\\\c%"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].text);
        expect(str_eq(like_anywhere(&arena, str_of(cases[i].text)), str_of(cases[i].pattern)));
    }
    expect(like_anywhere(&arena, STR_NONE).data == NULL);
    arena_free(&arena);
}

TEST(word_indexes)
{
    static const char *const words[] = {"sale", "refund", NULL};
    expect_int_eq(word_index(words, STR("sale")), 0);
    expect_int_eq(word_index(words, STR("refund")), 1);
}
