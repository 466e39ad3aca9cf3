/* Reading one stored sale. */
#include "modules/pos/sale_read.h"

#include "base/check.h"
#include "domain/pricing.h"
#include "modules/pos/refund_store.h"
#include "modules/pos/sale_columns.h"
#include "modules/stores.h"

DB_STATEMENT(SALE_FIND, "SELECT " SALE_COLUMNS ", tax_rate_bp, service_charge_rate_bp, tax_service_charge, "
                        "prices_include_tax, discounts, refund_reason, void_reason, voided_at, voided_by, "
                        "approved_by, order_ids FROM transactions WHERE business_id = $1 AND id = $2");
DB_STATEMENT(SALE_REFUNDS, "SELECT " SALE_COLUMNS ", refund_reason FROM transactions "
                           "WHERE business_id = $1 AND refund_of = $2 ORDER BY id LIMIT 100");
DB_STATEMENT(
    SALE_ITEMS,
    "SELECT id, product_id, variant_id, product_name, variant_name, quantity_milli, unit_price_minor, "
    "modifiers, discount_minor, discount_reason, subtotal_minor, bill_discount_minor, service_charge_minor, "
    "tax_minor, notes, refund_of_item, restock, cost_minor FROM transaction_items WHERE business_id = $1 AND "
    "transaction_id = $2 ORDER BY id");
DB_STATEMENT(SALE_PAYMENTS, "SELECT method, amount_minor, reference_number FROM payments "
                            "WHERE business_id = $1 AND transaction_id = $2 ORDER BY position");

/* ---- The header ---- */

void sale_header_take(const struct db_rows *rows, size_t row, struct sale_header *ret_header)
{
    struct str reasons = db_text(rows, row, SALE_COLUMN_REVIEW_REASONS);
    struct uuid id = db_uuid(rows, row, SALE_COLUMN_ID);
    *ret_header = (struct sale_header){
        .id = id,
        .transaction_id = id,
        .outlet_id = db_uuid(rows, row, SALE_COLUMN_OUTLET),
        .shift_id = db_uuid(rows, row, SALE_COLUMN_SHIFT),
        .employee_id = db_uuid(rows, row, SALE_COLUMN_EMPLOYEE),
        .customer_id = db_uuid(rows, row, SALE_COLUMN_CUSTOMER),
        .table_id = db_uuid(rows, row, SALE_COLUMN_TABLE),
        .receipt_number = db_text(rows, row, SALE_COLUMN_RECEIPT_NUMBER),
        .notes = db_text(rows, row, SALE_COLUMN_NOTES),
        .type = word_index(SALE_TYPE_NAMES, db_text(rows, row, SALE_COLUMN_TYPE)),
        .status = word_index(SALE_STATUS_NAMES, db_text(rows, row, SALE_COLUMN_STATUS)),
        .channel = word_index(CHANNEL_NAMES, db_text(rows, row, SALE_COLUMN_CHANNEL)),
        .order_type = word_index(ORDER_TYPE_NAMES, db_text(rows, row, SALE_COLUMN_ORDER_TYPE)),
        .business_date = db_int(rows, row, SALE_COLUMN_BUSINESS_DATE),
        .subtotal_minor = db_int(rows, row, SALE_COLUMN_SUBTOTAL),
        .discount_minor = db_int(rows, row, SALE_COLUMN_DISCOUNT),
        .service_charge_minor = db_int(rows, row, SALE_COLUMN_SERVICE_CHARGE),
        .tax_minor = db_int(rows, row, SALE_COLUMN_TAX),
        .rounding_minor = db_int(rows, row, SALE_COLUMN_ROUNDING),
        .grand_total_minor = db_int(rows, row, SALE_COLUMN_GRAND_TOTAL),
        .paid_minor = db_int(rows, row, SALE_COLUMN_PAID),
        .change_minor = db_int(rows, row, SALE_COLUMN_CHANGE),
        .needs_review = db_bool(rows, row, SALE_COLUMN_NEEDS_REVIEW),
        .late = db_bool(rows, row, SALE_COLUMN_LATE),
        .review_reasons = reasons.data ? reasons : STR("[]"),
        .created_at = db_int(rows, row, SALE_COLUMN_CREATED_AT),
        .client_created_at = db_int(rows, row, SALE_COLUMN_CLIENT_CREATED_AT),
        .refund_of = db_uuid(rows, row, SALE_COLUMN_REFUND_OF),
        .points_redeemed = db_int(rows, row, SALE_COLUMN_POINTS_REDEEMED),
    };
}

