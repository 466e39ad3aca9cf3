/* The PostgreSQL driver: concurrency and lost connections. */
#include "platform/db/postgres.h"

#include "platform/db/fixture.h"

DB_STATEMENT(POSTGRES_LOCK,
             "SELECT quantity_milli FROM stock_levels WHERE business_id = $1 AND product_id = $2"
             " {for_update}");

/* As a restart of the server would, for this database. */
static void end_all_sessions(void)
{
    fixture_on_postgres(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()");
}

/* ---- Locks in the wrong order ---- */

struct locker {
    struct fixture *f;
    int first, second, runs;
    struct gate *both;
    enum code answer;
    struct arena arena;
    pthread_t thread;
};

static enum code lock_two(struct db_tx *tx, void *arg)
{
    struct locker *locker = arg;
    locker->runs++;
    fixture_ask_change(tx, locker->first, 1);
    db_sync(tx);
    if (locker->runs == 1) {
        gate_add(locker->both, 1);
        gate_await(locker->both, 2);
    }
    fixture_ask_change(tx, locker->second, 1);
    return CODE_OK;
}

static void *lock_main(void *arg)
{
    struct locker *locker = arg;
    locker->answer = db_write(locker->f->db, locker->f->business, &locker->arena, lock_two, locker);
    return NULL;
}

static void deadlock(struct fixture *f)
{
    struct gate both = GATE_INIT;
    require(fixture_put(f, 1, 0) == CODE_OK && fixture_put(f, 2, 0) == CODE_OK);
    struct locker lockers[2] = {{.f = f, .first = 1, .second = 2, .both = &both},
                                {.f = f, .first = 2, .second = 1, .both = &both}};
    for (int i = 0; i < 2; i++)
        pthread_create(&lockers[i].thread, NULL, lock_main, &lockers[i]);
    for (int i = 0; i < 2; i++) {
        pthread_join(lockers[i].thread, NULL);
        arena_free(&lockers[i].arena);
        expect_int_eq(lockers[i].answer, CODE_OK);
    }
    expect_int_eq(lockers[0].runs + lockers[1].runs, 3);
    expect_int_eq(db_stats_of(f->db).retries, 1);
    expect_int_eq(fixture_quantity(f, 1), 2);
    expect_int_eq(fixture_quantity(f, 2), 2);
}

TEST(a_deadlock_is_run_again) { fixture_run(deadlock, DB_POSTGRES); }

/* ---- A serialization failure, as the server words it ---- */

DB_STATEMENT_GLOBAL(POSTGRES_PUT_KEY, "a table without tenants",
                    "INSERT INTO server_keys (kid, purpose, secret, created_at) VALUES ($1, 'p', $2, 0)");

static enum code put_key(struct db_tx *tx, void *arg)
{
    int *runs = arg;
    ++*runs;
    db_ask(tx, &POSTGRES_PUT_KEY, DB_TEXT(*runs < 3 ? STR("busy") : STR("calm")), DB_BYTES(STR("x")));
    return CODE_OK;
}

static void serialization(struct fixture *f)
{
    fixture_on_postgres(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.kid = 'busy' THEN"
        " RAISE EXCEPTION 'later' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER refuse BEFORE INSERT ON server_keys FOR EACH ROW EXECUTE FUNCTION refuse()");
    int runs = 0;
    expect_int_eq(db_write(f->db, f->business, &f->arena, put_key, &runs), CODE_OK);
    expect_int_eq(runs, 3);
    fixture_on_postgres(
        "SET client_min_messages = warning; DROP FUNCTION refuse CASCADE; DELETE FROM server_keys");
}

TEST(a_serialization_failure_is_run_again) { fixture_run(serialization, DB_POSTGRES); }

/* ---- What the server's errors mean ---- */

static enum code raise(struct db_tx *tx, void *arg)
{
    db_ask(tx, &POSTGRES_PUT_KEY, DB_TEXT(str_of(arg)), DB_BYTES(STR("x")));
    return CODE_OK;
}

static void errors(struct fixture *f)
{
    static const struct {
        const char *state;
        enum code answer;
    } cases[] = {
        {"23505", CODE_CONFLICT},     {"55P03", CODE_TIMED_OUT},
        {"53100", CODE_STORAGE_FULL}, {"53200", CODE_UNAVAILABLE},
        {"57014", CODE_TIMED_OUT},    {"58030", CODE_UNAVAILABLE},
        {"57P01", CODE_UNAVAILABLE},  {"57P03", CODE_UNAVAILABLE},
        {"P0001", CODE_INTERNAL},     {"23503", CODE_INTERNAL},
        {"22003", CODE_INTERNAL},     {"40001", CODE_UNAVAILABLE}, /* again and again */
    };
    fixture_on_postgres(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'of a customer' USING ERRCODE = NEW.kid; END $$;"
        "CREATE TRIGGER fail BEFORE INSERT ON server_keys FOR EACH ROW EXECUTE FUNCTION fail()");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].state);
        fixture_capture_log();
        expect_int_eq(db_write(f->db, f->business, &f->arena, raise, (void *)cases[i].state),
                      cases[i].answer);
        struct str log = fixture_captured_log(&f->arena);
        if (cases[i].state[0] != '4' && strcmp(cases[i].state, "23505") != 0) /* those are no faults */
            expect(memmem(log.data, log.len, cases[i].state, 5) != NULL);
        if (cases[i].state[0] == '2' || cases[i].state[0] == 'P')
            expect(memmem(log.data, log.len, "customer", 8) == NULL);
    }
    fixture_on_postgres("SET client_min_messages = warning; DROP FUNCTION fail CASCADE");
}

