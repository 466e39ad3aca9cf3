/* What a listener gets: every event of its streams, in order, once; also after a restart. */
#include "base/clock.h"
#include "events_fixture.h"

static const unsigned ONE_TO_NINE[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static const char NOT_READ[] =
    "SELECT count(*) FROM outlet_counters c LEFT JOIN event_cursors e "
    "ON e.stream_id = c.outlet_id WHERE c.last_sequence <> coalesce(e.position, 0)";
/* Effects of a stream that do not follow its order. */
static const char OUT_OF_ORDER[] =
    "SELECT count(*) FROM (SELECT " EFFECT_SEQUENCE " AS s, lag(" EFFECT_SEQUENCE ", 1, 0) "
    "OVER (PARTITION BY outlet_id ORDER BY id) AS p FROM audit_log) WHERE s <> p + 1";

TEST(every_event_is_handled_in_order_once)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    require(events_start(events));
    struct uuid streams[] = {fixture.outlet, fixture.other_outlet, fixture.business};
    for (int i = 0; i < 90; i++)
        require(publish(&fixture, events, streams[i % 3], "stock.low", ONE_TO_NINE, 1 + (size_t)i % 9) ==
                CODE_OK);
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), 450);
    expect_int_eq(number_of(&fixture, NOT_ONCE), 0);
    expect_int_eq(number_of(&fixture, OUT_OF_ORDER), 0);
    expect_int_eq(number_of(&fixture, NOT_READ), 0);
    events_close(events);
    fixture_close(&fixture);
}

TEST(what_was_published_before_the_start_is_found)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    for (int i = 0; i < 30; i++) /* more than a batch */
        require(publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 9) == CODE_OK);
    require(events_start(events));
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), 270);
    expect_int_eq(number_of(&fixture, OUT_OF_ORDER), 0);
    events_close(events);

    events = open_events(&fixture, &LISTENER_ALL);
    require(publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 9) == CODE_OK);
    require(events_start(events));
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, NOT_ONCE), 0);
    expect_int_eq(number_of(&fixture, OUT_OF_ORDER), 0);
    events_close(events);
    fixture_close(&fixture);
}

TEST(events_of_no_interest_are_passed)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_STOCK);
    require(events_start(events));
    publish(&fixture, events, fixture.outlet, "transaction.created", ONE_TO_NINE, 3);
    publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 2);
    publish(&fixture, events, fixture.outlet, "shift.started", ONE_TO_NINE, 1);
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), 2);
    expect_int_eq(
        number_of(&fixture, "SELECT count(*) FROM audit_log WHERE CAST(action AS TEXT) <> 'stock.low'"), 0);
    expect_int_eq(number_of(&fixture, NOT_READ), 0);
    events_close(events);
    fixture_close(&fixture);
}

TEST(drain_tells_when_nobody_listens)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 1);
    expect(!events_drain(events, 50));
    events_close(events);
    fixture_close(&fixture);
}

TEST(a_listener_that_lingers_waits_for_company)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct listener patient = LISTENER_ALL;
    patient.linger_ms = 3600 * 1000;
    struct events *events = open_events(&fixture, &patient);
    require(events_start(events));
    expect(events_drain(events, 10000));
    for (int i = 0; i < 20; i++)
        require(publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 2) == CODE_OK);
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), 0);
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, NOT_ONCE), 0);
    expect_int_eq(number_of(&fixture, OUT_OF_ORDER), 0);

    patient.linger_ms = 1;
    require(publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 2) == CODE_OK);
    expect_eventually(&fixture, "SELECT count(*) FROM audit_log", 42);
    events_close(events);
    fixture_close(&fixture);
}

TEST(the_figures_tell_what_waits)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    struct listener_stats stats;
    size_t stats_count;
    publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 3);
    clock_move(2500);
    publish(&fixture, events, fixture.business, "stock.low", ONE_TO_NINE, 1);
    require(events_stats(events, UUID_NIL, &stats, &stats_count) == CODE_OK && stats_count == 1);
    expect_text_eq(stats.name, "test.all");
    expect_int_eq(stats.pending, 4);
    expect_int_eq(stats.lag_ms, 2500);
    require(events_start(events));
    expect(events_drain(events, 10000));
    require(events_stats(events, UUID_NIL, &stats, &stats_count) == CODE_OK && stats_count == 1);
    expect_int_eq(stats.pending, 0);
    expect_int_eq(stats.lag_ms, 0);
    expect_int_eq(stats.rates[2].handled, 4);
    expect_int_eq(stats.rates[2].failed, 0);
    events_close(events);
    fixture_close(&fixture);
}
