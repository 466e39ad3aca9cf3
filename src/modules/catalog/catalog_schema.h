/* How the catalogue looks as JSON. Private to the module. */
#pragma once
#include "modules/catalog/catalog.h"

extern const struct json_schema CATEGORY_SCHEMA, MODIFIER_GROUP_SCHEMA, PRODUCT_SCHEMA,
    SCANNED_PRODUCT_SCHEMA, PRODUCT_QUERY_SCHEMA, CATALOG_ROW_SCHEMA, IMPORT_REPORT_SCHEMA;

/* What a scan of a barcode finds. */
struct scanned_product {
    struct catalog_product product;
    struct uuid variant_id; /* nil: the barcode is the product's own */
};

/* A line of the catalogue as a table: a product, or below it one of its variants. */
struct catalog_row {
    struct catalog_product product;               /* what has no column is not set */
    struct uuid id;                               /* of the product, of the variant; nil: not told */
    struct str variant;                           /* its name; absent: the row is a product's */
    struct str category, outlet, modifier_groups; /* names, see catalog_csv.h */
};
/* In the order of CATALOG_ROW_SCHEMA. */
enum catalog_column {
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_VARIANT,
    COLUMN_SKU,
    COLUMN_BARCODE,
    COLUMN_CATEGORY,
    COLUMN_PRICE,
    COLUMN_COST_PRICE,
    COLUMN_TRACK_STOCK,
    COLUMN_LOW_STOCK_THRESHOLD,
    COLUMN_IS_ACTIVE,
    COLUMN_IMAGE_URL,
    COLUMN_DESCRIPTION,
    COLUMN_STATION,
    COLUMN_OUTLET,
    COLUMN_MODIFIER_GROUPS,
    CATALOG_COLUMNS
};

struct imported_row {
    int64_t row;
    int64_t status; /* enum import_status */
    struct uuid product_id, variant_id;
    struct str name;
};
enum import_status { IMPORT_CREATED, IMPORT_UPDATED };

struct import_report {
    int64_t created, updated;
    JSON_ARRAY_OF(struct imported_row) rows;
};

struct product_query {
    struct str search;
    struct uuid category_id, outlet_id;
    int64_t is_active; /* 0, 1; JSON_NONE: either */
};
