/* Kitchen orders: made by sales or by hand, followed from pending to completed. */
#include "modules/orders/orders_routes.h"

#include "platform/auth/directory.h"
#include "platform/platform.h"

#define ROLES_ORDERS (ROLES_ALL & ~ROLES(ROLE_INVENTORY))

static enum code orders_list(struct request *request);
static enum code orders_get(struct request *request);
static enum code orders_set_status(struct request *request);
static enum code orders_call_back(struct request *request);
static enum code orders_set_item_status(struct request *request);
static enum code orders_patch(struct request *request);

static const struct route ROUTES[] = {
    {"GET", "/orders", ROLES_ORDERS, ROUTE_LIST, &ORDER_QUERY_SCHEMA, NULL, &ORDER_SCHEMA, 200, orders_list,
     "Kitchen orders: the open ones, oldest first, then the closed ones, newest first"},
    {"GET", "/orders/{id}", ROLES_ORDERS, 0, NULL, NULL, &ORDER_SCHEMA, 200, orders_get, "One order"},
    {"POST", "/orders", ROLES_ORDERS, ROUTE_IDEMPOTENT, NULL, &ORDER_REQUEST_SCHEMA, &ORDER_SCHEMA, 201,
     orders_create, "Make an order by hand, to be paid later; or the missing order of a sale"},
    {"PATCH", "/orders/{id}/status", ROLES_ORDERS, 0, NULL, &ORDER_STATUS_REQUEST_SCHEMA, &ORDER_SCHEMA, 200,
     orders_set_status, "Move an order forward, or cancel it"},
    {"POST", "/orders/{id}/recall", ROLES_ORDERS, 0, NULL, NULL, &ORDER_SCHEMA, 200, orders_call_back,
     "Bring back an order that was bumped by mistake: ready, served or completed, it is cooking again"},
    {"PATCH", "/orders/{id}/items/{itemId}/status", ROLES_ORDERS, 0, NULL, &ORDER_STATUS_REQUEST_SCHEMA,
     &ORDER_SCHEMA, 200, orders_set_item_status, "Move one item; the order follows its items"},
    {"PATCH", "/orders/{id}", ROLES_ORDERS, ROUTE_PATCH, NULL, &ORDER_PATCH_SCHEMA, &ORDER_SCHEMA, 200,
     orders_patch, "Change priority, notes or table"},
    {0},
};

const struct module ORDERS_MODULE = {.name = "orders", .routes = ROUTES, .listeners = ORDERS_LISTENERS};

/* ---- Reading ---- */

static enum code read_one(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct order order;
    if (!order_find(tx, *id, &order) || !request_may_use_outlet(request, order.outlet_id))
        return CODE_NOT_FOUND;
    reply(request, &order);
    return CODE_OK;
}

static enum code orders_get(struct request *request) { return read_by_id(request, read_one); }

/* The part of the list that a page ended in, then the last id. */
static struct str cursor_of(struct arena *arena, const void *object)
{
    const struct order *order = object;
    char id[UUID_TEXT_LEN + 1];
    uuid_format(order->id, id);
    return str_format(arena, "%c%s", order_is_open(order->status) ? 'o' : 'c', id);
}

static bool cursor_read(struct str cursor, struct order_filter *filter)
{
    if (!cursor.data)
        return true;
    if (cursor.len == 0 || (cursor.data[0] != 'o' && cursor.data[0] != 'c'))
        return false;
    filter->behind_open = cursor.data[0] == 'c';
    return uuid_parse((struct str){cursor.data + 1, cursor.len - 1}, &filter->last_id);
}

static enum code choose_outlets(struct request *request, struct order_filter *filter)
{
    const struct order_query *query = request->query;
    struct cache_ref ref;
    enum code code = directory_reach(request, query->outlet_id);
    if (!code)
        code = directory_of(request, &ref);
    if (code)
        return code;
    const struct directory *directory = ref.object;
    bool all = uuid_is_nil(query->outlet_id) && request->who.role == ROLE_OWNER;
    struct uuid one = uuid_is_nil(query->outlet_id) ? request->who.outlet_id : query->outlet_id;
    struct uuid *outlets = arena_array(request->arena, struct uuid, directory->outlet_count);
    for (size_t i = 0; i < directory->outlet_count; i++) {
        if (all || uuid_eq(directory->outlets[i].id, one))
            outlets[filter->outlet_count++] = directory->outlets[i].id;
    }
    filter->outlets = outlets;
    cache_release(&ref);
    return CODE_OK;
}

static enum code read_list(struct request *request, struct db_tx *tx, void *arg)
{
    size_t count;
    struct order *orders = order_list(tx, arg, &count);
    reply_page(request, orders, count, cursor_of);
    return CODE_OK;
}

static enum code orders_list(struct request *request)
{
    const struct order_query *query = request->query;
    struct order_filter filter = {
        .table_id = query->table_id, .station = query->station, .limit = request->page.limit + 1};
    if (!cursor_read(request->page.cursor, &filter))
        return request_invalid(request, "cursor", "is not one that this list gave");
    for (int status = 0; status < ORDER_STATUSES; status++)
        filter.statuses[status] = query->statuses.count == 0;
    for (size_t i = 0; i < query->statuses.count; i++)
        filter.statuses[query->statuses.at[i]] = true;
    enum code code = choose_outlets(request, &filter);
    return code ? code : request_read(request, read_list, &filter);
}

