/* Orders of sales: made once a sale, whoever asks (the listener, an operator). Decided from the sale as it
 * stands. */
#include "base/clock.h"
#include "base/zone.h"
#include "modules/orders/orders_store.h"
#include "modules/stores.h"
#include "modules/tables/tables.h"
#include "platform/platform.h"

#define RECOVER_MS (INT64_C(7) * 24 * 60 * 60 * 1000)

DB_STATEMENT(ORDER_SALE,
             "SELECT t.outlet_id, t.employee_id, t.table_id, t.type, t.status, t.order_type, t.order_ids, "
             "t.notes, t.created_at, t.client_created_at, o.timezone, d.name FROM transactions t "
             "JOIN outlets o ON o.business_id = $1 AND o.id = t.outlet_id "
             "LEFT JOIN dining_tables d ON d.business_id = $1 AND d.id = t.table_id "
             "WHERE t.business_id = $1 AND t.id = $2");
DB_STATEMENT(ORDER_SALE_ITEMS,
             "SELECT i.product_id, i.variant_id, i.product_name, i.variant_name, i.quantity_milli, "
             "i.modifiers, i.notes, p.station FROM transaction_items i "
             "LEFT JOIN products p ON p.business_id = $1 AND p.id = i.product_id "
             "WHERE i.business_id = $1 AND i.transaction_id = $2 ORDER BY i.id");
DB_STATEMENT(ORDER_OF_SALE, "SELECT id FROM kitchen_orders WHERE business_id = $1 AND transaction_id = $2 "
                            "AND made_by_sale = 1");
DB_STATEMENT(ORDER_SALES_WITHOUT,
             "SELECT t.id FROM transactions t WHERE t.business_id = $1 AND t.id > $2 AND t.type = 'sale' "
             "AND t.status <> 'voided' AND t.order_type <> 'retail' AND t.order_ids IS NULL "
             "AND (t.outlet_id = $3 OR $3 IS NULL) AND NOT EXISTS (SELECT 1 FROM kitchen_orders k "
             "WHERE k.business_id = $1 AND k.transaction_id = t.id AND k.made_by_sale = 1) "
             "ORDER BY t.id LIMIT $4");

/* ---- From the sale to its order ---- */

struct sale_rows {
    struct db_rows *sale, *items, *existing;
};

static struct sale_rows ask(struct db_tx *tx, struct uuid transaction_id)
{
    return (struct sale_rows){
        db_ask(tx, &ORDER_SALE, DB_UUID(transaction_id)),
        db_ask(tx, &ORDER_SALE_ITEMS, DB_UUID(transaction_id)),
        db_ask(tx, &ORDER_OF_SALE, DB_UUID(transaction_id)),
    };
}

static enum order_need need_of(const struct db_rows *sale)
{
    struct order_sale facts = {
        .is_sale = str_eq(db_text(sale, 0, 3), STR("sale")),
        .is_voided = str_eq(db_text(sale, 0, 4), STR("voided")),
        .is_retail = str_eq(db_text(sale, 0, 5), str_of(ORDER_TYPE_NAMES[ORDER_RETAIL])),
        .settles_orders = !db_is_null(sale, 0, 6),
        .created_at = db_int(sale, 0, 8),
        .client_created_at = db_int(sale, 0, 9),
    };
    return order_needed(&facts);
}

static void take_items(struct arena *arena, const struct db_rows *rows, struct order *order)
{
    order->items.at = arena_array(arena, struct order_item, rows->count);
    order->items.count = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        struct str modifiers = db_text(rows, i, 5);
        order->items.at[i] = (struct order_item){
            .id = uuid_new(),
            .product_id = db_uuid(rows, i, 0),
            .variant_id = db_uuid(rows, i, 1),
            .product_name = db_text(rows, i, 2),
            .variant_name = db_text(rows, i, 3),
            .quantity_milli = db_int(rows, i, 4),
            .modifiers = modifiers.data ? modifiers : STR("[]"),
            .notes = db_text(rows, i, 6),
            .station = db_text(rows, i, 7),
            .status = order->status,
        };
    }
}

