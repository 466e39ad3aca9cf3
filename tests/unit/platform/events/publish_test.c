/* Events in the outbox: numbered without gaps a stream, only when the transaction commits. */
#include "events_fixture.h"

static const unsigned ONE_TO_FIVE[] = {1, 2, 3, 4, 5};

TEST(events_are_numbered_without_gaps)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    require(events);
    expect_int_eq(publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_FIVE, 2), CODE_OK);
    expect_int_eq(publish(&fixture, events, fixture.business, "catalog.changed", ONE_TO_FIVE, 1), CODE_OK);
    expect_int_eq(publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_FIVE, 3), CODE_OK);
    expect_int_eq(publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_FIVE, 0), CODE_OK);
    expect_int_eq(number_of(&fixture, "SELECT count(*) * 10 + sum(event_count) FROM outbox"), 36);
    expect_int_eq(number_of(&fixture, "SELECT count(*) * 1000 + sum(sequence) * 10 + sum(event_count) "
                                      "FROM outbox WHERE first_event = 137"),
                  2000 + (2 + 5) * 10 + 5);
    expect_int_eq(number_of(&fixture, "SELECT sequence FROM outbox WHERE first_event = 144"), 1);
    expect_int_eq(number_of(&fixture, "SELECT max(last_sequence) FROM outlet_counters"), 5);
    events_close(events);
    fixture_close(&fixture);
}

struct refusal {
    struct events *events;
    struct uuid stream_id;
};

static enum code publish_and_refuse(struct db_tx *tx, void *arg)
{
    struct refusal *refusal = arg;
    struct event_draft draft = {"stock.low", aggregate(1), STR("{}")};
    event_publish(tx, refusal->events, refusal->stream_id, STR_NONE, &draft, 1);
    return CODE_INSUFFICIENT_STOCK;
}

TEST(a_refused_transaction_publishes_nothing)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *events = open_events(&fixture, &LISTENER_ALL);
    require(events_start(events));
    struct refusal refusal = {events, fixture.outlet};
    expect_int_eq(db_write(fixture.db, fixture.business, test_arena(), publish_and_refuse, &refusal),
                  CODE_INSUFFICIENT_STOCK);
    expect_int_eq(publish(&fixture, events, fixture.outlet, "stock.low", ONE_TO_FIVE, 1), CODE_OK);
    expect(events_drain(events, 10000));
    expect_int_eq(number_of(&fixture, "SELECT sum(event_count) * 10 + max(sequence) FROM outbox"), 11);
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), 1);
    events_close(events);
    fixture_close(&fixture);
}

static enum code idle(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    (void)platform;
    (void)tx, (void)event;
    return CODE_OK;
}

TEST(a_faulty_table_of_listeners_is_refused)
{
    static const struct listener good = {"a.b", "*", idle, "x"}, same = {"a.b", "c.*", idle, "x"},
                                 nameless = {"Audit", "*", idle, "x"}, vague = {"a.c", "c", idle, "x"},
                                 idler = {"a.d", "*", NULL, "x"};
    const struct listener *tables[][2] = {
        {&good, &same}, {&good, &nameless}, {&good, &vague}, {&good, &idler}};
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        expect(!events_open(NULL, NULL, tables[i], 2));
    struct events *events = events_open(NULL, NULL, tables[0], 1);
    expect(events);
    events_close(events);
}
