/* How stock looks as JSON. Private to the module. */
#pragma once
#include "modules/inventory/inventory.h"

extern const struct json_schema STOCK_ROW_SCHEMA, STOCK_QUERY_SCHEMA, MOVEMENT_SCHEMA, MOVEMENT_QUERY_SCHEMA,
    ADJUSTMENT_REQUEST_SCHEMA, ADJUSTMENT_SCHEMA;

/* ---- GET /inventory/stock ---- */

struct stock_row {
    struct uuid outlet_id, product_id, variant_id;
    struct str product_name, variant_name;
    int64_t quantity_milli, low_stock_threshold_milli;
    struct str name_key; /* where the page goes on; not sent */
};

struct stock_query {
    struct uuid outlet_id;
    bool low;
    struct str search;
};

/* ---- The ledger ---- */

struct movement_row {
    struct uuid id;
    int64_t type; /* enum stock_movement_type */
    struct uuid outlet_id, product_id, variant_id, ingredient_id;
    int64_t quantity_milli, balance_after_milli;
    struct str reference_type;
    struct uuid reference_id, employee_id;
    struct str reason;
    int64_t created_at;
};

struct movement_query {
    struct uuid outlet_id, product_id, ingredient_id; /* at most one of the two */
    struct str from, to;
};

/* What a line names: a product, with or without its variant, or an ingredient; nil: not given. */
void stock_line_check(struct uuid product_id, struct uuid variant_id, struct uuid ingredient_id,
                      struct json_errors *errors);

/* ---- POST /inventory/adjustments ---- */

struct adjustment_item {
    struct uuid product_id, ingredient_id; /* one of them */
    struct uuid variant_id;
    int64_t quantity_delta_milli, counted_quantity_milli; /* one of them; the other is JSON_NONE */
};

struct adjustment_request {
    struct uuid outlet_id;
    JSON_ARRAY_OF(struct adjustment_item) items;
    int64_t type; /* index in ADJUSTMENT_TYPES */
    struct str reason;
};

extern const enum stock_movement_type ADJUSTMENT_TYPES[];

struct adjustment {
    struct uuid id, outlet_id;
    int64_t type; /* enum stock_movement_type */
    struct str reason;
    JSON_ARRAY_OF(struct movement_row) movements;
    struct uuid employee_id;
    int64_t created_at;
};
