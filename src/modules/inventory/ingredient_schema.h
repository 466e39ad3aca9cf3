/* How ingredients and recipes look as JSON. Private to the module. */
#pragma once
#include "modules/inventory/inventory.h"

extern const struct json_schema INGREDIENT_SCHEMA, INGREDIENT_QUERY_SCHEMA, INGREDIENT_LEVEL_SCHEMA,
    INGREDIENT_LEVEL_QUERY_SCHEMA, RECIPE_ROW_SCHEMA;

struct ingredient_query {
    struct str search;
    int64_t is_active; /* 0, 1; anything else: either */
};

/* ---- GET /inventory/ingredients ---- */

struct ingredient_level {
    struct uuid outlet_id, ingredient_id;
    struct str ingredient_name, unit;
    int64_t quantity_milli, low_stock_threshold_milli;
    struct str name_key; /* where the page goes on; not sent */
};

struct ingredient_level_query {
    struct uuid outlet_id;
    bool low;
    struct str search;
};

/* The body of PUT /products/{id}/recipe. */
struct recipe_body {
    JSON_ARRAY_OF(struct recipe_row) rows;
};
