/* The rows of voids and refunds: see refund_store.h. Locks are taken in the order of the functions of the
 * header: the sale, then (by the caller) a shift, the stock, the counter. */
#include "modules/pos/refund_store.h"

#include "base/check.h"
#include "modules/pos/sale_read.h"
#include "modules/stores.h"

DB_STATEMENT(HELD_SALE, "SELECT outlet_id, shift_id, type, status, receipt_number, grand_total_minor, "
                        "rounding_minor FROM transactions WHERE business_id = $1 AND id = $2 {for_update}");
DB_STATEMENT(
    HELD_LINES,
    "SELECT id, product_id, variant_id, product_name, counts_stock, quantity_milli, subtotal_minor, "
    "bill_discount_minor, service_charge_minor, tax_minor, discount_minor, cost_minor FROM transaction_items "
    "WHERE business_id = $1 AND transaction_id = $2 ORDER BY id");
DB_STATEMENT(REFUNDED_SUMS,
             "SELECT i.refund_of_item, CAST(SUM(i.quantity_milli) AS BIGINT), "
             "CAST(SUM(i.subtotal_minor) AS BIGINT), CAST(SUM(i.bill_discount_minor) AS BIGINT), "
             "CAST(SUM(i.service_charge_minor) AS BIGINT), CAST(SUM(i.tax_minor) AS BIGINT), "
             "CAST(SUM(i.discount_minor) AS BIGINT) FROM transactions t JOIN transaction_items i "
             "ON i.business_id = t.business_id AND i.transaction_id = t.id "
             "WHERE t.business_id = $1 AND t.refund_of = $2 GROUP BY i.refund_of_item");
DB_STATEMENT(REFUNDED_ROUNDING, "SELECT CAST(COALESCE(SUM(rounding_minor), 0) AS BIGINT) FROM transactions "
                                "WHERE business_id = $1 AND refund_of = $2");
