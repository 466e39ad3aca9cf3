/* The writer's memory: three tables in which an id has one place. */
#include "modules/pos/sale_memory.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/metrics.h"

METRIC_COUNTER(REMEMBERED, "tilopos_sales_remembered_total",
               "Sales decided on what earlier ones had left, without reading anything first.");

enum { COUNTERS = 2048, SHIFTS = 2048, LEVELS = 65536 }; /* powers of two; what is not used takes no memory */

struct known_counter {
    struct uuid business_id, outlet_id;
    struct outlet_counter counter;
    bool known, steady; /* steady: it was found as it was left */
};

struct known_shift {
    struct uuid business_id, shift_id;
    struct shift_state state;
};

struct known_level {
    struct uuid business_id;
    struct stock_key key;
    int64_t quantity_milli;
};

struct sale_memory {
    struct known_counter counters[COUNTERS];
    struct known_shift shifts[SHIFTS];
    struct known_level levels[LEVELS];
};

struct sale_memory *sale_memory_open(void)
{
    struct sale_memory *memory = calloc(1, sizeof *memory);
    check(memory);
    return memory;
}

void sale_memory_close(struct sale_memory *memory) { free(memory); }

/* ---- Places ---- */

/* The end of an id is random (UUIDv7). */
static uint64_t tail_of(struct uuid id)
{
    uint64_t tail;
    memcpy(&tail, id.bytes + 8, sizeof tail);
    return tail;
}

static size_t place_of(uint64_t hash, size_t count)
{
    return (size_t)(hash * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (count - 1);
}

static size_t counter_place(const struct batch_counter *counter)
{
    return place_of(tail_of(counter->outlet_id), COUNTERS);
}

static size_t shift_place(const struct batch_shift *shift)
{
    return place_of(tail_of(shift->shift_id), SHIFTS);
}

static size_t level_place(struct stock_key key)
{
    return place_of(tail_of(key.outlet_id) * 31 + tail_of(key.product_id) * 7 + tail_of(key.variant_id),
                    LEVELS);
}

static bool is_of(const struct known_counter *known, const struct batch_counter *counter)
{
    return known->known && uuid_eq(known->outlet_id, counter->outlet_id) &&
           uuid_eq(known->business_id, counter->business_id);
}

/* ---- Recalling ---- */

/* Nothing has to be read for it but what is kept here. */
static bool is_plain(const struct batch_entry *entry)
{
    const struct sale_job *job = entry->job;
    const struct sale_request *request = job->request;
    return !job->dated && !job->bill_code && !entry->override && !sale_job_redeems(job) &&
           request->order_ids.count == 0 && uuid_is_nil(request->table_id) &&
           uuid_is_nil(request->customer_id);
}

static bool recall_counters(const struct sale_memory *memory, struct batch *batch)
{
    for (size_t i = 0; i < batch->counter_count; i++) {
        struct batch_counter *counter = &batch->counters[i];
        const struct known_counter *known = &memory->counters[counter_place(counter)];
        if (!is_of(known, counter) || !known->steady)
            return false;
        counter->was = counter->now = known->counter;
    }
    return true;
}

static bool recall_shifts(const struct sale_memory *memory, struct batch *batch)
{
    for (size_t i = 0; i < batch->shift_count; i++) {
        struct batch_shift *shift = &batch->shifts[i];
        const struct known_shift *known = &memory->shifts[shift_place(shift)];
        if (!uuid_eq(known->shift_id, shift->shift_id) || !uuid_eq(known->business_id, shift->business_id))
            return false;
        shift->state = known->state;
    }
    return true;
}

static bool recall_levels(const struct sale_memory *memory, struct batch *batch, struct batch_tenant *tenant)
{
    int64_t *levels = arena_array(batch->arena, int64_t, tenant->key_count);
    for (size_t i = 0; i < tenant->key_count; i++) {
        const struct known_level *known = &memory->levels[level_place(tenant->keys[i])];
        if (stock_key_compare(&known->key, &tenant->keys[i]) != 0 ||
            !uuid_eq(known->business_id, tenant->business_id))
            return false;
        levels[i] = known->quantity_milli;
    }
    tenant->stored_milli = levels;
    tenant->running_milli = arena_copy(batch->arena, levels, tenant->key_count * sizeof *levels);
    return true;
}

bool sale_memory_recall(const struct sale_memory *memory, struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (!is_plain(&batch->entries[i]))
            return false;
        /* The statement that stores the sale compares it with the present one. */
        batch->entries[i].tenant->version = batch->entries[i].job->snapshot.catalog_ref.version;
    }
    if (!recall_counters(memory, batch) || !recall_shifts(memory, batch))
        return false;
    for (size_t i = 0; i < batch->tenant_count; i++) {
        if (!recall_levels(memory, batch, &batch->tenants[i]))
            return false;
    }
    batch->now_ms = clock_now_ms();
    batch->remembered = true;
    return true;
}

void sale_memory_forget(struct sale_memory *memory, const struct batch *batch)
{
    for (size_t i = 0; i < batch->counter_count; i++)
        memory->counters[counter_place(&batch->counters[i])].known = false;
}

/* ---- Keeping ---- */

static bool same_counter(const struct outlet_counter *a, const struct outlet_counter *b)
{
    return a->business_date == b->business_date && a->last_receipt == b->last_receipt;
}

static void keep_counter(struct sale_memory *memory, const struct batch *batch,
                         const struct batch_counter *counter)
{
    struct known_counter *known = &memory->counters[counter_place(counter)];
    bool steady =
        batch->remembered || (is_of(known, counter) && same_counter(&known->counter, &counter->was));
    *known = (struct known_counter){counter->business_id, counter->outlet_id, counter->now, true, steady};
}

static void keep_levels(struct sale_memory *memory, const struct batch_tenant *tenant)
{
    for (size_t i = 0; i < tenant->key_count; i++)
        memory->levels[level_place(tenant->keys[i])] =
            (struct known_level){tenant->business_id, tenant->keys[i], tenant->running_milli[i]};
}

void sale_memory_keep(struct sale_memory *memory, const struct batch *batch)
{
    for (size_t i = 0; i < batch->counter_count; i++)
        keep_counter(memory, batch, &batch->counters[i]);
    for (size_t i = 0; i < batch->shift_count; i++) {
        const struct batch_shift *shift = &batch->shifts[i];
        memory->shifts[shift_place(shift)] =
            (struct known_shift){shift->business_id, shift->shift_id, shift->state};
    }
    for (size_t i = 0; i < batch->tenant_count; i++)
        keep_levels(memory, &batch->tenants[i]);
    if (batch->remembered)
        metric_add(&REMEMBERED, (int64_t)batch->count);
}