/* ---- Parts that are kept as JSON ---- */

struct stored_list {
    JSON_ARRAY_OF(void) list;
};

/* Reads back what sale_texts.c wrote. */
static struct stored_list read_list(struct arena *arena, const struct json_schema *element,
                                    const struct json_units *units, struct str text)
{
    struct stored_list stored = {0};
    if (!text.data)
        return stored;
    const struct json_field field = {
        "list", JSON_ARRAY, 0, offsetof(struct stored_list, list), .max = INT32_MAX, .schema = element};
    const struct json_schema schema = {.name = "", .fields = &field, .count = 1, .size = sizeof stored};
    struct json_errors errors = {.arena = arena};
    struct json_doc *doc = json_parse(str_format(arena, "{\"list\":%.*s}", STR_ARG(text)), &errors);
    if (doc)
        json_decode(doc, &schema, JSON_CREATE, units, &stored, &errors);
    json_doc_free(doc);
    check(errors.count == 0);
    return stored;
}

/* ---- Items and payments ---- */

static void take_item(struct arena *arena, const struct db_rows *rows, size_t row, const struct identity *who,
                      const struct pricing_rules *rules, struct sale_item *ret_item)
{
    struct stored_list modifiers =
        read_list(arena, &SALE_MODIFIER_SCHEMA, &who->units, db_text(rows, row, 7));
    *ret_item = (struct sale_item){
        .id = db_uuid(rows, row, 0),
        .product_id = db_uuid(rows, row, 1),
        .variant_id = db_uuid(rows, row, 2),
        .product_name = db_text(rows, row, 3),
        .variant_name = db_text(rows, row, 4),
        .quantity_milli = db_int(rows, row, 5),
        .unit_price_minor = db_int(rows, row, 6),
        .discount_minor = shelf_to_net(rules, db_int(rows, row, 8)),
        .discount_reason = db_text(rows, row, 9),
        .subtotal_minor = db_int(rows, row, 10),
        .bill_discount_minor = db_int(rows, row, 11),
        .service_charge_minor = db_int(rows, row, 12),
        .tax_minor = db_int(rows, row, 13),
        .notes = db_text(rows, row, 14),
        .transaction_item_id = db_uuid(rows, row, 15),
        .restock = db_bool(rows, row, 16),
        .cost_minor = ROLES(who->role) & ROLES_MANAGERS ? db_int(rows, row, 17) : JSON_NONE,
    };
    ret_item->modifiers.at = modifiers.list.at;
    ret_item->modifiers.count = modifiers.list.count;
}

static void take_payment(const struct db_rows *rows, size_t row, struct sale_payment *ret_payment)
{
    *ret_payment = (struct sale_payment){word_index(PAYMENT_METHOD_NAMES, db_text(rows, row, 0)),
                                         db_int(rows, row, 1), db_text(rows, row, 2)};
}

struct stored_items {
    struct sale_item *at;
    size_t count;
};

static struct stored_items take_items(struct arena *arena, const struct db_rows *rows,
                                      const struct identity *who, const struct pricing_rules *rules)
{
    struct stored_items items = {arena_array(arena, struct sale_item, rows->count), rows->count};
    for (size_t i = 0; i < rows->count; i++)
        take_item(arena, rows, i, who, rules, &items.at[i]);
    return items;
}

/* ---- Refunds ---- */

static void take_refunded(const struct db_rows *sums, struct sale_detail *detail)
{
    for (size_t i = 0; i < detail->items.count; i++) {
        struct sale_item *item = &detail->items.at[i];
        for (size_t row = 0; row < sums->count; row++) {
            if (uuid_eq(db_uuid(sums, row, 0), item->id))
                item->refunded_milli = -db_int(sums, row, 1);
        }
    }
}

/* A refund was priced by the rules of its sale. */
static void read_refunds(struct db_tx *tx, const struct db_rows *headers, const struct identity *who,
                         const struct pricing_rules *rules, struct sale_detail *detail)
{
    struct arena *arena = db_arena(tx);
    struct db_rows **items = arena_array(arena, struct db_rows *, headers->count);
    detail->refunds.at = arena_array(arena, struct sale_refund, headers->count);
    detail->refunds.count = headers->count;
    for (size_t i = 0; i < headers->count; i++)
        items[i] = db_ask(tx, &SALE_ITEMS, DB_UUID(db_uuid(headers, i, SALE_COLUMN_ID)));
    if (headers->count > 0)
        db_sync(tx);
    for (size_t i = 0; i < headers->count; i++) {
        struct sale_refund *refund = &detail->refunds.at[i];
        sale_header_take(headers, i, &refund->header);
        refund->refund_reason = db_text(headers, i, SALE_COLUMNS_COUNT);
        struct stored_items taken = take_items(arena, items[i], who, rules);
        refund->items.at = taken.at;
        refund->items.count = taken.count;
    }
}

