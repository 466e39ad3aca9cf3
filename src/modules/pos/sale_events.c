/* What a sale tells the rest of the system. */
#include "modules/pos/sale_job.h"

#define DATA_MAX (64 * 1024)

static void put_id(struct buf *data, const char *key, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    buf_put(data, str_of(key));
    if (uuid_is_nil(id)) {
        buf_put(data, STR("null"));
        return;
    }
    uuid_format(id, text);
    buf_put_char(data, '"');
    buf_put(data, (struct str){text, UUID_TEXT_LEN});
    buf_put_char(data, '"');
}

static struct str created_data(const struct sale_job *job, struct arena *arena)
{
    char amount[DECIMAL_TEXT_MAX];
    size_t len = decimal_format(job->result.grand_total_minor, job->currency_decimals, amount);
    struct buf data = buf_make(arena, 384, DATA_MAX);
    put_id(&data, "{\"transactionId\":", job->result.id);
    buf_put(&data, STR(",\"receiptNumber\":"));
    json_put_string(&data, job->result.receipt_number);
    buf_put(&data, STR(",\"grandTotal\":"));
    buf_put(&data, (struct str){amount, len});
    put_id(&data, ",\"customerId\":", job->request->customer_id);
    put_id(&data, ",\"employeeId\":", job->caller->who->employee_id);
    buf_put(&data, STR(",\"orderType\":\""));
    buf_put(&data, str_of(ORDER_TYPE_NAMES[job->request->order_type]));
    buf_put_char(&data, '"');
    put_id(&data, ",\"shiftId\":", job->request->shift_id);
    if (!uuid_is_nil(job->approved_by))
        put_id(&data, ",\"approvedBy\":", job->approved_by);
    if (job->order_ids_text.data) {
        buf_put(&data, STR(",\"orderIds\":"));
        buf_put(&data, job->order_ids_text);
    }
    buf_put_char(&data, '}');
    return buf_str(&data);
}

static struct str received_data(const struct sale_job *job, struct arena *arena)
{
    struct buf data = buf_make(arena, 160 + job->payments_text.len, DATA_MAX);
    put_id(&data, "{\"transactionId\":", job->result.id);
    put_id(&data, ",\"employeeId\":", job->caller->who->employee_id);
    buf_put(&data, STR(",\"payments\":"));
    buf_put(&data, job->payments_text);
    buf_put_char(&data, '}');
    return buf_str(&data);
}

static size_t stock_drafts(const struct sale_job *job, struct arena *arena, struct event_draft *ret_drafts)
{
    size_t count = job->facts.level_count;
    struct stock_change *changes = arena_array(arena, struct stock_change, count);
    for (size_t i = 0; i < count; i++) {
        const struct sale_level *level = &job->facts.levels[i];
        changes[i] = (struct stock_change){job->keys[i], level->available_milli, level->remaining_milli,
                                           job->thresholds_milli[i]};
    }
    return stock_sale_event_drafts(arena, job->outlet->id, job->caller->who->employee_id, job->result.id,
                                   changes, count, ret_drafts);
}

void sale_job_events(struct sale_job *job, struct arena *arena)
{
    job->events = arena_array(arena, struct event_draft, job->facts.level_count + 4);
    job->events[0] = (struct event_draft){"transaction.created", job->result.id, created_data(job, arena)};
    job->events[1] = (struct event_draft){"payment.received", job->result.id, received_data(job, arena)};
    job->event_count = 2;
    if (job->redemption.points > 0)
        job->events[job->event_count++] = points_redeemed_event(arena, &job->redemption);
    if (job->facts.level_count > 0)
        job->event_count += stock_drafts(job, arena, &job->events[job->event_count]);
}