DB_STATEMENT(SALE_VOID, "UPDATE transactions SET status = 'voided', voided_at = $3, voided_by = $4, "
                        "approved_by = $5, void_reason = $6 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(SALE_STATUS_SET, "UPDATE transactions SET status = $3 WHERE business_id = $1 AND id = $2");
/* Customer, order type and rates are the sale's. */
DB_STATEMENT(
    REFUND_INSERT,
    "INSERT INTO transactions (business_id, id, outlet_id, shift_id, employee_id, customer_id, type, status, "
    "channel, order_type, business_date, local_hour, receipt_sequence, receipt_number, subtotal_minor, "
    "discount_minor, service_charge_minor, tax_minor, rounding_minor, grand_total_minor, paid_minor, "
    "change_minor, tax_rate_bp, service_charge_rate_bp, tax_service_charge, prices_include_tax, "
    "needs_review, created_at, refund_of, refund_reason, approved_by) "
    "SELECT $1, $2, $3, $4, $5, customer_id, 'refund', 'completed', 'pos', order_type, $6, $7, $8, $9, $10, "
    "$11, $12, $13, $14, $15, $15, 0, tax_rate_bp, service_charge_rate_bp, tax_service_charge, "
    "prices_include_tax, 0, $16, id, $17, $18 FROM transactions WHERE business_id = $1 AND id = $19");
DB_STATEMENT(
    REFUND_ITEM_INSERT,
    "INSERT INTO transaction_items (business_id, transaction_id, id, product_id, variant_id, product_name, "
    "variant_name, quantity_milli, unit_price_minor, modifiers, discount_minor, discount_reason, "
    "subtotal_minor, bill_discount_minor, service_charge_minor, tax_minor, counts_stock, refund_of_item, "
    "restock, cost_minor) SELECT $1, $2, $3, product_id, variant_id, product_name, variant_name, $4, "
    "unit_price_minor, "
    "modifiers, $5, discount_reason, $6, $7, $8, $9, counts_stock, id, $10, $13 FROM transaction_items "
    "WHERE business_id = $1 AND transaction_id = $11 AND id = $12");
DB_STATEMENT(REFUND_PAYMENT_INSERT,
             "INSERT INTO payments (business_id, transaction_id, position, method, amount_minor) "
             "VALUES ($1, $2, 1, $3, $4)");
/* The key of a refund lives as long as the refund. */
DB_STATEMENT(REFUND_KEY_KEEP,
             "UPDATE idempotency_keys SET resource_id = $3 WHERE business_id = $1 AND key = $2");

/* ---- The sale that is held ---- */

enum code held_sale_take(struct request *request, struct db_tx *tx, enum approval_action action,
                         struct uuid id, struct held_sale *ret_sale)
{
    struct held_sale sale = {.id = id};
    enum code code = approval_of(request, tx, action, &sale.approved_by);
    if (code)
        return code;
    struct db_rows *rows = db_query(tx, &HELD_SALE, DB_UUID(id));
    if (rows->count == 0)
        return CODE_NOT_FOUND;
    sale.outlet_id = db_uuid(rows, 0, 0);
    sale.shift_id = db_uuid(rows, 0, 1);
    sale.type = word_index(SALE_TYPE_NAMES, db_text(rows, 0, 2));
    sale.status = word_index(SALE_STATUS_NAMES, db_text(rows, 0, 3));
    sale.receipt_number = db_text(rows, 0, 4);
    sale.grand_total_minor = db_int(rows, 0, 5);
    sale.rounding_minor = db_int(rows, 0, 6);
    if (!request_may_use_outlet(request, sale.outlet_id))
        return CODE_NOT_FOUND;
    *ret_sale = sale;
    return CODE_OK;
}

struct db_rows *refunded_sums_ask(struct db_tx *tx, struct uuid sale_id)
{
    return db_ask(tx, &REFUNDED_SUMS, DB_UUID(sale_id));
}

static void take_refunded(const struct db_rows *sums, struct uuid line_id, struct refund_line *line)
{
    for (size_t i = 0; i < sums->count; i++) {
        if (!uuid_eq(db_uuid(sums, i, 0), line_id))
            continue;
        line->refunded_milli = -db_int(sums, i, 1);
        line->refunded =
            (struct refund_amounts){-db_int(sums, i, 2), -db_int(sums, i, 3), -db_int(sums, i, 4),
                                    -db_int(sums, i, 5), -db_int(sums, i, 6)};
    }
}

void held_sale_lines(struct db_tx *tx, const struct held_sale *sale, struct held_line **ret_lines,
                     struct refund_facts *ret_facts)
{
    struct db_rows *sums = refunded_sums_ask(tx, sale->id);
    struct db_rows *rounding = db_ask(tx, &REFUNDED_ROUNDING, DB_UUID(sale->id));
    struct db_rows *rows = db_query(tx, &HELD_LINES, DB_UUID(sale->id));
    struct held_line *lines = arena_array(db_arena(tx), struct held_line, rows->count);
    struct refund_line *refund_lines = arena_array(db_arena(tx), struct refund_line, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        lines[i] = (struct held_line){db_uuid(rows, i, 0), db_uuid(rows, i, 1), db_uuid(rows, i, 2),
                                      db_text(rows, i, 3), db_bool(rows, i, 4), db_int(rows, i, 11)};
        refund_lines[i] = (struct refund_line){
            .sold_milli = db_int(rows, i, 5),
            .sold = {db_int(rows, i, 6), db_int(rows, i, 7), db_int(rows, i, 8), db_int(rows, i, 9),
                     db_int(rows, i, 10)},
        };
        take_refunded(sums, lines[i].id, &refund_lines[i]);
    }
    *ret_lines = lines;
    *ret_facts = (struct refund_facts){refund_lines, rows->count, sale->rounding_minor,
                                       rounding->count > 0 ? -db_int(rounding, 0, 0) : 0};
}

/* ---- Goods that come back ---- */

static struct stock_movement movement_of(const struct request *request, const struct stock_return *stock,
                                         const struct stock_change *change)
{
    return (struct stock_movement){.id = uuid_new(),
                                   .key = change->key,
                                   .type = stock->type,
                                   .quantity_milli = change->new_milli - change->previous_milli,
                                   .balance_after_milli = change->new_milli,
                                   .reference_type = STR("transaction"),
                                   .reference_id = stock->reference_id,
                                   .employee_id = request->who.employee_id,
                                   .reason = stock->reason,
                                   .created_at = stock->created_at};
}

enum code stock_return_store(struct request *request, struct db_tx *tx, struct stock_return *stock,
                             struct event_draft *ret_drafts, size_t *ret_draft_count)
{
    struct arena *arena = db_arena(tx);
    if (stock->count == 0)
        return CODE_OK;
    struct stock_key *keys = arena_copy(arena, stock->keys, stock->count * sizeof *keys);
    size_t count = stock_key_sort(keys, stock->count);
    int64_t *levels = stock_lock_take(tx, stock_lock_ask(tx, keys, count));
    struct stock_change *changes = arena_array(arena, struct stock_change, count);
    struct stock_movement *movements = arena_array(arena, struct stock_movement, count);
    for (size_t i = 0; i < count; i++)
        changes[i] = (struct stock_change){keys[i], levels[i], levels[i], STOCK_NO_THRESHOLD};
    for (size_t i = 0; i < stock->count; i++) {
        struct stock_change *change = &changes[stock_key_find(keys, count, stock->keys[i])];
        if (stock_apply(change->new_milli, stock->quantities_milli[i], true, &change->new_milli) != STOCK_OK)
            return CODE_AMOUNT_TOO_LARGE;
    }
    for (size_t i = 0; i < count; i++)
        movements[i] = movement_of(request, stock, &changes[i]);
    stock_store(tx, changes, count, movements, count);
    *ret_draft_count +=
        stock_sale_event_drafts(arena, keys[0].outlet_id, request->who.employee_id, stock->reference_id,
                                changes, count, &ret_drafts[*ret_draft_count]);
    return CODE_OK;
}

/* ---- Storing ---- */

void sale_void_store(struct db_tx *tx, const struct held_sale *sale, struct uuid voided_by, struct str reason,
                     int64_t voided_at)
{
    db_ask(tx, &SALE_VOID, DB_UUID(sale->id), DB_INT(voided_at), DB_UUID(voided_by),
           DB_UUID(sale->approved_by), DB_TEXT(reason));
}

static void store_refund_header(struct db_tx *tx, const struct refund_draft *draft)
{
    const struct refund_decision *decision = &draft->decision;
    const struct refund_amounts *given = &decision->given;
    db_ask(tx, &REFUND_INSERT, DB_UUID(draft->id), DB_UUID(draft->outlet_id), DB_UUID(draft->shift_id),
           DB_UUID(draft->employee_id), DB_INT(draft->number.business_date), DB_INT(draft->number.local_hour),
           DB_INT(draft->number.sequence), DB_TEXT(draft->number.text), DB_INT(-given->subtotal_minor),
           DB_INT(-given->bill_discount_minor), DB_INT(-given->service_charge_minor),
           DB_INT(-given->tax_minor), DB_INT(-decision->rounding_minor), DB_INT(-decision->grand_total_minor),
           DB_INT(draft->created_at), DB_TEXT(draft->reason), DB_UUID(draft->sale->approved_by),
           DB_UUID(draft->sale->id));
}

void refund_store(struct db_tx *tx, const struct refund_draft *draft)
{
    store_refund_header(tx, draft);
    for (size_t i = 0; i < draft->line_count; i++) {
        const struct refund_line_draft *line = &draft->lines[i];
        db_ask(tx, &REFUND_ITEM_INSERT, DB_UUID(draft->id), DB_UUID(uuid_new()),
               DB_INT(-line->quantity_milli), DB_INT(-line->given.discount_minor),
               DB_INT(-line->given.subtotal_minor), DB_INT(-line->given.bill_discount_minor),
               DB_INT(-line->given.service_charge_minor), DB_INT(-line->given.tax_minor),
               DB_BOOL(line->restock), DB_UUID(draft->sale->id), DB_UUID(line->original_line_id),
               DB_INT_OR_NULL(line->cost_minor == JSON_NONE ? JSON_NONE : -line->cost_minor));
    }
    db_ask(tx, &REFUND_PAYMENT_INSERT, DB_UUID(draft->id),
           DB_TEXT(str_of(PAYMENT_METHOD_NAMES[draft->method])), DB_INT(-draft->decision.grand_total_minor));
    enum sale_status status = draft->decision.is_whole ? SALE_REFUNDED : SALE_PARTIALLY_REFUNDED;
    db_ask(tx, &SALE_STATUS_SET, DB_UUID(draft->sale->id), DB_TEXT(str_of(SALE_STATUS_NAMES[status])));
    if (draft->idempotency_key.data)
        db_ask(tx, &REFUND_KEY_KEEP, DB_TEXT(draft->idempotency_key), DB_UUID(draft->id));
}
