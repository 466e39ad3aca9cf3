/* The texts of a sale that is going to be stored: parts that are kept as JSON. Absent where there is nothing
 * to keep. */
#include "modules/pos/sale_job.h"

#define TEXT_MAX (256 * 1024)

static struct str text_of(const struct sale_job *job, const struct json_schema *schema, const void *objects,
                          size_t count)
{
    if (count == 0)
        return STR_NONE;
    struct json_units units = {job->currency_decimals};
    struct buf text = buf_make(job->arena, 128 * count, TEXT_MAX);
    json_encode_array(&text, schema, &units, objects, count);
    return buf_str(&text);
}

static struct str discounts_text(const struct sale_job *job)
{
    size_t count = job->request->discounts.count;
    struct sale_discount *discounts = arena_array(job->arena, struct sale_discount, count);
    for (size_t i = 0; i < count; i++) {
        const struct discount_request *asked = &job->request->discounts.at[i];
        discounts[i] = (struct sale_discount){asked->type, asked->value, asked->reason,
                                              job->decision.discount_amounts[i]};
    }
    return text_of(job, &SALE_DISCOUNT_SCHEMA, discounts, count);
}

static struct str payments_text(const struct sale_job *job)
{
    struct buf text = buf_make(job->arena, 64 * job->request->payments.count, TEXT_MAX);
    for (size_t i = 0; i < job->request->payments.count; i++) {
        const struct payment_request *payment = &job->request->payments.at[i];
        char amount[DECIMAL_TEXT_MAX];
        size_t len = decimal_format(payment->amount_minor, job->currency_decimals, amount);
        buf_put(&text, i == 0 ? STR("[{\"method\":\"") : STR(",{\"method\":\""));
        buf_put(&text, str_of(PAYMENT_METHOD_NAMES[payment->method]));
        buf_put(&text, STR("\",\"amount\":"));
        buf_put(&text, (struct str){amount, len});
        buf_put_char(&text, '}');
    }
    buf_put_char(&text, ']');
    return buf_str(&text);
}

void sale_job_prepare_texts(struct sale_job *job)
{
    size_t count = job->request->items.count;
    job->discounts_text = discounts_text(job);
    job->payments_text = payments_text(job);
    job->order_ids_text = sale_order_ids_text(job);
    job->items = arena_array(job->arena, struct sale_item, count);
    job->modifier_texts = arena_array(job->arena, struct str, count);
    for (size_t i = 0; i < count; i++) {
        struct sale_item *item = &job->items[i];
        *item = sale_job_item(job, i);
        job->modifier_texts[i] =
            text_of(job, &SALE_MODIFIER_SCHEMA, item->modifiers.at, item->modifiers.count);
    }
}
