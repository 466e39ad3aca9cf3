/* What listeners publish: with their batch, at its end, in its order, once. */
#include "events_fixture.h"

static struct uuid elsewhere; /* a stream that sorts before or behind the event's own */
static int failures;
static int taken_early; /* counters that a handler's publishing took at once */

DB_STATEMENT(TEST_COUNTER,
             "SELECT last_sequence FROM outlet_counters WHERE business_id = $1 AND outlet_id = $2");

static int64_t counter_of(struct db_tx *tx, struct uuid stream_id)
{
    struct db_rows *rows = db_query(tx, &TEST_COUNTER, DB_UUID(stream_id));
    return rows->count ? db_int(rows, 0, 0) : 0;
}

static enum code echo(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    struct events *events = (struct events *)platform; /* as echo_open hands it in */
    const struct event_draft draft = {"echo.made", event->aggregate_id, STR("{}")};
    char data[] = "{\"gone\":\"after the call\"}";
    const struct event_draft local = {"echo.local", event->aggregate_id, {data, sizeof data - 1}};
    int64_t before = counter_of(tx, elsewhere);
    event_publish(tx, events, elsewhere, event->correlation_id, &draft, 1);
    taken_early += counter_of(tx, elsewhere) != before;
    event_publish(tx, events, event->stream_id, event->correlation_id, &local, 1);
    memset(data, 'x', sizeof data);
    return uuid_eq(event->aggregate_id, aggregate(5)) && failures-- > 0 ? CODE_INTERNAL : CODE_OK;
}
static const struct listener LISTENER_ECHO = {"test.echo", "stock.*", echo, "Answers every event.",
                                              .linger_ms = 0};

/* Events of the name that are not in the order of what they answer. */
#define OUT_OF_PLACE(name)                                                                             \
    "SELECT count(*) FROM (SELECT employee_id AS id, lag(employee_id) OVER (ORDER BY " EFFECT_SEQUENCE \
    ") AS before FROM audit_log WHERE CAST(action AS TEXT) = '" name "') WHERE before >= id"

static const unsigned ONE_TO_NINE[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void try_echoes(int times)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    const struct listener *listeners[] = {&LISTENER_ECHO, &LISTENER_ALL};
    struct events *events = events_open(fixture.db, NULL, listeners, COUNT_OF(listeners));
    require(events);
    events->platform = (struct platform *)events;
    elsewhere = fixture.other_outlet;
    failures = times;
    taken_early = 0;
    publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 9);
    require(events_start(events));
    if (times > 1) {
        expect_eventually(&fixture, "SELECT count(*) FROM event_retries WHERE status = 'retrying'", 1);
        clock_move(1000);
        runner_look_again(&events->runners[0]);
    }
    expect(events_drain(events, 10000));
    expect_int_eq(taken_early, 0);
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), 27);
    expect_int_eq(number_of(&fixture, NOT_ONCE), 0);
    expect_int_eq(
        number_of(&fixture, "SELECT count(*) FROM audit_log WHERE CAST(action AS TEXT) = 'echo.made'"), 9);
    expect_int_eq(number_of(&fixture, OUT_OF_PLACE("echo.made")),
                  times > 1 ? 1 : 0); /* the one that failed */
    expect_int_eq(number_of(&fixture, OUT_OF_PLACE("echo.local")), times > 1 ? 1 : 0);
    events_close(events);
    fixture_close(&fixture);
}

TEST(what_a_listener_publishes_comes_with_its_batch) { try_echoes(0); }
TEST(a_batch_that_fails_publishes_nothing_of_its_own) { try_echoes(1); }
TEST(what_is_tried_again_publishes_at_its_end_too) { try_echoes(2); }
