/* Two dispatchers with the same listener on one database, as two processes have: every event still has one
 * effect. */
#include "events_fixture.h"

#define PUBLISHERS 4
#define ROUNDS 60

struct publisher {
    struct fixture *fixture;
    struct events *events;
    struct uuid stream_id;
    struct arena arena;
    bool ok;
};

static enum code publish_some(struct db_tx *tx, void *arg)
{
    struct publisher *publisher = arg;
    struct event_draft drafts[3];
    for (unsigned i = 0; i < 3; i++)
        drafts[i] = (struct event_draft){"stock.low", aggregate(i + 1), STR("{}")};
    event_publish(tx, publisher->events, publisher->stream_id, STR_NONE, drafts, 3);
    return CODE_OK;
}

static void *run_publisher(void *arg)
{
    struct publisher *publisher = arg;
    publisher->ok = true;
    for (int i = 0; i < ROUNDS; i++) {
        publisher->ok &= db_write(publisher->fixture->db, publisher->fixture->business, &publisher->arena,
                                  publish_some, publisher) == CODE_OK;
        arena_reset(&publisher->arena);
    }
    arena_free(&publisher->arena);
    return NULL;
}

TEST(two_dispatchers_have_one_effect_each_event)
{
    struct fixture fixture;
    require(fixture_open(&fixture));
    struct events *one = open_events(&fixture, &LISTENER_ALL), *two = open_events(&fixture, &LISTENER_ALL);
    require(events_start(one) && events_start(two));
    fail_aggregate(2, 5, CODE_INTERNAL);
    struct publisher publishers[PUBLISHERS];
    pthread_t threads[PUBLISHERS];
    for (int i = 0; i < PUBLISHERS; i++) {
        publishers[i] = (struct publisher){
            &fixture, i % 2 ? one : two, i < 2 ? fixture.outlet : fixture.other_outlet, {0}, false};
        require(pthread_create(&threads[i], NULL, run_publisher, &publishers[i]) == 0);
    }
    for (int i = 0; i < PUBLISHERS; i++) {
        pthread_join(threads[i], NULL);
        expect(publishers[i].ok);
    }
    for (int i = 0; i < 60 && !(events_drain(one, 200) && events_drain(two, 200)); i++)
        clock_move(1000);
    expect(events_drain(one, 5000) && events_drain(two, 5000));
    expect_int_eq(number_of(&fixture, "SELECT sum(event_count) FROM outbox"), PUBLISHERS * ROUNDS * 3);
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM audit_log"), PUBLISHERS * ROUNDS * 3);
    expect_int_eq(number_of(&fixture, "SELECT count(DISTINCT entity_id) FROM audit_log"),
                  PUBLISHERS * ROUNDS * 3);
    /* Each aggregate in the order of its stream, whoever handled it. */
    expect_int_eq(
        number_of(&fixture,
                  "SELECT count(*) FROM (SELECT " EFFECT_SEQUENCE " AS s, lag(" EFFECT_SEQUENCE
                  ", 1, 0) OVER "
                  "(PARTITION BY outlet_id, employee_id ORDER BY id) AS p FROM audit_log) WHERE s <= p"),
        0);
    expect_int_eq(number_of(&fixture, "SELECT count(*) FROM event_retries"), 0);
    events_close(one);
    events_close(two);
    fixture_close(&fixture);
}
