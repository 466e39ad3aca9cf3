/* What db.h promises of a transaction, on both engines. */
#include "platform/db/fixture.h"

DB_STATEMENT_GLOBAL(TEST_KEY_PUT, "a table without tenants",
                    "INSERT INTO server_keys (kid, purpose, secret, created_at) VALUES ($1, $2, $3, $4)");
DB_STATEMENT_GLOBAL(TEST_KEY_GET, "a table without tenants",
                    "SELECT kid, purpose, secret, created_at FROM server_keys WHERE kid = $1");
DB_STATEMENT(
    TEST_NULLS_PUT,
    "INSERT INTO products (business_id, id, outlet_id, category_id, name, name_key, sku, description,"
    " price_minor, track_stock, is_active, created_at, updated_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, 1, 1, 1)");
DB_STATEMENT(TEST_NULLS_GET, "SELECT outlet_id, category_id, name, sku, description, track_stock, business_id"
                             " FROM products WHERE business_id = $1 AND id = $2");
DB_STATEMENT(TEST_PUT_ONCE,
             "INSERT INTO stock_levels (business_id, outlet_id, product_id, variant_id, quantity_milli)"
             " VALUES ($1, $1, $2, $2, $3) ON CONFLICT DO NOTHING");
DB_STATEMENT(TEST_RETURNING,
             "UPDATE stock_levels SET quantity_milli = quantity_milli + 1 WHERE business_id = $1"
             " RETURNING product_id, quantity_milli");
DB_STATEMENT(TEST_DELETE, "DELETE FROM stock_levels WHERE business_id = $1 AND product_id = $2");
DB_STATEMENT(TEST_COUNT, "SELECT count(*), CAST(SUM(quantity_milli) AS BIGINT) FROM stock_levels"
                         " WHERE business_id = $1");
DB_STATEMENT(TEST_FRACTION, "SELECT AVG(quantity_milli) FROM stock_levels WHERE business_id = $1");
DB_STATEMENT(TEST_LOCK, "SELECT quantity_milli FROM stock_levels WHERE business_id = $1 {for_update}");
DB_STATEMENT(TEST_ORDER,
             "SELECT CAST($3 AS BIGINT), CAST($2 AS BIGINT) FROM businesses WHERE business_id = $1");

static enum code write_closure(struct fixture *f, db_fn fn, void *arg)
{
    return db_write(f->db, f->business, &f->arena, fn, arg);
}

/* ---- Values ---- */

struct value_case {
    const char *kid;
    struct str text, bytes;
    int64_t integer;
};

static enum code values_round(struct db_tx *tx, void *arg)
{
    const struct value_case *value = arg;
    db_ask(tx, &TEST_KEY_PUT, DB_TEXT(str_of(value->kid)), DB_TEXT(value->text), DB_BYTES(value->bytes),
           DB_INT(value->integer));
    const struct db_rows *rows = db_query(tx, &TEST_KEY_GET, DB_TEXT(str_of(value->kid)));
    if (!expect_int_eq((int64_t)rows->count, 1))
        return CODE_NOT_FOUND;
    expect_int_eq((int64_t)rows->columns, 4);
    expect_str_eq(db_text(rows, 0, 0), str_of(value->kid));
    expect_str_eq(db_text(rows, 0, 1), value->text);
    expect(db_text(rows, 0, 1).data != NULL);
    expect_str_eq(db_text(rows, 0, 2), value->bytes);
    expect_int_eq(db_int(rows, 0, 3), value->integer);
    if (value->bytes.len == 16)
        expect(memcmp(db_uuid(rows, 0, 2).bytes, value->bytes.data, 16) == 0);
    return CODE_NOT_FOUND; /* nothing stays */
}

