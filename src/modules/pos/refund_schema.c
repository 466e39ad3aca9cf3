/* The JSON of voids and refunds: see refund_schema.h. */
#include "modules/pos/refund_schema.h"

#include "domain/pricing.h"

#define REASON_MAX 500
#define EVENT_MAX_BYTES 8192

/* ---- Requests ---- */

static const struct json_field VOID_FIELDS[] = {
    {"reason", JSON_STRING, JSON_REQUIRED, offsetof(struct void_request, reason), .min = 1,
     .max = REASON_MAX},
};
const struct json_schema VOID_REQUEST_SCHEMA = JSON_SCHEMA("VoidRequest", struct void_request, VOID_FIELDS);

static const struct refund_item_request ITEM_DEFAULTS = {.quantity_milli = JSON_NONE, .restock = true};
static const struct json_field ITEM_FIELDS[] = {
    {"transactionItemId", JSON_UUID, JSON_REQUIRED, offsetof(struct refund_item_request, transaction_item_id),
     .summary = "a line of the sale"},
    {"quantity", JSON_QUANTITY, JSON_REQUIRED, offsetof(struct refund_item_request, quantity_milli)},
    {"restock", JSON_BOOLEAN, 0, offsetof(struct refund_item_request, restock),
     .summary = "the goods go back into stock"},
};
static const struct json_schema ITEM_SCHEMA =
    JSON_SCHEMA("RefundItemRequest", struct refund_item_request, ITEM_FIELDS, .defaults = &ITEM_DEFAULTS);

static void check_items(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct refund_request *request = object;
    (void)units;
    for (size_t i = 1; i < request->items.count; i++) {
        char path[64];
        size_t first = 0;
        while (
            !uuid_eq(request->items.at[first].transaction_item_id, request->items.at[i].transaction_item_id))
            first++;
        snprintf(path, sizeof path, "items[%zu].transactionItemId", i);
        if (first < i)
            json_error_add(errors, path, "is the line of items[%zu] again", first);
    }
}

static const struct json_field REFUND_FIELDS[] = {
    {"items", JSON_ARRAY, JSON_REQUIRED, offsetof(struct refund_request, items), .min = 1,
     .max = PRICING_LINES_MAX, .schema = &ITEM_SCHEMA},
    {"method", JSON_ENUM, JSON_REQUIRED, offsetof(struct refund_request, method),
     .values = PAYMENT_METHOD_NAMES, .summary = "how the money is given back"},
    {"reason", JSON_STRING, JSON_REQUIRED, offsetof(struct refund_request, reason), .min = 1,
     .max = REASON_MAX},
};
const struct json_schema REFUND_REQUEST_SCHEMA =
    JSON_SCHEMA("RefundRequest", struct refund_request, REFUND_FIELDS, .check = check_items);

/* ---- Events ---- */

static const struct json_field VOID_EVENT_FIELDS[] = {
    {"transactionId", JSON_UUID, 0, offsetof(struct void_event, transaction_id)},
    {"receiptNumber", JSON_STRING, 0, offsetof(struct void_event, receipt_number)},
    {"grandTotal", JSON_MONEY, 0, offsetof(struct void_event, grand_total_minor)},
    {"reason", JSON_STRING, 0, offsetof(struct void_event, reason)},
    {"orderStatus", JSON_STRING, 0, offsetof(struct void_event, order_status),
     .summary = "of its kitchen order, as the void met it"},
    {"employeeId", JSON_UUID, 0, offsetof(struct void_event, employee_id)},
    {"approvedBy", JSON_UUID, 0, offsetof(struct void_event, approved_by)},
};
static const struct json_schema VOID_EVENT_SCHEMA =
    JSON_SCHEMA("TransactionVoided", struct void_event, VOID_EVENT_FIELDS);

static const struct json_field REFUND_EVENT_FIELDS[] = {
    {"transactionId", JSON_UUID, 0, offsetof(struct refund_event, transaction_id)},
    {"originalTransactionId", JSON_UUID, 0, offsetof(struct refund_event, original_transaction_id)},
    {"receiptNumber", JSON_STRING, 0, offsetof(struct refund_event, receipt_number)},
    {"amount", JSON_MONEY, 0, offsetof(struct refund_event, amount_minor)},
    {"method", JSON_ENUM, 0, offsetof(struct refund_event, method), .values = PAYMENT_METHOD_NAMES},
    {"reason", JSON_STRING, 0, offsetof(struct refund_event, reason)},
    {"employeeId", JSON_UUID, 0, offsetof(struct refund_event, employee_id)},
    {"approvedBy", JSON_UUID, 0, offsetof(struct refund_event, approved_by)},
};
static const struct json_schema REFUND_EVENT_SCHEMA =
    JSON_SCHEMA("TransactionRefunded", struct refund_event, REFUND_EVENT_FIELDS);

static struct str encode(struct arena *arena, const struct json_schema *schema,
                         const struct json_units *units, const void *object)
{
    struct buf out = buf_make(arena, 512, EVENT_MAX_BYTES);
    json_encode(&out, schema, units, object);
    return buf_str(&out);
}

struct event_draft void_event_draft(struct arena *arena, const struct json_units *units,
                                    const struct void_event *event)
{
    return (struct event_draft){"transaction.voided", event->transaction_id,
                                encode(arena, &VOID_EVENT_SCHEMA, units, event)};
}

struct event_draft refund_event_draft(struct arena *arena, const struct json_units *units,
                                      const struct refund_event *event)
{
    return (struct event_draft){"transaction.refunded", event->transaction_id,
                                encode(arena, &REFUND_EVENT_SCHEMA, units, event)};
}
