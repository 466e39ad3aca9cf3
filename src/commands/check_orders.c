/* The checks: kitchen orders. */
#include "commands/check_table.h"

DB_STATEMENT_GLOBAL(
    CHECK_ORDER_SALE, REASON,
    "SELECT m.transaction_id, m.orders, CAST(1 AS BIGINT), " TOTAL " FROM (SELECT business_id, "
    "transaction_id, COUNT(*) AS orders FROM kitchen_orders WHERE made_by_sale = 1 "
    "GROUP BY business_id, transaction_id) m LEFT JOIN transactions t "
    "ON t.business_id = m.business_id AND t.id = m.transaction_id WHERE (m.orders <> 1 OR t.id IS NULL "
    "OR t.type <> 'sale' OR t.order_type = 'retail' OR t.order_ids IS NOT NULL) "
    "ORDER BY m.transaction_id LIMIT $1");

/* What the listener has read of, and not put aside. 128, 129: transaction.created, .voided
 * (events/pack_words.c). */
#define READ_BY_LISTENER(event)                                                                         \
    "JOIN transactions t ON t.business_id = e.business_id AND t.id = e.first_aggregate_id "             \
    "JOIN event_cursors c ON c.business_id = e.business_id AND c.stream_id = e.stream_id "              \
    "AND c.listener = 'kds.orders' AND c.position >= e.sequence "                                       \
    "WHERE e.first_event = " event " AND NOT EXISTS (SELECT 1 FROM event_retries r WHERE r.business_id" \
    " = e.business_id AND r.listener = 'kds.orders' AND r.stream_id = e.stream_id "                     \
    "AND r.aggregate_id = t.id) "
DB_STATEMENT_GLOBAL(
    CHECK_ORDER_MISSING, REASON,
    "SELECT t.id, CAST(0 AS BIGINT), CAST(1 AS BIGINT), " TOTAL " FROM outbox e " READ_BY_LISTENER(
        "128") "AND t.type = 'sale' AND t.status <> 'voided' AND t.order_type <> 'retail' AND t.order_ids IS "
               "NULL "
               "AND NOT EXISTS (SELECT 1 FROM kitchen_orders k WHERE k.business_id = t.business_id "
               "AND k.transaction_id = t.id AND k.made_by_sale = 1) ORDER BY t.id LIMIT $1");
DB_STATEMENT_GLOBAL(
    CHECK_ORDER_VOIDED, REASON,
    "SELECT k.id, k.voided, CAST(1 AS BIGINT), " TOTAL " FROM outbox e JOIN kitchen_orders k "
    "ON k.business_id = e.business_id AND k.transaction_id = e.first_aggregate_id " READ_BY_LISTENER(
        "129") "AND (k.voided = 0 OR k.status NOT IN ('completed', 'cancelled')) ORDER BY k.id LIMIT $1");

DB_STATEMENT_GLOBAL(CHECK_ORDER_SETTLED, REASON,
                    "SELECT k.id, CAST(0 AS BIGINT), CAST(1 AS BIGINT), " TOTAL " FROM kitchen_orders k "
                    "LEFT JOIN transactions t ON t.business_id = k.business_id AND t.id = k.transaction_id "
                    "WHERE k.made_by_sale = 0 AND k.transaction_id IS NOT NULL AND t.order_ids IS NULL "
                    "ORDER BY k.id LIMIT $1");

#define RANK(status)                                                                                         \
    "(CASE " status " WHEN 'pending' THEN 0 WHEN 'cooking' THEN 1 WHEN 'ready' THEN 2 WHEN 'served' THEN 3 " \
    "WHEN 'completed' THEN 4 ELSE 5 END)"
/* Ahead of its order: the order has not followed. Behind it: cooking is the only one that may begin early. */
DB_STATEMENT_GLOBAL(
    CHECK_ORDER_ITEMS, REASON,
    "SELECT id, CAST(SUM(astray) AS BIGINT), CAST(0 AS BIGINT), " TOTAL " FROM (SELECT o.business_id, o.id, "
    "CASE WHEN i.status = 'cancelled' THEN 0 "
    "WHEN o.status = 'cancelled' AND i.status <> 'completed' THEN 1 "
    "WHEN o.status = 'pending' AND i.status <> 'pending' THEN 1 "
    "WHEN o.status NOT IN ('cooking', 'cancelled') AND " RANK("i.status") " < " RANK(
        "o.status") " THEN 1 ELSE 0 END AS astray "
                    "FROM kitchen_orders o JOIN kitchen_order_items i ON i.business_id = o.business_id "
                    "AND i.order_id = o.id) items GROUP BY business_id, id HAVING SUM(astray) > 0 ORDER BY "
                    "id LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_ORDER_NUMBERS, REASON,
    "SELECT outlet_id, COUNT(*), MAX(number), " TOTAL " FROM kitchen_orders "
    "GROUP BY business_id, outlet_id, business_date HAVING COUNT(*) <> MAX(number) OR MIN(number) <> 1 "
    "OR COUNT(*) <> COUNT(DISTINCT number) ORDER BY outlet_id, business_date LIMIT $1");

const struct book_check ORDER_CHECKS[] = {
    {CHECK_BOOKS, "orders.sale", &CHECK_ORDER_SALE, "a sale makes one kitchen order at most", "transaction",
     "orders", "at most"},
    {CHECK_BOOKS, "orders.missing", &CHECK_ORDER_MISSING,
     "a sale that the kitchen has to do with has its order", "transaction", "orders", "expected"},
    {CHECK_BOOKS, "orders.voided", &CHECK_ORDER_VOIDED,
     "the order of a voided sale is cancelled, or completed and marked", "order", "marked", "expected"},
    {CHECK_BOOKS, "orders.settled", &CHECK_ORDER_SETTLED, "an order is settled by a sale that names orders",
     "order", "sales", "expected"},
    {CHECK_BOOKS, "orders.items", &CHECK_ORDER_ITEMS, "an order is where its items are", "order",
     "items astray", "expected"},
    {CHECK_BOOKS, "orders.numbers", &CHECK_ORDER_NUMBERS, "order numbers count up from 1, by outlet and day",
     "outlet", "orders of a day", "last number"},
    {0},
};
