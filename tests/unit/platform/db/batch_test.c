/* Batches: what waits together commits together, what fails is told apart, nobody waits for company. */
#include "platform/db/fixture.h"

#include <sched.h>

struct item {
    struct fixture *f;
    int product, key;
    enum code outcome; /* the batch's decision */
    enum code answer;  /* db_batch_run's */
    int batch, place;  /* which one it went with */
};

static struct {
    struct gate entered, allowed;
    int batches, alone, largest;
    int fail_with; /* a batch with this key answers it */
    enum code failure;
} seen;

static void reset_seen(void)
{
    memset(&seen, 0, sizeof seen);
    seen.entered = seen.allowed = (struct gate)GATE_INIT;
}

static enum code decide(struct db_tx *tx, void **items, size_t count)
{
    gate_add(&seen.entered, 1);
    gate_await(&seen.allowed, seen.entered.value);
    seen.batches++;
    seen.alone += count == 1;
    seen.largest = (int)count > seen.largest ? (int)count : seen.largest;
    for (size_t i = 0; i < count; i++) {
        struct item *item = items[i];
        item->batch = seen.batches;
        item->place = (int)i;
        if (seen.failure && item->key == seen.fail_with)
            return seen.failure;
        db_become(tx, item->f->business);
        item->outcome = item->product < 0 ? CODE_INSUFFICIENT_STOCK : CODE_OK;
        if (item->product >= 0)
            fixture_ask_put(tx, item->product, item->key);
    }
    return CODE_OK;
}

static bool same(const void *a, const void *b)
{
    return ((const struct item *)a)->key == ((const struct item *)b)->key;
}

static enum code run_one(struct db_batch *batch, struct item *item)
{
    void *queued[] = {item};
    enum code outcome = CODE_INTERNAL;
    struct arena arena = {0};
    db_batch_run_all(batch, &arena, queued, 1, &outcome);
    arena_free(&arena);
    return outcome;
}

struct runner {
    struct db_batch *batch;
    struct item *item;
    pthread_t thread;
};

static void *run_item(void *arg)
{
    struct runner *runner = arg;
    runner->item->answer = run_one(runner->batch, runner->item);
    return NULL;
}

/* The first item holds the batch open until all the others wait behind it. Their order in the queue is
 * theirs. */
static void run_behind_a_first(struct fixture *f, struct item *items, size_t count, size_t max)
{
    struct db_batch *batch = db_batch_open(f->db, decide, same, max);
    struct item first = {.f = f, .product = 1000, .key = 1000};
    struct runner runners[64], first_runner = {batch, &first, 0};
    pthread_create(&first_runner.thread, NULL, run_item, &first_runner);
    gate_await(&seen.entered, 1);
    for (size_t i = 0; i < count; i++) {
        items[i].f = f;
        runners[i] = (struct runner){batch, &items[i], 0};
        pthread_create(&runners[i].thread, NULL, run_item, &runners[i]);
        while (db_batch_waiting(batch) < i + 1)
            sched_yield();
    }
    gate_add(&seen.allowed, 1000000);
    pthread_join(first_runner.thread, NULL);
    expect_int_eq(first.answer, CODE_OK);
    for (size_t i = 0; i < count; i++)
        pthread_join(runners[i].thread, NULL);
    db_batch_close(batch);
}

TEST_ON_BOTH(a_lone_item_goes_at_once)
{
    reset_seen();
    gate_add(&seen.allowed, 1000000);
    struct db_batch *batch = db_batch_open(f->db, decide, same, 8);
    for (int i = 0; i < 3; i++) {
        struct item item = {.f = f, .product = i, .key = i};
        expect_int_eq(run_one(batch, &item), CODE_OK);
        expect_int_eq(fixture_quantity(f, i), i);
    }
    expect_int_eq(seen.batches, 3);
    db_batch_close(batch);
}

TEST_ON_BOTH(what_waits_goes_together)
{
    struct item items[20] = {{0}};
    reset_seen();
    for (int i = 0; i < 20; i++) {
        items[i].key = i;
        items[i].product = i % 5 == 4 ? -1 : i;
    }
    run_behind_a_first(f, items, 20, 16);
    expect_int_eq(seen.batches, 3);
    expect_int_eq(seen.largest, 16);
    for (int i = 0; i < 20; i++) {
        test_note("item %d", i);
        expect_int_eq(items[i].answer, CODE_OK);
        expect_int_eq(items[i].outcome, i % 5 == 4 ? CODE_INSUFFICIENT_STOCK : CODE_OK);
        expect_int_eq(items[i].batch, i < 16 ? 2 : 3);
        expect_int_eq(items[i].place, i % 16);
        expect_int_eq(fixture_quantity(f, i), i % 5 == 4 ? INT64_MIN : i);
    }
}

TEST_ON_BOTH(the_same_do_not_go_together)
{
    struct item items[6] = {{0}};
    static const int keys[] = {7, 7, 8, 7, 8, 9}, batches[] = {2, 3, 2, 4, 3, 2};
    reset_seen();
    for (int i = 0; i < 6; i++)
        items[i] = (struct item){.key = keys[i], .product = i};
    run_behind_a_first(f, items, 6, 16);
    for (int i = 0; i < 6; i++) {
        test_note("item %d", i);
        expect_int_eq(items[i].answer, CODE_OK);
        expect_int_eq(items[i].batch, batches[i]);
    }
}

