/* The rows of an accepted sale. Only asks: everything goes out together with the commit. What the sale was
 * decided on is verified: its shift is open (unless it was made offline), catalogue and settings have the
 * version that it was priced by, its key is fresh; a NULL where none may be has the transaction run again. */
#include "modules/pos/sale_job.h"
#include "platform/db/fault.h"

DB_STATEMENT(
    SALE_INSERT,
    "INSERT INTO transactions (business_id, id, outlet_id, shift_id, employee_id, customer_id, table_id, "
    "type, "
    "status, channel, order_type, business_date, local_hour, receipt_sequence, receipt_number, "
    "subtotal_minor, "
    "discount_minor, service_charge_minor, tax_minor, rounding_minor, grand_total_minor, paid_minor, "
    "change_minor, tax_rate_bp, service_charge_rate_bp, tax_service_charge, prices_include_tax, discounts, "
    "notes, needs_review, created_at, client_created_at, late, review_reasons, points_redeemed, order_ids) "
    "VALUES ($1, $2, $3, "
    "CASE WHEN (SELECT reference_version FROM businesses WHERE business_id = $1) = $35 THEN (SELECT s.id "
    "FROM shifts s WHERE s.business_id = $1 AND s.id = $4 AND (s.status = 'open' OR $31 = 1)) END, $5, "
    "$6, $7, 'sale', 'completed', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, "
    "$23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)");

DB_STATEMENT(
    SALE_ITEM_INSERT,
    "INSERT INTO transaction_items (business_id, transaction_id, id, product_id, variant_id, product_name, "
    "variant_name, quantity_milli, unit_price_minor, modifiers, discount_minor, discount_reason, "
    "subtotal_minor, bill_discount_minor, service_charge_minor, tax_minor, notes, counts_stock, cost_minor) "
    "VALUES ($1, "
    "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)");

DB_STATEMENT(
    SALE_PAYMENT_INSERT,
    "INSERT INTO payments (business_id, transaction_id, position, method, amount_minor, reference_number) "
    "VALUES ($1, $2, $3, $4, $5, $6)");

DB_STATEMENT(SALE_KEY_INSERT,
             "INSERT INTO idempotency_keys (business_id, key, request_hash, status, resource_id, created_at) "
             "VALUES ($1, $2, $3, 201, $4, $5) "
             "ON CONFLICT (business_id, key) DO UPDATE SET request_hash = NULL");

static void store_header(struct db_tx *tx, const struct sale_job *job)
{
    const struct sale_request *request = job->request;
    const struct sale_result *result = &job->result;
    const struct pricing_rules *rules = &job->facts.rules;
    enum sale_channel channel = job->dated ? CHANNEL_OFFLINE : job->caller->channel;
    db_ask(tx, &SALE_INSERT, DB_UUID(result->id), DB_UUID(job->outlet->id), DB_UUID(request->shift_id),
           DB_UUID(job->caller->who->employee_id), DB_UUID_OR_NULL(request->customer_id),
           DB_UUID_OR_NULL(request->table_id), DB_TEXT(str_of(CHANNEL_NAMES[channel])),
           DB_TEXT(str_of(ORDER_TYPE_NAMES[request->order_type])), DB_INT(job->number.business_date),
           DB_INT(job->number.local_hour), DB_INT(job->number.sequence), DB_TEXT(job->number.text),
           DB_INT(result->subtotal_minor), DB_INT(result->discount_minor),
           DB_INT(result->service_charge_minor), DB_INT(result->tax_minor), DB_INT(result->rounding_minor),
           DB_INT(result->grand_total_minor), DB_INT(result->paid_minor), DB_INT(result->change_minor),
           DB_INT(rules->tax_rate_bp), DB_INT(rules->service_charge_rate_bp),
           DB_BOOL(rules->tax_service_charge), DB_BOOL(rules->prices_include_tax),
           DB_TEXT(job->discounts_text), DB_TEXT(request->notes), DB_BOOL(result->needs_review),
           DB_INT(result->created_at), DB_INT_OR_NULL(request->client_created_at), DB_BOOL(job->late),
           DB_TEXT(late_review_text(db_arena(tx), job->review)), DB_INT(job->redemption.points),
           DB_TEXT(job->order_ids_text), DB_INT(job->snapshot.catalog_ref.version));
}

static void store_item(struct db_tx *tx, const struct sale_job *job, size_t line)
{
    const struct sale_item *item = &job->items[line];
    db_ask(tx, &SALE_ITEM_INSERT, DB_UUID(job->result.id), DB_UUID(uuid_new()), DB_UUID(item->product_id),
           DB_UUID_OR_NULL(item->variant_id), DB_TEXT(item->product_name), DB_TEXT(item->variant_name),
           DB_INT(item->quantity_milli), DB_INT(item->unit_price_minor), DB_TEXT(job->modifier_texts[line]),
           DB_INT(job->decision.lines[line].discount_minor), DB_TEXT(item->discount_reason),
           DB_INT(item->subtotal_minor), DB_INT(item->bill_discount_minor),
           DB_INT(item->service_charge_minor), DB_INT(item->tax_minor), DB_TEXT(item->notes),
           DB_BOOL(job->facts.lines[line].level != SALE_NOT_COUNTED), DB_INT_OR_NULL(item->cost_minor));
}

void sale_store(struct db_tx *tx, const struct sale_job *job, size_t events_behind)
{
    const struct idempotency *idempotency = &job->caller->idempotency;
    sale_orders_store(tx, job);
    store_header(tx, job);
    for (size_t i = 0; i < job->request->items.count; i++)
        store_item(tx, job, i);
    if (job->redemption.points > 0)
        points_redeem(tx, &job->redemption);
    for (size_t i = 0; i < job->request->payments.count; i++) {
        const struct payment_request *payment = &job->request->payments.at[i];
        db_ask(tx, &SALE_PAYMENT_INSERT, DB_UUID(job->result.id), DB_INT((int64_t)i + 1),
               DB_TEXT(str_of(PAYMENT_METHOD_NAMES[payment->method])), DB_INT(payment->amount_minor),
               DB_TEXT(payment->reference_number));
    }
    if (idempotency->key.data && !fault_planted("no_idempotency_key"))
        db_ask(tx, &SALE_KEY_INSERT, DB_TEXT(idempotency->key),
               DB_BYTES(((struct str){(const char *)idempotency->hash, sizeof idempotency->hash})),
               DB_UUID(job->result.id), DB_INT(job->result.created_at));
    event_append(tx, job->platform->events, job->outlet->id, events_behind, job->caller->correlation_id,
                 job->events, job->event_count);
}
