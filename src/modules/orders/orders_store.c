/* The rows of orders and their items. */
#include "modules/orders/orders_store.h"

#include "base/zone.h"
#include "modules/stores.h"

#define COLUMNS                                                                                         \
    "o.id, o.outlet_id, o.table_id, o.transaction_id, o.employee_id, o.number, d.name, o.notes, "       \
    "o.order_type, o.status, o.priority, o.version, o.voided, o.created_at, o.started_at, o.ready_at, " \
    "o.served_at, o.closed_at, o.made_by_sale, o.business_date FROM kitchen_orders o "                  \
    "LEFT JOIN dining_tables d ON d.business_id = $1 AND d.id = o.table_id "

DB_STATEMENT(ORDER_FIND, "SELECT " COLUMNS "WHERE o.business_id = $1 AND o.id = $2");
DB_STATEMENT(ORDER_LOCK, "SELECT id FROM kitchen_orders WHERE business_id = $1 AND id = $2 {for_update}");
DB_STATEMENT(ORDER_ITEMS, "SELECT id, product_id, variant_id, product_name, variant_name, quantity_milli, "
                          "modifiers, notes, station, status FROM kitchen_order_items "
                          "WHERE business_id = $1 AND order_id = $2 ORDER BY id");

#define MATCHES                                                                                           \
    "AND (o.table_id = $4 OR $4 IS NULL) AND ($5 IS NULL OR EXISTS (SELECT 1 FROM kitchen_order_items i " \
    "WHERE i.business_id = $1 AND i.order_id = o.id AND i.station = $5)) "
/* Of one outlet: the index of open orders goes by it. */
DB_STATEMENT(ORDER_LIST_OPEN, "SELECT " COLUMNS "WHERE o.business_id = $1 AND o.outlet_id = $2 "
                              "AND o.status NOT IN ('completed', 'cancelled') AND o.id > $3 " MATCHES
                              "AND o.status IN ($6, $7, $8, $9) ORDER BY o.id LIMIT $10");
DB_STATEMENT(ORDER_LIST_CLOSED, "SELECT " COLUMNS "WHERE o.business_id = $1 "
                                "AND (o.outlet_id = $2 OR $2 IS NULL) AND o.id < $3 " MATCHES
                                "AND o.status IN ($6, $7) ORDER BY o.id DESC LIMIT $8");

/* A clock that was set back stays on the later day. */
DB_STATEMENT(ORDER_NUMBER_TAKE,
             "INSERT INTO order_counters (business_id, outlet_id, business_date, last_number) "
             "VALUES ($1, $2, $3, $4) ON CONFLICT (business_id, outlet_id) DO UPDATE SET last_number = "
             "CASE WHEN excluded.business_date > order_counters.business_date THEN $4 "
             "ELSE order_counters.last_number + $4 END, business_date = "
             "CASE WHEN excluded.business_date > order_counters.business_date THEN excluded.business_date "
             "ELSE order_counters.business_date END RETURNING business_date, last_number");
DB_STATEMENT(ORDER_INSERT,
             "INSERT INTO kitchen_orders (business_id, id, outlet_id, table_id, transaction_id, "
             "made_by_sale, employee_id, business_date, number, order_type, status, voided, priority, notes, "
             "version, created_at, started_at, ready_at, served_at, closed_at) VALUES ($1, $2, $3, $4, $5, "
             "$6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16, $17, $18, $19) "
             "ON CONFLICT (business_id, transaction_id) WHERE made_by_sale = 1 DO NOTHING");
DB_STATEMENT(ORDER_ITEM_INSERT,
             "INSERT INTO kitchen_order_items (business_id, order_id, id, product_id, variant_id, "
             "product_name, variant_name, quantity_milli, modifiers, notes, station, status) "
             "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM kitchen_orders "
             "WHERE business_id = $1 AND id = $2");
DB_STATEMENT(ORDER_UPDATE,
             "UPDATE kitchen_orders SET status = $3, started_at = $4, ready_at = $5, served_at = $6, "
             "closed_at = $7, priority = $8, notes = $9, table_id = $10, voided = $11, version = $12 "
             "WHERE business_id = $1 AND id = $2");
DB_STATEMENT(ORDER_ITEM_UPDATE, "UPDATE kitchen_order_items SET status = $4 "
                                "WHERE business_id = $1 AND order_id = $2 AND id = $3");

/* ---- Rows ---- */

static struct str number_text(struct arena *arena, int64_t number)
{
    return str_format(arena, "%03lld", (long long)number);
}