TEST_ON_BOTH(a_failing_item_fails_alone)
{
    struct item items[6] = {{0}};
    reset_seen();
    for (int i = 0; i < 6; i++)
        items[i] = (struct item){.key = i, .product = i};
    items[3].product = 2; /* the key is taken: the statement fails, and with it the batch */
    fixture_capture_log();
    run_behind_a_first(f, items, 6, 16);
    expect(fixture_log_names(&f->arena, "db.batch_is_run_one_by_one"));
    expect_int_eq(seen.alone, 1 + 6);
    for (int i = 0; i < 6; i++) {
        test_note("item %d", i);
        expect_int_eq(items[i].answer, i == 3 ? CODE_CONFLICT : CODE_OK);
    }
    expect_int_eq(fixture_quantity(f, 2), 2);
    expect_int_eq(fixture_quantity(f, 5), 5);
}

TEST_ON_BOTH(an_unknown_outcome_is_not_tried_again)
{
    struct item items[4] = {{0}};
    reset_seen();
    for (int i = 0; i < 4; i++)
        items[i] = (struct item){.key = i, .product = i};
    seen.fail_with = 2;
    seen.failure = CODE_UNAVAILABLE;
    run_behind_a_first(f, items, 4, 16);
    expect_int_eq(seen.batches, 2);
    for (int i = 0; i < 4; i++) {
        expect_int_eq(items[i].answer, CODE_UNAVAILABLE);
        expect_int_eq(fixture_quantity(f, i), INT64_MIN);
    }
}

/* ---- Many threads ---- */

enum { THREADS = 16, ROUNDS = 100 };

static enum code take_one(struct db_tx *tx, void **items, size_t count)
{
    struct item *first = items[0];
    db_become(tx, first->f->business);
    int64_t left = fixture_ask_quantity(tx, 1), taken = 0;
    for (size_t i = 0; i < count; i++) {
        struct item *item = items[i];
        item->outcome = taken < left ? CODE_OK : CODE_INSUFFICIENT_STOCK;
        taken += item->outcome == CODE_OK;
    }
    fixture_ask_change(tx, 1, -taken);
    return CODE_OK;
}

struct buyer {
    struct fixture *f;
    struct db_batch *batch;
    pthread_t thread;
    int bought;
};

static void *buy(void *arg)
{
    struct buyer *buyer = arg;
    for (int i = 0; i < ROUNDS; i++) {
        struct item item = {.f = buyer->f};
        if (run_one(buyer->batch, &item) == CODE_OK && item.outcome == CODE_OK)
            buyer->bought++;
    }
    return NULL;
}

TEST_ON_BOTH(many_buyers_never_take_more_than_there_is)
{
    enum { STOCK = 700 };
    require(fixture_put(f, 1, STOCK) == CODE_OK);
    struct db_batch *batch = db_batch_open(f->db, take_one, NULL, 8);
    struct buyer buyers[THREADS];
    int bought = 0;
    for (int i = 0; i < THREADS; i++) {
        buyers[i] = (struct buyer){.f = f, .batch = batch};
        pthread_create(&buyers[i].thread, NULL, buy, &buyers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(buyers[i].thread, NULL);
        bought += buyers[i].bought;
    }
    db_batch_close(batch);
    expect_int_eq(bought, STOCK);
    expect_int_eq(fixture_quantity(f, 1), 0);
    expect(db_stats_of(f->db).commits < THREADS * ROUNDS);
}

TEST_ON_BOTH(items_queued_at_once_are_all_served_in_order)
{
    enum { COUNT = 20, MAX = 8 };
    struct item items[COUNT] = {{0}};
    void *queued[COUNT];
    enum code outcomes[COUNT];
    reset_seen();
    gate_add(&seen.allowed, 1000000);
    struct db_batch *batch = db_batch_open(f->db, decide, same, MAX);
    for (int i = 0; i < COUNT; i++) {
        items[i] = (struct item){.f = f, .product = i % 3 ? i : -1, .key = i == 5 ? 4 : i}; /* 4 twice */
        queued[i] = &items[i];
        outcomes[i] = CODE_INTERNAL;
    }
    db_batch_run_all(batch, test_arena(), queued, COUNT, outcomes);
    for (int i = 0; i < COUNT; i++) {
        test_note("item %d", i);
        expect_int_eq(outcomes[i], CODE_OK);
        expect_int_eq(items[i].outcome, i % 3 ? CODE_OK : CODE_INSUFFICIENT_STOCK);
    }
    expect_int_eq(seen.batches, 3);
    expect_int_eq(items[4].batch, 1);
    expect_int_eq(items[5].batch, 2); /* not beside its like, but next */
    expect_int_eq(items[5].place, 0);
    db_batch_run_all(batch, test_arena(), queued, 0, outcomes);
    expect_int_eq(db_batch_waiting(batch), 0);
    db_batch_close(batch);
}
