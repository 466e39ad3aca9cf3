/* The calls about stock, and the ledger. */
#include "modules/inventory/inventory_routes.h"
#include "modules/inventory/transfer_routes.h"

#include "modules/period.h"
#include "modules/stores.h"
#include "platform/auth/directory.h"

static const struct route ROUTES[] = {
    {"GET", "/inventory/stock", ROLES_STOCK_READERS, ROUTE_LIST, &STOCK_QUERY_SCHEMA, NULL, &STOCK_ROW_SCHEMA,
     200, stock_list, "Stock levels by product name"},
    {"GET", "/inventory/movements", ROLES_STOCK, ROUTE_LIST, &MOVEMENT_QUERY_SCHEMA, NULL, &MOVEMENT_SCHEMA,
     200, movements_list, "The ledger of stock, newest first"},
    {"POST", "/inventory/adjustments", ROLES_STOCK, ROUTE_IDEMPOTENT, NULL, &ADJUSTMENT_REQUEST_SCHEMA,
     &ADJUSTMENT_SCHEMA, 201, adjustments_create, "Buy, correct, waste or count stock"},
    {"POST", "/inventory/transfers", ROLES_STOCK, ROUTE_IDEMPOTENT, NULL, &TRANSFER_REQUEST_SCHEMA,
     &TRANSFER_SCHEMA, 201, transfers_create, "Ask for stock to be moved to another outlet"},
    {"GET", "/inventory/transfers", ROLES_STOCK, ROUTE_LIST, &TRANSFER_QUERY_SCHEMA, NULL, &TRANSFER_SCHEMA,
     200, transfers_list, "Transfers from and to an outlet, newest first"},
    {"GET", "/inventory/transfers/{id}", ROLES_STOCK, 0, NULL, NULL, &TRANSFER_SCHEMA, 200, transfers_get,
     "One transfer"},
    {"POST", "/inventory/transfers/{id}/approve", ROLES_STOCK, ROUTE_IDEMPOTENT, NULL, NULL, &TRANSFER_SCHEMA,
     200, transfers_approve, "Approve a transfer: by the source's staff"},
    {"POST", "/inventory/transfers/{id}/ship", ROLES_STOCK, ROUTE_IDEMPOTENT, NULL, NULL, &TRANSFER_SCHEMA,
     200, transfers_ship, "Send it off: the stock leaves the source"},
    {"POST", "/inventory/transfers/{id}/receive", ROLES_STOCK, ROUTE_IDEMPOTENT | ROUTE_OPTIONAL_BODY, NULL,
     &TRANSFER_RECEIPT_SCHEMA, &TRANSFER_SCHEMA, 200, transfers_receive,
     "Take in what arrived, in one go or several: by the destination's staff"},
    {"POST", "/inventory/transfers/{id}/cancel", ROLES_STOCK, ROUTE_IDEMPOTENT | ROUTE_OPTIONAL_BODY, NULL,
     &TRANSFER_CANCEL_SCHEMA, &TRANSFER_SCHEMA, 200, transfers_cancel,
     "Call it off: stock on its way returns to the source"},
    {"GET", "/inventory/ingredients", ROLES_STOCK_READERS, ROUTE_LIST, &INGREDIENT_LEVEL_QUERY_SCHEMA, NULL,
     &INGREDIENT_LEVEL_SCHEMA, 200, ingredient_levels_list, "Levels of ingredients by name"},

    {"GET", "/ingredients", ROLES_ALL, ROUTE_LIST | ROUTE_CACHED, &INGREDIENT_QUERY_SCHEMA, NULL,
     &INGREDIENT_SCHEMA, 200, ingredients_list, "Ingredients by name"},
    {"POST", "/ingredients", ROLES_MANAGERS, ROUTE_IDEMPOTENT, NULL, &INGREDIENT_SCHEMA, &INGREDIENT_SCHEMA,
     201, ingredients_create, "Add an ingredient"},
    {"GET", "/ingredients/{id}", ROLES_ALL, ROUTE_CACHED, NULL, NULL, &INGREDIENT_SCHEMA, 200,
     ingredients_get, "One ingredient"},
    {"PATCH", "/ingredients/{id}", ROLES_MANAGERS, ROUTE_PATCH, NULL, &INGREDIENT_SCHEMA, &INGREDIENT_SCHEMA,
     200, ingredients_change, "Change an ingredient"},
    {"DELETE", "/ingredients/{id}", ROLES_MANAGERS, 0, NULL, NULL, NULL, 204, ingredients_delete,
     "Delete an ingredient; one with history or in a recipe is deactivated, sales then take none of it"},
    {"GET", "/products/{id}/recipe", ROLES_ALL, ROUTE_ARRAY | ROUTE_CACHED, NULL, NULL, &RECIPE_ROW_SCHEMA,
     200, recipe_get, "What one piece of the product takes; rows without a variant hold where it has none"},
    {"PUT", "/products/{id}/recipe", ROLES_MANAGERS, ROUTE_ARRAY | ROUTE_BODY_ARRAY, NULL, &RECIPE_ROW_SCHEMA,
     &RECIPE_ROW_SCHEMA, 200, recipe_put, "Replace the recipe of a product"},
    {0},
};

