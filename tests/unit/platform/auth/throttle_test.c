/* The brakes: how many pass, how long one waits, and that a flood of others frees nobody. */
#include "platform/auth/throttle.h"
#include "test.h"

static int passes(struct throttle *throttle, enum throttle_kind kind, struct str subject, int64_t now_ms)
{
    int count = 0;
    while (count < 1000 && throttle_take(throttle, kind, subject, now_ms) == 0)
        count++;
    return count;
}

TEST(throttle_lets_a_burst_pass_and_then_one_by_one)
{
    struct throttle *throttle = throttle_open(1024);
    struct {
        enum throttle_kind kind;
        int burst;
        int64_t refill_s;
    } cases[] = {
        {THROTTLE_LOGIN_ADDRESS, 30, 2},
        {THROTTLE_LOGIN_ACCOUNT, 10, 30},
        {THROTTLE_REGISTER_ADDRESS, 10, 360},
        {THROTTLE_REFRESH_ADDRESS, 60, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct str subject = STR("ani@example.test");
        int64_t now_ms = 5000;
        expect_int_eq(passes(throttle, cases[i].kind, subject, now_ms), cases[i].burst);
        expect_int_eq(throttle_take(throttle, cases[i].kind, subject, now_ms), cases[i].refill_s);
        now_ms += cases[i].refill_s * 1000 - 1;
        expect_int_eq(throttle_take(throttle, cases[i].kind, subject, now_ms), 1);
        now_ms += 1;
        expect_int_eq(passes(throttle, cases[i].kind, subject, now_ms), 1);
        now_ms += cases[i].refill_s * 1000 * 10000;
        expect_int_eq(passes(throttle, cases[i].kind, subject, now_ms), cases[i].burst);
    }
    throttle_close(throttle);
}

TEST(throttle_keeps_subjects_and_kinds_apart)
{
    struct throttle *throttle = throttle_open(1024);
    passes(throttle, THROTTLE_LOGIN_ACCOUNT, STR("ani@example.test"), 0);
    expect_int_eq(passes(throttle, THROTTLE_LOGIN_ACCOUNT, STR("budi@example.test"), 0), 10);
    expect_int_eq(passes(throttle, THROTTLE_LOGIN_ADDRESS, STR("ani@example.test"), 0), 30);
    throttle_close(throttle);
}

TEST(throttle_gives_back)
{
    struct throttle *throttle = throttle_open(1024);
    struct str ani = STR("ani@example.test");
    for (int i = 0; i < 100; i++) {
        expect_int_eq(throttle_take(throttle, THROTTLE_LOGIN_ACCOUNT, ani, 7), 0);
        throttle_give_back(throttle, THROTTLE_LOGIN_ACCOUNT, ani);
    }
    expect_int_eq(passes(throttle, THROTTLE_LOGIN_ACCOUNT, ani, 7), 10);
    throttle_give_back(throttle, THROTTLE_LOGIN_ACCOUNT, STR("nobody"));
    throttle_close(throttle);
}

TEST(throttle_holds_through_a_flood_of_others)
{
    struct throttle *throttle = throttle_open(1024);
    struct str victim = STR("victim@example.test");
    expect_int_eq(passes(throttle, THROTTLE_LOGIN_ACCOUNT, victim, 0), 10);
    for (int i = 0; i < 100000; i++)
        throttle_take(throttle, THROTTLE_LOGIN_ACCOUNT, str_format(test_arena(), "%d", i), 0);
    expect(throttle_take(throttle, THROTTLE_LOGIN_ACCOUNT, victim, 0) > 0);
    throttle_close(throttle);
}

TEST(throttle_that_is_off_lets_all_pass)
{
    for (int i = 0; i < 1000; i++)
        expect_int_eq(throttle_take(NULL, THROTTLE_LOGIN_ACCOUNT, STR("x"), 0), 0);
    throttle_give_back(NULL, THROTTLE_LOGIN_ACCOUNT, STR("x"));
}

TEST(throttle_takes_the_64_bits_of_a_subscriber)
{
    const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true},
        {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
        {"", "192.0.2.1", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char a[THROTTLE_ADDRESS_MAX], b[THROTTLE_ADDRESS_MAX];
        test_note("%s, %s", cases[i].a, cases[i].b);
        expect_int_eq(
            str_eq(throttle_address(str_of(cases[i].a), a), throttle_address(str_of(cases[i].b), b)),
            cases[i].same);
    }
}
