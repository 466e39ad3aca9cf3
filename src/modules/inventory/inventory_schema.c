/* How stock looks as JSON: tables. Quantities are signed where they say a change. */
#include "modules/inventory/inventory_schema.h"

#include "base/decimal.h"
#include "modules/period.h"

/* ---- Stock ---- */

static const struct json_field STOCK_ROW_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct stock_row, outlet_id)},
    {"productId", JSON_UUID, 0, offsetof(struct stock_row, product_id)},
    {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct stock_row, variant_id)},
    {"productName", JSON_STRING, 0, offsetof(struct stock_row, product_name)},
    {"variantName", JSON_STRING, JSON_NULLABLE, offsetof(struct stock_row, variant_name)},
    {"quantity", JSON_QUANTITY, 0, offsetof(struct stock_row, quantity_milli)},
    {"lowStockThreshold", JSON_QUANTITY, JSON_NULLABLE,
     offsetof(struct stock_row, low_stock_threshold_milli)},
};
const struct json_schema STOCK_ROW_SCHEMA = JSON_SCHEMA("StockLevel", struct stock_row, STOCK_ROW_FIELDS);

static const struct json_field STOCK_QUERY_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct stock_query, outlet_id),
     .summary = "default: the caller's outlet, of an owner all"},
    {"low", JSON_BOOLEAN, 0, offsetof(struct stock_query, low),
     .summary = "only what is below its threshold"},
    {"search", JSON_STRING, 0, offsetof(struct stock_query, search), .max = 200,
     .summary = "part of the name, a sku or a barcode, any case"},
};
const struct json_schema STOCK_QUERY_SCHEMA =
    JSON_SCHEMA("StockQuery", struct stock_query, STOCK_QUERY_FIELDS);

/* ---- The ledger ---- */

static const struct json_field MOVEMENT_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct movement_row, id)},
    {"type", JSON_ENUM, 0, offsetof(struct movement_row, type), .values = STOCK_MOVEMENT_NAMES},
    {"outletId", JSON_UUID, 0, offsetof(struct movement_row, outlet_id)},
    {"productId", JSON_UUID, JSON_NULLABLE, offsetof(struct movement_row, product_id)},
    {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct movement_row, variant_id)},
    {"ingredientId", JSON_UUID, JSON_NULLABLE, offsetof(struct movement_row, ingredient_id)},
    {"quantity", JSON_QUANTITY, 0, offsetof(struct movement_row, quantity_milli), .summary = "signed"},
    {"balanceAfter", JSON_QUANTITY, 0, offsetof(struct movement_row, balance_after_milli)},
    {"referenceType", JSON_STRING, JSON_NULLABLE, offsetof(struct movement_row, reference_type)},
    {"referenceId", JSON_UUID, JSON_NULLABLE, offsetof(struct movement_row, reference_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct movement_row, employee_id)},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct movement_row, reason)},
    {"createdAt", JSON_TIME, 0, offsetof(struct movement_row, created_at)},
};
const struct json_schema MOVEMENT_SCHEMA = JSON_SCHEMA("StockMovement", struct movement_row, MOVEMENT_FIELDS);

static const struct json_field MOVEMENT_QUERY_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct movement_query, outlet_id)},
    {"productId", JSON_UUID, 0, offsetof(struct movement_query, product_id)},
    {"ingredientId", JSON_UUID, 0, offsetof(struct movement_query, ingredient_id)},
    PERIOD_FIELDS(struct movement_query),
};

static void check_movement_query(const void *object, const struct json_units *units,
                                 struct json_errors *errors)
{
    const struct movement_query *query = object;
    (void)units;
    if (!uuid_is_nil(query->product_id) && !uuid_is_nil(query->ingredient_id))
        json_error_add(errors, "ingredientId", "either productId or ingredientId");
}

const struct json_schema MOVEMENT_QUERY_SCHEMA = JSON_SCHEMA(
    "StockMovementQuery", struct movement_query, MOVEMENT_QUERY_FIELDS, .check = check_movement_query);

/* ---- Adjustments ---- */

static const char *const ADJUSTMENT_TYPE_NAMES[] = {"purchase", "adjustment", "waste", "count", NULL};
const enum stock_movement_type ADJUSTMENT_TYPES[] = {STOCK_PURCHASE, STOCK_ADJUSTMENT, STOCK_WASTE,
                                                     STOCK_COUNT};