static struct order order_row(struct arena *arena, const struct db_rows *rows, size_t row)
{
    return (struct order){
        .id = db_uuid(rows, row, 0),
        .outlet_id = db_uuid(rows, row, 1),
        .table_id = db_uuid(rows, row, 2),
        .transaction_id = db_uuid(rows, row, 3),
        .employee_id = db_uuid(rows, row, 4),
        .order_number = number_text(arena, db_int(rows, row, 5)),
        .table_name = db_text(rows, row, 6),
        .notes = db_text(rows, row, 7),
        .order_type = word_index(KITCHEN_ORDER_TYPE_NAMES, db_text(rows, row, 8)),
        .status = word_index(ORDER_STATUS_NAMES, db_text(rows, row, 9)),
        .priority = db_int(rows, row, 10),
        .version = db_int(rows, row, 11),
        .voided = db_bool(rows, row, 12),
        .created_at = db_int(rows, row, 13),
        .started_at = db_int(rows, row, 14),
        .ready_at = db_int(rows, row, 15),
        .served_at = db_int(rows, row, 16),
        .closed_at = db_int(rows, row, 17),
        .made_by_sale = db_bool(rows, row, 18),
        .business_date = db_int(rows, row, 19),
        .number = db_int(rows, row, 5),
    };
}

static struct order_item item_row(const struct db_rows *rows, size_t row)
{
    struct str modifiers = db_text(rows, row, 6);
    return (struct order_item){
        .id = db_uuid(rows, row, 0),
        .product_id = db_uuid(rows, row, 1),
        .variant_id = db_uuid(rows, row, 2),
        .product_name = db_text(rows, row, 3),
        .variant_name = db_text(rows, row, 4),
        .quantity_milli = db_int(rows, row, 5),
        .modifiers = modifiers.data ? modifiers : STR("[]"),
        .notes = db_text(rows, row, 7),
        .station = db_text(rows, row, 8),
        .status = word_index(ORDER_STATUS_NAMES, db_text(rows, row, 9)),
    };
}

/* The orders of the rows with their items. */
static void take_orders(struct db_tx *tx, struct order *orders, size_t count)
{
    struct arena *arena = db_arena(tx);
    struct db_rows **items = arena_array(arena, struct db_rows *, count);
    for (size_t i = 0; i < count; i++)
        items[i] = db_ask(tx, &ORDER_ITEMS, DB_UUID(orders[i].id));
    if (count > 0)
        db_sync(tx);
    for (size_t i = 0; i < count; i++) {
        orders[i].items.at = arena_array(arena, struct order_item, items[i]->count);
        orders[i].items.count = items[i]->count;
        for (size_t k = 0; k < items[i]->count; k++)
            orders[i].items.at[k] = item_row(items[i], k);
    }
}

bool order_find(struct db_tx *tx, struct uuid id, struct order *ret_order)
{
    struct db_rows *rows = db_query(tx, &ORDER_FIND, DB_UUID(id));
    if (rows->count == 0)
        return false;
    *ret_order = order_row(db_arena(tx), rows, 0);
    take_orders(tx, ret_order, 1);
    return !db_failed(tx);
}

bool order_find_locked(struct db_tx *tx, struct uuid id, struct order *ret_order)
{
    db_ask(tx, &ORDER_LOCK, DB_UUID(id));
    return order_find(tx, id, ret_order);
}

/* ---- Lists ---- */

static struct db_value wanted(const struct order_filter *filter, enum order_status status)
{
    struct str name = filter->statuses[status] ? str_of(ORDER_STATUS_NAMES[status]) : STR_NONE;
    return DB_TEXT(name);
}

static int compare_orders(const void *a, const void *b)
{
    return uuid_compare(((const struct order *)a)->id, ((const struct order *)b)->id);
}

static bool wants_open(const struct order_filter *filter)
{
    return !filter->behind_open && (filter->statuses[ORDER_PENDING] || filter->statuses[ORDER_COOKING] ||
                                    filter->statuses[ORDER_READY] || filter->statuses[ORDER_SERVED]);
}

/* Each outlet gives at most `limit`; the oldest of all of them are kept. */
static size_t list_open(struct db_tx *tx, const struct order_filter *filter, struct order *ret_orders)
{
    struct arena *arena = db_arena(tx);
    struct db_rows **rows = arena_array(arena, struct db_rows *, filter->outlet_count);
    size_t count = 0;
    for (size_t i = 0; i < filter->outlet_count; i++)
        rows[i] = db_ask(tx, &ORDER_LIST_OPEN, DB_UUID(filter->outlets[i]), DB_UUID(filter->last_id),
                         DB_UUID_OR_NULL(filter->table_id), DB_TEXT(filter->station),
                         wanted(filter, ORDER_PENDING), wanted(filter, ORDER_COOKING),
                         wanted(filter, ORDER_READY), wanted(filter, ORDER_SERVED), DB_INT(filter->limit));
    db_sync(tx);
    for (size_t i = 0; i < filter->outlet_count; i++)
        count += rows[i]->count;
    struct order *orders = arena_array(arena, struct order, count);
    count = 0;
    for (size_t i = 0; i < filter->outlet_count; i++) {
        for (size_t k = 0; k < rows[i]->count; k++)
            orders[count++] = order_row(arena, rows[i], k);
    }
    qsort(orders, count, sizeof *orders, compare_orders);
    count = count < (size_t)filter->limit ? count : (size_t)filter->limit;
    memcpy(ret_orders, orders, count * sizeof *orders);
    return count;
}

