/* What listeners publish: with their batch, at its end, in its order, once. */
#include "events_fixture.h"

static struct uuid elsewhere; /* a stream that sorts before or behind the event's own */
static int failures;

static enum code echo(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    struct events *events = (struct events *)platform; /* as echo_open hands it in */
    const struct event_draft draft = {"echo.made", event->aggregate_id, STR("{}")};
    char data[] = "{\"gone\":\"after the call\"}";
    const struct event_draft local = {"echo.local", event->aggregate_id, {data, sizeof data - 1}};
    event_publish(tx, events, elsewhere, event->correlation_id, &draft, 1);
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
    publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_NINE, 9);
    require(events_start(events));
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), 27);
    expect_int_eq(number_of(&fixture, NOT_ONCE), 0);
    expect_int_eq(
        number_of(&fixture, "SELECT count(*) FROM audit_log WHERE CAST(action AS TEXT) = 'echo.made'"), 9);
    expect_int_eq(number_of(&fixture, OUT_OF_PLACE("echo.made")), 0);
    expect_int_eq(number_of(&fixture, OUT_OF_PLACE("echo.local")), 0);
    events_close(events);
    fixture_close(&fixture);
}

TEST(what_a_listener_publishes_comes_with_its_batch) { try_echoes(0); }
TEST(a_batch_that_fails_publishes_nothing_of_its_own) { try_echoes(1); }
