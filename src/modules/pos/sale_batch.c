/* The sale writer: decides a batch of sales in queue order on running balances and counters, and stores those
 * that are accepted. A refusal is a decision like any other; it costs the rest of the batch nothing.
 *
 * What the last batches left is enough to decide most of the next ones on: nothing is read then, and all that
 * is stored goes out with the commit, in one round trip. The statements say what they rely on (a level, a
 * receipt number, an open shift, the version of the catalogue, a fresh key); where one of these is not so the
 * transaction is run again, on what is read then. A refusal nobody would verify: it is always decided on what
 * was read. */
#include "modules/pos/sale_batch.h"

#include "modules/auth/approval.h"
#include "modules/pos/sale_memory.h"
#include "modules/tables/tables.h"

bool sale_batch_same(const void *a, const void *b)
{
    const struct sale_job *left = a, *right = b;
    return left->caller->idempotency.key.data && uuid_eq(left->business_id, right->business_id) &&
           str_eq(left->caller->idempotency.key, right->caller->idempotency.key);
}

/* ---- The decision ---- */

/* The key was used before: the same request gets the first one's sale, another one is refused. */
static enum code check_key(const struct batch_entry *entry, bool *ret_replay)
{
    *ret_replay = false;
    if (!entry->key || entry->key->count == 0)
        return CODE_OK;
    struct sale_job *job = entry->job;
    struct str own = {(const char *)job->caller->idempotency.hash, sizeof job->caller->idempotency.hash};
    if (!str_eq(db_text(entry->key, 0, 0), own) || db_is_null(entry->key, 0, 1)) {
        job->key_owner = db_uuid(entry->key, 0, 1);
        return CODE_IDEMPOTENCY_KEY_REUSED;
    }
    job->replay_of = db_uuid(entry->key, 0, 1);
    *ret_replay = true;
    return CODE_OK;
}

/* Decided on prices or settings that are not the present ones. */
static bool is_stale(const struct batch_entry *entry)
{
    const struct sale_snapshot *snapshot = &entry->job->snapshot;
    int64_t version = entry->tenant->version;
    return version != snapshot->directory_ref.version || version != snapshot->catalog_ref.version ||
           version != snapshot->program_ref.version;
}

/* A token approves the discounts of one sale: the first of the batch that is made. */
static void check_approval(const struct batch *batch, const struct batch_entry *entry)
{
    const struct batch_override *override = entry->override;
    entry->job->approved_by = UUID_NIL;
    if (override)
        sale_job_set_approved(entry->job, !override->spent && approval_holds(override->rows, batch->now_ms,
                                                                             &entry->job->approved_by));
}

/* A table that was taken away meanwhile was there when an offline sale was made. */
static bool table_is_there(const struct db_rows *table, const struct sale_job *job)
{
    return job->dated ? table_was_in(table, job->outlet->id) : table_is_in(table, job->outlet->id);
}

/* What the request names must be there; then the refusals by rule. */
static enum code check_rules(const struct batch *batch, const struct batch_entry *entry)
{
    struct sale_job *job = entry->job;
    if (!late_time_fits(job->request, batch->now_ms))
        return CODE_VALIDATION_FAILED;
    struct shift_state shift = entry->shift->state;
    job->shift_missing = !shift.exists || !uuid_eq(shift.outlet_id, job->outlet->id);
    job->table_missing = entry->table && !table_is_there(entry->table, job);
    job->customer_missing = entry->customer && entry->customer->count == 0;
    enum code orders = batch_orders_check(batch, entry);
    if (job->shift_missing || job->table_missing || job->customer_missing || orders == CODE_NOT_FOUND ||
        job->bill_code == CODE_NOT_FOUND)
        return CODE_NOT_FOUND;
    job->orders_settled = orders == CODE_CONFLICT;
    if (job->orders_settled && !job->dated)
        return CODE_CONFLICT;
    if (job->dated ? !late_in_shift(job, shift.opened_at, shift.closed_at) : !shift.is_open)
        return CODE_SHIFT_NOT_OPEN;
    job->late = !shift.is_open;
    enum code code = batch_points_check(entry);
    return code ? code : job->bill_code;
}

static size_t level_index(const struct batch_entry *entry, size_t level)
{
    return stock_key_find(entry->tenant->keys, entry->tenant->key_count, entry->job->keys[level]);
}

static enum code check_stock(const struct batch_entry *entry)
{
    struct sale_job *job = entry->job;
    for (size_t i = 0; i < job->facts.level_count; i++)
        job->facts.levels[i].available_milli = entry->tenant->running_milli[level_index(entry, i)];
    return sale_decide_stock(&job->facts, &job->decision);
}

/* ---- Accepting ---- */

static void total(struct batch *batch, struct sale_job *job)
{
    const struct priced_bill *bill = &job->decision.bill;
    const struct settlement *settlement = &job->decision.settlement;
    struct uuid id = uuid_new();
    job->result = (struct sale_result){
        .id = id,
        .transaction_id = id,
        .receipt_number = job->number.text,
        .subtotal_minor = bill->subtotal_minor,
        .discount_minor = bill->discount_minor,
        .service_charge_minor = bill->service_charge_minor,
        .tax_minor = bill->tax_minor,
        .rounding_minor = settlement->rounding_minor,
        .grand_total_minor = settlement->grand_total_minor,
        .paid_minor = settlement->paid_minor,
        .change_minor = settlement->change_minor,
        .created_at = batch->now_ms,
        .needs_review = job->review != 0,
    };
}

