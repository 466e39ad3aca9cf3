/* Instants and days as text. */
#include "base/timefmt.h"
#include "test.h"

TEST(time_parse_table)
{
    static const struct {
        const char *text;
        bool valid;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", true, 0},
        {"1970-01-01T00:00:00.001Z", true, 1},
        {"2026-02-06T03:04:05.678Z", true, INT64_C(1770347045678)},
        {"2026-02-06t03:04:05.678z", true, INT64_C(1770347045678)},
        {"2026-02-06T10:04:05.678+07:00", true, INT64_C(1770347045678)},
        {"2026-02-05T23:34:05.678-03:30", true, INT64_C(1770347045678)},
        {"2026-02-06T03:04:05.678-00:00", true, INT64_C(1770347045678)},
        {"2026-02-06T03:04:05Z", true, INT64_C(1770347045000)},
        {"2026-02-06T03:04:05.6Z", true, INT64_C(1770347045600)},
        {"2026-02-06T03:04:05.67Z", true, INT64_C(1770347045670)},
        {"2026-02-06T03:04:05.678999999Z", true, INT64_C(1770347045678)}, /* cut, not rounded */
        {"2024-02-29T12:00:00Z", true, INT64_C(1709208000000)},
        {"2000-02-29T00:00:00Z", true, INT64_C(951782400000)},
        {"9999-12-31T23:59:59.999Z", true, INT64_C(253402300799999)},
        {"1970-01-01T07:00:00+07:00", true, 0},
        {"1970-01-01T06:59:59+07:00", false, 0}, /* 1969 in UTC */
        {"9999-12-31T23:59:59-00:01", false, 0}, /* 10000 in UTC */
        {"1969-12-31T23:59:59Z", false, 0},
        {"2025-02-29T00:00:00Z", false, 0},
        {"2100-02-29T00:00:00Z", false, 0},
        {"2026-00-10T00:00:00Z", false, 0},
        {"2026-13-10T00:00:00Z", false, 0},
        {"2026-04-31T00:00:00Z", false, 0},
        {"2026-04-00T00:00:00Z", false, 0},
        {"2026-02-06T24:00:00Z", false, 0},
        {"2026-02-06T23:60:00Z", false, 0},
        {"2026-02-06T23:59:60Z", false, 0},
        {"2026-02-06T03:04:05", false, 0},
        {"2026-02-06T03:04Z", false, 0},
        {"2026-02-06 03:04:05Z", false, 0},
        {"2026-02-06T03:04:05.Z", false, 0},
        {"2026-02-06T03:04:05.1234567890Z", false, 0},
        {"2026-02-06T03:04:05,5Z", false, 0},
        {"2026-02-06T03:04:05+0700", false, 0},
        {"2026-02-06T03:04:05+07", false, 0},
        {"2026-02-06T03:04:05+24:00", false, 0},
        {"2026-02-06T03:04:05+07:60", false, 0},
        {"2026-02-06T03:04:05Zx", false, 0},
        {"2026-02-06T03:04:05.5", false, 0},
        {"2026-2-6T03:04:05Z", false, 0},
        {"26-02-06T03:04:05Z", false, 0},
        {"+026-02-06T03:04:05Z", false, 0},
        {"2026-02-06", false, 0},
        {"now", false, 0},
        {"", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t ms = -77;
        test_note("%s", cases[i].text);
        struct str exact = str_copy(test_arena(), str_of(cases[i].text));
        expect_int_eq(time_parse(exact, &ms), cases[i].valid);
        expect_int_eq(ms, cases[i].valid ? cases[i].ms : -77);
    }
    int64_t ms;
    expect(!time_parse(STR_NONE, &ms));
}

TEST(time_format_table)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1770347045678, "2026-02-06T03:04:05.678Z"},
        {1709208000000, "2024-02-29T12:00:00.000Z"},
        {4107542399999, "2100-02-28T23:59:59.999Z"},
        {4107542400000, "2100-03-01T00:00:00.000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[TIME_TEXT_LEN + 1];
        time_format(cases[i].ms, text);
        expect_text_eq(text, cases[i].text);
    }
}

TEST(time_of_every_day_goes_there_and_back)
{
    int64_t day = 0;
    for (int year = 1970; year <= 9999; year++) {
        static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && leap);
            for (int date = 1; date <= length; date++, day++) {
                require(date_of_days(day) == year * 10000 + month * 100 + date);
                require(date_to_days(year * 10000 + month * 100 + date) == day);
            }
        }
    }
    expect_int_eq(date_of_days(day - 1), 99991231);
}

TEST(date_parse_table)
{
    static const struct {
        const char *text;
        bool valid;
        int32_t date;
    } cases[] = {
        {"2026-02-06", true, 20260206},
        {"2024-02-29", true, 20240229},
        {"1948-08-17", true, 19480817},
        {"0001-01-01", true, 10101},
        {"9999-12-31", true, 99991231},
        {"0000-12-31", false, 0},
        {"2025-02-29", false, 0},
        {"1900-02-29", false, 0},
        {"2026-06-31", false, 0},
        {"2026-12-32", false, 0},
        {"2026-00-01", false, 0},
        {"2026-01-00", false, 0},
        {"2026/02/06", false, 0},
        {"20260206", false, 0},
        {"2026-2-06", false, 0},
        {"2026-02-6 ", false, 0},
        {"2026-02-06T", false, 0},
        {"-026-02-06", false, 0},
        {"", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int32_t date = -77;
        test_note("%s", cases[i].text);
        expect_int_eq(date_parse(str_of(cases[i].text), &date), cases[i].valid);
        expect_int_eq(date, cases[i].valid ? cases[i].date : -77);
    }
}