static const struct json_field ITEM_FIELDS[] = {
    {"productId", JSON_UUID, JSON_NULLABLE, offsetof(struct adjustment_item, product_id),
     .summary = "either a product or an ingredient"},
    {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct adjustment_item, variant_id),
     .summary = "of the product"},
    {"ingredientId", JSON_UUID, JSON_NULLABLE, offsetof(struct adjustment_item, ingredient_id)},
    {"quantityDelta", JSON_QUANTITY, JSON_NULLABLE, offsetof(struct adjustment_item, quantity_delta_milli),
     .min = -QUANTITY_MAX_MILLI, .max = QUANTITY_MAX_MILLI, .summary = "signed, not 0"},
    {"countedQuantity", JSON_QUANTITY, JSON_NULLABLE,
     offsetof(struct adjustment_item, counted_quantity_milli), .max = QUANTITY_MAX_MILLI,
     .summary = "what is there; with type count"},
};

void stock_line_check(struct uuid product_id, struct uuid variant_id, struct uuid ingredient_id,
                      struct json_errors *errors)
{
    if (uuid_is_nil(product_id) == uuid_is_nil(ingredient_id))
        json_error_add(errors, "productId", "either productId or ingredientId is needed");
    else if (!uuid_is_nil(ingredient_id) && !uuid_is_nil(variant_id))
        json_error_add(errors, "variantId", "is of a product: an ingredient has none");
}

static void check_item(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct adjustment_item *item = object;
    bool delta = item->quantity_delta_milli != JSON_NONE, counted = item->counted_quantity_milli != JSON_NONE;
    (void)units;
    stock_line_check(item->product_id, item->variant_id, item->ingredient_id, errors);
    if (delta == counted)
        json_error_add(errors, "quantityDelta", "either quantityDelta or countedQuantity is needed");
    else if (delta && item->quantity_delta_milli == 0)
        json_error_add(errors, "quantityDelta", "must not be 0");
}

static const struct json_schema ITEM_SCHEMA =
    JSON_SCHEMA("StockAdjustmentItem", struct adjustment_item, ITEM_FIELDS, .check = check_item);

static const struct json_field REQUEST_FIELDS[] = {
    {"outletId", JSON_UUID, JSON_REQUIRED, offsetof(struct adjustment_request, outlet_id)},
    {"type", JSON_ENUM, JSON_REQUIRED, offsetof(struct adjustment_request, type),
     .values = ADJUSTMENT_TYPE_NAMES},
    {"items", JSON_ARRAY, JSON_REQUIRED, offsetof(struct adjustment_request, items), .schema = &ITEM_SCHEMA,
     .min = 1, .max = 200},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct adjustment_request, reason)},
};

static void check_request(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct adjustment_request *request = object;
    enum stock_movement_type type = ADJUSTMENT_TYPES[request->type];
    (void)units;
    for (size_t i = 0; i < request->items.count; i++) {
        const struct adjustment_item *item = &request->items.at[i];
        char path[48];
        bool counted = item->counted_quantity_milli != JSON_NONE;
        snprintf(path, sizeof path, "items[%zu].%s", i, counted ? "countedQuantity" : "quantityDelta");
        if (counted && type != STOCK_COUNT)
            json_error_add(errors, path, "is for type count only");
        else if (type == STOCK_WASTE && item->quantity_delta_milli > 0)
            json_error_add(errors, path, "waste takes away: must be below 0");
    }
}

const struct json_schema ADJUSTMENT_REQUEST_SCHEMA =
    JSON_SCHEMA("StockAdjustmentRequest", struct adjustment_request, REQUEST_FIELDS, .check = check_request);

static const struct json_field ADJUSTMENT_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct adjustment, id), .summary = "the referenceId of its movements"},
    {"outletId", JSON_UUID, 0, offsetof(struct adjustment, outlet_id)},
    {"type", JSON_ENUM, 0, offsetof(struct adjustment, type), .values = STOCK_MOVEMENT_NAMES},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct adjustment, reason)},
    {"movements", JSON_ARRAY, 0, offsetof(struct adjustment, movements), .schema = &MOVEMENT_SCHEMA},
    {"employeeId", JSON_UUID, 0, offsetof(struct adjustment, employee_id)},
    {"createdAt", JSON_TIME, 0, offsetof(struct adjustment, created_at)},
};
const struct json_schema ADJUSTMENT_SCHEMA =
    JSON_SCHEMA("StockAdjustment", struct adjustment, ADJUSTMENT_FIELDS);
