/* How kitchen orders look as JSON: tables. */
#include "modules/orders/orders_schema.h"

#define STATION_MAX 100
#define MODIFIERS_MAX 50

const char *const KITCHEN_ORDER_TYPE_NAMES[] = {"dine_in", "takeaway", "delivery", NULL};
_Static_assert(ORDER_DINE_IN == 0 && ORDER_TAKEAWAY == 1 && ORDER_DELIVERY == 2, "the same indexes");

/* ---- Orders ---- */

static const struct json_field ITEM_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct order_item, id)},
    {"productId", JSON_UUID, 0, offsetof(struct order_item, product_id)},
    {"productName", JSON_STRING, 0, offsetof(struct order_item, product_name)},
    {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct order_item, variant_id)},
    {"variantName", JSON_STRING, JSON_NULLABLE, offsetof(struct order_item, variant_name)},
    {"quantity", JSON_QUANTITY, 0, offsetof(struct order_item, quantity_milli)},
    {"modifiers", JSON_RAW, 0, offsetof(struct order_item, modifiers),
     .summary = "an array of {id, name, price}"},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct order_item, notes)},
    {"station", JSON_STRING, JSON_NULLABLE, offsetof(struct order_item, station),
     .summary = "of the product when it was ordered"},
    {"status", JSON_ENUM, 0, offsetof(struct order_item, status), .values = ORDER_STATUS_NAMES},
};
static const struct json_schema ITEM_SCHEMA = JSON_SCHEMA("OrderItem", struct order_item, ITEM_FIELDS);

static const struct json_field ORDER_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct order, id)},
    {"orderNumber", JSON_STRING, 0, offsetof(struct order, order_number),
     .summary = "counts up by outlet and day"},
    {"orderType", JSON_ENUM, 0, offsetof(struct order, order_type), .values = KITCHEN_ORDER_TYPE_NAMES},
    {"outletId", JSON_UUID, 0, offsetof(struct order, outlet_id)},
    {"tableId", JSON_UUID, JSON_NULLABLE, offsetof(struct order, table_id)},
    {"tableName", JSON_STRING, JSON_NULLABLE, offsetof(struct order, table_name)},
    {"transactionId", JSON_UUID, JSON_NULLABLE, offsetof(struct order, transaction_id),
     .summary = "the sale that made or settled it; null: not paid yet"},
    {"employeeId", JSON_UUID, 0, offsetof(struct order, employee_id), .summary = "who took it"},
    {"status", JSON_ENUM, 0, offsetof(struct order, status), .values = ORDER_STATUS_NAMES},
    {"voided", JSON_BOOLEAN, 0, offsetof(struct order, voided), .summary = "its sale was voided"},
    {"priority", JSON_INTEGER, 0, offsetof(struct order, priority), .summary = "0: normal; more: sooner"},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct order, notes)},
    {"version", JSON_INTEGER, 0, offsetof(struct order, version), .summary = "counts the changes"},
    {"items", JSON_ARRAY, 0, offsetof(struct order, items), .schema = &ITEM_SCHEMA},
    {"createdAt", JSON_TIME, 0, offsetof(struct order, created_at)},
    {"startedAt", JSON_TIME, JSON_NULLABLE, offsetof(struct order, started_at)},
    {"readyAt", JSON_TIME, JSON_NULLABLE, offsetof(struct order, ready_at)},
    {"servedAt", JSON_TIME, JSON_NULLABLE, offsetof(struct order, served_at)},
    {"closedAt", JSON_TIME, JSON_NULLABLE, offsetof(struct order, closed_at),
     .summary = "completed or cancelled"},
};
const struct json_schema ORDER_SCHEMA = JSON_SCHEMA("Order", struct order, ORDER_FIELDS);

/* ---- Requests ---- */

static const struct json_field ITEM_REQUEST_FIELDS[] = {
    {"productId", JSON_UUID, JSON_REQUIRED, offsetof(struct order_item_request, product_id)},
    {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct order_item_request, variant_id)},
    {"quantity", JSON_QUANTITY, JSON_REQUIRED, offsetof(struct order_item_request, quantity_milli)},
    {"modifierIds", JSON_ARRAY, JSON_NULLABLE, offsetof(struct order_item_request, modifier_ids),
     .max = MODIFIERS_MAX, .element = JSON_UUID, .summary = "the same one twice counts twice"},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct order_item_request, notes), .max = ORDER_NOTES_MAX},
};
static const struct json_schema ITEM_REQUEST_SCHEMA =
    JSON_SCHEMA("OrderItemRequest", struct order_item_request, ITEM_REQUEST_FIELDS);

