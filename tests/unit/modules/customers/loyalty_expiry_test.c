/* Points grow old: the oldest are used first, what is left of them expires, once. */
#include "modules/customers/loyalty_fixture.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)
#define NOW_MS (1000 * DAY_MS)

static void expire(struct club *club, int64_t now_ms)
{
    expect_int_eq(loyalty_expire(&club->shop.platform, now_ms), CODE_OK);
}

TEST_ON_BOTH(loyalty_old_points_expire_once)
{
    struct club club;
    require(club_open(&club, f, 30));
    club_adjust(&club, 10, NOW_MS - 40 * DAY_MS);
    club_adjust(&club, -4, NOW_MS - 20 * DAY_MS);
    club_adjust(&club, 5, NOW_MS - 20 * DAY_MS);
    expire(&club, NOW_MS - 10 * DAY_MS);
    expect_str_eq(club_tell(&club), STR("11 11 0 0: adjusted 10 adjusted -4 adjusted 5"));
    for (int i = 0; i < 3; i++)
        expire(&club, NOW_MS);
    expect_str_eq(club_tell(&club), STR("5 11 0 0: adjusted 10 adjusted -4 adjusted 5 expired -6"));
    expire(&club, NOW_MS + 11 * DAY_MS);
    expect_str_eq(club_tell(&club),
                  STR("0 11 0 0: adjusted 10 adjusted -4 adjusted 5 expired -6 expired -5"));
    club_close(&club);
}

TEST_ON_BOTH(loyalty_points_taken_back_are_taken_from_their_own)
{
    struct club club;
    require(club_open(&club, f, 30));
    club_adjust(&club, 10, NOW_MS - 40 * DAY_MS);
    struct uuid sale = club_sell(&club, 0); /* now, by the real clock: young */
    club_feed(&club, "transaction.created", sale);
    club_void(&club, sale);
    club_feed(&club, "transaction.voided", sale);
    expire(&club, NOW_MS);
    expect_str_eq(club_tell(&club), STR("0 10 0 0: adjusted 10 earned 6 reversed -6 expired -10"));
    club_close(&club);
}

TEST_ON_BOTH(loyalty_many_customers_in_short_transactions)
{
    struct club club;
    require(club_open(&club, f, 30));
    struct uuid customers[120];
    for (size_t i = 0; i < COUNT_OF(customers); i++) {
        customers[i] = club.customer;
        club_adjust(&club, 7, NOW_MS - 31 * DAY_MS);
        club_enrol(&club);
    }
    expire(&club, NOW_MS);
    for (size_t i = 0; i < COUNT_OF(customers); i++) {
        club.customer = customers[i];
        expect_str_eq(club_tell(&club), STR("0 7 0 0: adjusted 7 expired -7"));
    }
    club_close(&club);
}

TEST_ON_BOTH(loyalty_without_expiry_nothing_expires)
{
    struct club club;
    require(club_open(&club, f, 0));
    club_adjust(&club, 10, 1);
    expire(&club, NOW_MS);
    expect_str_eq(club_tell(&club), STR("10 10 0 0: adjusted 10"));
    club_close(&club);
}
