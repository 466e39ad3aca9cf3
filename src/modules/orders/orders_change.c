/* Changes of orders: by the rules of domain/order.h, told and followed by the tables. */
#include "modules/orders/orders_store.h"
#include "modules/tables/tables.h"

#define DRAFTS_AN_ORDER 4 /* item, order, the table it left, the table it takes */

void order_change_begin(struct order_change *change, struct db_tx *tx, struct uuid employee_id,
                        int64_t now_ms, size_t orders)
{
    *change = (struct order_change){
        .tx = tx,
        .employee_id = employee_id,
        .now_ms = now_ms,
        .drafts = arena_array(db_arena(tx), struct event_draft, DRAFTS_AN_ORDER * orders),
        .left_tables = arena_array(db_arena(tx), struct uuid, orders),
    };
}

/* ---- Tables: a dine-in order holds one while it is open ---- */

static bool holds_table(const struct order *order)
{
    return order->order_type == ORDER_DINE_IN && !uuid_is_nil(order->table_id) &&
           order_is_open(order->status);
}

size_t order_take_table(struct db_tx *tx, const struct order *order, struct event_draft *ret_draft)
{
    return holds_table(order) ? table_occupy(tx, order->table_id, ret_draft) : 0;
}

void order_place(struct db_tx *tx, struct events *events, struct str correlation_id, const struct zone *zone,
                 int64_t now_ms, struct order *order)
{
    struct event_draft drafts[2];
    size_t count = 1 + order_take_table(tx, order, &drafts[1]);
    order_number_take(tx, zone, now_ms, order);
    order_insert(tx, order);
    drafts[0] = order_created_event(db_arena(tx), order);
    event_publish(tx, events, order->outlet_id, correlation_id, drafts, count);
}

static void leave_table(struct order_change *change, struct uuid table_id)
{
    for (size_t i = 0; i < change->left_count; i++) {
        if (uuid_eq(change->left_tables[i], table_id))
            return;
    }
    change->left_tables[change->left_count++] = table_id;
}

