/* The states of a dining table. */
#include "domain/table.h"
#include "test.h"

TEST(table_with_orders_stays_occupied_by_hand)
{
    for (int wanted = 0; wanted < TABLE_STATUSES; wanted++) {
        test_note("to %d", wanted);
        expect_int_eq(table_may_become((enum table_status)wanted, 0), true);
        expect_int_eq(table_may_become((enum table_status)wanted, 2), wanted == TABLE_OCCUPIED);
    }
}

TEST(table_is_available_after_its_last_order)
{
    static const struct {
        const char *what;
        enum table_status status;
        int64_t active_orders;
        enum table_status after;
    } cases[] = {
        {"the last order left", TABLE_OCCUPIED, 0, TABLE_AVAILABLE},
        {"others are open", TABLE_OCCUPIED, 1, TABLE_OCCUPIED},
        {"reserved by hand meanwhile", TABLE_RESERVED, 0, TABLE_RESERVED},
        {"being cleaned already", TABLE_CLEANING, 0, TABLE_CLEANING},
        {"released twice", TABLE_AVAILABLE, 0, TABLE_AVAILABLE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].what);
        expect_int_eq(table_after_release(cases[i].status, cases[i].active_orders), cases[i].after);
    }
}
