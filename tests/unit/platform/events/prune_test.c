/* Forgetting old events: only what every listener has done. */
#include "platform/events/prune.h"

#include "events_fixture.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const unsigned ONES[] = {1, 1, 1, 1};
static const char FIRST[] = "SELECT coalesce(min(sequence - event_count + 1), 0) FROM outbox";

TEST(old_events_that_were_done_are_forgotten)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    require(events_start(events));
    for (int i = 0; i < 600; i++)
        require(publish(&fixture, events, fixture.outlet, "stock.low", ONES, 4) == CODE_OK);
    expect(events_drain(events, 10000));
    clock_move(6 * DAY_MS);
    publish(&fixture, events, fixture.outlet, "stock.low", ONES, 1);
    expect(events_drain(events, 10000));
    expect_int_eq(events_prune(events), CODE_OK);
    expect_int_eq(number_of(&fixture, FIRST), 1);

    clock_move(DAY_MS + 1);
    expect_int_eq(events_prune(events), CODE_OK);
    expect_int_eq(number_of(&fixture, FIRST), 2401);
    clock_move(9 * DAY_MS);
    expect_int_eq(events_prune(events), CODE_OK);
    expect_int_eq(number_of(&fixture, FIRST), 0);
    publish(&fixture, events, fixture.outlet, "stock.low", ONES, 1);
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, FIRST), 2402);
    events_close(events);
    fixture_close(&fixture);
}

TEST(what_a_listener_has_yet_to_do_stays)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    publish(&fixture, events, fixture.outlet, "stock.low", ONES, 4);
    clock_move(30 * DAY_MS);
    expect_int_eq(events_prune(events), CODE_OK);
    expect_int_eq(number_of(&fixture, FIRST), 1);
    events_close(events);
    fixture_close(&fixture);
}

TEST(a_dead_letter_keeps_its_event)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    static const unsigned two_failing[] = {1, 2, 3};
    fail_aggregate(2, 1000, CODE_INTERNAL);
    for (size_t i = 0; i < COUNT_OF(two_failing); i++)
        publish(&fixture, events, fixture.outlet, "stock.low", &two_failing[i], 1);
    require(events_start(events));
    for (int i = 0;
         i < 20 && number_of(&fixture, "SELECT count(*) FROM event_retries WHERE status = 'dead'") < 1; i++) {
        clock_move(4000);
        events_drain(events, 100);
    }
    clock_move(30 * DAY_MS);
    expect_int_eq(events_prune(events), CODE_OK);
    expect_int_eq(number_of(&fixture, FIRST), 2);
    events_close(events);
    fixture_close(&fixture);
}
