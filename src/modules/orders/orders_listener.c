/* What follows a sale: the listener that makes its order, tells of those that it settles, and cancels them
 * with the sale. */
#include "base/clock.h"
#include "modules/orders/orders_store.h"
#include "platform/platform.h"

DB_STATEMENT(ORDERS_OF_SALE_LOCK,
             "SELECT id, status, table_id FROM kitchen_orders WHERE business_id = $1 AND transaction_id = $2 "
             "ORDER BY id {for_update}");
DB_STATEMENT(ORDER_VOIDED_SALE, "SELECT voided_by FROM transactions WHERE business_id = $1 AND id = $2 "
                                "AND status = 'voided'");
#define ORDER_SETTLE_FIND                                                                                   \
    "SELECT outlet_id, status, transaction_id, voided FROM kitchen_orders WHERE business_id = $1 AND id = " \
    "$2"
DB_STATEMENT(ORDER_SETTLE_LOCK, ORDER_SETTLE_FIND " {for_update}");
DB_STATEMENT(ORDER_SETTLE_LOOK, ORDER_SETTLE_FIND);
DB_STATEMENT(ORDER_SETTLE, "UPDATE kitchen_orders SET transaction_id = $3, made_by_sale = 0, voided = 0, "
                           "version = version + 1 "
                           "WHERE business_id = $1 AND id = $2");
DB_STATEMENT(ORDER_SALE_TABLE, "SELECT table_id FROM transactions WHERE business_id = $1 AND id = $2");
DB_STATEMENT(ORDER_TABLE_LOCK,
             "SELECT id FROM dining_tables WHERE business_id = $1 AND id = $2 {for_update}");

/* ---- Settling ---- */

struct db_rows *order_settle_ask(struct db_tx *tx, struct uuid order_id)
{
    return db_ask(tx, &ORDER_SETTLE_LOCK, DB_UUID(order_id));
}

struct db_rows *order_settle_look(struct db_tx *tx, struct uuid order_id)
{
    return db_ask(tx, &ORDER_SETTLE_LOOK, DB_UUID(order_id));
}

enum code order_settle_check(const struct db_rows *rows, struct uuid outlet_id)
{
    if (rows->count == 0 || !uuid_eq(db_uuid(rows, 0, 0), outlet_id))
        return CODE_NOT_FOUND;
    if (str_eq(db_text(rows, 0, 1), str_of(ORDER_STATUS_NAMES[ORDER_CANCELLED])))
        return CODE_CONFLICT;
    /* What a voided sale had settled is to be paid again. */
    bool is_settled = !db_is_null(rows, 0, 2) && !db_bool(rows, 0, 3);
    return is_settled ? CODE_CONFLICT : CODE_OK;
}

void order_settle_store(struct db_tx *tx, struct uuid order_id, struct uuid transaction_id)
{
    db_ask(tx, &ORDER_SETTLE, DB_UUID(order_id), DB_UUID(transaction_id));
}

/* ---- Voids ---- */

bool order_status_of_sale(struct db_tx *tx, struct uuid transaction_id, enum order_status *ret_status)
{
    struct db_rows *rows = db_query(tx, &ORDERS_OF_SALE_LOCK, DB_UUID(transaction_id));
    int furthest = -1;
    for (size_t i = 0; i < rows->count; i++) {
        for (int status = 0; status < ORDER_CANCELLED; status++) {
            if (status > furthest && str_eq(db_text(rows, i, 1), str_of(ORDER_STATUS_NAMES[status])))
                furthest = status;
        }
    }
    *ret_status = furthest < 0 ? ORDER_CANCELLED : (enum order_status)furthest;
    return rows->count > 0;
}

static enum code void_orders(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    struct db_rows *sale = db_query(tx, &ORDER_VOIDED_SALE, DB_UUID(event->aggregate_id));
    if (sale->count == 0)
        return CODE_OK;
    struct db_rows *rows = db_query(tx, &ORDERS_OF_SALE_LOCK, DB_UUID(event->aggregate_id));
    struct order_change change;
    order_change_begin(&change, tx, db_uuid(sale, 0, 0), clock_now_ms(), rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        struct order order;
        if (order_find(tx, db_uuid(rows, i, 0), &order))
            order_change_void(&change, &order);
    }
    order_change_end(&change, platform->events, event->stream_id, event->correlation_id);
    return CODE_OK;
}

/* ---- What was settled ---- */

