/* Bounded buffers. */
#include "base/buf.h"
#include "test.h"

TEST(buf_grows_up_to_its_maximum)
{
    struct buf buf = buf_make(test_arena(), 4, 26);
    for (char c = 'a'; c <= 'z'; c++)
        buf_put_char(&buf, c);
    expect_str_eq(buf_str(&buf), STR("abcdefghijklmnopqrstuvwxyz"));
    expect(!buf.overflowed);
    buf_put_char(&buf, '!');
    expect(buf.overflowed);
    expect_str_eq(buf_str(&buf), STR("abcdefghijklmnopqrstuvwxyz"));
}

TEST(buf_takes_nothing_after_an_overflow)
{
    struct buf buf = buf_make(test_arena(), 16, 8);
    buf_put(&buf, STR("12345"));
    buf_put(&buf, STR("6789"));
    expect(buf.overflowed);
    buf_put(&buf, STR("6"));
    buf_put_int(&buf, 7);
    buf_format(&buf, "%d", 8);
    expect_str_eq(buf_str(&buf), STR("12345"));
}

TEST(buf_puts_every_integer)
{
    struct buf buf = buf_make(test_arena(), 0, 200);
    static const int64_t values[] = {0, 7, -7, 10, 9999999999, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        buf_put_int(&buf, values[i]);
        buf_put_char(&buf, ' ');
    }
    expect_str_eq(buf_str(&buf), STR("0 7 -7 10 9999999999 9223372036854775807 -9223372036854775808 "));
}

TEST(buf_formats_into_the_room_there_is)
{
    for (size_t max = 0; max <= 20; max++) {
        test_note("maximum %zu", max);
        struct buf buf = buf_make(test_arena(), 1, max);
        buf_format(&buf, "%s", "ab");
        buf_format(&buf, "%05d|%s", 42, "tail"); /* ten bytes */
        bool fits = max >= 12;
        expect_int_eq(buf.overflowed, !fits);
        expect_int_eq(buf.len, fits ? 12 : max >= 2 ? 2 : 0);
        if (fits)
            expect_str_eq(buf_str(&buf), STR("ab00042|tail"));
    }
}

TEST(buf_empty_text_is_there)
{
    struct buf buf = buf_make(test_arena(), 0, 0);
    buf_put(&buf, STR(""));
    buf_put(&buf, STR_NONE);
    expect_str_eq(buf_str(&buf), STR(""));
    expect(!buf.overflowed);
}
