/* The rows of dining tables. */
#include "modules/tables/tables_store.h"

#include "modules/stores.h"

#define CLOCK_SLACK_MS (INT64_C(60) * 60 * 1000) /* between the clocks of several nodes */

#define ACTIVE_ORDERS                                                                       \
    "(SELECT COUNT(*) FROM kitchen_orders k WHERE k.business_id = $1 AND k.table_id = t.id" \
    " AND k.order_type = 'dine_in' AND k.status NOT IN ('completed', 'cancelled'))"
#define COLUMNS                                                                                      \
    "t.id, t.outlet_id, t.name, t.capacity, t.section, t.x_milli, t.y_milli, t.status, t.is_active," \
    " t.version, t.created_at, " ACTIVE_ORDERS " FROM dining_tables t"

DB_STATEMENT(TABLE_LOCK, "SELECT id FROM dining_tables WHERE business_id = $1 AND id = $2 {for_update}");
DB_STATEMENT(TABLE_FIND, "SELECT " COLUMNS " WHERE t.business_id = $1 AND t.id = $2");
DB_STATEMENT(TABLE_NAMED_BY_CART,
             "SELECT outlet_id, is_active, name FROM dining_tables WHERE business_id = $1 AND id = $2");
DB_STATEMENT(TABLE_LIST, "SELECT " COLUMNS " WHERE t.business_id = $1 AND t.id < $2"
                         " AND (t.outlet_id = $3 OR $3 IS NULL) AND (t.section = $4 OR $4 IS NULL)"
                         " AND (t.status = $5 OR $5 IS NULL) AND (t.is_active = $6 OR $6 IS NULL)"
                         " ORDER BY t.id DESC LIMIT $7");
DB_STATEMENT(TABLE_NAMED, "SELECT id FROM dining_tables WHERE business_id = $1 AND outlet_id = $2"
                          " AND name = $3 AND is_active = 1 AND (id <> $4 OR $4 IS NULL)");
DB_STATEMENT(TABLE_INSERT,
             "INSERT INTO dining_tables (business_id, id, outlet_id, name, capacity, section, x_milli,"
             " y_milli, status, is_active, version, created_at)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10, 1, 1, $9)");
