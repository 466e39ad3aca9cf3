/* Dining tables. A table is occupied while a dine-in order of it is active, and available again when the last
 * of them completes or is cancelled; reserved and cleaning are set by hand.
 *
 * Other modules change a table inside their own transaction: each function locks the table's row until the
 * commit, and adds the event that tells of a change to the caller's drafts, which the caller publishes with
 * its own (event_publish takes the outlet's counter row: last of all locks). Lock order: order rows, then
 * tables sorted by id, then the counter. */
#pragma once
#include "domain/table.h"
#include "modules/module.h"
#include "platform/db/db.h"

extern const struct module TABLES_MODULE;

extern const char *const TABLE_STATUS_NAMES[TABLE_STATUSES + 1];

/* Asks for a table that a cart or an order names; read it after a db_sync. */
struct db_rows *table_ask(struct db_tx *tx, struct uuid table_id);
/* Is it a table of this outlet, and in use; or was it one once? Its name then, in the transaction's arena. */
bool table_is_in(const struct db_rows *rows, struct uuid outlet_id);
bool table_was_in(const struct db_rows *rows, struct uuid outlet_id);
struct str table_name_of(const struct db_rows *rows);

/* A dine-in order took the table. Nothing happens when there is no such table (it was deleted meanwhile), or
 * it is occupied already. Answers how many drafts it added: 0 or 1. */
size_t table_occupy(struct db_tx *tx, struct uuid table_id, struct event_draft *ret_draft);
/* An active order left the table: when no other active order (`kitchen_orders`) is on it and it is occupied,
 * it becomes available. The caller's change of the order must have been asked before. */
size_t table_release(struct db_tx *tx, struct uuid table_id, struct event_draft *ret_draft);

/* A new table. Names are unique among the active tables of an outlet (not checked here: the unique
 * index refuses the transaction). Positions are thousandths; INT64_MIN: none told. */
struct table_draft {
    struct uuid id, outlet_id;
    struct str name, section; /* section: STR_NONE, none */
    int64_t capacity, x_milli, y_milli, created_at;
    enum table_status status;
};
/* Asks only. */
void table_add(struct db_tx *tx, const struct table_draft *draft);
