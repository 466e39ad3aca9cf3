/* How the catalogue looks as JSON: tables. */
#include "modules/catalog/catalog_schema.h"

#define NAME_MAX_LENGTH 200
#define CODE_MAX_LENGTH 100
#define MODIFIER_GROUPS_MAX 50 /* of a product */

/* ---- Categories ---- */

static const struct json_field CATEGORY_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, offsetof(struct catalog_category, id)},
    {"name", JSON_STRING, JSON_REQUIRED, offsetof(struct catalog_category, name), .min = 1,
     .max = NAME_MAX_LENGTH},
    {"position", JSON_INTEGER, 0, offsetof(struct catalog_category, position),
     .summary = "place on the till, from 0"},
    {"isActive", JSON_BOOLEAN, 0, offsetof(struct catalog_category, is_active)},
    {"createdAt", JSON_TIME, JSON_READ_ONLY, offsetof(struct catalog_category, created_at)},
};
static const struct catalog_category CATEGORY_DEFAULTS = {.is_active = true};
const struct json_schema CATEGORY_SCHEMA =
    JSON_SCHEMA("Category", struct catalog_category, CATEGORY_FIELDS, .defaults = &CATEGORY_DEFAULTS);

/* ---- Modifier groups ---- */

static const struct json_field MODIFIER_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct catalog_modifier, id),
     .summary = "of one that is there already; none: a new one"},
    {"name", JSON_STRING, JSON_REQUIRED, offsetof(struct catalog_modifier, name), .min = 1,
     .max = NAME_MAX_LENGTH},
    {"price", JSON_MONEY, 0, offsetof(struct catalog_modifier, price_minor),
     .summary = "added to the product's"},
};
static const struct catalog_modifier MODIFIER_DEFAULTS = {.price_minor = 0};
static const struct json_schema MODIFIER_SCHEMA =
    JSON_SCHEMA("Modifier", struct catalog_modifier, MODIFIER_FIELDS, .defaults = &MODIFIER_DEFAULTS);

static const struct json_field GROUP_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, offsetof(struct catalog_group, id)},
    {"name", JSON_STRING, JSON_REQUIRED, offsetof(struct catalog_group, name), .min = 1,
     .max = NAME_MAX_LENGTH},
    {"minSelection", JSON_INTEGER, 0, offsetof(struct catalog_group, min_selection), .max = 100},
    {"maxSelection", JSON_INTEGER, 0, offsetof(struct catalog_group, max_selection), .min = 1, .max = 100},
    {"isActive", JSON_BOOLEAN, 0, offsetof(struct catalog_group, is_active),
     .summary = "an inactive group has no rule"},
    {"modifiers", JSON_ARRAY, 0, offsetof(struct catalog_group, modifiers), .schema = &MODIFIER_SCHEMA},
    {"createdAt", JSON_TIME, JSON_READ_ONLY, offsetof(struct catalog_group, created_at)},
};
static const struct catalog_group GROUP_DEFAULTS = {.max_selection = 1, .is_active = true};

static void check_group(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct catalog_group *group = object;
    (void)units;
    if (group->min_selection > group->max_selection)
        json_error_add(errors, "minSelection", "must not be above maxSelection (%lld)",
                       (long long)group->max_selection);
}

const struct json_schema MODIFIER_GROUP_SCHEMA = JSON_SCHEMA(
    "ModifierGroup", struct catalog_group, GROUP_FIELDS, .defaults = &GROUP_DEFAULTS, .check = check_group);

/* ---- Products ---- */

static const struct json_field VARIANT_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct catalog_variant, id),
     .summary = "of one that is there already; none: a new one"},
    {"name", JSON_STRING, JSON_REQUIRED, offsetof(struct catalog_variant, name), .min = 1,
     .max = NAME_MAX_LENGTH},
    {"price", JSON_MONEY, JSON_REQUIRED, offsetof(struct catalog_variant, price_minor),
     .summary = "replaces the product's"},
    {"sku", JSON_STRING, JSON_NULLABLE, offsetof(struct catalog_variant, sku), .min = 1,
     .max = CODE_MAX_LENGTH},
    {"barcode", JSON_STRING, JSON_NULLABLE, offsetof(struct catalog_variant, barcode), .min = 1,
     .max = CODE_MAX_LENGTH},
};
static const struct json_schema VARIANT_SCHEMA =
    JSON_SCHEMA("ProductVariant", struct catalog_variant, VARIANT_FIELDS);

