/* The rows of transfers. */
#include "modules/inventory/transfer_store.h"

#include "modules/stores.h"

#define COLUMNS                                                                                 \
    "id, source_outlet_id, destination_outlet_id, status, notes, receipt_notes, cancel_reason," \
    " created_by, created_at, approved_by, approved_at, shipped_by, shipped_at, received_by,"   \
    " received_at, cancelled_by, cancelled_at"

DB_STATEMENT(TRANSFER_LOCK, "SELECT id FROM stock_transfers WHERE business_id = $1 AND id = $2 {for_update}");
DB_STATEMENT(TRANSFER_FIND, "SELECT " COLUMNS " FROM stock_transfers WHERE business_id = $1 AND id = $2");
DB_STATEMENT(TRANSFER_ITEMS,
             "SELECT i.product_id, i.variant_id, i.is_ingredient, i.quantity_milli, i.received_milli, p.name,"
             " v.name, g.name FROM stock_transfer_items i"
             " LEFT JOIN products p ON p.business_id = $1 AND p.id = i.product_id"
             " LEFT JOIN product_variants v ON v.business_id = $1 AND v.product_id = i.product_id"
             " AND v.id = i.variant_id"
             " LEFT JOIN ingredients g ON g.business_id = $1 AND g.id = i.product_id"
             " WHERE i.business_id = $1 AND i.transfer_id = $2 ORDER BY i.position");
DB_STATEMENT(TRANSFER_LIST,
             "SELECT " COLUMNS " FROM stock_transfers WHERE business_id = $1 AND id < $2 AND id >= $3"
             " AND created_at >= $4 AND created_at <= $5"
             " AND ($6 IS NULL OR source_outlet_id = $6 OR destination_outlet_id = $6)"
             " AND (status = $7 OR $7 IS NULL) ORDER BY id DESC LIMIT $8");