static int compare_ids(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

static void release_tables(struct order_change *change)
{
    qsort(change->left_tables, change->left_count, sizeof *change->left_tables, compare_ids);
    for (size_t i = 0; i < change->left_count; i++)
        change->draft_count +=
            table_release(change->tx, change->left_tables[i], &change->drafts[change->draft_count]);
    change->left_count = 0;
}

/* ---- Steps ---- */

static void move_items(struct order_change *change, struct order *order)
{
    for (size_t i = 0; i < order->items.count; i++) {
        struct order_item *item = &order->items.at[i];
        enum order_status follows = order_item_follows(item->status, order->status);
        if (follows == (enum order_status)item->status)
            continue;
        item->status = follows;
        order_item_update(change->tx, order, item);
    }
}

/* Its items move along, but for an order that follows one of them: the others are still to begin. */
enum mover { BY_HAND, BY_AN_ITEM };

static struct order_progress progress_of(const struct order *order)
{
    return (struct order_progress){order->status, order->started_at, order->ready_at, order->served_at,
                                   order->closed_at};
}

static void set_progress(struct order *order, const struct order_progress *progress)
{
    order->status = progress->status;
    order->started_at = progress->started_at;
    order->ready_at = progress->ready_at;
    order->served_at = progress->served_at;
    order->closed_at = progress->closed_at;
}

/* The order's own row; the caller writes it. */
static void move(struct order_change *change, struct order *order, enum order_status to, enum mover mover)
{
    struct order_progress progress = progress_of(order);
    bool held = holds_table(order);
    enum order_status previous = order->status;
    order_move(&progress, to, change->now_ms);
    set_progress(order, &progress);
    if (mover == BY_HAND)
        move_items(change, order);
    if (held && !holds_table(order))
        leave_table(change, order->table_id);
    change->drafts[change->draft_count++] =
        order_status_event(db_arena(change->tx), order, previous, change->employee_id);
}

enum code order_change_status(struct order_change *change, struct order *order, enum order_status to)
{
    if (!order_may_move(order->status, to))
        return CODE_INVALID_STATUS;
    move(change, order, to, BY_HAND);
    order_update(change->tx, order);
    return CODE_OK;
}

enum code order_change_recall(struct order_change *change, struct order *order)
{
    struct arena *arena = db_arena(change->tx);
    if (order->voided || !order_may_be_recalled(order->status))
        return CODE_INVALID_STATUS;
    struct order_progress progress = progress_of(order);
    bool held = holds_table(order);
    enum order_status previous = order->status;
    order_recall(&progress);
    set_progress(order, &progress);
    for (size_t i = 0; i < order->items.count; i++) {
        struct order_item *item = &order->items.at[i];
        if (item->status == ORDER_CANCELLED)
            continue;
        item->status = ORDER_COOKING;
        order_item_update(change->tx, order, item);
    }
    order_update(change->tx, order);
    change->drafts[change->draft_count++] = order_status_event(arena, order, previous, change->employee_id);
    /* A screen that had bumped it needs all of it again. */
    change->drafts[change->draft_count++] = order_updated_event(arena, order, change->employee_id);
    if (!held)
        change->draft_count += order_take_table(change->tx, order, &change->drafts[change->draft_count]);
    return CODE_OK;
}

static struct order_item *find_item(const struct order *order, struct uuid id)
{
    for (size_t i = 0; i < order->items.count; i++) {
        if (uuid_eq(order->items.at[i].id, id))
            return &order->items.at[i];
    }
    return NULL;
}

static enum order_status following(struct arena *arena, const struct order *order)
{
    enum order_status *items = arena_array(arena, enum order_status, order->items.count);
    for (size_t i = 0; i < order->items.count; i++)
        items[i] = order->items.at[i].status;
    return order_follows(order->status, items, order->items.count);
}

enum code order_change_item(struct order_change *change, struct order *order, struct uuid item_id,
                            enum order_status to)
{
    struct arena *arena = db_arena(change->tx);
    struct order_item *item = find_item(order, item_id);
    if (!item)
        return CODE_NOT_FOUND;
    if (!order_is_open(order->status) || !order_may_move(item->status, to))
        return CODE_INVALID_STATUS;
    enum order_status previous = item->status;
    item->status = to;
    order_item_update(change->tx, order, item);
    change->drafts[change->draft_count++] =
        order_item_event(arena, order, item, previous, change->employee_id);
    enum order_status follows = following(arena, order);
    if (follows != (enum order_status)order->status)
        move(change, order, follows, BY_AN_ITEM);
    order_update(change->tx, order);
    return CODE_OK;
}

void order_change_fields(struct order_change *change, struct order *order, struct uuid table_before)
{
    bool moves = holds_table(order) && !uuid_eq(order->table_id, table_before);
    bool left = !uuid_is_nil(table_before) && order->order_type == ORDER_DINE_IN &&
                order_is_open(order->status) && !uuid_eq(order->table_id, table_before);
    order_update(change->tx, order);
    change->drafts[change->draft_count++] =
        order_updated_event(db_arena(change->tx), order, change->employee_id);
    /* Tables are locked in the order of their ids. */
    if (left)
        leave_table(change, table_before);
    if (left && moves && uuid_compare(table_before, order->table_id) < 0)
        release_tables(change);
    if (moves)
        change->draft_count +=
            table_occupy(change->tx, order->table_id, &change->drafts[change->draft_count]);
}

void order_change_void(struct order_change *change, struct order *order)
{
    if (order->voided)
        return; /* told before */
    order->voided = true;
    if (order_may_move(order->status, ORDER_CANCELLED)) {
        move(change, order, ORDER_CANCELLED, BY_HAND);
        order_update(change->tx, order);
        return;
    }
    order_update(change->tx, order);
    change->drafts[change->draft_count++] =
        order_updated_event(db_arena(change->tx), order, change->employee_id);
}

void order_change_end(struct order_change *change, struct events *events, struct uuid outlet_id,
                      struct str correlation_id)
{
    release_tables(change);
    event_publish(change->tx, events, outlet_id, correlation_id, change->drafts, change->draft_count);
}
