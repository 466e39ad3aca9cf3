/* How transfers look as JSON: tables. */
#include "modules/inventory/transfer_schema.h"

#include "base/decimal.h"
#include "modules/inventory/inventory_schema.h"
#include "modules/period.h"

const char *const TRANSFER_STATUS_NAMES[TRANSFER_STATUSES + 1] = {
    [TRANSFER_PENDING] = "pending",       [TRANSFER_APPROVED] = "approved",
    [TRANSFER_IN_TRANSIT] = "in_transit", [TRANSFER_RECEIVED] = "received",
    [TRANSFER_CANCELLED] = "cancelled",
};

/* ---- A transfer ---- */

#define ITEM(member) offsetof(struct transfer_item, member)
#define AT(member) offsetof(struct transfer, member)

/* clang-format off */
#define WHAT_FIELDS                                                                                    \
    {"productId", JSON_UUID, JSON_NULLABLE, ITEM(product_id),                                          \
     .summary = "either a product or an ingredient"},                                                  \
    {"variantId", JSON_UUID, JSON_NULLABLE, ITEM(variant_id), .summary = "of the product"},            \
    {"ingredientId", JSON_UUID, JSON_NULLABLE, ITEM(ingredient_id)}
/* clang-format on */

static const struct json_field ITEM_FIELDS[] = {
    WHAT_FIELDS,
    {"productName", JSON_STRING, JSON_NULLABLE, ITEM(product_name)},
    {"variantName", JSON_STRING, JSON_NULLABLE, ITEM(variant_name)},
    {"ingredientName", JSON_STRING, JSON_NULLABLE, ITEM(ingredient_name)},
    {"quantity", JSON_QUANTITY, 0, ITEM(line.shipped_milli)},
    {"receivedQuantity", JSON_QUANTITY, JSON_NULLABLE, ITEM(line.received_milli),
     .summary = "so far; null until somebody told"},
    {"difference", JSON_QUANTITY, JSON_NULLABLE, ITEM(difference_milli),
     .summary = "received − shipped, once received: below 0 it was lost"},
};
static const struct json_schema ITEM_SCHEMA =
    JSON_SCHEMA("StockTransferItem", struct transfer_item, ITEM_FIELDS);

static const struct json_field TRANSFER_FIELDS[] = {
    {"id", JSON_UUID, 0, AT(id)},
    {"sourceOutletId", JSON_UUID, 0, AT(source_outlet_id)},
    {"destinationOutletId", JSON_UUID, 0, AT(destination_outlet_id)},
    {"status", JSON_ENUM, 0, AT(status), .values = TRANSFER_STATUS_NAMES},
    {"items", JSON_ARRAY, 0, AT(items), .schema = &ITEM_SCHEMA},
    {"notes", JSON_STRING, JSON_NULLABLE, AT(notes)},
    {"receiptNotes", JSON_STRING, JSON_NULLABLE, AT(receipt_notes)},
    {"cancelReason", JSON_STRING, JSON_NULLABLE, AT(cancel_reason)},
    {"createdBy", JSON_UUID, 0, AT(created_by)},
    {"createdAt", JSON_TIME, 0, AT(created_at)},
    {"approvedBy", JSON_UUID, JSON_NULLABLE, AT(approved_by)},
    {"approvedAt", JSON_TIME, JSON_NULLABLE, AT(approved_at)},
    {"shippedBy", JSON_UUID, JSON_NULLABLE, AT(shipped_by)},
    {"shippedAt", JSON_TIME, JSON_NULLABLE, AT(shipped_at)},
    {"receivedBy", JSON_UUID, JSON_NULLABLE, AT(received_by)},
    {"receivedAt", JSON_TIME, JSON_NULLABLE, AT(received_at)},
    {"cancelledBy", JSON_UUID, JSON_NULLABLE, AT(cancelled_by)},
    {"cancelledAt", JSON_TIME, JSON_NULLABLE, AT(cancelled_at)},
};
const struct json_schema TRANSFER_SCHEMA = JSON_SCHEMA("StockTransfer", struct transfer, TRANSFER_FIELDS);

/* ---- The list ---- */

static const struct json_field QUERY_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct transfer_query, outlet_id),
     .summary = "from it or to it; default: the caller's outlet, of an owner all"},
    {"status", JSON_ENUM, 0, offsetof(struct transfer_query, status), .values = TRANSFER_STATUS_NAMES},
    PERIOD_FIELDS(struct transfer_query),
};
const struct json_schema TRANSFER_QUERY_SCHEMA =
    JSON_SCHEMA("StockTransferQuery", struct transfer_query, QUERY_FIELDS);

