/* Points that sales redeem: as money a discount of the bill, as points taken from a balance that runs through
 * the batch. */
#include "modules/pos/sale_batch.h"

/* ---- One sale ---- */

bool sale_job_redeems(const struct sale_job *job) { return job->request->points_redeemed > 0; }

enum code sale_job_check_points(struct sale_job *job, bool has_customer, int64_t balance)
{
    bool redeemable = has_customer && job->snapshot.program->is_active && balance > 0;
    int64_t wanted = job->request->points_redeemed, available = redeemable ? balance : 0;
    job->redemption = (struct points_redemption){0};
    job->points_available = available;
    if (!sale_job_redeems(job))
        return CODE_OK;
    if (available < wanted && !job->dated)
        return CODE_INSUFFICIENT_POINTS;
    job->redemption.points = available < wanted ? available : wanted;
    return CODE_OK;
}

/* ---- The batch ---- */

static int compare(const void *a, const void *b)
{
    const struct batch_points *left = a, *right = b;
    int order = uuid_compare(left->business_id, right->business_id);
    return order ? order : uuid_compare(left->customer_id, right->customer_id);
}

static bool takes_points(const struct batch_entry *entry)
{
    return sale_job_redeems(entry->job) && !uuid_is_nil(entry->job->request->customer_id);
}

static struct batch_points points_of(const struct batch_entry *entry)
{
    return (struct batch_points){.business_id = entry->job->business_id,
                                 .customer_id = entry->job->request->customer_id};
}

void batch_points_collect(struct batch *batch)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++)
        count += takes_points(&batch->entries[i]);
    if (count == 0)
        return;
    batch->points = arena_array(batch->arena, struct batch_points, count);
    count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (takes_points(&batch->entries[i]))
            batch->points[count++] = points_of(&batch->entries[i]);
    }
    qsort(batch->points, count, sizeof *batch->points, compare);
    for (size_t i = 0; i < count; i++) {
        if (batch->points_count == 0 ||
            compare(&batch->points[batch->points_count - 1], &batch->points[i]) != 0)
            batch->points[batch->points_count++] = batch->points[i];
    }
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_entry *entry = &batch->entries[i];
        const struct batch_points wanted = points_of(entry);
        if (takes_points(entry))
            entry->points = bsearch(&wanted, batch->points, batch->points_count, sizeof wanted, compare);
    }
}

void batch_points_ask(struct batch *batch, const struct batch_tenant *tenant)
{
    for (size_t i = 0; i < batch->points_count; i++) {
        struct batch_points *points = &batch->points[i];
        if (uuid_eq(points->business_id, tenant->business_id))
            points->rows = points_lock_ask(batch->tx, points->customer_id);
    }
}

void batch_points_take(struct batch *batch)
{
    for (size_t i = 0; i < batch->points_count; i++) {
        struct batch_points *points = &batch->points[i];
        points->has_customer = points_lock_take(points->rows, &points->balance);
    }
}

enum code batch_points_check(const struct batch_entry *entry)
{
    const struct batch_points *points = entry->points;
    return sale_job_check_points(entry->job, points && points->has_customer, points ? points->balance : 0);
}

void batch_points_spend(const struct batch *batch, const struct batch_entry *entry)
{
    struct sale_job *job = entry->job;
    int64_t points = job->redemption.points;
    if (points == 0)
        return;
    entry->points->balance -= points;
    job->redemption = (struct points_redemption){
        .customer_id = entry->points->customer_id,
        .transaction_id = job->result.id,
        .employee_id = job->caller->who->employee_id,
        .points = points,
        .balance_after = entry->points->balance,
        .created_at = batch->now_ms,
    };
}
