/* How ingredients and recipes look as JSON: tables. */
#include "modules/inventory/ingredient_schema.h"

#include "base/decimal.h"

/* ---- Ingredients ---- */

#define AT(member) offsetof(struct ingredient, member)
static const struct json_field INGREDIENT_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, AT(id)},
    {"name", JSON_STRING, JSON_REQUIRED, AT(name), .min = 1, .max = 200},
    {"unit", JSON_STRING, JSON_REQUIRED, AT(unit), .min = 1, .max = 20, .summary = "g, ml, pcs, …"},
    {"cost", JSON_MONEY, 0, AT(cost_minor), .summary = "of one unit"},
    {"lowStockThreshold", JSON_QUANTITY, JSON_NULLABLE, AT(low_stock_threshold_milli),
     .max = QUANTITY_MAX_MILLI, .summary = "below it, stock is low"},
    {"isActive", JSON_BOOLEAN, 0, AT(is_active), .summary = "sales take nothing of an inactive one"},
    {"createdAt", JSON_TIME, JSON_READ_ONLY, AT(created_at)},
    {"updatedAt", JSON_TIME, JSON_READ_ONLY, AT(updated_at)},
};
static const struct ingredient INGREDIENT_DEFAULTS = {.low_stock_threshold_milli = JSON_NONE,
                                                      .is_active = true};
const struct json_schema INGREDIENT_SCHEMA =
    JSON_SCHEMA("Ingredient", struct ingredient, INGREDIENT_FIELDS, .defaults = &INGREDIENT_DEFAULTS);

static const char *const BOOLEAN_NAMES[] = {"false", "true", NULL};
static const struct json_field INGREDIENT_QUERY_FIELDS[] = {
    {"search", JSON_STRING, 0, offsetof(struct ingredient_query, search), .max = 200,
     .summary = "part of the name, any case"},
    {"isActive", JSON_ENUM, 0, offsetof(struct ingredient_query, is_active), .values = BOOLEAN_NAMES},
};
const struct json_schema INGREDIENT_QUERY_SCHEMA =
    JSON_SCHEMA("IngredientQuery", struct ingredient_query, INGREDIENT_QUERY_FIELDS);

/* ---- Levels ---- */

static const struct json_field LEVEL_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct ingredient_level, outlet_id)},
    {"ingredientId", JSON_UUID, 0, offsetof(struct ingredient_level, ingredient_id)},
    {"ingredientName", JSON_STRING, 0, offsetof(struct ingredient_level, ingredient_name)},
    {"unit", JSON_STRING, 0, offsetof(struct ingredient_level, unit)},
    {"quantity", JSON_QUANTITY, 0, offsetof(struct ingredient_level, quantity_milli),
     .summary = "may be below 0"},
    {"lowStockThreshold", JSON_QUANTITY, JSON_NULLABLE,
     offsetof(struct ingredient_level, low_stock_threshold_milli)},
};
const struct json_schema INGREDIENT_LEVEL_SCHEMA =
    JSON_SCHEMA("IngredientLevel", struct ingredient_level, LEVEL_FIELDS);

static const struct json_field LEVEL_QUERY_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct ingredient_level_query, outlet_id),
     .summary = "default: the caller's outlet, of an owner all"},
    {"low", JSON_BOOLEAN, 0, offsetof(struct ingredient_level_query, low),
     .summary = "only what is below its threshold"},
    {"search", JSON_STRING, 0, offsetof(struct ingredient_level_query, search), .max = 200,
     .summary = "part of the name, any case"},
};
const struct json_schema INGREDIENT_LEVEL_QUERY_SCHEMA =
    JSON_SCHEMA("IngredientLevelQuery", struct ingredient_level_query, LEVEL_QUERY_FIELDS);

/* ---- Recipes ---- */

static const struct json_field RECIPE_ROW_FIELDS[] = {
    {"ingredientId", JSON_UUID, JSON_REQUIRED, offsetof(struct recipe_row, ingredient_id)},
    {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct recipe_row, variant_id),
     .summary = "null: of the product, and of its variants without rows of their own"},
    {"quantity", JSON_QUANTITY, JSON_REQUIRED, offsetof(struct recipe_row, quantity_milli),
     .summary = "in the ingredient's unit, for one piece"},
};
const struct json_schema RECIPE_ROW_SCHEMA = JSON_SCHEMA("RecipeRow", struct recipe_row, RECIPE_ROW_FIELDS);
