/* Prices as they were, on a real database and a clock of our own. */
#include "base/clock.h"
#include "modules/catalog/catalog_store.h"
#include "platform/db/fixture.h"

DB_STATEMENT(PRICE_ROWS, "SELECT COUNT(*) FROM price_history WHERE business_id = $1");

static int64_t now;
static int64_t now_ms(void) { return now; }
static int64_t monotonic_ns(void) { return now * 1000000; }
static void chance(void *data, size_t len)
{
    static uint8_t next;
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)data)[i] = next++;
}
static const struct clock_source CLOCK = {now_ms, monotonic_ns, chance};

struct step {
    int64_t at, price_minor;
    const char *name;
    struct uuid product, owner;
};

static enum code put(struct db_tx *tx, void *arg)
{
    const struct step *step = arg;
    now = step->at;
    price_store(tx, CATALOG_PRICE_VARIANT, step->product, step->owner, str_of(step->name), step->price_minor);
    return CODE_OK;
}

struct question {
    struct uuid owner;
    int64_t at;
    bool found;
    struct catalog_price price;
    int64_t rows;
};

static enum code ask(struct db_tx *tx, void *arg)
{
    struct question *question = arg;
    struct db_rows *price = catalog_price_ask(tx, question->owner, question->at);
    struct db_rows *rows = db_query(tx, &PRICE_ROWS);
    question->found = catalog_price_take(price, db_arena(tx), &question->price);
    question->rows = db_int(rows, 0, 0);
    return CODE_OK;
}

TEST_ON_BOTH(a_price_is_that_of_the_last_row_by_then)
{
    static const struct {
        int64_t at, price_minor;
        const char *name;
    } steps[] = {{1000, 100, "Kecil"}, {2000, 200, "Kecil"}, {2500, 200, "Kecil"}, {3000, 200, "Mini"},
                 {4000, 50, "Mini"},   {4000, 60, "Mini"},   {5000, 100, "Mini"}};
    static const struct {
        int64_t at, price_minor;
        const char *name;
    } cases[] = {{0, 100, "Kecil"},    {1000, 100, "Kecil"},    {1999, 100, "Kecil"}, {2000, 200, "Kecil"},
                 {2999, 200, "Kecil"}, {3999, 200, "Mini"},     {4000, 60, "Mini"},   {4999, 60, "Mini"},
                 {5000, 100, "Mini"},  {INT64_MAX, 100, "Mini"}};
    struct uuid product = uuid_new(), owner = uuid_new();
    clock_use(&CLOCK);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        struct step step = {steps[i].at, steps[i].price_minor, steps[i].name, product, owner};
        expect_int_eq(db_write(f->db, f->business, &f->arena, put, &step), CODE_OK);
    }
    clock_use(NULL);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("at %lld", (long long)cases[i].at);
        struct question question = {.owner = owner, .at = cases[i].at};
        require(db_read(f->db, f->business, &f->arena, ask, &question) == CODE_OK && question.found);
        expect_int_eq(question.price.price_minor, cases[i].price_minor);
        expect_str_eq(question.price.name, str_of(cases[i].name));
        expect_int_eq(question.price.kind, CATALOG_PRICE_VARIANT);
        expect(uuid_eq(question.price.product_id, product));
        expect_int_eq(question.rows, 5); /* nothing for what had not changed, one for two in a moment */
    }
    struct question stranger = {.owner = product, .at = 5000};
    require(db_read(f->db, f->business, &f->arena, ask, &stranger) == CODE_OK);
    expect(!stranger.found);
}