TEST(errors_are_understood_and_logged_without_values) { fixture_run(errors, DB_POSTGRES); }

/* ---- Lost connections ---- */

struct lossy {
    int runs, lose_in_runs, product;
};

static enum code lose_before_commit(struct db_tx *tx, void *arg)
{
    struct lossy *lossy = arg;
    lossy->runs++;
    fixture_ask_put(tx, lossy->product, lossy->runs);
    db_sync(tx);
    if (lossy->runs <= lossy->lose_in_runs)
        end_all_sessions();
    fixture_ask_put(tx, lossy->product + 1, lossy->runs);
    db_sync(tx);
    return CODE_OK;
}

static void idle_sessions_end(struct fixture *f)
{
    for (int i = 0; i < 3; i++) {
        end_all_sessions();
        expect_int_eq(fixture_put(f, i, i), CODE_OK);
        end_all_sessions();
        expect_int_eq(fixture_quantity(f, i), i);
        end_all_sessions();
        expect(db_is_up(f->db));
    }
}

TEST(idle_connections_that_were_ended_are_replaced) { fixture_run(idle_sessions_end, DB_POSTGRES); }

static void session_ends_before_commit(struct fixture *f)
{
    struct lossy lossy = {0, 1, 1};
    fixture_capture_log();
    expect_int_eq(db_write(f->db, f->business, &f->arena, lose_before_commit, &lossy), CODE_OK);
    expect(fixture_log_names(&f->arena, "57P01"));
    expect_int_eq(lossy.runs, 2);
    expect_int_eq(fixture_quantity(f, 1), 2);
    lossy = (struct lossy){0, 2, 11};
    fixture_capture_log();
    expect_int_eq(db_write(f->db, f->business, &f->arena, lose_before_commit, &lossy), CODE_UNAVAILABLE);
    fixture_captured_log(&f->arena);
    expect_int_eq(lossy.runs, 2);
    expect_int_eq(fixture_quantity(f, 11), INT64_MIN);
    expect_int_eq(fixture_put(f, 3, 1), CODE_OK);
}

TEST(a_connection_lost_before_the_commit_is_replaced_once)
{
    fixture_run(session_ends_before_commit, DB_POSTGRES);
}