static size_t list_closed(struct db_tx *tx, const struct order_filter *filter, int64_t limit,
                          struct order *ret_orders)
{
    struct uuid below = filter->last_id;
    if (!filter->behind_open)
        memset(&below, 0xFF, sizeof below);
    struct uuid outlet = filter->outlet_count == 1 ? filter->outlets[0] : UUID_NIL;
    struct db_rows *rows =
        db_query(tx, &ORDER_LIST_CLOSED, DB_UUID_OR_NULL(outlet), DB_UUID(below),
                 DB_UUID_OR_NULL(filter->table_id), DB_TEXT(filter->station), wanted(filter, ORDER_COMPLETED),
                 wanted(filter, ORDER_CANCELLED), DB_INT(limit));
    for (size_t i = 0; i < rows->count; i++)
        ret_orders[i] = order_row(db_arena(tx), rows, i);
    return rows->count;
}

struct order *order_list(struct db_tx *tx, const struct order_filter *filter, size_t *ret_count)
{
    struct order *orders = arena_array(db_arena(tx), struct order, (size_t)filter->limit);
    size_t count = wants_open(filter) ? list_open(tx, filter, orders) : 0;
    bool wants_closed = filter->statuses[ORDER_COMPLETED] || filter->statuses[ORDER_CANCELLED];
    if (wants_closed && count < (size_t)filter->limit)
        count += list_closed(tx, filter, filter->limit - (int64_t)count, orders + count);
    take_orders(tx, orders, count);
    *ret_count = count;
    return orders;
}

/* ---- Writing ---- */

void order_numbers_take(struct db_tx *tx, const struct zone *zone, int64_t now_ms,
                        struct order *const *orders, size_t count)
{
    struct db_rows *taken = db_query(tx, &ORDER_NUMBER_TAKE, DB_UUID(orders[0]->outlet_id),
                                     DB_INT(zone_local(zone, now_ms).date), DB_INT((int64_t)count));
    for (size_t i = 0; i < count && taken->count > 0; i++) {
        orders[i]->business_date = db_int(taken, 0, 0);
        orders[i]->number = db_int(taken, 0, 1) - (int64_t)(count - 1 - i);
        orders[i]->order_number = number_text(db_arena(tx), orders[i]->number);
    }
}

void order_number_take(struct db_tx *tx, const struct zone *zone, int64_t now_ms, struct order *order)
{
    order_numbers_take(tx, zone, now_ms, &order, 1);
}

struct db_rows *order_insert(struct db_tx *tx, const struct order *order)
{
    struct db_rows *inserted = db_ask(
        tx, &ORDER_INSERT, DB_UUID(order->id), DB_UUID(order->outlet_id), DB_UUID_OR_NULL(order->table_id),
        DB_UUID_OR_NULL(order->transaction_id), DB_BOOL(order->made_by_sale), DB_UUID(order->employee_id),
        DB_INT(order->business_date), DB_INT(order->number),
        DB_TEXT(str_of(KITCHEN_ORDER_TYPE_NAMES[order->order_type])),
        DB_TEXT(str_of(ORDER_STATUS_NAMES[order->status])), DB_INT(order->priority), DB_TEXT(order->notes),
        DB_INT(order->version), DB_INT(order->created_at), DB_INT_OR_NULL(order->started_at),
        DB_INT_OR_NULL(order->ready_at), DB_INT_OR_NULL(order->served_at), DB_INT_OR_NULL(order->closed_at));
    for (size_t i = 0; i < order->items.count; i++) {
        const struct order_item *item = &order->items.at[i];
        bool plain = str_eq(item->modifiers, STR("[]"));
        db_ask(tx, &ORDER_ITEM_INSERT, DB_UUID(order->id), DB_UUID(item->id), DB_UUID(item->product_id),
               DB_UUID_OR_NULL(item->variant_id), DB_TEXT(item->product_name), DB_TEXT(item->variant_name),
               DB_INT(item->quantity_milli), DB_TEXT(plain ? STR_NONE : item->modifiers),
               DB_TEXT(item->notes), DB_TEXT(item->station),
               DB_TEXT(str_of(ORDER_STATUS_NAMES[item->status])));
    }
    return inserted;
}

void order_update(struct db_tx *tx, struct order *order)
{
    order->version++;
    db_ask(tx, &ORDER_UPDATE, DB_UUID(order->id), DB_TEXT(str_of(ORDER_STATUS_NAMES[order->status])),
           DB_INT_OR_NULL(order->started_at), DB_INT_OR_NULL(order->ready_at),
           DB_INT_OR_NULL(order->served_at), DB_INT_OR_NULL(order->closed_at), DB_INT(order->priority),
           DB_TEXT(order->notes), DB_UUID_OR_NULL(order->table_id), DB_BOOL(order->voided),
           DB_INT(order->version));
}

void order_item_update(struct db_tx *tx, const struct order *order, const struct order_item *item)
{
    db_ask(tx, &ORDER_ITEM_UPDATE, DB_UUID(order->id), DB_UUID(item->id),
           DB_TEXT(str_of(ORDER_STATUS_NAMES[item->status])));
}
