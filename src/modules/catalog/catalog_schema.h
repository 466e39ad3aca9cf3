/* How the catalogue looks as JSON. Private to the module. */
#pragma once
#include "modules/catalog/catalog.h"

extern const struct json_schema CATEGORY_SCHEMA, MODIFIER_GROUP_SCHEMA, PRODUCT_SCHEMA,
    SCANNED_PRODUCT_SCHEMA, PRODUCT_QUERY_SCHEMA;

/* What a scan of a barcode finds. */
struct scanned_product {
    struct catalog_product product;
    struct uuid variant_id; /* nil: the barcode is the product's own */
};

struct product_query {
    struct str search;
    struct uuid category_id, outlet_id;
    int64_t is_active; /* 0, 1; JSON_NONE: either */
};
