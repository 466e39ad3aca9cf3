/* A listener that takes the next events of a stream together. */
#include "events_fixture.h"

#include <stdatomic.h>

static _Atomic int calls;

static enum code take_many(struct platform *platform, struct db_tx *tx, const struct event *const *events,
                           size_t count)
{
    enum code code = CODE_OK;
    calls++;
    for (size_t i = 0; i < count && !code; i++)
        code = LISTENER_STOCK.handle(platform, tx, events[i]);
    return code;
}

static struct listener together(void)
{
    struct listener listener = LISTENER_STOCK;
    listener.handle_many = take_many;
    calls = 0;
    return listener;
}

TEST(events_are_taken_together_in_order_once)
{
    static const unsigned few[] = {1, 2, 3, 4, 5};
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct listener listener = together();
    struct events *events = open_events(&fixture, &listener);
    publish(&fixture, events, fixture.outlet, "stock.low", few, 3);
    publish(&fixture, events, fixture.outlet, "shift.started", few, 5); /* of no interest */
    publish(&fixture, events, fixture.outlet, "stock.low", few + 3, 2);
    require(events_start(events));
    expect(events_drain(events, 10000));
    expect_str_eq(handled_order(&fixture), STR("1 2 3 4 5"));
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), 5);
    expect_int_eq(calls, 1);
    publish(&fixture, events, fixture.outlet, "shift.started", few, 5);
    expect(events_drain(events, 10000));
    expect_int_eq(calls, 1); /* not for nothing */
    events_close(events);
    fixture_close(&fixture);
}

TEST(one_that_fails_among_them_is_put_aside_alone)
{
    static const unsigned few[] = {1, 2, 3, 4, 5};
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct listener listener = together();
    struct events *events = open_events(&fixture, &listener);
    fail_aggregate(3, 2, CODE_INTERNAL); /* among the others, and alone */
    publish(&fixture, events, fixture.outlet, "stock.low", few, 5);
    require(events_start(events));
    expect_eventually(&fixture, "SELECT count(*) FROM audit_log", 4);
    expect_str_eq(handled_order(&fixture), STR("1 2 4 5"));
    expect_str_eq(retries_of(&fixture), STR("3 retrying 1 1000 INTERNAL"));
    clock_move(1000);
    runner_look_again(&events->runners[0]);
    expect(events_drain(events, 10000));
    expect_str_eq(handled_order(&fixture), STR("1 2 4 5 3"));
    events_close(events);
    fixture_close(&fixture);
}
