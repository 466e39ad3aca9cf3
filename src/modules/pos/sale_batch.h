/* Inside of the sale writer: what a batch of jobs reads, and the balances that run from one to the next. */
#pragma once
#include "modules/pos/sale_job.h"
#include "modules/shifts/shifts.h"

/* One business of the batch. */
struct batch_tenant {
    struct uuid business_id;
    struct db_rows *version_rows;
    int64_t version;        /* of its catalogue and settings */
    struct stock_key *keys; /* all that its jobs count, sorted */
    size_t key_count;
    struct stock_lock *lock;
    const int64_t *stored_milli; /* per key: as it stands in the database */
    int64_t *running_milli;      /* per key: after the jobs decided so far */
    struct stock_movement *movements;
    size_t movement_count;
};

/* A shift that jobs name; a row that was read is held against a close. */
struct batch_shift {
    struct uuid business_id, shift_id;
    struct db_rows *rows;
    struct shift_state state;
};

/* An outlet's counter row; what was read, or else stored, is held until the commit. */
struct batch_counter {
    struct uuid business_id, outlet_id;
    struct db_rows *rows;
    struct outlet_counter was, now; /* before the batch; after the jobs decided so far */
    size_t events;                  /* that these publish, and that are not stored yet */
};

/* A token that approves one discount above the limit; its row is held until the commit. */
struct batch_override {
    struct uuid business_id, outlet_id;
    struct str hash;
    struct db_rows *rows;
    bool spent; /* by a job decided so far */
};

/* A customer whose points jobs redeem; the row is held until the commit. */
struct batch_points {
    struct uuid business_id, customer_id;
    struct db_rows *rows;
    bool has_customer;
    int64_t balance; /* after the jobs decided so far */
};

/* A kitchen order that jobs settle; its row is held until the commit. */
struct batch_order {
    struct uuid business_id, order_id;
    struct db_rows *rows;
    bool settled; /* by a job decided so far */
};

/* A job and what was read for it. */
struct batch_entry {
    struct sale_job *job;
    struct batch_tenant *tenant;
    struct batch_shift *shift;
    struct batch_counter *counter;
    struct batch_override *override;        /* NULL: no discount needs it */
    struct batch_points *points;            /* NULL: it redeems none */
    struct db_rows *table, *customer, *key; /* NULL: not asked for */
};

struct batch {
    struct db_tx *tx;
    struct arena *arena;
    int64_t now_ms;
    bool remembered; /* decided on what sale_memory knew; otherwise on what was read */
    struct batch_entry *entries;
    size_t count;
    struct batch_tenant *tenants; /* sorted by business */
    size_t tenant_count;
    struct batch_shift *shifts;
    size_t shift_count;
    struct batch_counter *counters; /* sorted by business, outlet */
    size_t counter_count;
    struct batch_override *overrides; /* sorted by business, hash, outlet */
    size_t override_count;
    struct batch_points *points; /* sorted by business, customer */
    size_t points_count;
    struct batch_order *orders; /* sorted by business, order */
    size_t order_count;
};

/* sale_batch_collect.c: in the transaction's arena; asks for nothing. */
struct batch *batch_collect(struct db_tx *tx, void **items, size_t count);

/* sale_batch_load.c: one round trip. Locks, in one order over all batches: overrides, shifts, orders,
 * customers, stock, counters. */
void batch_load(struct batch *batch);

/* sale_points.c: the balances that the batch redeems from. */
void batch_points_collect(struct batch *batch);
void batch_points_ask(struct batch *batch, const struct batch_tenant *tenant); /* the tenant's rows, held */
void batch_points_take(struct batch *batch);
enum code batch_points_check(const struct batch_entry *entry);
/* Of an accepted sale: the balance runs on, the redemption is ready to be stored. */
void batch_points_spend(const struct batch *batch, const struct batch_entry *entry);

/* sale_orders.c: the orders that the batch settles. */
void batch_orders_collect(struct batch *batch);
void batch_orders_ask(struct batch *batch, struct uuid business);
/* Sets job->order_codes; NOT_FOUND before CONFLICT. */
enum code batch_orders_check(const struct batch *batch, const struct batch_entry *entry);
void batch_orders_settle(const struct batch *batch, const struct batch_entry *entry);