static enum code lose_at_commit(struct db_tx *tx, void *arg)
{
    struct lossy *lossy = arg;
    lossy->runs++;
    fixture_ask_put(tx, 1, 1);
    db_sync(tx);
    end_all_sessions();
    return CODE_OK;
}

static void hear(struct uuid business, void *arg)
{
    if (uuid_is_nil(business))
        gate_add(arg, 1);
}

static void session_ends_at_commit(struct fixture *f)
{
    struct gate heard = GATE_INIT;
    struct lossy lossy = {0, 0, 1};
    db_on_notify(f->db, hear, &heard);
    gate_await(&heard, 1);
    fixture_capture_log();
    expect_int_eq(db_write(f->db, f->business, &f->arena, lose_at_commit, &lossy), CODE_UNAVAILABLE);
    expect(fixture_log_names(&f->arena, "commit"));
    expect_int_eq(lossy.runs, 1);
    gate_await(&heard, 3); /* for the unknown outcome, and from the listener that is back */
    db_on_notify(f->db, NULL, NULL);
    expect(fixture_quantity(f, 1) == INT64_MIN || fixture_quantity(f, 1) == 1);
}

TEST(a_connection_lost_at_the_commit_is_an_unknown_outcome)
{
    fixture_run(session_ends_at_commit, DB_POSTGRES);
}

/* ---- The listener ---- */

struct heard {
    struct gate nil, own;
    struct uuid business;
};

static void hear_both(struct uuid business, void *arg)
{
    struct heard *heard = arg;
    if (uuid_is_nil(business))
        gate_add(&heard->nil, 1);
    if (uuid_eq(business, heard->business))
        gate_add(&heard->own, 1);
}

static void notice_from_elsewhere(struct fixture *f)
{
    struct heard heard = {GATE_INIT, GATE_INIT, f->business};
    char id[UUID_TEXT_LEN + 1], sql[120];
    db_on_notify(f->db, hear_both, &heard);
    gate_await(&heard.nil, 1);
    uuid_format(f->business, id);
    snprintf(sql, sizeof sql, "NOTIFY tilopos_reference, '%s'", id);
    fixture_on_postgres(sql);
    gate_await(&heard.own, 1);
    fixture_capture_log();
    end_all_sessions();
    gate_await(&heard.nil, 2);
    fixture_captured_log(&f->arena);
    fixture_on_postgres(sql);
    gate_await(&heard.own, 2);
    db_on_notify(f->db, NULL, NULL);
}

TEST(notices_of_other_processes_are_heard_also_after_a_loss)
{
    fixture_run(notice_from_elsewhere, DB_POSTGRES);
}

/* ---- A small pool under many threads ---- */

enum { THREADS = 12, ROUNDS = 50 };

struct worker {
    struct db *db;
    struct uuid business;
    int done;
    pthread_t thread;
};

static enum code add_one(struct db_tx *tx, void *arg)
{
    (void)arg;
    db_query(tx, &POSTGRES_LOCK, DB_UUID(fixture_id(1)));
    fixture_ask_change(tx, 1, 1);
    return CODE_OK;
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct arena arena = {0};
    for (int i = 0; i < ROUNDS; i++) {
        worker->done += db_write(worker->db, worker->business, &arena, add_one, NULL) == CODE_OK;
        arena_reset(&arena);
    }
    arena_free(&arena);
    return NULL;
}

static void small_pool(struct fixture *f)
{
    struct db_options options = {.url = str_of(fixture_url(DB_POSTGRES)), .connections = 3};
    struct db *db = db_open(&options);
    require(db && fixture_put(f, 1, 0) == CODE_OK);
    struct worker workers[THREADS];
    int done = 0;
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.db = db, .business = f->business};
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        done += workers[i].done;
    }
    expect_int_eq(done, THREADS * ROUNDS);
    expect_int_eq(fixture_quantity(f, 1), THREADS * ROUNDS);
    expect(db_stats_of(db).connections_open <= 3);
    db_close(db);
}

TEST(a_small_pool_serves_many) { fixture_run(small_pool, DB_POSTGRES); }
