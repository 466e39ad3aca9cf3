/* What a batch of sales has to know at its commit, read in one round trip. Stock rows are locked in the order
 * of (business, outlet, product, variant) over the whole batch, then the counters of the outlets; versions
 * and idempotency keys are looked up last, behind these locks: a sale with the same key that another node is
 * storing has committed by then. */
#include "base/clock.h"
#include "modules/auth/approval.h"
#include "modules/pos/sale_batch.h"
#include "modules/tables/tables.h"

DB_STATEMENT(SALE_VERSION, "SELECT reference_version FROM businesses WHERE business_id = $1");
DB_STATEMENT(SALE_KEY,
             "SELECT request_hash, resource_id FROM idempotency_keys WHERE business_id = $1 AND key = $2");

/* ---- Asking ---- */

static void ask_shifts(struct batch *batch, const struct batch_tenant *tenant)
{
    for (size_t i = 0; i < batch->shift_count; i++) {
        struct batch_shift *shift = &batch->shifts[i];
        if (uuid_eq(shift->business_id, tenant->business_id))
            shift->rows = shift_ask(batch->tx, shift->shift_id);
    }
}

static void ask_reference(struct batch *batch, struct batch_tenant *tenant)
{
    db_become(batch->tx, tenant->business_id);
    for (size_t i = 0; i < batch->override_count; i++) {
        struct batch_override *override = &batch->overrides[i];
        if (uuid_eq(override->business_id, tenant->business_id))
            override->rows = approval_ask(batch->tx, override->hash, APPROVAL_DISCOUNT, override->outlet_id);
    }
    ask_shifts(batch, tenant);
    batch_orders_ask(batch, tenant->business_id);
    batch_points_ask(batch, tenant);
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_entry *entry = &batch->entries[i];
        const struct sale_request *request = entry->job->request;
        if (entry->tenant != tenant)
            continue;
        if (!uuid_is_nil(request->table_id))
            entry->table = table_ask(batch->tx, request->table_id);
        if (!uuid_is_nil(request->customer_id))
            entry->customer = customer_ask(batch->tx, request->customer_id);
    }
}

static void ask_counters(struct batch *batch, const struct batch_tenant *tenant)
{
    db_become(batch->tx, tenant->business_id);
    for (size_t i = 0; i < batch->counter_count; i++) {
        struct batch_counter *counter = &batch->counters[i];
        if (uuid_eq(counter->business_id, tenant->business_id))
            counter->rows = outlet_counter_ask(batch->tx, counter->outlet_id);
    }
}

/* Behind the locks, where a wait may have made everything older. */
static void ask_last(struct batch *batch, struct batch_tenant *tenant)
{
    db_become(batch->tx, tenant->business_id);
    tenant->version_rows = db_ask(batch->tx, &SALE_VERSION);
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_entry *entry = &batch->entries[i];
        struct str key = entry->job->caller->idempotency.key;
        if (entry->tenant == tenant && key.data)
            entry->key = db_ask(batch->tx, &SALE_KEY, DB_TEXT(key));
    }
}

/* ---- Taking what came ---- */

static void take_stock(struct batch *batch, struct batch_tenant *tenant)
{
    if (tenant->key_count == 0)
        return;
    db_become(batch->tx, tenant->business_id);
    tenant->stored_milli = stock_lock_take(batch->tx, tenant->lock);
    tenant->running_milli =
        arena_copy(batch->arena, tenant->stored_milli, tenant->key_count * sizeof *tenant->stored_milli);
}

static void take(struct batch *batch)
{
    for (size_t i = 0; i < batch->shift_count; i++)
        batch->shifts[i].state = shift_state_of(batch->shifts[i].rows);
    for (size_t i = 0; i < batch->counter_count; i++)
        batch->counters[i].was = batch->counters[i].now = outlet_counter_of(batch->counters[i].rows);
    batch_points_take(batch);
    for (size_t i = 0; i < batch->tenant_count && !db_failed(batch->tx); i++) {
        struct batch_tenant *tenant = &batch->tenants[i];
        tenant->version = tenant->version_rows->count ? db_int(tenant->version_rows, 0, 0) : INT64_MIN;
        take_stock(batch, tenant);
    }
    batch->now_ms = clock_now_ms();
}

void batch_load(struct batch *batch)
{
    for (size_t i = 0; i < batch->tenant_count; i++)
        ask_reference(batch, &batch->tenants[i]);
    for (size_t i = 0; i < batch->tenant_count; i++) {
        struct batch_tenant *tenant = &batch->tenants[i];
        db_become(batch->tx, tenant->business_id);
        if (tenant->key_count > 0)
            tenant->lock = stock_lock_ask(batch->tx, tenant->keys, tenant->key_count);
    }
    for (size_t i = 0; i < batch->tenant_count; i++)
        ask_counters(batch, &batch->tenants[i]);
    for (size_t i = 0; i < batch->tenant_count; i++)
        ask_last(batch, &batch->tenants[i]);
    db_sync(batch->tx);
    take(batch);
}