/* ---- What is sent ---- */

static void check_item(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct transfer_item *item = object;
    (void)units;
    stock_line_check(item->product_id, item->variant_id, item->ingredient_id, errors);
}

static bool same_thing(const struct transfer_item *a, const struct transfer_item *b)
{
    return uuid_eq(a->product_id, b->product_id) && uuid_eq(a->variant_id, b->variant_id) &&
           uuid_eq(a->ingredient_id, b->ingredient_id);
}

static void check_once(const struct transfer_item *items, size_t count, struct json_errors *errors)
{
    for (size_t i = 1; i < count; i++) {
        char path[48];
        for (size_t k = 0; k < i; k++) {
            if (!same_thing(&items[i], &items[k]))
                continue;
            snprintf(path, sizeof path, "items[%zu]", i);
            json_error_add(errors, path, "is in the list already, as items[%zu]", k);
            break;
        }
    }
}

static const struct json_field REQUEST_ITEM_FIELDS[] = {
    WHAT_FIELDS,
    {"quantity", JSON_QUANTITY, JSON_REQUIRED, ITEM(line.shipped_milli)},
};
static const struct json_schema REQUEST_ITEM_SCHEMA =
    JSON_SCHEMA("StockTransferRequestItem", struct transfer_item, REQUEST_ITEM_FIELDS, .check = check_item);

static const struct json_field REQUEST_FIELDS[] = {
    {"sourceOutletId", JSON_UUID, JSON_REQUIRED, offsetof(struct transfer_request, source_outlet_id)},
    {"destinationOutletId", JSON_UUID, JSON_REQUIRED,
     offsetof(struct transfer_request, destination_outlet_id)},
    {"items", JSON_ARRAY, JSON_REQUIRED, offsetof(struct transfer_request, items), .min = 1, .max = 200,
     .schema = &REQUEST_ITEM_SCHEMA},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct transfer_request, notes)},
};

static void check_request(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct transfer_request *request = object;
    (void)units;
    if (uuid_eq(request->source_outlet_id, request->destination_outlet_id))
        json_error_add(errors, "destinationOutletId", "must be another outlet than the source");
    check_once(request->items.at, request->items.count, errors);
}

const struct json_schema TRANSFER_REQUEST_SCHEMA =
    JSON_SCHEMA("StockTransferRequest", struct transfer_request, REQUEST_FIELDS, .check = check_request);

/* ---- What arrived ---- */

static const struct json_field RECEIPT_ITEM_FIELDS[] = {
    WHAT_FIELDS,
    {"receivedQuantity", JSON_QUANTITY, JSON_REQUIRED, ITEM(line.received_milli), .max = QUANTITY_MAX_MILLI,
     .summary = "that arrived now; 0: nothing did"},
};
static const struct json_schema RECEIPT_ITEM_SCHEMA =
    JSON_SCHEMA("StockTransferReceiptItem", struct transfer_item, RECEIPT_ITEM_FIELDS, .check = check_item);

static const struct json_field RECEIPT_FIELDS[] = {
    {"items", JSON_ARRAY, JSON_NULLABLE, offsetof(struct transfer_receipt, items), .min = 1, .max = 200,
     .schema = &RECEIPT_ITEM_SCHEMA, .summary = "default: all that is on its way arrived"},
    {"final", JSON_BOOLEAN, 0, offsetof(struct transfer_receipt, is_final),
     .summary = "nothing more comes: what was not told of is lost"},
    {"partial", JSON_BOOLEAN, 0, offsetof(struct transfer_receipt, is_partial),
     .summary = "more comes, also of the lines told of: stays in transit"},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct transfer_receipt, notes)},
};

static void check_receipt(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct transfer_receipt *receipt = object;
    (void)units;
    if (receipt->is_final && receipt->is_partial)
        json_error_add(errors, "partial", "a receipt is final or partial, not both");
    else if (receipt->is_partial && receipt->items.count == 0)
        json_error_add(errors, "items", "are needed with partial");
    check_once(receipt->items.at, receipt->items.count, errors);
}

const struct json_schema TRANSFER_RECEIPT_SCHEMA =
    JSON_SCHEMA("StockTransferReceipt", struct transfer_receipt, RECEIPT_FIELDS, .check = check_receipt);

static const struct json_field CANCEL_FIELDS[] = {
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct transfer_cancel, reason)},
};
const struct json_schema TRANSFER_CANCEL_SCHEMA =
    JSON_SCHEMA("StockTransferCancel", struct transfer_cancel, CANCEL_FIELDS);
