/* A sale on its way: made by a worker from the request and the snapshots, decided and stored by the batch
 * writer, which runs while the worker waits. What does not hang on running state (prices, texts) is worked
 * out before the batch. */
#pragma once
#include "domain/sale.h"
#include "modules/catalog/catalog.h"
#include "modules/customers/customers.h"
#include "modules/inventory/inventory.h"
#include "modules/pos/outlet_counter.h"
#include "modules/pos/sale_schema.h"
#include "platform/auth/directory.h"

/* The reference data that a sale is decided on. */
struct sale_snapshot {
    struct cache_ref directory_ref, catalog_ref, program_ref;
    const struct directory *directory;
    const struct catalog *catalog;
    const struct loyalty_program *program;
};

enum code sale_snapshot_acquire(struct platform *platform, struct uuid business,
                                struct sale_snapshot *ret_snapshot);
void sale_snapshot_release(struct sale_snapshot *snapshot);

/* A price that an item of the request had when it was sold. */
struct dated_price {
    struct uuid owner_id;
    bool found;
    struct catalog_price price;
};

/* For a sale of a till without a line: the catalogue and the rates as they were then. */
struct sale_dated {
    int64_t at_ms;
    struct outlet outlet;       /* the present one with the rates of that time */
    struct dated_price *prices; /* of every id that the items name, sorted */
    size_t count;
};

struct sale_job {
    struct platform *platform;
    struct arena *arena; /* of the waiting request; the batch may use it */
    const struct sale_caller *caller;
    const struct sale_request *request;
    struct sale_snapshot snapshot;
    const struct outlet *outlet;
    const struct sale_dated *dated; /* NULL: sold now */
    struct uuid business_id;
    int currency_decimals;

    const struct catalog_product **products;    /* per line; NULL: unknown */
    const struct catalog_variant **variants;    /* per line; NULL: none chosen, or unknown */
    const struct catalog_modifier ***modifiers; /* per line, per choice; NULL: unknown */
    struct sale_facts facts;
    struct sale_decision decision;
    enum code bill_code;       /* of sale_decide_bill */
    struct stock_key *keys;    /* per level of facts, sorted */
    int64_t *thresholds_milli; /* per level */

    /* Ready to be stored. */
    struct sale_item *items;
    struct str discounts_text, payments_text, order_ids_text, *modifier_texts;

    /* Set by the batch, anew on every run. */
    enum code code; /* OK, a refusal, or RETRY: the snapshot is not the present one */
    bool shift_missing, table_missing, customer_missing;
    struct uuid replay_of;  /* NIL: a new sale */
    struct uuid key_owner;  /* IDEMPOTENCY_KEY_REUSED: the sale that has the key, NIL when it is no sale's */
    enum code *order_codes; /* one an orderId: OK, NOT_FOUND, CONFLICT (settled or cancelled already) */
    bool orders_settled;    /* one of them at least is settled or cancelled already */
    bool late;              /* its shift is closed */
    int64_t points_available;            /* of its customer, when it redeems some */
    struct points_redemption redemption; /* points 0: none */
    unsigned review;                     /* 1 << enum sale_review each: why somebody should look at it */
    struct receipt_number number;
    struct uuid approved_by; /* who approved discounts above the limit; NIL: nobody had to */
    struct sale_result result;
    struct event_draft *events;
    size_t event_count;
};

/* sale_job.c: looks up what the request names, prices it. NOT_FOUND: the outlet is not there or not for the
 * caller; any other refusal is left in job->bill_code. Of a sale made offline it reads the prices of then. */
enum code sale_job_prepare(struct sale_job *job);
/* Discounts above the limit, and a token that says that somebody approved them: is it good? */
bool sale_job_claims_approval(const struct sale_job *job);
/* The decision is made as if it were; decides again where it turns out otherwise. */
void sale_job_set_approved(struct sale_job *job, bool is_approved);
/* A priced line as it is answered. */
struct sale_item sale_job_item(const struct sale_job *job, size_t line);

/* late_prices.c: fills in job->dated, by a read of its own. */
enum code late_prices_load(struct sale_job *job);
/* What is in the catalogue no more but was once, NULL when it never was; and the price of then. */
const struct catalog_product *late_product(const struct sale_job *job, struct uuid id);
const struct catalog_variant *late_variant(const struct sale_job *job, struct uuid product, struct uuid id);
const struct catalog_modifier *late_modifier(const struct sale_job *job, struct uuid id);
int64_t late_price(const struct sale_job *job, struct uuid owner, int64_t present_minor);

/* late_rules.c: may the sale have been made at that time? */
bool late_time_fits(const struct sale_request *request, int64_t now_ms); /* also when it was sold now */
bool late_in_shift(const struct sale_job *job, int64_t opened_at, int64_t closed_at);
/* The reasons as a JSON array; STR_NONE: none. */
struct str late_review_text(struct arena *arena, unsigned review);

/* sale_texts.c: what the batch needs beyond a quote. */
void sale_job_prepare_texts(struct sale_job *job);

/* sale_batch.c: a db_batch_fn over jobs, and whether two carry the same key. */
enum code sale_batch_run(struct db_tx *tx, void **items, size_t count);
bool sale_batch_same(const void *a, const void *b);

/* sale_events.c: fills in job->events, in `arena`. */
void sale_job_events(struct sale_job *job, struct arena *arena);

/* sale_store.c: asks for all that an accepted sale writes but stock and counters, which come before it.
 * `events_behind`: of later sales of the batch in its outlet. */
void sale_store(struct db_tx *tx, const struct sale_job *job, size_t events_behind);

/* sale_points.c: may these points be redeemed from that balance? INSUFFICIENT_POINTS, with
 * job->points_available; of a sale that was made offline it is noted, and what is there is redeemed. Sets
 * job->redemption.points. */
bool sale_job_redeems(const struct sale_job *job); /* it wants to */
enum code sale_job_check_points(struct sale_job *job, bool has_customer, int64_t balance);

/* sale_orders.c: asks for the settling of what could be settled; the ids as a JSON array, STR_NONE: none. */
void sale_orders_store(struct db_tx *tx, const struct sale_job *job);
struct str sale_order_ids_text(const struct sale_job *job);
/* Could a sale settle the orders now? Sets job->order_codes; NOT_FOUND before CONFLICT. */
enum code quote_orders_check(struct db_tx *tx, struct sale_job *job);

/* sale_faults.c: what `code` refuses, as paths and sentences. */
struct sale_faults sale_faults_of(const struct sale_job *job, enum code code);