/* The screens know these orders as unpaid, and by the version before. */
static void tell_settled(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    struct db_rows *rows = db_query(tx, &ORDERS_OF_SALE_LOCK, DB_UUID(event->aggregate_id));
    struct event_draft *drafts = arena_array(db_arena(tx), struct event_draft, rows->count);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct order order;
        if (order_find(tx, db_uuid(rows, i, 0), &order))
            drafts[count++] = order_updated_event(db_arena(tx), &order, UUID_NIL);
    }
    event_publish(tx, platform->events, event->stream_id, event->correlation_id, drafts, count);
}

/* ---- The listener ---- */

static bool is_void(const struct event *event) { return str_eq(event->name, STR("transaction.voided")); }

static int compare_ids(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

static bool has(struct str data, const char *mark)
{
    return data.data && memmem(data.data, data.len, mark, strlen(mark));
}

/* What never changes in a sale: of that the event may be believed. */
static bool settles(struct str data) { return has(data, "\"orderIds\":["); }

/* Nothing is cooked for it. */
static bool is_retail(struct str data) { return has(data, "\"orderType\":\"retail\"") && !settles(data); }

static bool matters_to_kitchen(const struct event_draft *draft) { return !is_retail(draft->data); }

static bool has_orders(const struct event *event) { return is_void(event) || settles(event->data); }

/* Several sales together lock what a single one would lock in its order: orders, then tables by their ids. */
static void lock_all(struct db_tx *tx, const struct event *const *events, size_t count)
{
    struct db_rows **rows = arena_array(db_arena(tx), struct db_rows *, count);
    size_t most = 0, tables = 0;
    for (size_t i = 0; i < count; i++) {
        const struct db_statement *statement =
            has_orders(events[i]) ? &ORDERS_OF_SALE_LOCK : &ORDER_SALE_TABLE;
        rows[i] = db_ask(tx, statement, DB_UUID(events[i]->aggregate_id));
    }
    db_sync(tx);
    for (size_t i = 0; i < count; i++)
        most += rows[i]->count;
    struct uuid *ids = arena_array(db_arena(tx), struct uuid, most);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < rows[i]->count; k++)
            ids[tables++] = db_uuid(rows[i], k, has_orders(events[i]) ? 2 : 0);
    }
    qsort(ids, tables, sizeof *ids, compare_ids);
    for (size_t i = 0; i < tables; i++) {
        if (!uuid_is_nil(ids[i]) && (i == 0 || !uuid_eq(ids[i], ids[i - 1])))
            db_ask(tx, &ORDER_TABLE_LOCK, DB_UUID(ids[i]));
    }
}

/* What is voided is voided already, whatever comes first: so voids go first, and the sales together. */
static enum code follow(struct platform *platform, struct db_tx *tx, const struct event *const *events,
                        size_t count)
{
    struct order_of_sale *sales = arena_array(db_arena(tx), struct order_of_sale, count);
    enum code code = CODE_OK;
    size_t made = 0;
    if (count > 1)
        lock_all(tx, events, count);
    for (size_t i = 0; i < count && !code; i++) {
        if (is_void(events[i]))
            code = void_orders(platform, tx, events[i]);
        else if (settles(events[i]->data))
            tell_settled(platform, tx, events[i]);
        else
            sales[made++] = (struct order_of_sale){.transaction_id = events[i]->aggregate_id,
                                                   .correlation_id = events[i]->correlation_id};
    }
    if (!code && made > 0)
        code = orders_make(platform, tx, UUID_NIL, sales, made);
    for (size_t i = 0; i < made && !code; i++)
        code = sales[i].code == CODE_INTERNAL ? CODE_INTERNAL : CODE_OK;
    return code;
}

static enum code follow_sales(struct platform *platform, struct db_tx *tx, const struct event *const *events,
                              size_t count)
{
    const struct event **cooked = arena_array(db_arena(tx), const struct event *, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_retail(events[i]->data))
            cooked[kept++] = events[i];
    }
    return kept ? follow(platform, tx, cooked, kept) : CODE_OK;
}

static enum code follow_sale(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    return follow_sales(platform, tx, &event, 1);
}

const struct listener ORDERS_LISTENERS[] = {
    {
        .name = "kds.orders",
        .pattern = "transaction.created transaction.voided",
        .handle = follow_sale,
        .handle_many = follow_sales,
        .summary =
            "Makes the kitchen order of a sale, tells of those it settles, cancels them with the sale.",
        .concurrency = 4,
        .matters = matters_to_kitchen,
    },
    {NULL},
};