const struct module INVENTORY_MODULE = {
    .name = "inventory", .routes = ROUTES, .listeners = INVENTORY_LISTENERS};

/* ---- The ledger ---- */

/* Ids grow with time, so a span of time is a span of the key. */
DB_STATEMENT(
    STOCK_MOVEMENTS_LIST,
    "SELECT id, type, outlet_id, product_id, variant_id, quantity_milli, balance_after_milli, "
    "reference_type, "
    "reference_id, employee_id, reason, created_at, is_ingredient FROM stock_movements "
    "WHERE business_id = $1 AND id < $2 AND id >= $3 AND created_at >= $4 AND created_at <= $5 "
    "AND (outlet_id = $6 OR $6 IS NULL) AND ((product_id = $7 AND is_ingredient = $8) OR $7 IS NULL) "
    "ORDER BY id DESC LIMIT $9");

static struct movement_row movement_row(const struct db_rows *rows, size_t row)
{
    bool is_ingredient = db_bool(rows, row, 12);
    struct uuid counted = db_uuid(rows, row, 3);
    return (struct movement_row){
        .id = db_uuid(rows, row, 0),
        .type = word_index(STOCK_MOVEMENT_NAMES, db_text(rows, row, 1)),
        .outlet_id = db_uuid(rows, row, 2),
        .product_id = is_ingredient ? UUID_NIL : counted,
        .variant_id = db_uuid(rows, row, 4),
        .ingredient_id = is_ingredient ? counted : UUID_NIL,
        .quantity_milli = db_int(rows, row, 5),
        .balance_after_milli = db_int(rows, row, 6),
        .reference_type = db_text(rows, row, 7),
        .reference_id = db_uuid(rows, row, 8),
        .employee_id = db_uuid(rows, row, 9),
        .reason = db_text(rows, row, 10),
        .created_at = db_int(rows, row, 11),
    };
}

struct ledger_page {
    struct uuid outlet_id;
    struct period period;
};

static enum code read_page(struct request *request, struct db_tx *tx, void *arg)
{
    const struct ledger_page *page = arg;
    const struct movement_query *query = request->query;
    bool of_ingredient = !uuid_is_nil(query->ingredient_id);
    struct uuid counted = of_ingredient ? query->ingredient_id : query->product_id;
    struct db_rows *rows = db_query(
        tx, &STOCK_MOVEMENTS_LIST, DB_UUID(page->period.below_id), DB_UUID(page->period.least_id),
        DB_INT(page->period.first_ms), DB_INT(page->period.last_ms), DB_UUID_OR_NULL(page->outlet_id),
        DB_UUID_OR_NULL(counted), DB_BOOL(of_ingredient), DB_INT(request->page.limit + 1));
    struct movement_row *movements = arena_array(request->arena, struct movement_row, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        movements[i] = movement_row(rows, i);
    reply_page(request, movements, rows->count, cursor_of_id);
    return CODE_OK;
}

enum code movements_list(struct request *request)
{
    const struct movement_query *query = request->query;
    struct ledger_page page = {.outlet_id = query->outlet_id};
    enum code code = period_page_of(request, &page.outlet_id, query->from, query->to, &page.period);
    return code ? code : request_read(request, read_page, &page);
}
