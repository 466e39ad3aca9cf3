/* Who and what is in a batch of sales: its businesses, outlets, shifts, approvals and counted stock, each
 * once and in the order of their locks. */
#include "modules/pos/sale_batch.h"

static int compare_tenants(const void *a, const void *b)
{
    const struct batch_tenant *left = a, *right = b;
    return uuid_compare(left->business_id, right->business_id);
}

static int compare_counters(const void *a, const void *b)
{
    const struct batch_counter *left = a, *right = b;
    int order = uuid_compare(left->business_id, right->business_id);
    return order ? order : uuid_compare(left->outlet_id, right->outlet_id);
}

static int compare_overrides(const void *a, const void *b)
{
    const struct batch_override *left = a, *right = b;
    int order = uuid_compare(left->business_id, right->business_id);
    order = order ? order : str_compare(left->hash, right->hash);
    return order ? order : uuid_compare(left->outlet_id, right->outlet_id);
}

static struct batch_tenant *find_tenant(const struct batch *batch, struct uuid business)
{
    for (size_t i = 0; i < batch->tenant_count; i++) {
        if (uuid_eq(batch->tenants[i].business_id, business))
            return &batch->tenants[i];
    }
    return NULL;
}

static struct batch_counter *find_counter(const struct batch *batch, struct uuid business, struct uuid outlet)
{
    for (size_t i = 0; i < batch->counter_count; i++) {
        struct batch_counter *counter = &batch->counters[i];
        if (uuid_eq(counter->outlet_id, outlet) && uuid_eq(counter->business_id, business))
            return counter;
    }
    return NULL;
}

static struct batch_shift *shift_of(struct batch *batch, struct uuid business, struct uuid shift_id)
{
    for (size_t i = 0; i < batch->shift_count; i++) {
        struct batch_shift *shift = &batch->shifts[i];
        if (uuid_eq(shift->shift_id, shift_id) && uuid_eq(shift->business_id, business))
            return shift;
    }
    struct batch_shift *shift = &batch->shifts[batch->shift_count++];
    *shift = (struct batch_shift){.business_id = business, .shift_id = shift_id};
    return shift;
}

static void collect(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct sale_job *job = batch->entries[i].job;
        if (!find_tenant(batch, job->business_id))
            batch->tenants[batch->tenant_count++] = (struct batch_tenant){.business_id = job->business_id};
        if (!find_counter(batch, job->business_id, job->outlet->id))
            batch->counters[batch->counter_count++] =
                (struct batch_counter){.business_id = job->business_id, .outlet_id = job->outlet->id};
    }
    qsort(batch->tenants, batch->tenant_count, sizeof *batch->tenants, compare_tenants);
    qsort(batch->counters, batch->counter_count, sizeof *batch->counters, compare_counters);
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_entry *entry = &batch->entries[i];
        const struct sale_job *job = entry->job;
        entry->tenant = find_tenant(batch, job->business_id);
        entry->counter = find_counter(batch, job->business_id, job->outlet->id);
        entry->shift = shift_of(batch, job->business_id, job->request->shift_id);
    }
}

static struct batch_override *find_override(const struct batch *batch, const struct sale_job *job)
{
    struct batch_override wanted = {
        .business_id = job->business_id, .outlet_id = job->outlet->id, .hash = job->caller->override_hash};
    for (size_t i = 0; i < batch->override_count; i++) {
        if (compare_overrides(&batch->overrides[i], &wanted) == 0)
            return &batch->overrides[i];
    }
    return NULL;
}

/* A batch that is run again, job by job, knows nothing of what was found out before. */
static void collect_overrides(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct sale_job *job = batch->entries[i].job;
        if (!sale_job_claims_approval(job))
            continue;
        sale_job_set_approved(job, true);
        if (!find_override(batch, job))
            batch->overrides[batch->override_count++] =
                (struct batch_override){.business_id = job->business_id,
                                        .outlet_id = job->outlet->id,
                                        .hash = job->caller->override_hash};
    }
    if (batch->override_count == 0)
        return;
    qsort(batch->overrides, batch->override_count, sizeof *batch->overrides, compare_overrides);
    for (size_t i = 0; i < batch->count; i++) {
        if (sale_job_claims_approval(batch->entries[i].job))
            batch->entries[i].override = find_override(batch, batch->entries[i].job);
    }
}

static void collect_keys(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        batch->entries[i].tenant->key_count += batch->entries[i].job->facts.level_count;
    for (size_t i = 0; i < batch->tenant_count; i++) {
        struct batch_tenant *tenant = &batch->tenants[i];
        tenant->keys = arena_array(batch->arena, struct stock_key, tenant->key_count);
        tenant->movements = arena_array(batch->arena, struct stock_movement, tenant->key_count);
        tenant->key_count = 0;
    }
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_tenant *tenant = batch->entries[i].tenant;
        const struct sale_job *job = batch->entries[i].job;
        if (job->bill_code) /* refused already: its stock does not matter */
            continue;
        memcpy(tenant->keys + tenant->key_count, job->keys, job->facts.level_count * sizeof *job->keys);
        tenant->key_count += job->facts.level_count;
    }
    for (size_t i = 0; i < batch->tenant_count; i++)
        batch->tenants[i].key_count = stock_key_sort(batch->tenants[i].keys, batch->tenants[i].key_count);
}

struct batch *batch_collect(struct db_tx *tx, void **items, size_t count)
{
    struct batch *batch = arena_new(db_arena(tx), struct batch);
    *batch = (struct batch){.tx = tx, .arena = db_arena(tx), .count = count};
    batch->entries = arena_array(batch->arena, struct batch_entry, count);
    batch->tenants = arena_array(batch->arena, struct batch_tenant, count);
    batch->shifts = arena_array(batch->arena, struct batch_shift, count);
    batch->counters = arena_array(batch->arena, struct batch_counter, count);
    batch->overrides = arena_array(batch->arena, struct batch_override, count);
    for (size_t i = 0; i < count; i++)
        batch->entries[i].job = items[i];
    collect(batch);
    collect_overrides(batch);
    batch_orders_collect(batch);
    batch_points_collect(batch);
    collect_keys(batch);
    return batch;
}