/* ---- Changing ---- */

/* The order of the path with its row locked, within reach. */
static enum code take_order(struct request *request, struct db_tx *tx, struct order *ret_order)
{
    struct uuid id;
    if (!request_param_uuid(request, 0, &id) || !order_find_locked(tx, id, ret_order) ||
        !request_may_use_outlet(request, ret_order->outlet_id))
        return CODE_NOT_FOUND;
    return CODE_OK;
}

static enum code check_version(struct request *request, const struct order *order, int64_t version)
{
    if (version == JSON_NONE || version == order->version)
        return CODE_OK;
    return request_refuse(
        request, CODE_CONFLICT, STR("version"),
        str_format(request->arena, "is stale: the order is at %lld", (long long)order->version), STR_NONE);
}

static void begin(struct order_change *change, struct request *request, struct db_tx *tx)
{
    order_change_begin(change, tx, request->who.employee_id, request->received_ms, 1);
}

static void end(struct order_change *change, struct request *request, const struct order *order)
{
    reply(request, order);
    order_change_end(change, request->platform->events, order->outlet_id, request->id);
}

static enum code refuse_move(struct request *request, enum code code, const char *what, int64_t status)
{
    if (code != CODE_INVALID_STATUS)
        return code;
    return request_refuse(request, code, STR("status"),
                          str_format(request->arena, "%s is %s", what, ORDER_STATUS_NAMES[status]), STR_NONE);
}

static enum code set_status(struct request *request, struct db_tx *tx, void *arg)
{
    const struct order_status_request *body = request->body;
    struct order_change change;
    struct order order;
    (void)arg;
    enum code code = take_order(request, tx, &order);
    if (!code)
        code = check_version(request, &order, body->version);
    if (code)
        return code;
    begin(&change, request, tx);
    code = order_change_status(&change, &order, (enum order_status)body->status);
    if (code)
        return refuse_move(request, code, "the order", order.status);
    end(&change, request, &order);
    return CODE_OK;
}

static enum code orders_set_status(struct request *request)
{
    return request_write(request, set_status, NULL);
}

static enum code recall(struct request *request, struct db_tx *tx, void *arg)
{
    struct order_change change;
    struct order order;
    (void)arg;
    enum code code = take_order(request, tx, &order);
    if (code)
        return code;
    begin(&change, request, tx);
    code = order_change_recall(&change, &order);
    if (code)
        return refuse_move(request, code, "the order", order.status);
    end(&change, request, &order);
    return CODE_OK;
}

static enum code orders_call_back(struct request *request) { return request_write(request, recall, NULL); }

static int64_t item_status(const struct order *order, struct uuid item_id)
{
    for (size_t i = 0; i < order->items.count; i++) {
        if (uuid_eq(order->items.at[i].id, item_id))
            return order->items.at[i].status;
    }
    return ORDER_CANCELLED;
}

static enum code set_item_status(struct request *request, struct db_tx *tx, void *arg)
{
    const struct order_status_request *body = request->body;
    struct order_change change;
    struct order order;
    struct uuid item_id;
    (void)arg;
    enum code code = take_order(request, tx, &order);
    if (!code && !request_param_uuid(request, 1, &item_id))
        code = CODE_NOT_FOUND;
    if (!code)
        code = check_version(request, &order, body->version);
    if (code)
        return code;
    begin(&change, request, tx);
    code = order_change_item(&change, &order, item_id, (enum order_status)body->status);
    if (code && !order_is_open(order.status))
        return refuse_move(request, code, "the order", order.status);
    if (code)
        return refuse_move(request, code, "the item", item_status(&order, item_id));
    end(&change, request, &order);
    return CODE_OK;
}

static enum code orders_set_item_status(struct request *request)
{
    return request_write(request, set_item_status, NULL);
}

/* ---- Priority, notes, table ---- */

static enum code move_table(struct request *request, struct db_tx *tx, struct uuid table_id,
                            struct order *order)
{
    order->table_name = STR_NONE;
    if (!uuid_is_nil(table_id) && !order_table_find(tx, order->outlet_id, table_id, &order->table_name))
        return request_refuse(request, CODE_NOT_FOUND, STR("tableId"),
                              STR("there is no such table in this outlet"), STR_NONE);
    if (!order_is_open(order->status))
        return request_refuse(
            request, CODE_INVALID_STATUS, STR("tableId"),
            str_format(request->arena, "the order is %s", ORDER_STATUS_NAMES[order->status]), STR_NONE);
    order->table_id = table_id;
    return CODE_OK;
}

static enum code patch(struct request *request, struct db_tx *tx, void *arg)
{
    struct order_change change;
    struct order order;
    (void)arg;
    enum code code = take_order(request, tx, &order);
    if (code)
        return code;
    struct uuid table_before = order.table_id;
    struct order_patch body = {order.priority, JSON_NONE, order.notes, order.table_id};
    code = request_patch(request, &body);
    if (!code)
        code = check_version(request, &order, body.version);
    if (!code && !uuid_eq(body.table_id, table_before))
        code = move_table(request, tx, body.table_id, &order);
    if (code)
        return code;
    order.priority = body.priority;
    order.notes = body.notes;
    begin(&change, request, tx);
    order_change_fields(&change, &order, table_before);
    end(&change, request, &order);
    return CODE_OK;
}

static enum code orders_patch(struct request *request) { return request_write(request, patch, NULL); }
