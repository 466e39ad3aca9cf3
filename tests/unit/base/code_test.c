/* The table of outcomes. */
#include "base/code.h"
#include "test.h"

TEST(code_tells_name_status_and_title)
{
    expect_text_eq(code_name(CODE_OK), "OK");
    expect_int_eq(code_status(CODE_OK), 200);
    expect_text_eq(code_name(CODE_SHIFT_NOT_OPEN), "SHIFT_NOT_OPEN");
    expect_int_eq(code_status(CODE_SHIFT_NOT_OPEN), 422);
    expect_text_eq(code_title(CODE_SHIFT_NOT_OPEN), "The shift is not open");
}

TEST(code_table_is_whole)
{
    for (int code = 0; code < CODE_COUNT; code++) {
        test_note("%s", code_name(code));
        expect(code_name(code)[0] != '\0');
        expect(code_title(code)[0] != '\0');
        expect(code == CODE_OK || (code_status(code) >= 400 && code_status(code) <= 503));
    }
}

static void ask_beyond(void *context)
{
    (void)context;
    code_name(CODE_COUNT);
}

TEST(code_out_of_the_table_stops) { expect_death(ask_beyond, NULL); }
