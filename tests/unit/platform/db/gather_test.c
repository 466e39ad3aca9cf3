/* Rows that one statement inserts one after the other: on PostgreSQL they travel together, and nobody can
 * tell. */
#include "platform/db/fixture.h"
#include "platform/db/postgres.h"

DB_STATEMENT(GATHER_PUT,
             "INSERT INTO products (business_id, id, name, name_key, sku, description, price_minor, "
             "track_stock, is_active, created_at, updated_at) "
             "VALUES ($1, $2, $3, 'values', $4, $5, $6, 0, 1, 1, 1)");
DB_STATEMENT(GATHER_GET, "SELECT sku, description, price_minor FROM products WHERE business_id = $1 "
                         "AND id = $2");
DB_STATEMENT(GATHER_COUNT, "SELECT count(*), CAST(COALESCE(SUM(price_minor), 0) AS BIGINT) FROM products "
                           "WHERE business_id = $1");
DB_STATEMENT(GATHER_ELSE, "INSERT INTO products (business_id, id, name, name_key, price_minor, track_stock, "
                          "is_active, created_at, updated_at) VALUES ($1, $2, 'else', 'else', 0, 0, 1, 1, 1) "
                          "ON CONFLICT DO NOTHING");

/* Each value differs from its neighbours', and some are NULL. The buffer is the next row's, too. */
static struct db_rows *put(struct db_tx *tx, int number)
{
    static char text[16];
    struct str sku = str_format(db_arena(tx), "sku %d", number);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + number % 26);
    struct str description = {text, (size_t)(number % 16)};
    return db_ask(tx, &GATHER_PUT, DB_UUID(fixture_id(number)), DB_TEXT(sku), DB_TEXT(sku),
                  DB_TEXT(number % 3 ? description : STR_NONE), DB_INT(number));
}

static void expect_row(struct db_tx *tx, int number)
{
    const struct db_rows *rows = db_query(tx, &GATHER_GET, DB_UUID(fixture_id(number)));
    require(rows->count == 1);
    expect_str_eq(db_text(rows, 0, 0), str_format(db_arena(tx), "sku %d", number));
    expect_int_eq(db_int(rows, 0, 2), number);
    expect_int_eq(db_is_null(rows, 0, 1), number % 3 == 0);
    struct str description = db_text(rows, 0, 1);
    if (number % 3)
        expect_int_eq((int64_t)description.len, number % 16);
    if (description.len > 0)
        expect_int_eq(description.data[0], 'a' + number % 26);
}

static enum code put_runs(struct db_tx *tx, void *arg)
{
    const int *runs = arg;
    int number = 0;
    for (size_t run = 0; runs[run]; run++) {
        struct db_rows *rows[64];
        for (int i = 0; i < runs[run]; i++)
            rows[i] = put(tx, number++);
        db_ask(tx, &GATHER_ELSE, DB_UUID(fixture_id(1000 + (int)run)));
        db_sync(tx);
        for (int i = 0; i < runs[run]; i++)
            expect_int_eq(rows[i]->affected, 1);
    }
    for (int i = 0; i < number; i++)
        expect_row(tx, i);
    return db_failed(tx) ? CODE_INTERNAL : CODE_OK;
}

TEST_ON_BOTH(every_row_is_stored_however_many_follow_one_another)
{
    const int runs[] = {1, 2, 3, 7, 8, 9, 16, 17, 40, 1, 3, 0};
    expect_int_eq(db_write(f->db, f->business, &f->arena, put_runs, (void *)runs), CODE_OK);
}

static enum code put_for_two(struct db_tx *tx, void *arg)
{
    struct uuid first = db_business(tx), second = *(const struct uuid *)arg;
    for (int i = 0; i < 12; i++) {
        db_become(tx, i % 4 < 2 ? first : second);
        put(tx, i);
    }
    db_become(tx, second);
    const struct db_rows *rows = db_query(tx, &GATHER_COUNT);
    expect_int_eq(db_int(rows, 0, 0), 6);
    expect_int_eq(db_int(rows, 0, 1), 2 + 3 + 6 + 7 + 10 + 11);
    return CODE_OK;
}

TEST_ON_BOTH(rows_of_two_tenants_stay_apart)
{
    struct fixture other = *f;
    other.business = uuid_new();
    expect_int_eq(db_write(f->db, f->business, &f->arena, put_for_two, &other.business), CODE_OK);
}

static enum code put_twice(struct db_tx *tx, void *arg)
{
    for (int i = 0; i < 6; i++)
        put(tx, i == 4 ? 1 : i);
    (void)arg;
    return CODE_OK;
}

static enum code count_rows(struct db_tx *tx, void *arg)
{
    *(int64_t *)arg = db_int(db_query(tx, &GATHER_COUNT), 0, 0);
    return CODE_OK;
}

TEST_ON_BOTH(one_row_that_is_there_already_refuses_them_all)
{
    int64_t count = -1;
    expect_int_eq(db_write(f->db, f->business, &f->arena, put_twice, NULL), CODE_CONFLICT);
    expect_int_eq(db_read(f->db, f->business, &f->arena, count_rows, &count), CODE_OK);
    expect_int_eq(count, 0);
}

static void texts(struct fixture *f)
{
    const struct postgres *postgres = (const struct postgres *)f->db;
    expect(postgres->rows[GATHER_PUT.id] != NULL);
    expect(postgres->rows[GATHER_ELSE.id] == NULL);
    expect(postgres->rows[GATHER_GET.id] == NULL);
    const char *text = postgres_gather_sql(postgres, &f->arena, GATHER_PUT.id, 3);
    const char *rows = strstr(text, "VALUES");
    require(rows);
    expect_text_eq(rows, "VALUES ($1, $2, $3, 'values', $4, $5, $6, 0, 1, 1, 1), ($1, $7, $8, 'values', $9, "
                         "$10, $11, 0, 1, 1, 1), ($1, $12, $13, 'values', $14, $15, $16, 0, 1, 1, 1)");
}
TEST(the_text_for_several_rows_counts_its_values_on) { fixture_run(texts, DB_POSTGRES); }
