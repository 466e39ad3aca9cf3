/* Two dispatchers with the same listener, as two processes on one database have: what failed is tried by one
 * of them, once; dead letters are retried and discarded while both look. On both engines. */
#include "base/clock.h"
#include "platform/db/fixture.h"
#include "platform/events/dead_letters.h"
#include "platform/events/dispatcher.h"

#include <time.h>

#define EVENTS 40

DB_STATEMENT(TEST_TAKE, "INSERT INTO audit_log (business_id, id, entity_id, action, details) "
                        "VALUES ($1, $2, $3, $4, $4)");
DB_STATEMENT(TEST_TAKEN, "SELECT COUNT(*), COUNT(DISTINCT entity_id) FROM audit_log WHERE business_id = $1");
DB_STATEMENT(TEST_ASIDE, "SELECT COUNT(*) FILTER (WHERE status = 'dead'), COUNT(*) FROM event_retries "
                         "WHERE business_id = $1");

/* How often events still fail, by their aggregate. */
static _Atomic int failures[EVENTS];

static enum code take(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    (void)platform;
    size_t number = event->aggregate_id.bytes[15];
    if (number < EVENTS && atomic_load(&failures[number]) > 0) {
        atomic_fetch_sub(&failures[number], 1);
        return CODE_INTERNAL;
    }
    db_query(tx, &TEST_TAKE, DB_UUID(uuid_new()), DB_UUID(event->event_id), DB_BYTES(event->name));
    return CODE_OK;
}

static const struct listener TAKER = {"test.taker", "stock.*", take, "Takes.", 0, 2};

static void fail_all(int times)
{
    for (size_t i = 0; i < EVENTS; i++)
        atomic_store(&failures[i], times);
}

struct publication {
    struct events *events;
    struct uuid stream;
    int first, count;
};

static enum code run_publication(struct db_tx *tx, void *arg)
{
    const struct publication *publication = arg;
    for (int i = 0; i < publication->count; i++) {
        struct event_draft draft = {"stock.low", fixture_id(publication->first + i), STR("{}")};
        event_publish(tx, publication->events, publication->stream, STR("till"), &draft, 1);
    }
    return CODE_OK;
}

static void publish(struct fixture *f, struct events *events, int stream, int first, int count)
{
    struct publication publication = {events, fixture_id(stream), first, count};
    require(db_write(f->db, f->business, &f->arena, run_publication, &publication) == CODE_OK);
}

struct state {
    int64_t effects, events, dead, aside;
};

static enum code read_state(struct db_tx *tx, void *arg)
{
    struct db_rows *taken = db_ask(tx, &TEST_TAKEN), *aside = db_query(tx, &TEST_ASIDE);
    *(struct state *)arg =
        (struct state){db_int(taken, 0, 0), db_int(taken, 0, 1), db_int(aside, 0, 0), db_int(aside, 0, 1)};
    return CODE_OK;
}

static struct state state_of(struct fixture *f)
{
    struct state state = {0};
    struct arena arena = {0};
    expect(db_read(f->db, f->business, &arena, read_state, &state) == CODE_OK);
    arena_free(&arena);
    return state;
}

/* At most 30 s. */
static bool becomes(struct fixture *f, int64_t effects, int64_t dead, int64_t aside)
{
    int64_t end = clock_monotonic_ns() + INT64_C(30000000000);
    while (clock_monotonic_ns() < end) {
        struct state state = state_of(f);
        if (state.effects == effects && state.dead == dead && state.aside == aside)
            return state.events == effects;
        nanosleep(&(struct timespec){0, 5000000}, NULL);
    }
    struct state state = state_of(f);
    test_note("%lld effects of %lld events, %lld dead of %lld aside", (long long)state.effects,
              (long long)state.events, (long long)state.dead, (long long)state.aside);
    return false;
}

struct pair {
    struct events *one, *two;
};

static struct pair open_pair(struct fixture *f)
{
    const struct listener *listener = &TAKER;
    struct pair pair = {events_open(f->db, NULL, &listener, 1), events_open(f->db, NULL, &listener, 1)};
    expect(events_start(pair.one) && events_start(pair.two));
    return pair;
}

static void close_pair(struct pair *pair)
{
    events_close(pair->one);
    events_close(pair->two);
}

