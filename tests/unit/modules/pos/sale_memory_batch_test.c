/* Batches decided on what the sale writer remembers, and two writers on one database. */
#include "modules/pos/sale_job.h"
#include "modules/pos/shop_memory.h"

/* ---- Two processes ---- */

/* The same database through a writer and a memory of its own. */
static struct shop twin_of(const struct shop *shop)
{
    struct shop twin = *shop;
    expect(POS_MODULE.start(&twin.platform) == CODE_OK);
    return twin;
}

TEST_ON_BOTH(two_processes_that_take_turns_go_on_with_each_others_numbers)
{
    struct shop shop;
    if (open_known(&shop, f, 40 * CUP)) {
        struct shop twin = twin_of(&shop);
        int64_t retries = db_stats_of(f->db).retries;
        for (int64_t receipt = 4; receipt < 16; receipt++) {
            struct shop *now = receipt % 2 ? &shop : &twin;
            expect_int_eq(receipt_of(expect_sold(now, COFFEE, CODE_OK, BY_READING)), receipt);
        }
        expect_int_eq(db_stats_of(f->db).retries - retries, 1); /* then it knows that it is not alone */
        expect_known_again(&shop);
        expect_books(&shop, 17);
        POS_MODULE.stop(&twin.platform);
    }
    shop_close(&shop);
}

struct seller {
    struct shop *shop;
    pthread_t thread;
    struct gate *gate;
    int tries, sold, refused;
};

static void *sell_on(void *arg)
{
    struct seller *seller = arg;
    struct arena arena = {0};
    gate_await(seller->gate, 1);
    for (int i = 0; i < seller->tries; i++) {
        struct sale_result result;
        struct sale_faults faults;
        enum code code = shop_sell(seller->shop, &arena, &COFFEE, &result, &faults);
        seller->sold += code == CODE_OK;
        seller->refused += code == CODE_INSUFFICIENT_STOCK;
        arena_reset(&arena);
    }
    arena_free(&arena);
    return NULL;
}

/* Both at once, each so often; answers how many were sold. */
static int sell_at_once(struct shop *shop, struct shop *twin, int tries)
{
    struct gate gate = GATE_INIT;
    struct seller sellers[] = {{.shop = shop, .gate = &gate, .tries = tries},
                               {.shop = twin, .gate = &gate, .tries = tries}};
    for (size_t i = 0; i < COUNT_OF(sellers); i++)
        expect(pthread_create(&sellers[i].thread, NULL, sell_on, &sellers[i]) == 0);
    gate_add(&gate, 1);
    for (size_t i = 0; i < COUNT_OF(sellers); i++) {
        pthread_join(sellers[i].thread, NULL);
        expect_int_eq(sellers[i].sold + sellers[i].refused, tries);
    }
    return sellers[0].sold + sellers[1].sold;
}

TEST_ON_BOTH(two_processes_that_both_remember_sell_the_last_cup_once)
{
    struct shop shop;
    if (open_known(&shop, f, 14 * CUP)) {
        struct shop twin = twin_of(&shop);
        for (int64_t round = 1; round <= 12; round++) {
            make_known(round % 2 ? &shop : &twin);
            make_known(round % 2 ? &twin : &shop); /* what the first one knows is old by now */
            expect_int_eq(sell_at_once(&shop, &twin, 4), 5);
            expect_int_eq(shop_number(&shop, SHOP_STOCK), 28 * CUP);
            expect_books(&shop, 3 + 11 * round);
            change(&shop, move_stock, (struct change){.value = 11 * CUP});
        }
        POS_MODULE.stop(&twin.platform);
    }
    shop_close(&shop);
}

/* ---- Batches ---- */

struct trial {
    struct sale_job jobs[3];
    size_t count;
    int fail_first;      /* runs of the batch that are rolled back before one commits */
    enum code fail_with; /* RETRY: it is run again at once */
};

static void add_job(struct trial *trial, struct shop *writer, struct shop *shop, int product)
{
    struct sale_job *job = &trial->jobs[trial->count++];
    struct sale_request *request = arena_new(test_arena(), struct sale_request);
    struct sale_caller *caller = arena_new(test_arena(), struct sale_caller);
    *request = shop_request(shop);
    request->items.at = arena_new(test_arena(), struct sale_item_request);
    *request->items.at =
        (struct sale_item_request){.product_id = shop->products[product], .quantity_milli = CUP};
    request->payments.at = arena_new(test_arena(), struct payment_request);
    *request->payments.at = (struct payment_request){PAYMENT_CASH, CASH, STR_NONE};
    request->items.count = request->payments.count = 1;
    *caller = (struct sale_caller){.who = &shop->who, .correlation_id = STR("test")};
    *job = (struct sale_job){
        .platform = &writer->platform, .arena = test_arena(), .caller = caller, .request = request};
    require(sale_snapshot_acquire(&writer->platform, shop->who.business_id, &job->snapshot) == CODE_OK);
    require(sale_job_prepare(job) == CODE_OK);
    sale_job_prepare_texts(job);
}