DB_STATEMENT(TRANSFER_INSERT,
             "INSERT INTO stock_transfers (business_id, id, source_outlet_id, destination_outlet_id, status,"
             " notes, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
DB_STATEMENT(TRANSFER_ITEM_INSERT,
             "INSERT INTO stock_transfer_items (business_id, transfer_id, position, product_id, variant_id,"
             " is_ingredient, quantity_milli) VALUES ($1, $2, $3, $4, $5, $6, $7)");
DB_STATEMENT(TRANSFER_UPDATE,
             "UPDATE stock_transfers SET status = $3, receipt_notes = $4, cancel_reason = $5,"
             " approved_by = $6, approved_at = $7, shipped_by = $8, shipped_at = $9, received_by = $10,"
             " received_at = $11, cancelled_by = $12, cancelled_at = $13"
             " WHERE business_id = $1 AND id = $2");
DB_STATEMENT(TRANSFER_ITEM_RECEIVED, "UPDATE stock_transfer_items SET received_milli = $4"
                                     " WHERE business_id = $1 AND transfer_id = $2 AND position = $3");

/* ---- Reading ---- */

static struct transfer transfer_row(const struct db_rows *rows, size_t row)
{
    return (struct transfer){
        .id = db_uuid(rows, row, 0),
        .source_outlet_id = db_uuid(rows, row, 1),
        .destination_outlet_id = db_uuid(rows, row, 2),
        .status = word_index(TRANSFER_STATUS_NAMES, db_text(rows, row, 3)),
        .notes = db_text(rows, row, 4),
        .receipt_notes = db_text(rows, row, 5),
        .cancel_reason = db_text(rows, row, 6),
        .created_by = db_uuid(rows, row, 7),
        .created_at = db_int(rows, row, 8),
        .approved_by = db_uuid(rows, row, 9),
        .approved_at = db_int(rows, row, 10),
        .shipped_by = db_uuid(rows, row, 11),
        .shipped_at = db_int(rows, row, 12),
        .received_by = db_uuid(rows, row, 13),
        .received_at = db_int(rows, row, 14),
        .cancelled_by = db_uuid(rows, row, 15),
        .cancelled_at = db_int(rows, row, 16),
    };
}

static struct transfer_item item_row(const struct db_rows *rows, size_t row, bool is_received)
{
    bool is_ingredient = db_bool(rows, row, 2);
    struct transfer_item item = {
        .product_id = is_ingredient ? UUID_NIL : db_uuid(rows, row, 0),
        .variant_id = db_uuid(rows, row, 1),
        .ingredient_id = is_ingredient ? db_uuid(rows, row, 0) : UUID_NIL,
        .product_name = is_ingredient ? STR_NONE : db_text(rows, row, 5),
        .variant_name = db_text(rows, row, 6),
        .ingredient_name = is_ingredient ? db_text(rows, row, 7) : STR_NONE,
        .line = {db_int(rows, row, 3), db_int(rows, row, 4)},
        .difference_milli = JSON_NONE,
    };
    if (is_received)
        item.difference_milli = transfer_difference(&item.line);
    return item;
}

static void take_items(struct arena *arena, const struct db_rows *rows, struct transfer *transfer)
{
    transfer->items.count = rows->count;
    transfer->items.at = arena_array(arena, struct transfer_item, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        transfer->items.at[i] = item_row(rows, i, transfer->status == TRANSFER_RECEIVED);
}

bool transfer_find(struct db_tx *tx, struct uuid id, struct transfer *ret_transfer)
{
    struct db_rows *rows = db_ask(tx, &TRANSFER_FIND, DB_UUID(id));
    struct db_rows *items = db_query(tx, &TRANSFER_ITEMS, DB_UUID(id));
    if (rows->count == 0)
        return false;
    *ret_transfer = transfer_row(rows, 0);
    take_items(db_arena(tx), items, ret_transfer);
    return true;
}

bool transfer_find_locked(struct db_tx *tx, struct uuid id, struct transfer *ret_transfer)
{
    db_ask(tx, &TRANSFER_LOCK, DB_UUID(id));
    return transfer_find(tx, id, ret_transfer);
}

struct transfer *transfer_list(struct db_tx *tx, const struct transfer_filter *filter, size_t *ret_count)
{
    struct str status =
        filter->status == JSON_NONE ? STR_NONE : str_of(TRANSFER_STATUS_NAMES[filter->status]);
    struct db_rows *rows =
        db_query(tx, &TRANSFER_LIST, DB_UUID(filter->made.below_id), DB_UUID(filter->made.least_id),
                 DB_INT(filter->made.first_ms), DB_INT(filter->made.last_ms),
                 DB_UUID_OR_NULL(filter->outlet_id), DB_TEXT(status), DB_INT(filter->limit));
    struct transfer *transfers = arena_array(db_arena(tx), struct transfer, rows->count);
    struct db_rows **items = arena_array(db_arena(tx), struct db_rows *, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        transfers[i] = transfer_row(rows, i);
        items[i] = db_ask(tx, &TRANSFER_ITEMS, DB_UUID(transfers[i].id));
    }
    db_sync(tx);
    for (size_t i = 0; i < rows->count; i++)
        take_items(db_arena(tx), items[i], &transfers[i]);
    *ret_count = rows->count;
    return transfers;
}

struct stock_key transfer_item_key(const struct transfer_item *item, struct uuid outlet_id)
{
    bool is_ingredient = !uuid_is_nil(item->ingredient_id);
    return (struct stock_key){outlet_id, is_ingredient ? item->ingredient_id : item->product_id,
                              item->variant_id, is_ingredient};
}

/* ---- Writing ---- */

void transfer_add(struct db_tx *tx, const struct transfer *transfer)
{
    db_ask(tx, &TRANSFER_INSERT, DB_UUID(transfer->id), DB_UUID(transfer->source_outlet_id),
           DB_UUID(transfer->destination_outlet_id), DB_TEXT(str_of(TRANSFER_STATUS_NAMES[transfer->status])),
           DB_TEXT(transfer->notes), DB_UUID(transfer->created_by), DB_INT(transfer->created_at));
    for (size_t i = 0; i < transfer->items.count; i++) {
        const struct transfer_item *item = &transfer->items.at[i];
        struct stock_key key = transfer_item_key(item, transfer->source_outlet_id);
        db_ask(tx, &TRANSFER_ITEM_INSERT, DB_UUID(transfer->id), DB_INT((int64_t)i), DB_UUID(key.product_id),
               DB_UUID(key.variant_id), DB_BOOL(key.is_ingredient), DB_INT(item->line.shipped_milli));
    }
}

void transfer_update(struct db_tx *tx, const struct transfer *transfer)
{
    db_ask(tx, &TRANSFER_UPDATE, DB_UUID(transfer->id),
           DB_TEXT(str_of(TRANSFER_STATUS_NAMES[transfer->status])), DB_TEXT(transfer->receipt_notes),
           DB_TEXT(transfer->cancel_reason), DB_UUID_OR_NULL(transfer->approved_by),
           DB_INT_OR_NULL(transfer->approved_at), DB_UUID_OR_NULL(transfer->shipped_by),
           DB_INT_OR_NULL(transfer->shipped_at), DB_UUID_OR_NULL(transfer->received_by),
           DB_INT_OR_NULL(transfer->received_at), DB_UUID_OR_NULL(transfer->cancelled_by),
           DB_INT_OR_NULL(transfer->cancelled_at));
}

void transfer_store_received(struct db_tx *tx, const struct transfer *transfer)
{
    for (size_t i = 0; i < transfer->items.count; i++)
        db_ask(tx, &TRANSFER_ITEM_RECEIVED, DB_UUID(transfer->id), DB_INT((int64_t)i),
               DB_INT_OR_NULL(transfer->items.at[i].line.received_milli));
}
