/* The rows of orders, and the changes that every writer makes by the same steps. Private to the module. */
#pragma once
#include "modules/orders/orders_schema.h"

struct zone;

/* ---- Reading ---- */

bool order_find(struct db_tx *tx, struct uuid id, struct order *ret_order);
/* The same with the row locked until the commit. */
bool order_find_locked(struct db_tx *tx, struct uuid id, struct order *ret_order);

/* Absent filters are nil, STR_NONE. */
struct order_filter {
    const struct uuid *outlets; /* where to look */
    size_t outlet_count;
    bool statuses[ORDER_STATUSES];
    struct uuid table_id;
    struct str station;
    /* Behind this place of the list: open orders come first, oldest first, then the closed ones, newest
     * first. */
    bool behind_open;    /* only closed ones are left */
    struct uuid last_id; /* nil: from the start */
    int64_t limit;
};
struct order *order_list(struct db_tx *tx, const struct order_filter *filter, size_t *ret_count);

/* ---- Making ---- */

/* Takes the next number of the outlet's day, with the counter's row locked until the commit. */
void order_number_take(struct db_tx *tx, const struct zone *zone, int64_t now_ms, struct order *order);
/* The next ones, for several orders of one outlet. */
void order_numbers_take(struct db_tx *tx, const struct zone *zone, int64_t now_ms,
                        struct order *const *orders, size_t count);
/* Asks only. The row answers affected 0 when its sale has an order already. */
struct db_rows *order_insert(struct db_tx *tx, const struct order *order);

/* A whole new order but for its number: takes its table and number, writes it and tells of it. Publishes:
 * nothing may be locked behind it. */
void order_place(struct db_tx *tx, struct events *events, struct str correlation_id, const struct zone *zone,
                 int64_t now_ms, struct order *order);

/* ---- Changing: orders_change.c ---- */

/* A change on its way: what is to be published, and the tables that orders have left, which are released when
 * all orders are written. */
struct order_change {
    struct db_tx *tx;
    struct uuid employee_id; /* nil: nobody's doing */
    int64_t now_ms;
    struct event_draft *drafts;
    size_t draft_count;
    struct uuid *left_tables;
    size_t left_count;
};
/* For `orders` orders at most, all of them locked by the caller. */
void order_change_begin(struct order_change *change, struct db_tx *tx, struct uuid employee_id,
                        int64_t now_ms, size_t orders);
/* CODE_INVALID_STATUS: not from where it is. */
enum code order_change_status(struct order_change *change, struct order *order, enum order_status to);
/* Back to cooking. CODE_INVALID_STATUS: the kitchen still has it, or nobody wants it any more. */
enum code order_change_recall(struct order_change *change, struct order *order);
enum code order_change_item(struct order_change *change, struct order *order, struct uuid item_id,
                            enum order_status to);
/* Priority, notes and table as they are in `order`; `table_before`: the one it was at. */
void order_change_fields(struct order_change *change, struct order *order, struct uuid table_before);
/* Its sale was voided. */
void order_change_void(struct order_change *change, struct order *order);
/* Releases tables and publishes: nothing may be locked behind it. */
void order_change_end(struct order_change *change, struct events *events, struct uuid outlet_id,
                      struct str correlation_id);

/* What is written of an order's own row: status and times, priority, notes, table, voided; version + 1. Asks
 * only. */
void order_update(struct db_tx *tx, struct order *order);
void order_item_update(struct db_tx *tx, const struct order *order, const struct order_item *item);

/* ---- Orders of sales: orders_sale.c ---- */

struct order_of_sale {
    struct uuid transaction_id;
    struct str correlation_id;
    /* Out: NOT_FOUND (no such sale, or of another outlet than asked), CONFLICT (it has one, or needs none),
     * OK: `order` was made. */
    enum code code;
    struct order order;
};
/* `outlet_id` nil: of any outlet. Answers RETRY when another transaction was faster, otherwise OK. Publishes:
 * nothing may be locked behind it. */
enum code orders_make(struct platform *platform, struct db_tx *tx, struct uuid outlet_id,
                      struct order_of_sale *sales, size_t count);

/* A new open dine-in order takes its table; answers how many drafts it added: 0 or 1. */
size_t order_take_table(struct db_tx *tx, const struct order *order, struct event_draft *ret_draft);

extern const struct listener ORDERS_LISTENERS[];