#define AT(member) offsetof(struct catalog_product, member)
#define NAME_FIELD_                                                                    \
    {                                                                                  \
        "name", JSON_STRING, JSON_REQUIRED, AT(name), .min = 1, .max = NAME_MAX_LENGTH \
    }
#define CODE_FIELDS_                                                                         \
    {"sku", JSON_STRING, JSON_NULLABLE, AT(sku), .min = 1, .max = CODE_MAX_LENGTH},          \
    {                                                                                        \
        "barcode", JSON_STRING, JSON_NULLABLE, AT(barcode), .min = 1, .max = CODE_MAX_LENGTH \
    }
#define SALE_FIELDS_                                                                             \
    {"price", JSON_MONEY, JSON_REQUIRED, AT(price_minor)},                                       \
        {"costPrice", JSON_MONEY, JSON_NULLABLE, AT(cost_price_minor)},                          \
        {"trackStock", JSON_BOOLEAN, 0, AT(track_stock)},                                        \
        {"lowStockThreshold",           JSON_QUANTITY,     JSON_NULLABLE,                        \
         AT(low_stock_threshold_milli), .max = 1000000000, .summary = "below it, stock is low"}, \
        {"isActive", JSON_BOOLEAN, 0, AT(is_active)},                                            \
        {"imageUrl", JSON_STRING, JSON_NULLABLE, AT(image_url), .max = 1000},                    \
        {"description", JSON_STRING, JSON_NULLABLE, AT(description), .max = 2000},               \
    {                                                                                            \
        "station", JSON_STRING, JSON_NULLABLE, AT(station), .min = 1, .max = 50,                 \
                                                            .summary = "where it is prepared"    \
    }
#define PRODUCT_FIELDS_                                                             \
    {"id", JSON_UUID, JSON_READ_ONLY, AT(id)}, NAME_FIELD_, CODE_FIELDS_,           \
        {"categoryId", JSON_UUID, JSON_NULLABLE, AT(category_id)}, SALE_FIELDS_,    \
        {"outletId", JSON_UUID, JSON_NULLABLE, AT(outlet_id),                       \
         .summary = "sold in that outlet only; null: in all"},                      \
        {"variants", JSON_ARRAY, 0, AT(variants), .schema = &VARIANT_SCHEMA},       \
        {"modifierGroupIds",     JSON_ARRAY,           0,                           \
         AT(modifier_group_ids), .element = JSON_UUID, .max = MODIFIER_GROUPS_MAX}, \
        {"createdAt", JSON_TIME, JSON_READ_ONLY, AT(created_at)},                   \
    {                                                                               \
        "updatedAt", JSON_TIME, JSON_READ_ONLY, AT(updated_at)                      \
    }

static const struct json_field PRODUCT_FIELDS[] = {PRODUCT_FIELDS_};
static const struct catalog_product PRODUCT_DEFAULTS = {
    .cost_price_minor = JSON_NONE, .low_stock_threshold_milli = JSON_NONE, .is_active = true};
static const struct catalog_row PRODUCT_ROW_DEFAULTS = {
    .product = {.cost_price_minor = JSON_NONE, .low_stock_threshold_milli = JSON_NONE, .is_active = true}};
const struct json_schema PRODUCT_SCHEMA =
    JSON_SCHEMA("Product", struct catalog_product, PRODUCT_FIELDS, .defaults = &PRODUCT_DEFAULTS);

static const struct json_field SCANNED_FIELDS[] = {
    PRODUCT_FIELDS_,
    {"variantId", JSON_UUID, JSON_READ_ONLY, offsetof(struct scanned_product, variant_id),
     .summary = "the variant that the barcode belongs to"},
};
_Static_assert(offsetof(struct scanned_product, product) == 0,
               "the product's fields are read at their own offsets");