/* ---- The whole sale ---- */

static struct pricing_rules rules_of(const struct db_rows *header)
{
    return (struct pricing_rules){
        db_int(header, 0, SALE_COLUMNS_COUNT), db_int(header, 0, SALE_COLUMNS_COUNT + 1),
        db_bool(header, 0, SALE_COLUMNS_COUNT + 2), db_bool(header, 0, SALE_COLUMNS_COUNT + 3)};
}

static void take_detail(struct arena *arena, const struct db_rows *row, const struct json_units *units,
                        struct sale_detail *detail)
{
    struct stored_list discounts =
        read_list(arena, &SALE_DISCOUNT_SCHEMA, units, db_text(row, 0, SALE_COLUMNS_COUNT + 4));
    *detail = (struct sale_detail){.refund_reason = db_text(row, 0, SALE_COLUMNS_COUNT + 5),
                                   .void_reason = db_text(row, 0, SALE_COLUMNS_COUNT + 6),
                                   .voided_at = db_int(row, 0, SALE_COLUMNS_COUNT + 7),
                                   .voided_by = db_uuid(row, 0, SALE_COLUMNS_COUNT + 8),
                                   .approved_by = db_uuid(row, 0, SALE_COLUMNS_COUNT + 9)};
    struct str order_ids = db_text(row, 0, SALE_COLUMNS_COUNT + 10);
    detail->order_ids = order_ids.data ? order_ids : STR("[]");
    sale_header_take(row, 0, &detail->header);
    detail->discounts.at = discounts.list.at;
    detail->discounts.count = discounts.list.count;
}

enum code sale_detail_read(struct db_tx *tx, const struct identity *who, struct uuid id,
                           struct sale_detail *ret_detail)
{
    struct arena *arena = db_arena(tx);
    struct sale_detail *detail = ret_detail;
    struct db_rows *header = db_ask(tx, &SALE_FIND, DB_UUID(id));
    struct db_rows *items = db_ask(tx, &SALE_ITEMS, DB_UUID(id));
    struct db_rows *payments = db_ask(tx, &SALE_PAYMENTS, DB_UUID(id));
    struct db_rows *sums = refunded_sums_ask(tx, id);
    struct db_rows *refunds = db_ask(tx, &SALE_REFUNDS, DB_UUID(id));
    db_sync(tx);
    if (header->count == 0)
        return CODE_NOT_FOUND;
    struct pricing_rules rules = rules_of(header);
    take_detail(arena, header, &who->units, detail);
    struct stored_items taken = take_items(arena, items, who, &rules);
    detail->items.at = taken.at;
    detail->items.count = taken.count;
    detail->payments.at = arena_array(arena, struct sale_payment, payments->count);
    detail->payments.count = payments->count;
    for (size_t i = 0; i < payments->count; i++)
        take_payment(payments, i, &detail->payments.at[i]);
    take_refunded(sums, detail);
    read_refunds(tx, refunds, who, &rules, detail);
    return CODE_OK;
}

/* ---- As it was answered ---- */

struct result_read {
    struct uuid id;
    struct sale_result *result;
};

static enum code read_result(struct db_tx *tx, void *arg)
{
    const struct result_read *read = arg;
    struct db_rows *rows = db_query(tx, &SALE_FIND, DB_UUID(read->id));
    if (rows->count == 0)
        return CODE_NOT_FOUND;
    struct sale_header header;
    sale_header_take(rows, 0, &header);
    *read->result = (struct sale_result){
        .id = header.id,
        .transaction_id = header.id,
        .receipt_number = header.receipt_number,
        .subtotal_minor = header.subtotal_minor,
        .discount_minor = header.discount_minor,
        .service_charge_minor = header.service_charge_minor,
        .tax_minor = header.tax_minor,
        .rounding_minor = header.rounding_minor,
        .grand_total_minor = header.grand_total_minor,
        .paid_minor = header.paid_minor,
        .change_minor = header.change_minor,
        .created_at = header.created_at,
    };
    return CODE_OK;
}

enum code sale_result_read(struct db *db, struct arena *arena, struct uuid business, struct uuid id,
                           struct sale_result *ret_result)
{
    struct result_read read = {id, ret_result};
    return db_read(db, business, arena, read_result, &read);
}