static void check_request(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct order_request *request = object;
    (void)units;
    if (!uuid_is_nil(request->transaction_id))
        return; /* all is the sale's */
    if (uuid_is_nil(request->outlet_id))
        json_error_add(errors, "outletId", "is required");
    if (request->order_type == JSON_NONE)
        json_error_add(errors, "orderType", "is required");
    if (!request->items.at)
        json_error_add(errors, "items", "is required");
}

static const struct json_field REQUEST_FIELDS[] = {
    {"outletId", JSON_UUID, JSON_NULLABLE, offsetof(struct order_request, outlet_id),
     .summary = "required without transactionId"},
    {"orderType", JSON_ENUM, JSON_NULLABLE, offsetof(struct order_request, order_type),
     .values = KITCHEN_ORDER_TYPE_NAMES, .summary = "required without transactionId"},
    {"tableId", JSON_UUID, JSON_NULLABLE, offsetof(struct order_request, table_id)},
    {"items", JSON_ARRAY, JSON_NULLABLE, offsetof(struct order_request, items), .min = 1,
     .max = ORDER_ITEMS_MAX, .schema = &ITEM_REQUEST_SCHEMA, .summary = "required without transactionId"},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct order_request, notes), .max = ORDER_NOTES_MAX},
    {"priority", JSON_INTEGER, JSON_NULLABLE, offsetof(struct order_request, priority),
     .max = ORDER_PRIORITY_MAX, .summary = "0: normal; more: sooner"},
    {"transactionId", JSON_UUID, JSON_NULLABLE, offsetof(struct order_request, transaction_id),
     .summary = "makes the missing order of this sale: all else is the sale's and may be left out"},
};
const struct json_schema ORDER_REQUEST_SCHEMA =
    JSON_SCHEMA("OrderRequest", struct order_request, REQUEST_FIELDS, .check = check_request);

static const struct json_field STATUS_FIELDS[] = {
    {"status", JSON_ENUM, JSON_REQUIRED, offsetof(struct order_status_request, status),
     .values = ORDER_STATUS_NAMES},
    {"version", JSON_INTEGER, JSON_NULLABLE, offsetof(struct order_status_request, version),
     .summary = "the order's, as it was read; a stale one is a 409"},
};
const struct json_schema ORDER_STATUS_REQUEST_SCHEMA =
    JSON_SCHEMA("OrderStatusRequest", struct order_status_request, STATUS_FIELDS);

static const struct json_field PATCH_FIELDS[] = {
    {"priority", JSON_INTEGER, 0, offsetof(struct order_patch, priority), .max = ORDER_PRIORITY_MAX},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct order_patch, notes), .max = ORDER_NOTES_MAX},
    {"tableId", JSON_UUID, JSON_NULLABLE, offsetof(struct order_patch, table_id)},
    {"version", JSON_INTEGER, 0, offsetof(struct order_patch, version),
     .summary = "as it was read; a stale one is a 409"},
};
const struct json_schema ORDER_PATCH_SCHEMA = JSON_SCHEMA("OrderChange", struct order_patch, PATCH_FIELDS);

static const struct json_field QUERY_FIELDS[] = {
    {"status", JSON_ARRAY, 0, offsetof(struct order_query, statuses), .element = JSON_ENUM,
     .values = ORDER_STATUS_NAMES, .summary = "one or more, separated by commas"},
    {"station", JSON_STRING, 0, offsetof(struct order_query, station), .max = STATION_MAX,
     .summary = "orders with an item of this station"},
    {"tableId", JSON_UUID, 0, offsetof(struct order_query, table_id)},
    {"outletId", JSON_UUID, 0, offsetof(struct order_query, outlet_id)},
};
const struct json_schema ORDER_QUERY_SCHEMA = JSON_SCHEMA("OrderQuery", struct order_query, QUERY_FIELDS);
