/* Events whose listener fails: tried again after 1 s, 2 s, 4 s, then dead; only their own aggregate waits. */
#include "base/clock.h"
#include "events_fixture.h"

static const char RETRYING[] = "SELECT count(*) FROM event_retries WHERE status = 'retrying'";
static const char DEAD[] = "SELECT count(*) FROM event_retries WHERE status = 'dead'";
static const char HANDLED[] = "SELECT count(*) FROM audit_log";
static const char ATTEMPTS[] = "SELECT max(attempts) FROM event_retries";

static const unsigned MIXED[] = {1, 2, 1, 3, 1};

static void move_and_look(struct events *events, int64_t ms)
{
    clock_move(ms);
    runner_look_again(&events->runners[0]);
}

TEST(one_failure_does_not_hold_the_others)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    unsigned all[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    fail_aggregate(4, 2, CODE_INTERNAL); /* once in the batch, once alone */
    publish(&fixture, events, fixture.outlet, "stock.low", all, 9);
    require(events_start(events));
    expect_eventually(&fixture, RETRYING, 1);
    expect_eventually(&fixture, HANDLED, 8);
    expect_str_eq(handled_order(&fixture), STR("1 2 3 5 6 7 8 9"));
    expect_str_eq(retries_of(&fixture), STR("4 retrying 1 1000 INTERNAL"));

    move_and_look(events, 999);
    expect(!events_drain(events, 100));
    expect_int_eq(number_of(&fixture, HANDLED), 8);
    move_and_look(events, 1);
    expect(events_drain(events, 10000));
    expect_str_eq(handled_order(&fixture), STR("1 2 3 5 6 7 8 9 4"));
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM event_retries"), 0);
    events_close(events);
    fixture_close(&fixture);
}

TEST(after_four_attempts_an_event_is_dead)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    fail_aggregate(1, 1000, CODE_NOT_FOUND);
    publish(&fixture, events, fixture.outlet, "stock.low", MIXED, 1);
    require(events_start(events));
    expect_eventually(&fixture, RETRYING, 1);
    static const struct {
        int64_t wait_ms;
        const char *retries;
    } attempts[] = {{1000, "1 retrying 2 2000 NOT_FOUND"},
                    {2000, "1 retrying 3 4000 NOT_FOUND"},
                    {4000, "1 dead 4 - NOT_FOUND"}};
    for (int i = 0; i < 3; i++) {
        test_note("attempt %d", i + 2);
        move_and_look(events, attempts[i].wait_ms - 1);
        expect(!events_drain(events, 50));
        expect_int_eq(number_of(&fixture, ATTEMPTS), i + 1);
        move_and_look(events, 1);
        expect_eventually(&fixture, ATTEMPTS, i + 2);
        expect_str_eq(retries_of(&fixture), str_of(attempts[i].retries));
    }
    expect(events_drain(events, 10000)); /* parked */
    expect_int_eq(number_of(&fixture, HANDLED), 0);
    publish(&fixture, events, fixture.outlet, "stock.low", MIXED + 1, 1);
    expect(events_drain(events, 10000));
    expect_str_eq(handled_order(&fixture), STR("2"));
    struct listener_stats stats;
    size_t stats_count;
    require(events_stats(events, UUID_NIL, &stats, &stats_count) == CODE_OK && stats_count == 1);
    expect_int_eq(stats.dead, 1);
    expect_int_eq(stats.rates[2].handled, 1);
    expect_int_eq(stats.pending, 0);
    events_close(events);
    fixture_close(&fixture);
}

TEST(later_events_of_the_aggregate_follow_in_order)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    fail_aggregate(1, 2, CODE_INTERNAL);
    publish(&fixture, events, fixture.outlet, "stock.low", MIXED, 5);
    require(events_start(events));
    expect_eventually(&fixture, HANDLED, 2);
    expect_eventually(&fixture, "SELECT count(*) FROM event_retries", 3);
    expect_str_eq(handled_order(&fixture), STR("2 3"));
    expect_str_eq(retries_of(&fixture), STR("1 retrying 1 1000 INTERNAL, 3 waiting 0 - -, 5 waiting 0 - -"));
    publish(&fixture, events, fixture.outlet, "stock.low", MIXED, 2);
    expect_eventually(&fixture, HANDLED, 3);
    move_and_look(events, 1000);
    expect(events_drain(events, 10000));
    expect_str_eq(handled_order(&fixture), STR("2 3 2 1 1 1 1"));
    expect_int_eq(
        number_of(&fixture,
                  "SELECT count(*) FROM (SELECT " EFFECT_SEQUENCE " AS s, lag(" EFFECT_SEQUENCE
                  ", 1, 0) OVER "
                  "(PARTITION BY outlet_id, employee_id ORDER BY id) AS p FROM audit_log) WHERE s <= p"),
        0);
    events_close(events);
    fixture_close(&fixture);
}

