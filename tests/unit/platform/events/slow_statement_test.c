/* A listener's statement that runs into one of PostgreSQL's timeouts fails, as any other that is refused: the
 * database is there, and the events of others go on. */
#include "base/clock.h"
#include "platform/db/fixture.h"
#include "platform/events/dispatcher.h"

#include <time.h>

DB_STATEMENT(SLOW_TAKE, "INSERT INTO audit_log (business_id, id, entity_id, action, details) "
                        "VALUES ($1, $2, $3, $4, $4)");
DB_STATEMENT(SLOW_STATE, "SELECT (SELECT COUNT(*) FROM audit_log WHERE business_id = $1), "
                         "(SELECT COUNT(*) FROM event_retries WHERE business_id = $1), "
                         "(SELECT MAX(reason) FROM event_retries WHERE business_id = $1)");

static enum code take(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    (void)platform;
    db_query(tx, &SLOW_TAKE, DB_UUID(uuid_new()), DB_UUID(event->event_id), DB_BYTES(event->name));
    return CODE_OK;
}

static const struct listener SLOW = {"test.slow", "stock.*", take, "Takes, at times slowly."};

static enum code publish_two(struct db_tx *tx, void *arg)
{
    struct event_draft drafts[] = {{"stock.low", fixture_id(1), STR("{}")},
                                   {"stock.counted", fixture_id(2), STR("{}")}};
    event_publish(tx, arg, fixture_id(900), STR("till"), drafts, COUNT_OF(drafts));
    return CODE_OK;
}

struct state {
    int64_t effects, aside;
    char reason[32];
};

static enum code read_state(struct db_tx *tx, void *arg)
{
    struct state *state = arg;
    struct db_rows *rows = db_query(tx, &SLOW_STATE);
    state->effects = db_int(rows, 0, 0);
    state->aside = db_int(rows, 0, 1);
    snprintf(state->reason, sizeof state->reason, "%.*s", STR_ARG(db_text(rows, 0, 2)));
    return CODE_OK;
}

/* At most 30 s. */
static struct state await_effects(struct fixture *f, int64_t effects)
{
    struct state state = {0};
    int64_t end = clock_monotonic_ns() + INT64_C(30000000000);
    while (clock_monotonic_ns() < end && state.effects < effects) {
        nanosleep(&(struct timespec){0, 5000000}, NULL);
        if (!expect(db_read(f->db, f->business, &f->arena, read_state, &state) == CODE_OK))
            break;
    }
    expect_int_eq(state.effects, effects);
    return state;
}

/* The timeout itself is the server's: here it is told to answer as if one had passed. */
static void slow_with(struct fixture *f, const char *sqlstate)
{
    const struct listener *listener = &SLOW;
    char sql[400];
    snprintf(
        sql, sizeof sql,
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.action = 'stock.low' "
        "THEN RAISE EXCEPTION 'slow' USING ERRCODE = '%s'; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER slow BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION slow()",
        sqlstate);
    fixture_on_postgres(sql);
    test_note("%s", sqlstate);
    struct events *events = events_open(f->db, NULL, &listener, 1);
    require(events && events_start(events));
    require(db_write(f->db, f->business, &f->arena, publish_two, events) == CODE_OK);
    struct state state = await_effects(f, 1); /* the second event's */
    expect_int_eq(state.aside, 1);
    expect_str_eq(str_of(state.reason), STR("TIMED_OUT"));

    fixture_on_postgres("SET client_min_messages = warning; DROP FUNCTION slow CASCADE");
    expect_int_eq(await_effects(f, 2).aside, 0); /* at the next attempt */
    events_close(events);
}

static void statement_timeout(struct fixture *f) { slow_with(f, "57014"); }
static void lock_timeout(struct fixture *f) { slow_with(f, "55P03"); }

TEST(a_statement_that_is_too_slow_is_a_failure) { fixture_run(statement_timeout, DB_POSTGRES); }
TEST(a_lock_that_is_not_to_be_had_is_a_failure) { fixture_run(lock_timeout, DB_POSTGRES); }
