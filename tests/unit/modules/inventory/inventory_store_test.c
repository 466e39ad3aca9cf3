/* Levels and movements on a real database. */
#include "modules/inventory/inventory.h"
#include "platform/db/fixture.h"

#define KEYS 3

static const struct uuid OUTLET = {{1}}, EMPLOYEE = {{2}};

DB_STATEMENT(TEST_LEDGER_SUM, "SELECT CAST(COALESCE(SUM(quantity_milli), 0) AS BIGINT), COUNT(*) "
                              "FROM stock_movements WHERE business_id = $1");
DB_STATEMENT(TEST_LEVEL_SUM,
             "SELECT CAST(COALESCE(SUM(quantity_milli), 0) AS BIGINT), COUNT(*) FROM stock_levels "
             "WHERE business_id = $1");

static void make_keys(struct stock_key keys[KEYS])
{
    for (uint8_t i = 0; i < KEYS; i++)
        keys[i] = (struct stock_key){OUTLET, {{3, [15] = i}}, i == 1 ? (struct uuid){{7}} : UUID_NIL};
}

TEST(stock_keys_sort_and_lose_repetitions)
{
    struct stock_key keys[KEYS], mixed[5];
    make_keys(keys);
    mixed[0] = keys[2], mixed[1] = keys[0], mixed[2] = keys[2], mixed[3] = keys[1], mixed[4] = keys[0];
    require(stock_key_sort(mixed, 5) == KEYS);
    for (size_t i = 0; i < KEYS; i++) {
        expect_int_eq(stock_key_compare(&mixed[i], &keys[i]), 0);
        expect_int_eq((int64_t)stock_key_find(mixed, KEYS, keys[i]), (int64_t)i);
    }
    expect_int_eq((int64_t)stock_key_sort(mixed, 0), 0);
}

static enum code receive(struct db_tx *tx, void *arg)
{
    struct stock_key keys[KEYS];
    struct stock_line lines[KEYS];
    (void)arg;
    make_keys(keys);
    for (size_t i = 0; i < KEYS; i++) /* backwards: the callee sorts */
        lines[KEYS - 1 - i] =
            (struct stock_line){keys[i].product_id, keys[i].variant_id, (int64_t)(i + 1) * 1000};
    stock_receive(tx, OUTLET, EMPLOYEE, STOCK_PURCHASE, STR("opening"), 1, lines, KEYS);
    return CODE_OK;
}

struct sums {
    int64_t levels, level_rows, ledger, ledger_rows;
};

static enum code read_sums(struct db_tx *tx, void *arg)
{
    struct sums *sums = arg;
    struct db_rows *levels = db_ask(tx, &TEST_LEVEL_SUM);
    struct db_rows *ledger = db_query(tx, &TEST_LEDGER_SUM);
    if (levels->count == 0 || ledger->count == 0)
        return CODE_INTERNAL;
    *sums =
        (struct sums){db_int(levels, 0, 0), db_int(levels, 0, 1), db_int(ledger, 0, 0), db_int(ledger, 0, 1)};
    return CODE_OK;
}

TEST_ON_BOTH(stock_levels_are_the_sum_of_their_movements)
{
    struct sums sums = {0};
    for (int i = 0; i < 2; i++)
        require(db_write(f->db, f->business, &f->arena, receive, NULL) == CODE_OK);
    require(db_read(f->db, f->business, &f->arena, read_sums, &sums) == CODE_OK);
    expect_int_eq(sums.levels, 12000);
    expect_int_eq(sums.level_rows, KEYS);
    expect_int_eq(sums.ledger, 12000);
    expect_int_eq(sums.ledger_rows, 2 * KEYS);
}

/* Locks without a change, as a sale does that is refused in a batch. */
static enum code lock_only(struct db_tx *tx, void *arg)
{
    struct stock_key keys[KEYS];
    int64_t *sum = arg;
    make_keys(keys);
    int64_t *quantities = stock_lock_take(tx, stock_lock_ask(tx, keys, KEYS));
    *sum = quantities[0] + quantities[1] + quantities[2];
    return CODE_OK;
}

TEST_ON_BOTH(stock_lock_makes_levels_that_are_not_there)
{
    int64_t sum = -1;
    require(db_write(f->db, f->business, &f->arena, lock_only, &sum) == CODE_OK);
    expect_int_eq(sum, 0);
    struct sums sums = {0};
    require(db_read(f->db, f->business, &f->arena, read_sums, &sums) == CODE_OK);
    expect_int_eq(sums.level_rows, KEYS);
    expect_int_eq(sums.levels, 0);
}

/* ---- Several at once ---- */

enum { THREADS = 4, ROUNDS = 25 };

struct taker {
    struct fixture *fixture;
    int64_t taken;
};

static enum code take_one(struct db_tx *tx, void *arg)
{
    struct stock_key keys[KEYS];
    struct stock_change changes[KEYS];
    struct stock_movement movements[KEYS];
    (void)arg;
    make_keys(keys);
    int64_t *quantities = stock_lock_take(tx, stock_lock_ask(tx, keys, KEYS));
    for (size_t i = 0; i < KEYS; i++) {
        changes[i] = (struct stock_change){keys[i], quantities[i], 0, STOCK_NO_THRESHOLD};
        if (stock_apply(quantities[i], -500, false, &changes[i].new_milli) != STOCK_OK)
            return CODE_INSUFFICIENT_STOCK;
        movements[i] = (struct stock_movement){.id = uuid_new(),
                                               .key = keys[i],
                                               .type = STOCK_WASTE,
                                               .quantity_milli = -500,
                                               .balance_after_milli = changes[i].new_milli,
                                               .employee_id = EMPLOYEE};
    }
    stock_store(tx, changes, KEYS, movements, KEYS);
    return CODE_OK;
}

static void *take_many(void *arg)
{
    struct taker *taker = arg;
    struct arena arena = {0};
    for (int i = 0; i < ROUNDS; i++) {
        enum code code = db_write(taker->fixture->db, taker->fixture->business, &arena, take_one, NULL);
        taker->taken += code == CODE_OK;
        arena_reset(&arena);
    }
    arena_free(&arena);
    return NULL;
}

TEST_ON_BOTH(stock_is_not_taken_twice)
{
    struct taker takers[THREADS] = {0};
    pthread_t threads[THREADS];
    require(db_write(f->db, f->business, &f->arena, receive, NULL) ==
            CODE_OK); /* 1, 2 and 3 pieces: two halves */
    for (int i = 0; i < THREADS; i++) {
        takers[i].fixture = f;
        require(pthread_create(&threads[i], NULL, take_many, &takers[i]) == 0);
    }
    int64_t taken = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        taken += takers[i].taken;
    }
    expect_int_eq(taken, 2);
    struct sums sums = {0};
    require(db_read(f->db, f->business, &f->arena, read_sums, &sums) == CODE_OK);
    expect_int_eq(sums.levels, 6000 - 3000);
    expect_int_eq(sums.ledger, sums.levels);
    expect_int_eq(sums.ledger_rows, KEYS + 2 * KEYS);
}