TEST_ON_BOTH(values_come_back_as_they_went_in)
{
    static const char nuls[] = {0, 1, 0, (char)0xff};
    const struct value_case cases[] = {
        {"plain", STR("text"), STR("bytes"), 1},
        {"empty", STR(""), STR(""), 0},
        {"extremes", STR("ké 日本 \xf0\x9f\x8d\x9c '\"\\ {for_update} $1"), {nuls, sizeof nuls}, INT64_MAX},
        {"negative", STR("-"), STR("0123456789abcdef"), INT64_MIN + 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %s", cases[i].kid);
        expect_int_eq(write_closure(f, values_round, (void *)&cases[i]), CODE_NOT_FOUND);
    }
}

static enum code nulls_round(struct db_tx *tx, void *arg)
{
    struct uuid id = fixture_id(1);
    (void)arg;
    db_ask(tx, &TEST_NULLS_PUT, DB_UUID(id), DB_UUID_OR_NULL(UUID_NIL), DB_UUID_OR_NULL(id),
           DB_TEXT(STR("a")), DB_TEXT(STR("e")), DB_TEXT(STR_NONE), DB_TEXT(STR("")), DB_BOOL(true));
    const struct db_rows *rows = db_query(tx, &TEST_NULLS_GET, DB_UUID(id));
    if (!expect_int_eq((int64_t)rows->count, 1))
        return CODE_NOT_FOUND;
    expect(db_is_null(rows, 0, 0) && uuid_is_nil(db_uuid(rows, 0, 0)));
    expect(!db_is_null(rows, 0, 1) && uuid_eq(db_uuid(rows, 0, 1), id));
    expect(db_is_null(rows, 0, 3) && !db_text(rows, 0, 3).data && db_int(rows, 0, 3) == INT64_MIN);
    expect(!db_is_null(rows, 0, 4) && db_text(rows, 0, 4).data && db_text(rows, 0, 4).len == 0);
    expect(db_bool(rows, 0, 5));
    expect(uuid_eq(db_uuid(rows, 0, 6), db_business(tx)));
    expect_int_eq((int64_t)db_text(rows, 0, 6).len, 16);
    return CODE_NOT_FOUND;
}

TEST_ON_BOTH(nulls_are_told_from_empty)
{
    expect_int_eq(write_closure(f, nulls_round, NULL), CODE_NOT_FOUND);
}

static enum code parameters_in_any_order(struct db_tx *tx, void *arg)
{
    (void)arg;
    const struct db_rows *rows = db_query(tx, &TEST_ORDER, DB_INT(2), DB_INT(3));
    expect_int_eq(db_int(rows, 0, 0), 3);
    expect_int_eq(db_int(rows, 0, 1), 2);
    return CODE_OK;
}

TEST_ON_BOTH(parameters_are_bound_by_number)
{
    expect_int_eq(db_read(f->db, f->business, &f->arena, parameters_in_any_order, NULL), CODE_OK);
}

/* ---- Rows written ---- */

static enum code affected_rows(struct db_tx *tx, void *arg)
{
    (void)arg;
    struct db_value first = DB_UUID(fixture_id(1)), second = DB_UUID(fixture_id(2));
    expect_int_eq(db_query(tx, &TEST_PUT_ONCE, first, DB_INT(5))->affected, 1);
    expect_int_eq(db_query(tx, &TEST_PUT_ONCE, first, DB_INT(6))->affected, 0);
    expect_int_eq(db_query(tx, &TEST_PUT_ONCE, second, DB_INT(7))->affected, 1);
    expect_int_eq(db_query(tx, &TEST_LOCK)->affected, 0);
    const struct db_rows *updated = db_query(tx, &TEST_RETURNING);
    expect_int_eq(updated->affected, 2);
    expect_int_eq((int64_t)updated->count, 2);
    const struct db_rows *sum = db_query(tx, &TEST_COUNT);
    expect_int_eq(sum->affected, 0);
    expect_int_eq(db_int(sum, 0, 0), 2);
    expect_int_eq(db_int(sum, 0, 1), 14);
    expect_int_eq(db_query(tx, &TEST_DELETE, first)->affected, 1);
    expect_int_eq(db_query(tx, &TEST_DELETE, first)->affected, 0);
    return CODE_OK;
}

TEST_ON_BOTH(affected_counts_what_was_written)
{
    expect_int_eq(write_closure(f, affected_rows, NULL), CODE_OK);
    expect_int_eq(fixture_quantity(f, 2), 8);
}

static enum code ask_many(struct db_tx *tx, void *arg)
{
    const struct db_rows **rows = arg;
    for (int i = 0; i < 2000; i++)
        rows[i] = db_ask(tx, &TEST_PUT_ONCE, DB_UUID(fixture_id(i % 1500)), DB_INT(i));
    return CODE_OK;
}

TEST_ON_BOTH(many_asked_statements_are_answered_by_the_commit)
{
    const struct db_rows *rows[2000];
    require(write_closure(f, ask_many, rows) == CODE_OK);
    for (int i = 0; i < 2000; i++)
        expect_int_eq(rows[i]->affected, i < 1500);
    expect_int_eq(fixture_quantity(f, 1499), 1499);
}

/* ---- Refusals and failures ---- */

static enum code put_then_refuse(struct db_tx *tx, void *arg)
{
    (void)arg;
    fixture_ask_put(tx, 1, 10);
    fixture_ask_put(tx, 2, 10);
    return CODE_INSUFFICIENT_STOCK;
}

TEST_ON_BOTH(a_refusal_stores_nothing)
{
    expect_int_eq(write_closure(f, put_then_refuse, NULL), CODE_INSUFFICIENT_STOCK);
    expect_int_eq(fixture_quantity(f, 1), INT64_MIN);
    expect_int_eq(fixture_put(f, 1, 3), CODE_OK);
    expect_int_eq(fixture_quantity(f, 1), 3);
}

static enum code fail_in_the_middle(struct db_tx *tx, void *arg)
{
    bool *went_on = arg;
    fixture_ask_put(tx, 1, 10);
    fixture_ask_put(tx, 1, 11); /* the key is taken */
    db_sync(tx);
    expect(db_failed(tx));
    const struct db_rows *rows = db_query(tx, &TEST_COUNT);
    expect(rows->count == 0 && rows->lost);
    expect_int_eq(db_int(rows, 0, 0), INT64_MIN);
    expect(db_text(rows, 3, 9).data == NULL);
    *went_on = true;
    return CODE_OK;
}

TEST_ON_BOTH(a_failed_statement_loses_the_transaction)
{
    bool went_on = false;
    expect_int_eq(write_closure(f, fail_in_the_middle, &went_on), CODE_CONFLICT);
    expect(went_on);
    expect_int_eq(fixture_quantity(f, 1), INT64_MIN);
}

static enum code fail_at_the_end(struct db_tx *tx, void *arg)
{
    (void)arg;
    fixture_ask_put(tx, 1, 10);
    fixture_ask_put(tx, 1, 11);
    fixture_ask_put(tx, 2, 11);
    return CODE_OK;
}

TEST_ON_BOTH(a_failure_that_travels_with_the_commit_is_told)
{
    expect_int_eq(write_closure(f, fail_at_the_end, NULL), CODE_CONFLICT);
    expect_int_eq(fixture_quantity(f, 1), INT64_MIN);
    expect_int_eq(fixture_quantity(f, 2), INT64_MIN);
}

static enum code fraction(struct db_tx *tx, void *arg)
{
    (void)arg;
    fixture_ask_put(tx, 1, 10);
    const struct db_rows *rows = db_query(tx, &TEST_FRACTION);
    expect(rows->lost);
    return CODE_OK;
}

TEST_ON_BOTH(a_fraction_is_refused)
{
    fixture_capture_log();
    expect_int_eq(write_closure(f, fraction, NULL), CODE_INTERNAL);
    expect(fixture_log_names(&f->arena, "TEST_FRACTION"));
}

static enum code too_few_values(struct db_tx *tx, void *arg)
{
    (void)arg;
    db_query(tx, &TEST_DELETE);
    return CODE_OK;
}

TEST_ON_BOTH(a_wrong_number_of_values_fails)
{
    fixture_capture_log();
    expect_int_eq(write_closure(f, too_few_values, NULL), CODE_INTERNAL);
    expect(fixture_log_names(&f->arena, "TEST_DELETE"));
}

static enum code write_in_read(struct db_tx *tx, void *arg)
{
    (void)arg;
    fixture_ask_put(tx, 1, 10);
    return CODE_OK;
}

TEST_ON_BOTH(a_read_does_not_write)
{
    fixture_capture_log();
    expect_int_eq(db_read(f->db, f->business, &f->arena, write_in_read, NULL), CODE_INTERNAL);
    expect(fixture_log_names(&f->arena, "FIXTURE_PUT"));
    expect_int_eq(fixture_quantity(f, 1), INT64_MIN);
}

static enum code nothing(struct db_tx *tx, void *arg)
{
    (void)tx;
    return *(enum code *)arg;
}

TEST_ON_BOTH(a_closure_may_do_nothing)
{
    for (enum code code = CODE_OK; code < CODE_FORBIDDEN; code++) {
        expect_int_eq(write_closure(f, nothing, &code), code);
        expect_int_eq(db_read(f->db, f->business, &f->arena, nothing, &code), code);
    }
}

/* ---- Running again ---- */

static enum code retry_until(struct db_tx *tx, void *arg)
{
    int *left = arg;
    fixture_ask_put(tx, *left < 900 ? 1 : 2, *left); /* would conflict with the run before, had that stayed */
    return (*left)-- > 0 ? CODE_RETRY : CODE_OK;
}

TEST_ON_BOTH(a_closure_that_wants_it_runs_again)
{
    int left = 3;
    expect_int_eq(write_closure(f, retry_until, &left), CODE_OK);
    expect_int_eq(fixture_quantity(f, 1), 0);
    expect_int_eq(db_stats_of(f->db).retries, 3);
    left = 1000;
    expect_int_eq(write_closure(f, retry_until, &left), CODE_UNAVAILABLE);
    expect_int_eq(left, 1000 - 6);
}

/* ---- Hooks, tenants, notices ---- */

static void count_hook(void *arg) { ++*(int *)arg; }

struct hooked {
    enum code answer;
    int hooks;
};

static enum code hook_and_answer(struct db_tx *tx, void *arg)
{
    struct hooked *hooked = arg;
    db_after_commit(tx, count_hook, &hooked->hooks);
    db_after_commit(tx, count_hook, &hooked->hooks);
    fixture_ask_put(tx, 1, 1);
    return hooked->answer;
}

TEST_ON_BOTH(hooks_run_after_the_commit_only)
{
    struct hooked hooked = {CODE_NOT_FOUND, 0};
    expect_int_eq(write_closure(f, hook_and_answer, &hooked), CODE_NOT_FOUND);
    expect_int_eq(hooked.hooks, 0);
    hooked.answer = CODE_OK;
    expect_int_eq(write_closure(f, hook_and_answer, &hooked), CODE_OK);
    expect_int_eq(hooked.hooks, 2);
    expect_int_eq(write_closure(f, hook_and_answer, &hooked), CODE_CONFLICT);
    expect_int_eq(hooked.hooks, 2);
}

static enum code become_another(struct db_tx *tx, void *arg)
{
    const struct uuid *other = arg;
    fixture_ask_put(tx, 1, 5);
    db_become(tx, *other);
    expect_int_eq(fixture_ask_quantity(tx, 1), INT64_MIN);
    fixture_ask_put(tx, 1, 6);
    return CODE_OK;
}

TEST_ON_BOTH(become_binds_the_other_tenant)
{
    struct uuid own = f->business, other = uuid_new();
    expect_int_eq(write_closure(f, become_another, &other), CODE_OK);
    expect_int_eq(fixture_quantity(f, 1), 5);
    f->business = other;
    expect_int_eq(fixture_quantity(f, 1), 6);
    f->business = own;
}

struct heard {
    struct gate gate;
    struct uuid business;
    int own;
};

static void hear(struct uuid business, void *arg)
{
    struct heard *heard = arg;
    if (uuid_eq(business, heard->business))
        heard->own++;
    gate_add(&heard->gate, 1);
}

static enum code notify(struct db_tx *tx, void *arg)
{
    fixture_ask_put(tx, 1, 1);
    db_notify(tx, db_business(tx));
    return *(enum code *)arg;
}

TEST_ON_BOTH(a_notice_is_heard_before_the_write_answers)
{
    struct heard heard = {GATE_INIT, f->business, 0};
    db_on_notify(f->db, hear, &heard);
    enum code answer = CODE_NOT_FOUND;
    expect_int_eq(write_closure(f, notify, &answer), CODE_NOT_FOUND);
    answer = CODE_OK;
    expect_int_eq(write_closure(f, notify, &answer), CODE_OK);
    pthread_mutex_lock(&heard.gate.mutex);
    expect(heard.own >= 1);
    pthread_mutex_unlock(&heard.gate.mutex);
    db_on_notify(f->db, NULL, NULL);
}

TEST_ON_BOTH(it_is_up_and_counts)
{
    expect(db_is_up(f->db));
    expect_int_eq(db_engine_of(f->db), f->engine);
    expect_int_eq(fixture_put(f, 1, 1), CODE_OK);
    struct db_stats stats = db_stats_of(f->db);
    expect_int_eq(stats.commits, 2);
    expect_int_eq(stats.transactions, 2);
    expect_int_eq(stats.queue_depth, 0);
    expect(stats.connections_open >= 1);
}

/* ---- What a statement relies on ---- */

DB_STATEMENT(TEST_RELYING,
             "UPDATE stock_levels SET quantity_milli = CASE WHEN quantity_milli = $3 THEN $4 END "
             "WHERE business_id = $1 AND product_id = $2");

struct reliance {
    int64_t believed[8];
    int runs;
};

static enum code rely(struct db_tx *tx, void *arg)
{
    struct reliance *reliance = arg;
    db_ask(tx, &TEST_RELYING, DB_UUID(fixture_id(1)), DB_INT(reliance->believed[reliance->runs++]),
           DB_INT(50));
    return CODE_OK;
}

TEST_ON_BOTH(what_is_relied_on_and_is_not_so_runs_the_closure_again)
{
    struct reliance corrected = {.believed = {6, 5}}, mistaken = {.believed = {6, 6, 6, 6, 6, 6, 6, 6}};
    require(fixture_put(f, 1, 5) == CODE_OK);
    expect_int_eq(write_closure(f, rely, &corrected), CODE_OK);
    expect_int_eq(corrected.runs, 2);
    expect_int_eq(fixture_quantity(f, 1), 50);
    fixture_capture_log();
    expect_int_eq(write_closure(f, rely, &mistaken), CODE_INTERNAL);
    expect(fixture_log_names(&f->arena, "TEST_RELYING"));
    expect_int_eq(mistaken.runs, 6);
    expect_int_eq(fixture_quantity(f, 1), 50);
}
