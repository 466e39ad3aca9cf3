/* The ends of a period, as a client writes them. */
#include "modules/period.h"

#include "test.h"

TEST(period_ends)
{
    static const struct {
        const char *text;
        int32_t day;
        int64_t ms; /* where it is no day; -1: it is neither */
    } cases[] = {
        {"2026-02-06", 20260206, 0},
        {"2026-02-06T00:00:00Z", 0, 1770336000000},
        {"2026-02-06T07:00:00.5+07:00", 0, 1770336000500},
        {"2026-02-30", 0, -1},
        {"yesterday", 0, -1},
        {"", 0, -1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int32_t day = -1;
        int64_t ms = 0;
        bool fits = cases[i].ms >= 0;
        test_note("%s", cases[i].text);
        expect((period_end_wrong(str_of(cases[i].text)) == NULL) == fits);
        expect(period_end_parse(str_of(cases[i].text), &day, &ms) == fits);
        if (!fits)
            continue;
        expect_int_eq(day, cases[i].day);
        if (!day)
            expect_int_eq(ms, cases[i].ms);
    }
}
