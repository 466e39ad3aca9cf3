/* The checks of transfers between outlets, and of tables. */
#include "commands/check_table.h"

/* What the lines say against what the ledger says, by transfer, outlet and what is counted: the source gives
 * what is shipped (a cancelled transfer took nothing in the end), the destination gets what was received. */
DB_STATEMENT_GLOBAL(
    CHECK_TRANSFER_STOCK, REASON,
    "SELECT transfer_id, moved, told, " TOTAL
    " FROM (SELECT transfer_id, CAST(SUM(moved) AS BIGINT) AS moved, "
    "CAST(SUM(told) AS BIGINT) AS told FROM ("
    "SELECT t.business_id, i.transfer_id, t.source_outlet_id AS outlet_id, i.product_id, i.variant_id, "
    "CAST(0 AS BIGINT) AS moved, CASE WHEN t.status IN ('in_transit', 'received') THEN -i.quantity_milli "
    "ELSE CAST(0 AS BIGINT) END AS told FROM stock_transfers t JOIN stock_transfer_items i "
    "ON i.business_id = t.business_id AND i.transfer_id = t.id "
    "UNION ALL SELECT t.business_id, i.transfer_id, t.destination_outlet_id, i.product_id, i.variant_id, "
    "CAST(0 AS BIGINT), COALESCE(i.received_milli, 0) FROM stock_transfers t JOIN stock_transfer_items i "
    "ON i.business_id = t.business_id AND i.transfer_id = t.id "
    "UNION ALL SELECT business_id, reference_id, outlet_id, product_id, variant_id, quantity_milli, "
    "CAST(0 AS BIGINT) FROM stock_movements WHERE reference_type = 'transfer') both_sides "
    "GROUP BY business_id, transfer_id, outlet_id, product_id, variant_id "
    "HAVING SUM(moved) <> SUM(told)) faults ORDER BY transfer_id LIMIT $1");

/* A receipt tells of every line, and nothing else than a shipped transfer has one. */
DB_STATEMENT_GLOBAL(
    CHECK_TRANSFER_LINES, REASON,
    "SELECT id, told, lines, " TOTAL " FROM (SELECT t.id, t.status, COUNT(*) AS lines, "
    "COUNT(i.received_milli) AS told FROM stock_transfers t JOIN stock_transfer_items i "
    "ON i.business_id = t.business_id AND i.transfer_id = t.id GROUP BY t.business_id, t.id, t.status) s "
    "WHERE (status = 'received' AND told <> lines) OR (status NOT IN ('in_transit', 'received') AND told > "
    "0) "
    "ORDER BY id LIMIT $1");

/* The other way round is nobody's fault: guests that have not ordered yet. */
DB_STATEMENT_GLOBAL(
    CHECK_TABLE_ORDERS, REASON,
    "SELECT d.id, COUNT(*), CAST(0 AS BIGINT), " TOTAL " FROM dining_tables d JOIN kitchen_orders k "
    "ON k.business_id = d.business_id AND k.table_id = d.id "
    "WHERE d.status <> 'occupied' AND k.order_type = 'dine_in' "
    "AND k.status NOT IN ('completed', 'cancelled') GROUP BY d.business_id, d.id ORDER BY d.id LIMIT $1");

const struct book_check FLOOR_CHECKS[] = {
    {CHECK_BOOKS, "transfers.stock", &CHECK_TRANSFER_STOCK, "a transfer moves the stock that its lines say",
     "transfer", "moved", "lines"},
    {CHECK_BOOKS, "transfers.lines", &CHECK_TRANSFER_LINES,
     "a received transfer tells what arrived of every line", "transfer", "told", "lines"},
    {CHECK_BOOKS, "tables.orders", &CHECK_TABLE_ORDERS, "a table with an open order is occupied", "table",
     "open orders", "at most"},
    {0},
};