DB_STATEMENT(TABLE_UPDATE,
             "UPDATE dining_tables SET name = $3, capacity = $4, section = $5, x_milli = $6, y_milli = $7,"
             " is_active = $8, version = $9, status = $10 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(TABLE_SET_STATUS,
             "UPDATE dining_tables SET status = $3, version = $4 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(TABLE_DELETE, "DELETE FROM dining_tables WHERE business_id = $1 AND id = $2");
/* Nothing that is older than the table can name it: ids grow with time. */
DB_STATEMENT(TABLE_HISTORY,
             "SELECT COUNT(*) FROM dining_tables AS d WHERE d.business_id = $1 AND d.id = $2 AND ("
             " EXISTS (SELECT 1 FROM transactions WHERE business_id = $1 AND id > $3 AND table_id = $2)"
             " OR EXISTS (SELECT 1 FROM kitchen_orders WHERE business_id = $1 AND id > $3"
             " AND table_id = $2))");

/* ---- Reading ---- */

static struct dining_table table_row(const struct db_rows *rows, size_t row)
{
    return (struct dining_table){
        .id = db_uuid(rows, row, 0),
        .outlet_id = db_uuid(rows, row, 1),
        .name = db_text(rows, row, 2),
        .capacity = db_int(rows, row, 3),
        .section = db_text(rows, row, 4),
        .x_milli = db_int(rows, row, 5),
        .y_milli = db_int(rows, row, 6),
        .status = word_index(TABLE_STATUS_NAMES, db_text(rows, row, 7)),
        .is_active = db_bool(rows, row, 8),
        .version = db_int(rows, row, 9),
        .created_at = db_int(rows, row, 10),
        .active_orders = db_int(rows, row, 11),
    };
}

bool table_find(struct db_tx *tx, struct uuid id, struct dining_table *ret_table)
{
    struct db_rows *rows = db_query(tx, &TABLE_FIND, DB_UUID(id));
    if (rows->count == 0)
        return false;
    *ret_table = table_row(rows, 0);
    return true;
}

/* Two statements: what the second sees was committed when the lock was there. */
bool table_find_locked(struct db_tx *tx, struct uuid id, struct dining_table *ret_table)
{
    db_ask(tx, &TABLE_LOCK, DB_UUID(id));
    return table_find(tx, id, ret_table);
}

struct dining_table *table_list(struct db_tx *tx, const struct table_filter *filter, size_t *ret_count)
{
    struct str status = filter->status == JSON_NONE ? STR_NONE : str_of(TABLE_STATUS_NAMES[filter->status]);
    struct db_rows *rows = db_query(
        tx, &TABLE_LIST, DB_UUID(filter->before), DB_UUID_OR_NULL(filter->outlet_id),
        DB_TEXT(filter->section), DB_TEXT(status), DB_INT_OR_NULL(filter->is_active), DB_INT(filter->limit));
    struct dining_table *tables = arena_array(db_arena(tx), struct dining_table, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        tables[i] = table_row(rows, i);
    *ret_count = rows->count;
    return tables;
}

bool table_name_taken(struct db_tx *tx, struct uuid outlet_id, struct str name, struct uuid but)
{
    return db_query(tx, &TABLE_NAMED, DB_UUID(outlet_id), DB_TEXT(name), DB_UUID_OR_NULL(but))->count > 0;
}

/* ---- Writing ---- */

void table_add(struct db_tx *tx, const struct table_draft *draft)
{
    db_ask(tx, &TABLE_INSERT, DB_UUID(draft->id), DB_UUID(draft->outlet_id), DB_TEXT(draft->name),
           DB_INT_OR_NULL(draft->capacity), DB_TEXT(draft->section), DB_INT_OR_NULL(draft->x_milli),
           DB_INT_OR_NULL(draft->y_milli), DB_INT(draft->created_at),
           DB_TEXT(str_of(TABLE_STATUS_NAMES[draft->status])));
}

void table_update(struct db_tx *tx, struct dining_table *table)
{
    table->version++;
    db_ask(tx, &TABLE_UPDATE, DB_UUID(table->id), DB_TEXT(table->name), DB_INT_OR_NULL(table->capacity),
           DB_TEXT(table->section), DB_INT_OR_NULL(table->x_milli), DB_INT_OR_NULL(table->y_milli),
           DB_BOOL(table->is_active), DB_INT(table->version),
           DB_TEXT(str_of(TABLE_STATUS_NAMES[table->status])));
}

void table_set_status(struct db_tx *tx, struct dining_table *table, enum table_status status)
{
    table->status = status;
    table->version++;
    db_ask(tx, &TABLE_SET_STATUS, DB_UUID(table->id), DB_TEXT(str_of(TABLE_STATUS_NAMES[status])),
           DB_INT(table->version));
}

void table_remove(struct db_tx *tx, struct dining_table *table)
{
    struct uuid since = uuid_floor(table->created_at - CLOCK_SLACK_MS);
    struct db_rows *history = db_query(tx, &TABLE_HISTORY, DB_UUID(table->id), DB_UUID(since));
    if (history->count == 0 || db_int(history, 0, 0) == 0) {
        db_ask(tx, &TABLE_DELETE, DB_UUID(table->id));
        return;
    }
    table->is_active = false;
    table_update(tx, table);
}

/* ---- Carts and orders name it ---- */

struct db_rows *table_ask(struct db_tx *tx, struct uuid table_id)
{
    return db_ask(tx, &TABLE_NAMED_BY_CART, DB_UUID(table_id));
}

bool table_was_in(const struct db_rows *rows, struct uuid outlet_id)
{
    return rows->count > 0 && uuid_eq(db_uuid(rows, 0, 0), outlet_id);
}

bool table_is_in(const struct db_rows *rows, struct uuid outlet_id)
{
    return table_was_in(rows, outlet_id) && db_bool(rows, 0, 1);
}

struct str table_name_of(const struct db_rows *rows) { return db_text(rows, 0, 2); }

/* ---- Orders come and go ---- */

size_t table_occupy(struct db_tx *tx, struct uuid table_id, struct event_draft *ret_draft)
{
    struct dining_table table;
    if (!table_find_locked(tx, table_id, &table) || table.status == TABLE_OCCUPIED)
        return 0;
    enum table_status previous = (enum table_status)table.status;
    table_set_status(tx, &table, TABLE_OCCUPIED);
    *ret_draft = table_status_event(db_arena(tx), &table, previous, UUID_NIL);
    return 1;
}

size_t table_release(struct db_tx *tx, struct uuid table_id, struct event_draft *ret_draft)
{
    struct dining_table table;
    if (!table_find_locked(tx, table_id, &table))
        return 0;
    enum table_status previous = (enum table_status)table.status;
    enum table_status next = table_after_release(previous, table.active_orders);
    if (next == previous)
        return 0;
    table_set_status(tx, &table, next);
    *ret_draft = table_status_event(db_arena(tx), &table, previous, UUID_NIL);
    return 1;
}
