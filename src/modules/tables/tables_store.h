/* The rows of dining tables, and what others are told of them. Private to the module. */
#pragma once
#include "modules/tables/tables.h"
#include "modules/tables/tables_schema.h"

/* Absent filters are nil, STR_NONE, JSON_NONE. */
struct table_filter {
    struct uuid before, outlet_id;
    struct str section;
    int64_t status, is_active, limit;
};

bool table_find(struct db_tx *tx, struct uuid id, struct dining_table *ret_table);
/* The same with the row locked until the commit; its active orders are counted behind the lock. */
bool table_find_locked(struct db_tx *tx, struct uuid id, struct dining_table *ret_table);
/* Newest first. */
struct dining_table *table_list(struct db_tx *tx, const struct table_filter *filter, size_t *ret_count);

/* Is there another active table of that name in the outlet? `but`: not this one; may be nil. */
bool table_name_taken(struct db_tx *tx, struct uuid outlet_id, struct str name, struct uuid but);
/* What an update changes; the version counts up. Asks only. */
void table_update(struct db_tx *tx, struct dining_table *table);
void table_set_status(struct db_tx *tx, struct dining_table *table, enum table_status status);
/* Deletes a table that nothing names, else deactivates it. */
void table_remove(struct db_tx *tx, struct dining_table *table);

/* employee_id: nil when an order did it. */
struct event_draft table_status_event(struct arena *arena, const struct dining_table *table,
                                      enum table_status previous, struct uuid employee_id);
