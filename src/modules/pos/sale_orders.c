/* Kitchen orders that the sales of a batch settle (pay later): each by one sale only. Their rows are locked
 * sorted over the whole batch, behind the shifts and before everything that is counted. */
#include "modules/orders/orders.h"
#include "modules/pos/sale_batch.h"

static int compare(const void *a, const void *b)
{
    const struct batch_order *left = a, *right = b;
    int order = uuid_compare(left->business_id, right->business_id);
    return order ? order : uuid_compare(left->order_id, right->order_id);
}

static struct batch_order *find(const struct batch *batch, struct uuid business, struct uuid id)
{
    struct batch_order wanted = {.business_id = business, .order_id = id};
    return bsearch(&wanted, batch->orders, batch->order_count, sizeof wanted, compare);
}

void batch_orders_collect(struct batch *batch)
{
    size_t most = 0, count = 0;
    for (size_t i = 0; i < batch->count; i++)
        most += batch->entries[i].job->request->order_ids.count;
    if (most == 0)
        return;
    batch->orders = arena_array(batch->arena, struct batch_order, most);
    for (size_t i = 0; i < batch->count; i++) {
        const struct sale_job *job = batch->entries[i].job;
        for (size_t k = 0; k < job->request->order_ids.count; k++)
            batch->orders[count++] = (struct batch_order){.business_id = job->business_id,
                                                          .order_id = job->request->order_ids.at[k]};
    }
    qsort(batch->orders, count, sizeof *batch->orders, compare);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare(&batch->orders[i], &batch->orders[batch->order_count - 1]) != 0)
            batch->orders[batch->order_count++] = batch->orders[i];
    }
}

void batch_orders_ask(struct batch *batch, struct uuid business)
{
    for (size_t i = 0; i < batch->order_count; i++) {
        struct batch_order *order = &batch->orders[i];
        if (uuid_eq(order->business_id, business))
            order->rows = order_settle_ask(batch->tx, order->order_id);
    }
}

static enum code worst_of(const enum code *codes, size_t count)
{
    enum code worst = CODE_OK;
    for (size_t i = 0; i < count; i++) {
        if (codes[i] == CODE_NOT_FOUND || !worst)
            worst = codes[i];
    }
    return worst;
}

enum code batch_orders_check(const struct batch *batch, const struct batch_entry *entry)
{
    struct sale_job *job = entry->job;
    size_t count = job->request->order_ids.count;
    job->order_codes = arena_array(job->arena, enum code, count);
    for (size_t i = 0; i < count; i++) {
        const struct batch_order *order = find(batch, job->business_id, job->request->order_ids.at[i]);
        enum code code = order_settle_check(order->rows, job->outlet->id);
        if (!code && order->settled)
            code = CODE_CONFLICT;
        job->order_codes[i] = code;
    }
    return worst_of(job->order_codes, count);
}

enum code quote_orders_check(struct db_tx *tx, struct sale_job *job)
{
    size_t count = job->request->order_ids.count;
    struct db_rows **rows = arena_array(job->arena, struct db_rows *, count);
    job->order_codes = arena_array(job->arena, enum code, count);
    for (size_t i = 0; i < count; i++)
        rows[i] = order_settle_look(tx, job->request->order_ids.at[i]);
    db_sync(tx);
    for (size_t i = 0; i < count; i++)
        job->order_codes[i] = order_settle_check(rows[i], job->outlet->id);
    return worst_of(job->order_codes, count);
}

void batch_orders_settle(const struct batch *batch, const struct batch_entry *entry)
{
    const struct sale_job *job = entry->job;
    for (size_t i = 0; i < job->request->order_ids.count; i++)
        find(batch, job->business_id, job->request->order_ids.at[i])->settled = true;
}

void sale_orders_store(struct db_tx *tx, const struct sale_job *job)
{
    for (size_t i = 0; i < job->request->order_ids.count; i++) {
        if (!job->order_codes[i])
            order_settle_store(tx, job->request->order_ids.at[i], job->result.id);
    }
}

struct str sale_order_ids_text(const struct sale_job *job)
{
    size_t count = job->request->order_ids.count, len = UUID_TEXT_LEN + 3;
    if (count == 0)
        return STR_NONE;
    struct buf text = buf_make(job->arena, 2 + len * count, 2 + len * count);
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_LEN + 1];
        uuid_format(job->request->order_ids.at[i], id);
        buf_format(&text, "%c\"%s\"", i == 0 ? '[' : ',', id);
    }
    buf_put_char(&text, ']');
    return buf_str(&text);
}
