/* Kitchen orders: one for a sale that the kitchen has to do with, never two; or made by hand, before the
 * sale. */
#pragma once
#include "domain/order.h"
#include "modules/module.h"
#include "platform/db/db.h"

extern const struct module ORDERS_MODULE;

/* The order of a sale as it stands, its row held until the commit: what a void has to know (ingredients
 * return while it is pending). False: the sale has none (yet). Several, where the sale settled several: the
 * furthest that is not cancelled. */
bool order_status_of_sale(struct db_tx *tx, struct uuid transaction_id, enum order_status *ret_status);

/* Orders that a sale settles ("pay later"). Ask before stock and counters are locked, take after the sync. A
 * quote only looks. */
struct db_rows *order_settle_ask(struct db_tx *tx, struct uuid order_id);
struct db_rows *order_settle_look(struct db_tx *tx, struct uuid order_id);
/* May it be settled by a sale of this outlet? NOT_FOUND, CONFLICT (settled or cancelled already). */
enum code order_settle_check(const struct db_rows *rows, struct uuid outlet_id);
/* Asks only. */
void order_settle_store(struct db_tx *tx, struct uuid order_id, struct uuid transaction_id);

/* Makes the orders that sales should have made and have not, as the listener would: of one sale, or
 * (transaction_id nil) of the sales of the last 7 days, oldest first, ORDERS_RECOVER_MAX at most: again until
 * it makes none. `outlet_id`: of that outlet only; nil: of the whole business. A sale that has its order, or
 * needs none, is left alone. NOT_FOUND: there is no such sale in reach. Locks as every writer of orders does
 * and publishes its events: call it last in the closure. */
#define ORDERS_RECOVER_MAX 100
enum code orders_recover(struct platform *platform, struct db_tx *tx, struct uuid transaction_id,
                         struct uuid outlet_id, struct str correlation_id, size_t *ret_made);

/* An order by hand as it is given, where it stands already: what `tilopos demo` opens with. */
struct order_draft_item {
    struct uuid product_id;
    struct str product_name, notes, station; /* notes, station: STR_NONE, none */
    int64_t quantity_milli;
};
struct order_draft {
    struct uuid outlet_id, employee_id;
    struct uuid table_id; /* nil: a takeaway, else dine-in there */
    enum order_status status;
    const struct order_draft_item *items;
    size_t item_count;
    int64_t created_at;
};
/* Numbers it by the days of `zone`, occupies the table and publishes order.created: nothing may be locked
 * behind it. */
struct zone;
void order_add(struct platform *platform, struct db_tx *tx, const struct zone *zone,
               const struct order_draft *draft);

/* What its events carry, for the screens of the kitchen (modules/realtime passes it on), beside employeeId;
 * stations: every station that an item of the order goes to, each once, [] when none. The creation is told by
 * order.created alone: no order.status_changed beside it.
 *
 * order.created: {orderId, orderNumber, stations, order: {as GET /orders/{id} gives it}}
 *
 * order.status_changed: {orderId, orderNumber, stations, previousStatus, newStatus, items: [{id, status}],
 * tableId, transactionId}; items as they are now: they move along with an order that was moved by hand, and
 * are not told one by one then
 *
 * order.item_status_changed: {orderId, orderNumber, station, itemId, previousStatus, newStatus}
 *
 * order.updated (priority, notes, table, settled, voided): {orderId, orderNumber, stations, order: {…}} */
