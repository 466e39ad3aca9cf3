/* What is counted of a sale, whatever the listener is told how often and in which order. */
#include "modules/customers/loyalty_fixture.h"

static const char CREATED[] = "transaction.created", VOIDED[] = "transaction.voided",
                  REFUNDED[] = "transaction.refunded";

TEST_ON_BOTH(loyalty_an_event_fed_twice_counts_once)
{
    struct club club;
    require(club_open(&club, f, 0));
    struct uuid sale = club_sell(&club, 0);
    for (int i = 0; i < 3; i++)
        club_feed(&club, CREATED, sale);
    expect_str_eq(club_tell(&club), STR("4 4 1 44000: earned 4"));
    club_void(&club, sale);
    for (int i = 0; i < 3; i++) {
        club_feed(&club, VOIDED, sale);
        club_feed(&club, CREATED, sale);
    }
    expect_str_eq(club_tell(&club), STR("0 0 0 0: earned 4 reversed -4"));
    club_close(&club);
}

TEST_ON_BOTH(loyalty_a_sale_voided_meanwhile_earns_nothing)
{
    struct club club;
    require(club_open(&club, f, 0));
    club_adjust(&club, 10, 1);
    struct uuid sale = club_sell(&club, 10);
    expect_str_eq(club_tell(&club), STR("0 10 0 0: adjusted 10 redeemed -10"));
    club_void(&club, sale);
    club_feed(&club, CREATED, sale);
    club_feed(&club, VOIDED, sale);
    club_feed(&club, CREATED, sale);
    expect_str_eq(club_tell(&club), STR("10 10 0 0: adjusted 10 redeemed -10 reversed 10"));
    club_close(&club);
}

/* 33,000 earn 3 × 1.5 → 4; 24,000 would have earned 3, 14,000 one. */
TEST_ON_BOTH(loyalty_refunds_come_before_the_sale)
{
    struct club club;
    require(club_open(&club, f, 0));
    club_adjust(&club, 20, 1);
    struct uuid sale = club_sell(&club, 10); /* (40,000 − 10,000) + 10 % */
    struct uuid first = club_refund(&club, sale, 9000, false),
                second = club_refund(&club, sale, 10000, false);
    club_feed(&club, REFUNDED, second);
    expect_str_eq(club_tell(&club),
                  STR("16 21 1 14000: adjusted 20 redeemed -10 earned 4 reversed 1 reversed 1"));
    club_feed(&club, REFUNDED, first);
    club_feed(&club, CREATED, sale);
    expect_str_eq(club_tell(&club),
                  STR("16 21 1 14000: adjusted 20 redeemed -10 earned 4 reversed 1 reversed 1"));
    struct uuid last = club_refund(&club, sale, 14000, true);
    club_feed(&club, REFUNDED, last);
    club_feed(&club, REFUNDED, last);
    expect_str_eq(club_tell(&club),
                  STR("20 20 1 0: adjusted 20 redeemed -10 earned 4 reversed 1 reversed 1 reversed 4"));
    club_close(&club);
}

TEST_ON_BOTH(loyalty_reversing_may_go_below_zero_redeeming_may_not)
{
    struct club club;
    require(club_open(&club, f, 0));
    struct uuid sale = club_sell(&club, 0);
    club_feed(&club, CREATED, sale);
    expect(!uuid_is_nil(club_sell(&club, 3)));
    expect(uuid_is_nil(club_sell(&club, 2)));
    club_void(&club, sale);
    club_feed(&club, VOIDED, sale);
    expect_str_eq(club_tell(&club), STR("-3 0 0 0: earned 4 redeemed -3 reversed -4"));
    expect(uuid_is_nil(club_sell(&club, 1)));
    club_close(&club);
}

TEST_ON_BOTH(loyalty_what_is_missing_is_recovered_once)
{
    struct club club;
    struct loyalty_recovered told;
    require(club_open(&club, f, 0));
    struct uuid sales[3];
    for (size_t i = 0; i < COUNT_OF(sales); i++)
        sales[i] = club_sell(&club, 0);
    club_feed(&club, CREATED, sales[1]);
    club_void(&club, sales[1]);
    expect_int_eq(club_recover(&club, sales[0], UUID_NIL, &told), CODE_OK);
    expect(told.sales == 1 && told.counted == 1 && told.points == 4 && !told.more);
    expect_int_eq(club_recover(&club, sales[0], UUID_NIL, &told), CODE_OK);
    expect(told.sales == 1 && told.counted == 0 && told.points == 0);
    expect_int_eq(club_recover(&club, UUID_NIL, club.customer, &told), CODE_OK);
    expect(told.sales == 2 && told.counted == 2 && told.points == 0 && !told.more);
    expect_str_eq(club_tell(&club), STR("8 8 2 88000: earned 4 earned 4 reversed -4 earned 4"));
    expect_int_eq(club_recover(&club, UUID_NIL, club.customer, &told), CODE_OK);
    expect(told.sales == 0 && told.counted == 0);
    expect_int_eq(club_recover(&club, uuid_new(), UUID_NIL, &told), CODE_NOT_FOUND);
    expect_int_eq(club_recover(&club, UUID_NIL, uuid_new(), &told), CODE_NOT_FOUND);
    club_close(&club);
}