TEST_ON_BOTH(what_failed_is_tried_by_one_of_two)
{
    struct pair pair = open_pair(f);
    fail_all(3); /* in the batch, alone, at the first retry */
    for (int i = 0; i < EVENTS; i++)
        publish(f, i % 2 ? pair.one : pair.two, 1000 + i % 4, i, 1);
    runner_look_again(&pair.one->runners[0]);
    runner_look_again(&pair.two->runners[0]);
    /* Both wake at the same instants: each look at the table finds the same rows due. */
    for (int i = 0; i < 400 && state_of(f).aside; i++) {
        runner_look_again(&pair.one->runners[0]);
        runner_look_again(&pair.two->runners[0]);
        nanosleep(&(struct timespec){0, 20000000}, NULL);
    }
    expect(becomes(f, EVENTS, 0, 0));
    close_pair(&pair);
}

struct ending {
    struct events *events;
    size_t discarded, retried;
};

static enum code end_letters(struct db_tx *tx, void *arg)
{
    struct ending *ending = arg;
    struct dead_letter_filter filter = {.limit = 100};
    struct dead_letter *letters, ended;
    memset(filter.before.bytes, 0xFF, sizeof filter.before.bytes);
    size_t count = dead_letters_list(tx, &filter, &letters);
    ending->discarded = ending->retried = 0;
    for (size_t i = 0; i < count; i++) {
        bool discard = letters[i].aggregate_id.bytes[15] % 2;
        enum code code = discard ? dead_letter_discard(tx, ending->events, UUID_NIL, letters[i].id, &ended)
                                 : dead_letter_retry(tx, ending->events, UUID_NIL, letters[i].id, &ended);
        expect_int_eq(code, CODE_OK);
        expect_int_eq(letters[i].waiting, 1);
        expect(letters[i].event && str_eq(letters[i].event->name, STR("stock.low")));
        *(discard ? &ending->discarded : &ending->retried) += 1;
    }
    return CODE_OK;
}

static enum code end_foreign(struct db_tx *tx, void *arg)
{
    struct ending *ending = arg;
    struct dead_letter_filter filter = {.limit = 100};
    struct dead_letter *letters, ended;
    memset(filter.before.bytes, 0xFF, sizeof filter.before.bytes);
    if (!expect(dead_letters_list(tx, &filter, &letters) == 4))
        return CODE_OK;
    filter.outlet_id = fixture_id(55); /* another outlet's manager */
    struct uuid id = letters[0].id;
    expect_int_eq(dead_letter_discard(tx, ending->events, filter.outlet_id, id, &ended), CODE_NOT_FOUND);
    expect_int_eq(dead_letter_retry(tx, ending->events, filter.outlet_id, id, &ended), CODE_NOT_FOUND);
    expect_int_eq(dead_letters_retry_all(tx, ending->events, filter.outlet_id, STR_NONE), 0);
    expect_int_eq((int64_t)dead_letters_list(tx, &filter, &letters), 0);
    expect_int_eq(dead_letters_retry_all(tx, ending->events, UUID_NIL, STR("test.other")), 0);
    db_become(tx, fixture_id(77)); /* another business */
    expect_int_eq(dead_letter_discard(tx, ending->events, UUID_NIL, id, &ended), CODE_NOT_FOUND);
    return CODE_OK;
}

TEST_ON_BOTH(the_end_of_a_dead_letter_lets_the_next_one_go)
{
    struct pair pair = open_pair(f);
    struct ending ending = {.events = pair.one};
    fail_all(0);
    for (int i = 0; i < 4; i++)
        atomic_store(&failures[i], 1000);
    publish(f, pair.one, 2000, 0, 4);
    publish(f, pair.two, 2000, 0, 4); /* wait behind the first of their aggregate */
    require(becomes(f, 0, 4, 8));
    expect_int_eq(db_write(f->db, f->business, &f->arena, end_foreign, &ending), CODE_OK);
    expect(becomes(f, 0, 4, 8));
    fail_all(0);
    expect_int_eq(db_write(f->db, f->business, &f->arena, end_letters, &ending), CODE_OK);
    expect_int_eq((int64_t)ending.discarded, 2);
    expect_int_eq((int64_t)ending.retried, 2);
    expect(becomes(f, 6, 0, 0));
    close_pair(&pair);
}
