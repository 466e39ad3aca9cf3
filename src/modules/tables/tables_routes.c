/* The calls about dining tables. */
#include "modules/handlers.h"
#include "modules/tables/tables_store.h"
#include "platform/auth/directory.h"
#include "platform/platform.h"

#define TABLES_READERS (ROLES_SELLERS | ROLES(ROLE_KITCHEN))

static enum code tables_create(struct request *request);
static enum code tables_list(struct request *request);
static enum code tables_get(struct request *request);
static enum code tables_change(struct request *request);
static enum code tables_delete(struct request *request);
static enum code tables_set_status(struct request *request);

static const struct route ROUTES[] = {
    {"POST", "/tables", ROLES_MANAGERS, ROUTE_IDEMPOTENT, NULL, &TABLE_CREATE_SCHEMA, &TABLE_SCHEMA, 201,
     tables_create, "Set up a table"},
    {"GET", "/tables", TABLES_READERS, ROUTE_LIST, &TABLE_QUERY_SCHEMA, NULL, &TABLE_SCHEMA, 200, tables_list,
     "Tables, newest first"},
    {"GET", "/tables/{id}", TABLES_READERS, 0, NULL, NULL, &TABLE_SCHEMA, 200, tables_get, "One table"},
    {"PATCH", "/tables/{id}", ROLES_MANAGERS, ROUTE_PATCH, NULL, &TABLE_CHANGE_SCHEMA, &TABLE_SCHEMA, 200,
     tables_change, "Change a table's name, place or seats"},
    {"DELETE", "/tables/{id}", ROLES_MANAGERS, 0, NULL, NULL, NULL, 204, tables_delete,
     "Take a table away; one with history is deactivated"},
    {"PATCH", "/tables/{id}/status", ROLES_SELLERS, 0, NULL, &TABLE_STATUS_REQUEST_SCHEMA, &TABLE_SCHEMA, 200,
     tables_set_status, "Say that a table is available, occupied, reserved or being cleaned"},
    {0},
};

const struct module TABLES_MODULE = {.name = "tables", .routes = ROUTES};

/* ---- Reading ---- */

static enum code read_list(struct request *request, struct db_tx *tx, void *arg)
{
    size_t count;
    struct dining_table *tables = table_list(tx, arg, &count);
    reply_page(request, tables, count, cursor_of_id);
    return CODE_OK;
}

static enum code tables_list(struct request *request)
{
    const struct table_query *query = request->query;
    struct table_filter filter = {.outlet_id = query->outlet_id,
                                  .section = query->section,
                                  .status = query->status,
                                  .is_active = query->is_active,
                                  .limit = request->page.limit + 1};
    enum code code = page_before(request, &filter.before);
    if (code)
        return code;
    if (uuid_is_nil(filter.outlet_id) && request->who.role != ROLE_OWNER)
        filter.outlet_id = request->who.outlet_id;
    code = directory_reach(request, filter.outlet_id);
    return code ? code : request_read(request, read_list, &filter);
}

static enum code read_one(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct dining_table table;
    if (!table_find(tx, *id, &table) || !request_may_use_outlet(request, table.outlet_id))
        return CODE_NOT_FOUND;
    reply(request, &table);
    return CODE_OK;
}

static enum code tables_get(struct request *request) { return read_by_id(request, read_one); }

/* ---- Setting up ---- */

static enum code name_taken(struct request *request)
{
    return request_refuse(request, CODE_CONFLICT, STR("name"),
                          STR("is the name of another table of the outlet"), STR_NONE);
}

static enum code has_orders(struct request *request, const char *path, const struct dining_table *table)
{
    return request_refuse(
        request, CODE_CONFLICT, str_of(path),
        str_format(request->arena, "it has %lld active orders", (long long)table->active_orders),
        str_format(request->arena, ",\"activeOrders\":%lld", (long long)table->active_orders));
}

static enum code create(struct request *request, struct db_tx *tx, void *arg)
{
    const struct dining_table *table = arg;
    struct table_draft draft = {.id = table->id,
                                .outlet_id = table->outlet_id,
                                .name = table->name,
                                .section = table->section,
                                .capacity = table->capacity,
                                .x_milli = table->x_milli,
                                .y_milli = table->y_milli,
                                .created_at = table->created_at,
                                .status = (enum table_status)table->status};
    if (table_name_taken(tx, table->outlet_id, table->name, UUID_NIL))
        return name_taken(request);
    table_add(tx, &draft);
    reply(request, table);
    return CODE_OK;
}