static enum code run(struct db_tx *tx, void *arg)
{
    struct trial *trial = arg;
    void *items[COUNT_OF(trial->jobs)];
    for (size_t i = 0; i < trial->count; i++)
        items[i] = &trial->jobs[i];
    enum code code = sale_batch_run(tx, items, trial->count);
    return trial->fail_first-- > 0 ? trial->fail_with : code;
}

/* Answers how many of them were decided from memory. */
static int64_t run_batch(struct fixture *f, struct trial *trial, enum code code)
{
    int64_t before = remembered();
    expect_int_eq(db_write(f->db, UUID_NIL, test_arena(), run, trial), code);
    for (size_t i = 0; i < trial->count; i++)
        sale_snapshot_release(&trial->jobs[i].snapshot);
    return remembered() - before;
}

static int64_t receipt_of_job(const struct trial *trial, size_t at)
{
    expect_int_eq(trial->jobs[at].code, CODE_OK);
    return receipt_of(trial->jobs[at].result);
}

TEST_ON_BOTH(batch_is_remembered_as_a_whole_or_read)
{
    struct shop shop;
    if (open_known(&shop, f, 5 * CUP)) {
        struct trial all = {0}, refused = {0};
        add_job(&all, &shop, &shop, 0);
        add_job(&all, &shop, &shop, 3);
        expect_int_eq(run_batch(f, &all, CODE_OK), 2);
        expect_int_eq(receipt_of_job(&all, 0), 4);
        expect_int_eq(receipt_of_job(&all, 1), 5);
        add_job(&refused, &shop, &shop, 0);
        add_job(&refused, &shop, &shop, 0); /* the cup is sold by then */
        add_job(&refused, &shop, &shop, 3);
        expect_int_eq(run_batch(f, &refused, CODE_OK), 0);
        expect_int_eq(receipt_of_job(&refused, 0), 6);
        expect_int_eq(refused.jobs[1].code, CODE_INSUFFICIENT_STOCK);
        expect_int_eq(receipt_of_job(&refused, 2), 7);
        expect_books(&shop, 7);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(batch_that_is_rolled_back_leaves_nothing_in_memory)
{
    struct shop shop;
    if (open_known(&shop, f, 20 * CUP)) {
        struct trial again = {.fail_first = 1, .fail_with = CODE_RETRY};
        struct trial lost = {.fail_first = 1, .fail_with = CODE_UNAVAILABLE};
        add_job(&again, &shop, &shop, 0);
        expect_int_eq(run_batch(f, &again, CODE_OK), 0);
        expect_int_eq(receipt_of_job(&again, 0), 4);
        expect_known_again(&shop);
        add_job(&lost, &shop, &shop, 0);
        int64_t retries = db_stats_of(f->db).retries;
        expect_int_eq(run_batch(f, &lost, CODE_UNAVAILABLE), 0);
        make_known(&shop);
        expect_int_eq(db_stats_of(f->db).retries, retries);
        expect_int_eq(shop_number(&shop, SHOP_STOCK), 51 * CUP);
        expect_books(&shop, 9);
    }
    shop_close(&shop);
}

/* Two businesses in one batch: the second one has a database handle of its own, on the same database. */
TEST_ON_BOTH(batch_of_two_businesses_is_remembered)
{
    struct shop shop, second;
    struct fixture other;
    require(fixture_open(&other, f->engine));
    bool both = shop_open(&second, &other, 20 * CUP) && shop_open(&shop, f, 20 * CUP);
    for (int64_t receipt = 1; both && receipt < 6; receipt++) {
        struct trial trial = {0};
        add_job(&trial, &shop, &second, 0);
        add_job(&trial, &shop, &shop, 0);
        add_job(&trial, &shop, &second, 1);
        if (receipt == 5) /* one that is not so turns both away */
            change(&second, move_stock, (struct change){.value = -3 * CUP});
        expect_int_eq(run_batch(f, &trial, CODE_OK), receipt == 3 || receipt == 4 ? 3 : 0);
        expect_int_eq(receipt_of_job(&trial, 0), 2 * receipt - 1);
        expect_int_eq(receipt_of_job(&trial, 1), receipt);
        expect_int_eq(receipt_of_job(&trial, 2), 2 * receipt);
        expect_books(&shop, receipt);
        expect_books(&second, 2 * receipt);
    }
    shop_close(&shop);
    shop_close(&second);
    fixture_close(&other);
}
