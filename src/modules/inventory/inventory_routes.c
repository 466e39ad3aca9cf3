/* The calls about stock, and the ledger. */
#include "modules/inventory/inventory_routes.h"

#include "base/check.h"

#define CLOCK_SLACK_MS \
    (INT64_C(60) * 60 * 1000) /* an id may be this much younger or older than its row's time */

static const struct route ROUTES[] = {
    {"GET", "/inventory/stock", ROLES_STOCK_READERS, ROUTE_LIST, &STOCK_QUERY_SCHEMA, NULL, &STOCK_ROW_SCHEMA,
     200, stock_list, "Stock levels by product name"},
    {"GET", "/inventory/movements", ROLES_STOCK, ROUTE_LIST, &MOVEMENT_QUERY_SCHEMA, NULL, &MOVEMENT_SCHEMA,
     200, movements_list, "The ledger of stock, newest first"},
    {"POST", "/inventory/adjustments", ROLES_STOCK, ROUTE_IDEMPOTENT, NULL, &ADJUSTMENT_REQUEST_SCHEMA,
     &ADJUSTMENT_SCHEMA, 201, adjustments_create, "Buy, correct, waste or count stock"},
    {0},
};

const struct module INVENTORY_MODULE = {.name = "inventory", .routes = ROUTES};

/* ---- The ledger ---- */

/* Ids grow with time, so a span of time is a span of the key. */
DB_STATEMENT(
    STOCK_MOVEMENTS_LIST,
    "SELECT id, type, outlet_id, product_id, variant_id, quantity_milli, balance_after_milli, "
    "reference_type, "
    "reference_id, employee_id, reason, created_at FROM stock_movements "
    "WHERE business_id = $1 AND id < $2 AND id >= $3 AND created_at >= $4 AND created_at <= $5 "
    "AND (outlet_id = $6 OR $6 IS NULL) AND (product_id = $7 OR $7 IS NULL) ORDER BY id DESC LIMIT $8");

static int64_t type_of(struct str name)
{
    for (int64_t type = 0; type < STOCK_MOVEMENT_TYPES; type++) {
        if (str_eq(name, str_of(STOCK_MOVEMENT_NAMES[type])))
            return type;
    }
    return JSON_NONE;
}

static struct movement_row movement_row(const struct db_rows *rows, size_t row)
{
    return (struct movement_row){
        .id = db_uuid(rows, row, 0),
        .type = type_of(db_text(rows, row, 1)),
        .outlet_id = db_uuid(rows, row, 2),
        .product_id = db_uuid(rows, row, 3),
        .variant_id = db_uuid(rows, row, 4),
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
    struct uuid outlet_id, before, since;
    int64_t from, to;
};

static enum code read_page(struct request *request, struct db_tx *tx, void *arg)
{
    const struct ledger_page *page = arg;
    const struct movement_query *query = request->query;
    struct db_rows *rows = db_query(tx, &STOCK_MOVEMENTS_LIST, DB_UUID(page->before), DB_UUID(page->since),
                                    DB_INT(page->from), DB_INT(page->to), DB_UUID_OR_NULL(page->outlet_id),
                                    DB_UUID_OR_NULL(query->product_id), DB_INT(request->page.limit + 1));
    struct movement_row *movements = arena_array(request->arena, struct movement_row, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        movements[i] = movement_row(rows, i);
    reply_page(request, movements, rows->count, cursor_of_id);
    return CODE_OK;
}

enum code movements_list(struct request *request)
{
    const struct movement_query *query = request->query;
    struct ledger_page page = {.outlet_id = query->outlet_id, .from = 0, .to = INT64_MAX};
    if (uuid_is_nil(page.outlet_id) && request->who.role != ROLE_OWNER)
        page.outlet_id = request->who.outlet_id;
    if (!uuid_is_nil(page.outlet_id) && !request_may_use_outlet(request, page.outlet_id))
        return CODE_NOT_FOUND;
    memset(&page.before, 0xFF, sizeof page.before);
    if (query->from != JSON_NONE) {
        page.from = query->from;
        page.since = uuid_floor(query->from - CLOCK_SLACK_MS);
    }
    if (query->to != JSON_NONE) {
        page.to = query->to;
        page.before = uuid_floor(query->to + CLOCK_SLACK_MS);
    }
    if (request->page.cursor.data) {
        struct uuid cursor;
        if (!uuid_parse(request->page.cursor, &cursor))
            return request_invalid(request, "cursor", "is not one that this list gave");
        if (uuid_compare(cursor, page.before) < 0)
            page.before = cursor;
    }
    return request_read(request, read_page, &page);
}