TEST(a_follower_that_fails_is_tried_like_any_other)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    fail_aggregate(1, 2, CODE_INTERNAL);
    publish(&fixture, events, fixture.outlet, "stock.low", MIXED, 5);
    require(events_start(events));
    expect_eventually(&fixture, "SELECT count(*) FROM event_retries", 3);
    /* The first succeeds on its second attempt now; then the next fails four times. */
    for (int i = 0; i < 20 && number_of(&fixture, HANDLED) < 3; i++) {
        move_and_look(events, 1000);
        events_drain(events, 100);
    }
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, HANDLED), 5);

    fail_aggregate(1, 1000, CODE_INTERNAL);
    publish(&fixture, events, fixture.outlet, "stock.low", MIXED, 5);
    for (int i = 0; i < 20 && number_of(&fixture, DEAD) < 1; i++) {
        move_and_look(events, 4000);
        events_drain(events, 100);
    }
    expect(events_drain(events, 10000));
    expect_str_eq(retries_of(&fixture), STR("6 dead 4 - INTERNAL, 8 waiting 0 - -, 10 waiting 0 - -"));
    events_close(events);
    fixture_close(&fixture);
}

TEST(a_statement_that_the_database_refuses_is_a_failure)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    fail_aggregate_by_statement(2, 2);
    publish(&fixture, events, fixture.outlet, "stock.low", MIXED, 5);
    require(events_start(events));
    expect_eventually(&fixture, HANDLED, 4);
    expect_str_eq(retries_of(&fixture), STR("2 retrying 1 1000 CONFLICT"));
    move_and_look(events, 1000);
    expect(events_drain(events, 10000));
    expect_str_eq(handled_order(&fixture), STR("1 1 3 1 2"));
    events_close(events);
    fixture_close(&fixture);
}

TEST(a_retry_survives_a_restart)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    fail_aggregate(1, 2, CODE_INTERNAL);
    publish(&fixture, events, fixture.outlet, "stock.low", MIXED, 5);
    require(events_start(events));
    expect_eventually(&fixture, "SELECT count(*) FROM event_retries", 3);
    events_close(events);
    clock_move(5000);
    events = open_events(&fixture, &LISTENER_ALL);
    require(events_start(events));
    expect(events_drain(events, 10000));
    expect_str_eq(handled_order(&fixture), STR("2 3 1 1 1"));
    events_close(events);
    fixture_close(&fixture);
}

TEST(businesses_take_turns_in_what_is_due)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    unsigned busy[40], lone = 9;
    for (unsigned i = 0; i < COUNT_OF(busy); i++)
        busy[i] = i + 100;
    fail_all(1000);
    publish(&fixture, events, fixture.outlet, "stock.low", busy, COUNT_OF(busy));
    require(events_start(events));
    expect_eventually(&fixture, RETRYING, COUNT_OF(busy));
    clock_move(1); /* all of the other's are due before its own */
    fixture.business = fixture_add_business(&fixture);
    publish(&fixture, events, fixture.other_outlet, "stock.low", &lone, 1);
    expect_eventually(&fixture, RETRYING, COUNT_OF(busy) + 1);

    fail_all(0);
    move_and_look(events, 1000);
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, HANDLED), COUNT_OF(busy) + 1);
    expect_int_eq(number_of(&fixture,
                            "SELECT n FROM (SELECT business_id AS b, row_number() OVER (ORDER BY id) "
                            "AS n FROM audit_log) WHERE b = (SELECT max(business_id) FROM businesses)"),
                  2);
    events_close(events);
    fixture_close(&fixture);
}