static void take_order(struct arena *arena, const struct sale_rows *rows, enum order_need need,
                       int64_t now_ms, struct order_of_sale *sale)
{
    const struct db_rows *row = rows->sale;
    struct order_progress progress = {ORDER_PENDING, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN};
    int64_t created_at = now_ms;
    if (need == ORDER_FOR_THE_RECORD) {
        created_at = db_int(row, 0, 9);
        order_move(&progress, ORDER_COMPLETED, created_at);
    }
    sale->order = (struct order){
        .id = uuid_new(),
        .outlet_id = db_uuid(row, 0, 0),
        .table_id = db_uuid(row, 0, 2),
        .table_name = db_text(row, 0, 11),
        .transaction_id = sale->transaction_id,
        .employee_id = db_uuid(row, 0, 1),
        .order_type = word_index(ORDER_TYPE_NAMES, db_text(row, 0, 5)),
        .status = progress.status,
        .notes = db_text(row, 0, 7),
        .version = 1,
        .created_at = created_at,
        .started_at = progress.started_at,
        .ready_at = progress.ready_at,
        .served_at = progress.served_at,
        .closed_at = progress.closed_at,
        .made_by_sale = true,
    };
    take_items(arena, rows->items, &sale->order);
}

/* ---- Making ---- */

static int compare_tables(const void *a, const void *b)
{
    const struct order_of_sale *const *left = a, *const *right = b;
    return uuid_compare((*left)->order.table_id, (*right)->order.table_id);
}

static int compare_outlets(const void *a, const void *b)
{
    const struct order_of_sale *const *left = a, *const *right = b;
    int order = uuid_compare((*left)->order.outlet_id, (*right)->order.outlet_id);
    return order ? order : uuid_compare((*left)->order.id, (*right)->order.id);
}

static bool is_among(struct order_of_sale *const *wanted, size_t count, const struct order_of_sale *sale)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_eq(wanted[i]->transaction_id, sale->transaction_id))
            return true;
    }
    return false;
}

/* Reads all of them in one round trip; answers those to be made. */
static size_t decide(struct db_tx *tx, struct uuid outlet_id, struct order_of_sale *sales, size_t count,
                     const struct zone **ret_zones, struct order_of_sale **ret_wanted)
{
    struct sale_rows *rows = arena_array(db_arena(tx), struct sale_rows, count);
    int64_t now_ms = clock_now_ms();
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++)
        rows[i] = ask(tx, sales[i].transaction_id);
    db_sync(tx);
    for (size_t i = 0; i < count; i++) {
        const struct db_rows *sale = rows[i].sale;
        bool is_there = sale->count > 0;
        if (is_there && !uuid_is_nil(outlet_id))
            is_there = uuid_eq(db_uuid(sale, 0, 0), outlet_id);
        sales[i].code = is_there ? CODE_CONFLICT : CODE_NOT_FOUND;
        enum order_need need = is_there ? need_of(sale) : ORDER_NOT_NEEDED;
        if (need == ORDER_NOT_NEEDED || rows[i].existing->count > 0 ||
            is_among(ret_wanted, wanted, &sales[i]))
            continue;
        take_order(db_arena(tx), &rows[i], need, now_ms, &sales[i]);
        ret_zones[i] = zone_find(db_text(sale, 0, 10));
        sales[i].code = ret_zones[i] ? CODE_OK : CODE_INTERNAL;
        if (ret_zones[i])
            ret_wanted[wanted++] = &sales[i];
    }
    return wanted;
}

/* What a made order tells; its place is the index in `sales`. */
struct told {
    struct event_draft drafts[2]; /* the order, its table */
    size_t count;
};