const struct json_schema SCANNED_PRODUCT_SCHEMA =
    JSON_SCHEMA("ScannedProduct", struct scanned_product, SCANNED_FIELDS);

/* ---- Products as a table ---- */

#define ROW_AT(member) offsetof(struct catalog_row, member)
static const struct json_field ROW_FIELDS[] = {
    {"id", JSON_UUID, JSON_NULLABLE, ROW_AT(id)},
    NAME_FIELD_,
    {"variant", JSON_STRING, JSON_NULLABLE, ROW_AT(variant), .min = 1, .max = NAME_MAX_LENGTH},
    CODE_FIELDS_,
    {"category", JSON_STRING, JSON_NULLABLE, ROW_AT(category), .min = 1, .max = NAME_MAX_LENGTH},
    SALE_FIELDS_,
    {"outlet", JSON_STRING, JSON_NULLABLE, ROW_AT(outlet), .min = 1, .max = UUID_TEXT_LEN},
    {"modifierGroups", JSON_STRING, JSON_NULLABLE, ROW_AT(modifier_groups), .min = 1,
     .max = MODIFIER_GROUPS_MAX * (NAME_MAX_LENGTH + 1)},
};
_Static_assert(offsetof(struct catalog_row, product) == 0,
               "the product's fields are read at their own offsets");
_Static_assert(sizeof ROW_FIELDS / sizeof *ROW_FIELDS == CATALOG_COLUMNS, "a column for each field");
const struct json_schema CATALOG_ROW_SCHEMA =
    JSON_SCHEMA("ProductRow", struct catalog_row, ROW_FIELDS, .defaults = &PRODUCT_ROW_DEFAULTS);

static const char *const IMPORT_STATUS_NAMES[] = {"created", "updated", NULL};
static const struct json_field IMPORTED_ROW_FIELDS[] = {
    {"row", JSON_INTEGER, 0, offsetof(struct imported_row, row),
     .summary = "1 is the line of the column names"},
    {"status", JSON_ENUM, 0, offsetof(struct imported_row, status), .values = IMPORT_STATUS_NAMES},
    {"productId", JSON_UUID, 0, offsetof(struct imported_row, product_id)},
    {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct imported_row, variant_id)},
    {"name", JSON_STRING, 0, offsetof(struct imported_row, name)},
};
static const struct json_schema IMPORTED_ROW_SCHEMA =
    JSON_SCHEMA("ImportedRow", struct imported_row, IMPORTED_ROW_FIELDS);

static const struct json_field IMPORT_REPORT_FIELDS[] = {
    {"created", JSON_INTEGER, 0, offsetof(struct import_report, created), .summary = "products"},
    {"updated", JSON_INTEGER, 0, offsetof(struct import_report, updated), .summary = "products"},
    {"rows", JSON_ARRAY, 0, offsetof(struct import_report, rows), .schema = &IMPORTED_ROW_SCHEMA},
};
const struct json_schema IMPORT_REPORT_SCHEMA =
    JSON_SCHEMA("ProductImportReport", struct import_report, IMPORT_REPORT_FIELDS);

/* ---- Queries ---- */

static const char *const BOOLEAN_NAMES[] = {"false", "true", NULL};
static const struct json_field PRODUCT_QUERY_FIELDS[] = {
    {"search", JSON_STRING, 0, offsetof(struct product_query, search), .max = 200,
     .summary = "part of the name, a sku or a barcode, any case"},
    {"categoryId", JSON_UUID, 0, offsetof(struct product_query, category_id)},
    {"outletId", JSON_UUID, 0, offsetof(struct product_query, outlet_id),
     .summary = "what is on the menu of that outlet"},
    {"isActive", JSON_ENUM, 0, offsetof(struct product_query, is_active), .values = BOOLEAN_NAMES},
};
const struct json_schema PRODUCT_QUERY_SCHEMA =
    JSON_SCHEMA("ProductQuery", struct product_query, PRODUCT_QUERY_FIELDS);