static enum code tables_create(struct request *request)
{
    struct dining_table table = *(const struct dining_table *)request->body;
    enum code code = directory_reach(request, table.outlet_id);
    if (code)
        return code;
    table.id = uuid_new();
    table.active_orders = 0;
    table.version = 1;
    table.created_at = request->received_ms;
    return request_write(request, create, &table);
}

/* A table within reach, with its row locked. */
static enum code take(struct request *request, struct db_tx *tx, struct uuid id,
                      struct dining_table *ret_table)
{
    bool found =
        table_find_locked(tx, id, ret_table) && request_may_use_outlet(request, ret_table->outlet_id);
    return found ? CODE_OK : CODE_NOT_FOUND;
}

static enum code check_version(struct request *request, int64_t expected, const struct dining_table *table)
{
    if (expected == JSON_NONE || expected == table->version)
        return CODE_OK;
    return request_refuse(request, CODE_CONFLICT, STR("version"),
                          STR("the table was changed since it was read"),
                          str_format(request->arena, ",\"current\":%lld", (long long)table->version));
}

/* The last thing that a write does: it takes the outlet's counter. */
static void tell_status(struct request *request, struct db_tx *tx, const struct dining_table *table,
                        enum table_status previous)
{
    if (table->status == (int64_t)previous)
        return;
    struct event_draft event = table_status_event(request->arena, table, previous, request->who.employee_id);
    event_publish(tx, request->platform->events, table->outlet_id, request->id, &event, 1);
}

static enum code check_change(struct request *request, struct db_tx *tx, const struct dining_table *before,
                              const struct dining_table *table)
{
    if (!uuid_eq(table->outlet_id, before->outlet_id))
        return request_invalid(request, "outletId", "a table stays in its outlet");
    enum code code = check_version(request, table->version, before);
    if (code)
        return code;
    if (!table->is_active && before->active_orders > 0)
        return has_orders(request, "isActive", before);
    if (!table_may_become((enum table_status)table->status, before->active_orders))
        return has_orders(request, "status", before);
    if (table->is_active && table_name_taken(tx, table->outlet_id, table->name, table->id))
        return name_taken(request);
    return CODE_OK;
}

static enum code change(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct dining_table before, table;
    enum code code = take(request, tx, *id, &before);
    if (code)
        return code;
    table = before;
    table.version = JSON_NONE;
    code = request_patch(request, &table);
    if (!code)
        code = check_change(request, tx, &before, &table);
    if (code)
        return code;
    table.version = before.version;
    table_update(tx, &table);
    tell_status(request, tx, &table, (enum table_status)before.status);
    reply(request, &table);
    return CODE_OK;
}

static enum code tables_change(struct request *request) { return write_by_id(request, change); }

static enum code remove_table(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct dining_table table;
    enum code code = take(request, tx, *id, &table);
    if (code)
        return code;
    if (table.active_orders > 0)
        return has_orders(request, "id", &table);
    table_remove(tx, &table);
    reply_none(request);
    return CODE_OK;
}

static enum code tables_delete(struct request *request) { return write_by_id(request, remove_table); }

/* ---- By hand ---- */

static enum code set_status(struct request *request, struct db_tx *tx, void *arg)
{
    const struct table_status_request *wanted = request->body;
    const struct uuid *id = arg;
    struct dining_table table;
    enum code code = take(request, tx, *id, &table);
    if (!code)
        code = check_version(request, wanted->version, &table);
    if (code)
        return code;
    if (!table_may_become((enum table_status)wanted->status, table.active_orders))
        return has_orders(request, "status", &table);
    if (table.status == wanted->status) {
        reply(request, &table);
        return CODE_OK;
    }
    if (!table.is_active)
        return request_refuse(request, CODE_CONFLICT, STR("status"), STR("the table is not in use any more"),
                              STR_NONE);
    enum table_status previous = (enum table_status)table.status;
    table_set_status(tx, &table, (enum table_status)wanted->status);
    tell_status(request, tx, &table, previous);
    reply(request, &table);
    return CODE_OK;
}

static enum code tables_set_status(struct request *request) { return write_by_id(request, set_status); }