/* How many from `first` on are of the same outlet. */
static size_t same_outlet(struct order_of_sale *const *wanted, size_t count, size_t first)
{
    size_t end = first + 1;
    while (end < count && uuid_eq(wanted[end]->order.outlet_id, wanted[first]->order.outlet_id))
        end++;
    return end - first;
}

/* Each outlet's counter in one step. */
static void number(struct db_tx *tx, const struct zone *const *zones, const struct order_of_sale *sales,
                   struct order_of_sale **wanted, size_t count)
{
    struct order **orders = arena_array(db_arena(tx), struct order *, count);
    int64_t now_ms = clock_now_ms();
    for (size_t first = 0; first < count;) {
        size_t same = same_outlet(wanted, count, first);
        for (size_t i = 0; i < same; i++)
            orders[i] = &wanted[first + i]->order;
        order_numbers_take(tx, zones[wanted[first] - sales], now_ms, orders, same);
        first += same;
    }
}

enum code orders_make(struct platform *platform, struct db_tx *tx, struct uuid outlet_id,
                      struct order_of_sale *sales, size_t count)
{
    struct arena *arena = db_arena(tx);
    const struct zone **zones = arena_array(arena, const struct zone *, count);
    struct order_of_sale **wanted = arena_array(arena, struct order_of_sale *, count);
    struct db_rows **inserted = arena_array(arena, struct db_rows *, count);
    struct told *told = arena_array(arena, struct told, count);
    size_t making = decide(tx, outlet_id, sales, count, zones, wanted);

    qsort(wanted, making, sizeof *wanted, compare_tables);
    for (size_t i = 0; i < making; i++) {
        struct told *own = &told[wanted[i] - sales];
        own->count = 1 + order_take_table(tx, &wanted[i]->order, &own->drafts[1]);
    }
    qsort(wanted, making, sizeof *wanted, compare_outlets);
    number(tx, zones, sales, wanted, making);
    for (size_t i = 0; i < making; i++)
        inserted[i] = order_insert(tx, &wanted[i]->order);
    if (making > 0)
        db_sync(tx);
    for (size_t i = 0; i < making && !db_failed(tx); i++) {
        if (inserted[i]->affected == 0)
            return CODE_RETRY; /* another transaction has made it */
    }
    for (size_t i = 0; i < making; i++) {
        struct told *own = &told[wanted[i] - sales];
        if (wanted[i]->order.status != ORDER_PENDING)
            continue; /* for the record only */
        own->drafts[0] = order_created_event(arena, &wanted[i]->order);
        event_publish(tx, platform->events, wanted[i]->order.outlet_id, wanted[i]->correlation_id,
                      own->drafts, own->count);
    }
    return CODE_OK;
}

enum code orders_recover(struct platform *platform, struct db_tx *tx, struct uuid transaction_id,
                         struct uuid outlet_id, struct str correlation_id, size_t *ret_made)
{
    struct order_of_sale one = {.transaction_id = transaction_id, .correlation_id = correlation_id};
    struct order_of_sale *sales = &one;
    size_t count = 1;
    *ret_made = 0;
    if (uuid_is_nil(transaction_id)) {
        struct uuid since = uuid_floor(clock_now_ms() - RECOVER_MS);
        struct db_rows *rows = db_query(tx, &ORDER_SALES_WITHOUT, DB_UUID(since), DB_UUID_OR_NULL(outlet_id),
                                        DB_INT(ORDERS_RECOVER_MAX));
        count = rows->count;
        sales = arena_array(db_arena(tx), struct order_of_sale, count);
        for (size_t i = 0; i < count; i++)
            sales[i] = (struct order_of_sale){.transaction_id = db_uuid(rows, i, 0),
                                              .correlation_id = correlation_id};
    }
    enum code code = orders_make(platform, tx, outlet_id, sales, count);
    for (size_t i = 0; i < count && !code; i++)
        *ret_made += sales[i].code == CODE_OK;
    if (!code && !uuid_is_nil(transaction_id) && one.code == CODE_NOT_FOUND)
        code = CODE_NOT_FOUND;
    return code;
}