/* What only the caller of the pure decision can know is added to it. */
static void note_review(struct sale_job *job)
{
    job->review = job->decision.review;
    if (job->dated && !job->outlet->is_active)
        job->review |= 1u << SALE_REVIEW_OUTLET_INACTIVE;
    if (sale_job_redeems(job) && job->redemption.points < job->request->points_redeemed)
        job->review |= 1u << SALE_REVIEW_INSUFFICIENT_POINTS;
    if (job->dated && job->orders_settled)
        job->review |= 1u << SALE_REVIEW_ORDER_SETTLED;
}

static void move_stock(const struct batch *batch, const struct batch_entry *entry)
{
    const struct sale_job *job = entry->job;
    struct batch_tenant *tenant = entry->tenant;
    for (size_t i = 0; i < job->facts.level_count; i++) {
        const struct sale_level *level = &job->facts.levels[i];
        tenant->running_milli[level_index(entry, i)] = level->remaining_milli;
        tenant->movements[tenant->movement_count++] = (struct stock_movement){
            .id = uuid_new(),
            .key = job->keys[i],
            .type = STOCK_SALE,
            .quantity_milli = -level->required_milli,
            .balance_after_milli = level->remaining_milli,
            .reference_type = STR("transaction"),
            .reference_id = job->result.id,
            .employee_id = job->caller->who->employee_id,
            .created_at = batch->now_ms,
        };
    }
}

static void accept(struct batch *batch, const struct batch_entry *entry)
{
    struct sale_job *job = entry->job;
    struct batch_counter *counter = entry->counter;
    job->number = receipt_number_take(job->arena, job->outlet, batch->now_ms, &counter->now);
    note_review(job);
    total(batch, job);
    batch_points_spend(batch, entry);
    move_stock(batch, entry);
    batch_orders_settle(batch, entry);
    if (entry->override)
        entry->override->spent = true;
    sale_job_events(job, batch->arena);
    counter->events += job->event_count;
}

static void decide(struct batch *batch, const struct batch_entry *entry)
{
    struct sale_job *job = entry->job;
    bool is_replay;
    job->replay_of = job->key_owner = UUID_NIL;
    job->event_count = 0; /* nothing to store */
    job->code = check_key(entry, &is_replay);
    if (job->code || is_replay)
        return;
    check_approval(batch, entry);
    job->code = is_stale(entry) ? CODE_RETRY : check_rules(batch, entry);
    if (!job->code)
        job->code = check_stock(entry);
    if (!job->code)
        accept(batch, entry);
}

/* Answers whether all of them were accepted. */
static bool decide_all(struct batch *batch)
{
    bool accepted = true;
    for (size_t i = 0; i < batch->count; i++) {
        decide(batch, &batch->entries[i]);
        accepted &= batch->entries[i].job->event_count > 0;
    }
    return accepted;
}

/* ---- Storing ---- */

static void store_stock(struct batch *batch, const struct batch_tenant *tenant)
{
    struct stock_change *changes = arena_array(batch->arena, struct stock_change, tenant->key_count);
    for (size_t i = 0; i < tenant->key_count; i++)
        changes[i] = (struct stock_change){tenant->keys[i], tenant->stored_milli[i], tenant->running_milli[i],
                                           STOCK_NO_THRESHOLD};
    stock_store(batch->tx, changes, tenant->key_count, tenant->movements, tenant->movement_count);
}

static void store_counters(struct batch *batch, const struct batch_tenant *tenant)
{
    for (size_t i = 0; i < batch->counter_count; i++) {
        const struct batch_counter *counter = &batch->counters[i];
        if (counter->events > 0 && uuid_eq(counter->business_id, tenant->business_id))
            outlet_counter_store(batch->tx, counter->outlet_id, &counter->was, &counter->now,
                                 counter->events);
    }
}

static void store_sales(struct batch *batch, const struct batch_tenant *tenant)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_entry *entry = &batch->entries[i];
        if (entry->tenant != tenant || entry->job->event_count == 0)
            continue;
        entry->counter->events -= entry->job->event_count;
        sale_store(batch->tx, entry->job, entry->counter->events);
    }
    for (size_t i = 0; i < batch->override_count; i++) {
        const struct batch_override *override = &batch->overrides[i];
        if (override->spent && uuid_eq(override->business_id, tenant->business_id))
            approval_spend(batch->tx, override->hash, batch->now_ms);
    }
}

static void store_each(struct batch *batch, void (*store)(struct batch *, const struct batch_tenant *))
{
    for (size_t i = 0; i < batch->tenant_count; i++) {
        db_become(batch->tx, batch->tenants[i].business_id);
        store(batch, &batch->tenants[i]);
    }
}

static struct sale_memory *memory_of(const struct batch *batch)
{
    return batch->entries[0].job->platform->sale_memory;
}

static void remember(void *arg)
{
    const struct batch *batch = arg;
    sale_memory_keep(memory_of(batch), batch);
}

/* In the order of the locks: those of a remembered batch are taken here. Of its shifts none is: who closes
 * one holds the counter, behind which the sale looks whether it is open. */
static void store(struct batch *batch)
{
    if (batch->remembered)
        sale_memory_forget(memory_of(batch), batch);
    store_each(batch, store_stock);
    store_each(batch, store_counters);
    store_each(batch, store_sales);
    db_after_commit(batch->tx, remember, batch);
}

/* ---- The batch ---- */

enum code sale_batch_run(struct db_tx *tx, void **items, size_t count)
{
    struct batch *batch = batch_collect(tx, items, count);
    bool decided = sale_memory_recall(memory_of(batch), batch);
    if (decided && !decide_all(batch)) {
        batch = batch_collect(tx, items, count);
        decided = false;
    }
    if (!decided) {
        batch_load(batch);
        if (db_failed(tx))
            return CODE_UNAVAILABLE; /* what failed is what the callers get */
        decide_all(batch);
    }
    store(batch);
    return CODE_OK;
}
