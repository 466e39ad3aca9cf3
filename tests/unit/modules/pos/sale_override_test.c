/* Discounts above the limit in one batch of sales: who gets the token, and that it outlives what is refused.
 */
#include "modules/auth/auth_internal.h"
#include "modules/pos/sale_job.h"
#include "modules/pos/shop.h"

#include "base/clock.h"

#define CUP 1000
#define JOBS_MAX 4

DB_STATEMENT(TEST_TOKEN_USED,
             "SELECT count(*) FROM override_tokens WHERE business_id = $1 AND used_at IS NOT NULL");

/* A sale of one cup for 10,000: with a discount of 5,000, which is above the cashier's 10 %, or without. */
struct bill {
    int64_t discount, paid_minor;
    int token; /* which; −1: none */
    enum code code;
    bool is_approved;
};

struct trial {
    struct shop *shop;
    struct str hashes[2];
    const struct bill *bills;
    size_t count;
    int fail_first; /* runs of the batch that are rolled back before one commits */
    struct sale_job jobs[JOBS_MAX];
};

static enum code give_tokens(struct db_tx *tx, void *arg)
{
    struct trial *trial = arg;
    struct override_draft draft = {
        .action = APPROVAL_DISCOUNT,
        .outlet_id = trial->shop->outlet,
        .requested_by = trial->shop->employee,
        .approved_by = trial->shop->employee,
        .created_at = clock_now_ms(),
        .expires_at = clock_now_ms() + OVERRIDE_LIFETIME_MS,
    };
    for (size_t i = 0; i < COUNT_OF(trial->hashes); i++)
        trial->hashes[i] = refresh_token_hash(test_arena(), override_add(tx, &draft));
    return CODE_OK;
}

static void prepare(struct trial *trial, size_t at)
{
    const struct bill *bill = &trial->bills[at];
    struct shop *shop = trial->shop;
    struct sale_request *request = arena_new(test_arena(), struct sale_request);
    struct sale_caller *caller = arena_new(test_arena(), struct sale_caller);
    *request = shop_request(shop);
    request->items.at = arena_new(test_arena(), struct sale_item_request);
    *request->items.at = (struct sale_item_request){.product_id = shop->products[0], .quantity_milli = CUP};
    request->payments.at = arena_new(test_arena(), struct payment_request);
    *request->payments.at = (struct payment_request){PAYMENT_CASH, bill->paid_minor, STR_NONE};
    request->discounts.at = arena_new(test_arena(), struct discount_request);
    *request->discounts.at = (struct discount_request){1, bill->discount * 100, STR("regular")};
    request->items.count = request->payments.count = request->discounts.count = 1;
    *caller = (struct sale_caller){.who = &shop->who, .correlation_id = STR("test")};
    if (bill->token >= 0)
        caller->override_hash = trial->hashes[bill->token];
    struct sale_job *job = &trial->jobs[at];
    *job = (struct sale_job){
        .platform = &shop->platform, .arena = test_arena(), .caller = caller, .request = request};
    require(sale_snapshot_acquire(job->platform, shop->fixture->business, &job->snapshot) == CODE_OK);
    require(sale_job_prepare(job) == CODE_OK);
    if (!job->bill_code)
        sale_job_prepare_texts(job);
}

static enum code run(struct db_tx *tx, void *arg)
{
    struct trial *trial = arg;
    void *items[JOBS_MAX];
    for (size_t i = 0; i < trial->count; i++)
        items[i] = &trial->jobs[i];
    enum code code = sale_batch_run(tx, items, trial->count);
    return trial->fail_first-- > 0 ? CODE_RETRY : code;
}

/* What the driver does after a batch that failed: one by one, here in reverse, so that another one gets it.
 */
static enum code run_alone_backwards(struct db_tx *tx, void *arg)
{
    struct trial *trial = arg;
    if (trial->fail_first > 0)
        return run(tx, arg);
    for (size_t i = trial->count; i-- > 0;) {
        void *item = &trial->jobs[i];
        enum code code = sale_batch_run(tx, &item, 1);
        if (code)
            return code;
    }
    return CODE_OK;
}

static void expect_bills(struct trial *trial)
{
    for (size_t i = 0; i < trial->count; i++) {
        test_note("bill %zu", i);
        expect_int_eq(trial->jobs[i].code, trial->bills[i].code);
        expect(uuid_is_nil(trial->jobs[i].approved_by) == !trial->bills[i].is_approved);
        if (trial->bills[i].code == CODE_OVERRIDE_REQUIRED) {
            struct sale_faults faults = sale_faults_of(&trial->jobs[i], trial->jobs[i].code);
            expect(faults.count == 1 && str_eq(faults.list[0].path, STR("discounts")));
        }
    }
}

static void try_bills(struct fixture *f, const struct bill *bills, size_t count, db_fn fn, int fail_first,
                      int64_t used)
{
    struct shop shop;
    struct trial trial = {.shop = &shop, .bills = bills, .count = count, .fail_first = fail_first};
    if (shop_open(&shop, f, 100 * CUP)) {
        shop.who.role = ROLE_CASHIER;
        require(db_write(f->db, f->business, &f->arena, give_tokens, &trial) == CODE_OK);
        int64_t sales = 0;
        for (size_t i = 0; i < count; i++) {
            prepare(&trial, i);
            sales += bills[i].code == CODE_OK;
        }
        expect_int_eq(db_write(f->db, f->business, &f->arena, fn, &trial), CODE_OK);
        expect_bills(&trial);
        expect_int_eq(shop_number(&shop, SHOP_SALES), sales);
        expect_int_eq(shop_number(&shop, SHOP_STOCK), (300 - sales) * CUP);
        expect_int_eq(shop_number(&shop, &TEST_TOKEN_USED), used);
        for (size_t i = 0; i < count; i++)
            sale_snapshot_release(&trial.jobs[i].snapshot);
    }
    shop_close(&shop);
}

TEST_ON_BOTH(override_serves_the_first_sale_of_a_batch)
{
    static const struct bill bills[] = {
        {1000, 11000, 0, CODE_OK, false}, /* within the limit: not needed */
        {5000, 5000, 0, CODE_INVALID_PAYMENT, true},
        {5000, 6000, 0, CODE_OK, true},
        {5000, 6000, 0, CODE_OVERRIDE_REQUIRED, false},
    };
    try_bills(f, bills, COUNT_OF(bills), run, 0, 1);
}

TEST_ON_BOTH(overrides_serve_a_sale_each)
{
    static const struct bill bills[] = {
        {5000, 6000, 1, CODE_OK, true},
        {5000, 6000, -1, CODE_OVERRIDE_REQUIRED, false},
        {5000, 6000, 0, CODE_OK, true},
        {5000, 5000, 1, CODE_OVERRIDE_REQUIRED, false}, /* before the payment is looked at */
    };
    try_bills(f, bills, COUNT_OF(bills), run, 0, 2);
}

TEST_ON_BOTH(override_is_decided_anew_when_a_batch_is_run_again)
{
    static const struct bill bills[] = {
        {5000, 6000, 0, CODE_OK, true},
        {5000, 6000, 0, CODE_OVERRIDE_REQUIRED, false},
    };
    try_bills(f, bills, COUNT_OF(bills), run, 2, 1);
}

TEST_ON_BOTH(override_refused_in_a_batch_may_serve_alone)
{
    static const struct bill bills[] = {
        {5000, 6000, 0, CODE_OVERRIDE_REQUIRED, false},
        {5000, 6000, 0, CODE_OK, true},
    };
    try_bills(f, bills, COUNT_OF(bills), run_alone_backwards, 1, 1);
}
