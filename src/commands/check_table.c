/* The checks: stock, sales, shifts, events. */
#include "commands/check_table.h"

#include "base/check.h"

/* ---- Stock ---- */

#define MOVEMENT_SUMS                                                                                       \
    "(SELECT business_id, outlet_id, product_id, variant_id, CAST(SUM(quantity_milli) AS BIGINT) AS total " \
    "FROM stock_movements GROUP BY business_id, outlet_id, product_id, variant_id)"
#define SAME_LEVEL(a, b)                                                                                 \
    a ".business_id = " b ".business_id AND " a ".outlet_id = " b ".outlet_id AND " a ".product_id = " b \
      ".product_id AND " a ".variant_id = " b ".variant_id"

DB_STATEMENT_GLOBAL(
    CHECK_STOCK_LEVELS, REASON,
    "SELECT l.product_id, l.quantity_milli, COALESCE(m.total, 0), " TOTAL " FROM stock_levels l "
    "LEFT JOIN " MOVEMENT_SUMS
    " m ON " SAME_LEVEL("m",
                        "l") " "
                             "WHERE l.quantity_milli <> COALESCE(m.total, 0) ORDER BY l.product_id LIMIT $1");

DB_STATEMENT_GLOBAL(CHECK_STOCK_MOVEMENTS, REASON,
                    "SELECT m.product_id, CAST(0 AS BIGINT), m.total, " TOTAL " FROM " MOVEMENT_SUMS " m "
                    "LEFT JOIN stock_levels l ON " SAME_LEVEL(
                        "m", "l") " "
                                  "WHERE l.product_id IS NULL ORDER BY m.product_id LIMIT $1");

/* The balances of a level form a chain from 0 to the level: every balance that a movement starts from is
 * where another one ended. Says nothing about ids, so that clocks of several processes do not matter. */
#define LEVEL_KEY "business_id, outlet_id, product_id, variant_id"
DB_STATEMENT_GLOBAL(CHECK_STOCK_BALANCES, REASON,
                    "SELECT product_id, balance, surplus, " TOTAL " FROM (SELECT " LEVEL_KEY ", balance, "
                    "CAST(SUM(step) AS BIGINT) AS surplus FROM ("
                    "SELECT " LEVEL_KEY
                    ", balance_after_milli - quantity_milli AS balance, 1 AS step FROM stock_movements "
                    "UNION ALL SELECT " LEVEL_KEY ", balance_after_milli, -1 FROM stock_movements "
                    "UNION ALL SELECT " LEVEL_KEY ", 0, -1 FROM stock_levels "
                    "UNION ALL SELECT " LEVEL_KEY ", quantity_milli, 1 FROM stock_levels) steps "
                    "GROUP BY " LEVEL_KEY
                    ", balance) sums WHERE surplus <> 0 ORDER BY product_id, balance LIMIT $1");

/* What a sale took and a refund brought back, as their lines say. */
DB_STATEMENT_GLOBAL(
    CHECK_STOCK_SALES, REASON,
    "SELECT t.id, COALESCE(m.total, 0), COALESCE(i.total, 0), " TOTAL " FROM transactions t LEFT JOIN "
    "(SELECT business_id, transaction_id, CAST(SUM(-quantity_milli) AS BIGINT) AS total "
    "FROM transaction_items WHERE counts_stock = 1 AND COALESCE(restock, 1) = 1 "
    "GROUP BY business_id, transaction_id) i ON i.business_id = t.business_id AND i.transaction_id = t.id "
    "LEFT JOIN (SELECT business_id, reference_id, CAST(SUM(quantity_milli) AS BIGINT) AS total "
    "FROM stock_movements WHERE reference_type = 'transaction' AND type IN ('sale', 'refund') "
    "AND is_ingredient = 0 "
    "GROUP BY business_id, reference_id) m ON m.business_id = t.business_id AND m.reference_id = t.id "
    "WHERE COALESCE(m.total, 0) <> COALESCE(i.total, 0) ORDER BY t.id LIMIT $1");

/* What a sale took of an ingredient and what a void gave back, as is kept of it by sale. */
DB_STATEMENT_GLOBAL(
    CHECK_STOCK_RECIPES, REASON,
    "SELECT id, moved, expected, " TOTAL " FROM (SELECT business_id, id, ingredient_id, "
    "CAST(SUM(moved) AS BIGINT) AS moved, CAST(SUM(expected) AS BIGINT) AS expected FROM ("
    "SELECT business_id, reference_id AS id, product_id AS ingredient_id, quantity_milli AS moved, "
    "CAST(0 AS BIGINT) AS expected FROM stock_movements WHERE is_ingredient = 1 "
    "AND reference_type = 'transaction' "
    "UNION ALL SELECT business_id, transaction_id, ingredient_id, CAST(0 AS BIGINT), "
    "CASE outcome WHEN 'returned' THEN 0 ELSE -quantity_milli END FROM recipe_deductions) steps "
    "GROUP BY business_id, id, ingredient_id) sums WHERE moved <> expected ORDER BY id LIMIT $1");

/* ---- Sales ---- */

DB_STATEMENT_GLOBAL(CHECK_SALE_PAYMENTS, REASON,
                    "SELECT t.id, COALESCE(p.total, 0) - t.change_minor, t.grand_total_minor, " TOTAL " "
                    "FROM transactions t LEFT JOIN (SELECT business_id, transaction_id, "
                    "CAST(SUM(amount_minor) AS BIGINT) AS total FROM payments "
                    "GROUP BY business_id, transaction_id) p "
                    "ON p.business_id = t.business_id AND p.transaction_id = t.id "
                    "WHERE (COALESCE(p.total, 0) <> t.paid_minor "
                    "OR t.paid_minor - t.change_minor <> t.grand_total_minor) ORDER BY t.id LIMIT $1");

DB_STATEMENT_GLOBAL(CHECK_SALE_TOTAL, REASON,
                    "SELECT id, grand_total_minor, subtotal_minor - discount_minor + service_charge_minor "
                    "+ tax_minor + rounding_minor, " TOTAL " FROM transactions WHERE grand_total_minor "
                    "<> subtotal_minor - discount_minor + service_charge_minor + tax_minor + rounding_minor "
                    "ORDER BY id LIMIT $1");

#define LINES_CHECK(variable, header, line)                                                               \
    DB_STATEMENT_GLOBAL(variable, REASON,                                                                 \
                        "SELECT t.id, COALESCE(i.total, 0), t." header ", " TOTAL " FROM transactions t " \
                        "LEFT JOIN (SELECT business_id, transaction_id, CAST(SUM(" line ") AS BIGINT) "   \
                        "AS total FROM transaction_items GROUP BY business_id, transaction_id) i "        \
                        "ON i.business_id = t.business_id AND i.transaction_id = t.id "                   \
                        "WHERE COALESCE(i.total, 0) <> t." header " ORDER BY t.id LIMIT $1")

LINES_CHECK(CHECK_LINES_SUBTOTAL, "subtotal_minor", "subtotal_minor");
LINES_CHECK(CHECK_LINES_DISCOUNT, "discount_minor", "bill_discount_minor");
LINES_CHECK(CHECK_LINES_SERVICE, "service_charge_minor", "service_charge_minor");
LINES_CHECK(CHECK_LINES_TAX, "tax_minor", "tax_minor");

/* ---- Voids and refunds ---- */

DB_STATEMENT_GLOBAL(CHECK_VOID_STOCK, REASON,
                    "SELECT t.id, CAST(SUM(m.quantity_milli) AS BIGINT), CAST(0 AS BIGINT), " TOTAL
                    " FROM transactions t "
                    "JOIN stock_movements m ON m.business_id = t.business_id AND m.reference_id = t.id "
                    "WHERE t.status = 'voided' AND m.is_ingredient = 0 GROUP BY t.business_id, t.id, "
                    "m.outlet_id, m.product_id, m.variant_id "
                    "HAVING SUM(m.quantity_milli) <> 0 ORDER BY t.id LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_REFUND_QUANTITY, REASON,
    "SELECT r.refund_of_item, r.refunded, COALESCE(o.quantity_milli, 0), " TOTAL " FROM ("
    "SELECT t.business_id, t.refund_of, i.refund_of_item, CAST(-SUM(i.quantity_milli) AS BIGINT) AS refunded "
    "FROM transactions t JOIN transaction_items i "
    "ON i.business_id = t.business_id AND i.transaction_id = t.id WHERE t.refund_of IS NOT NULL "
    "GROUP BY t.business_id, t.refund_of, i.refund_of_item) r LEFT JOIN transaction_items o "
    "ON o.business_id = r.business_id AND o.transaction_id = r.refund_of AND o.id = r.refund_of_item "
    "WHERE r.refunded > COALESCE(o.quantity_milli, 0) ORDER BY r.refund_of_item LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_REFUND_AMOUNTS, REASON,
    "SELECT s.id, COALESCE(r.total, 0), -s.grand_total_minor, " TOTAL " FROM transactions s LEFT JOIN ("
    "SELECT business_id, refund_of, CAST(SUM(subtotal_minor) AS BIGINT) AS subtotal, "
    "CAST(SUM(discount_minor) AS BIGINT) AS discount, CAST(SUM(service_charge_minor) AS BIGINT) AS service, "
    "CAST(SUM(tax_minor) AS BIGINT) AS tax, CAST(SUM(rounding_minor) AS BIGINT) AS rounding, "
    "CAST(SUM(grand_total_minor) AS BIGINT) AS total FROM transactions WHERE refund_of IS NOT NULL "
    "GROUP BY business_id, refund_of) r ON r.business_id = s.business_id AND r.refund_of = s.id "
    "WHERE s.status = 'refunded' AND (r.total IS NULL OR s.subtotal_minor + r.subtotal <> 0 "
    "OR s.discount_minor + r.discount <> 0 OR s.service_charge_minor + r.service <> 0 "
    "OR s.tax_minor + r.tax <> 0 OR s.rounding_minor + r.rounding <> 0 "
    "OR s.grand_total_minor + r.total <> 0) ORDER BY s.id LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_REFUND_STATUS, REASON,
    "SELECT id, refunded, sold, " TOTAL " FROM (SELECT s.id, s.status, COALESCE(r.refunded, 0) AS refunded, "
    "(SELECT CAST(COALESCE(SUM(o.quantity_milli), 0) AS BIGINT) FROM transaction_items o "
    "WHERE o.business_id = s.business_id AND o.transaction_id = s.id) AS sold FROM transactions s LEFT JOIN ("
    "SELECT t.business_id, t.refund_of, CAST(-SUM(i.quantity_milli) AS BIGINT) AS refunded "
    "FROM transactions t JOIN transaction_items i "
    "ON i.business_id = t.business_id AND i.transaction_id = t.id WHERE t.refund_of IS NOT NULL "
    "GROUP BY t.business_id, t.refund_of) r ON r.business_id = s.business_id AND r.refund_of = s.id "
    "WHERE r.refunded IS NOT NULL OR s.status IN ('refunded', 'partially_refunded')) sales "
    "WHERE (refunded = 0 OR status <> CASE WHEN refunded >= sold THEN 'refunded' "
    "ELSE 'partially_refunded' END) ORDER BY id LIMIT $1");

/* ---- Receipts ---- */

DB_STATEMENT_GLOBAL(CHECK_RECEIPTS, REASON,
                    "SELECT outlet_id, COUNT(*), MAX(receipt_sequence), " TOTAL " FROM transactions "
                    "GROUP BY business_id, outlet_id, business_date HAVING COUNT(*) <> MAX(receipt_sequence) "
                    "OR MIN(receipt_sequence) <> 1 ORDER BY outlet_id, business_date LIMIT $1");

/* OUT1-20260206-0001: the outlet's code may have been another one, day and number are those of the row. */
DB_STATEMENT_GLOBAL(CHECK_RECEIPT_NUMBERS, REASON,
                    "SELECT id, business_date, receipt_sequence, " TOTAL " FROM transactions "
                    "WHERE receipt_number NOT LIKE '%-' || business_date || '-' || CASE "
                    "WHEN receipt_sequence < 10 THEN '000' WHEN receipt_sequence < 100 THEN '00' "
                    "WHEN receipt_sequence < 1000 THEN '0' ELSE '' END || receipt_sequence "
                    "ORDER BY id LIMIT $1");

#define LAST_RECEIPTS                                                                                    \
    "(SELECT business_id, outlet_id, business_date, MAX(receipt_sequence) AS receipt FROM transactions " \
    "GROUP BY business_id, outlet_id, business_date)"
DB_STATEMENT_GLOBAL(
    CHECK_RECEIPT_COUNTERS, REASON,
    "SELECT outlet_id, counted, receipt, " TOTAL " FROM ("
    "SELECT r.outlet_id, COALESCE(c.last_receipt, 0) AS counted, r.receipt FROM " LAST_RECEIPTS " r "
    "LEFT JOIN outlet_counters c ON c.business_id = r.business_id AND c.outlet_id = r.outlet_id "
    "WHERE c.outlet_id IS NULL OR r.business_date > c.business_date "
    "OR (r.business_date = c.business_date AND r.receipt <> c.last_receipt) "
    "UNION ALL SELECT c.outlet_id, c.last_receipt, CAST(0 AS BIGINT) FROM outlet_counters c "
    "WHERE c.last_receipt <> 0 AND NOT EXISTS (SELECT 1 FROM transactions t WHERE t.business_id = "
    "c.business_id "
    "AND t.outlet_id = c.outlet_id AND t.business_date = c.business_date)) faults "
    "ORDER BY outlet_id LIMIT $1");

DB_STATEMENT_GLOBAL(CHECK_IDEMPOTENCY, REASON,
                    "SELECT k.resource_id, CAST(0 AS BIGINT), CAST(1 AS BIGINT), " TOTAL
                    " FROM idempotency_keys k "
                    "LEFT JOIN transactions t ON t.business_id = k.business_id AND t.id = k.resource_id "
                    "WHERE k.resource_id IS NOT NULL AND t.id IS NULL ORDER BY k.resource_id LIMIT $1");

/* ---- Shifts ---- */

DB_STATEMENT_GLOBAL(CHECK_SHIFTS_OPEN, REASON,
                    "SELECT employee_id, COUNT(*), CAST(1 AS BIGINT), " TOTAL " FROM shifts "
                    "WHERE status = 'open' GROUP BY business_id, outlet_id, employee_id "
                    "HAVING COUNT(*) > 1 ORDER BY employee_id LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_SHIFTS_CASH, REASON,
    "SELECT id, expected_cash_minor, cash, " TOTAL " FROM ("
    "SELECT s.id, s.expected_cash_minor, s.closing_cash_minor, s.cash_difference_minor, s.opening_cash_minor "
    "+ COALESCE(p.total, 0) - COALESCE(t.change, 0) + COALESCE(m.total, 0) AS cash FROM shifts s "
    "LEFT JOIN (SELECT x.business_id, x.shift_id, CAST(SUM(y.amount_minor) AS BIGINT) AS total "
    "FROM transactions x JOIN payments y ON y.business_id = x.business_id AND y.transaction_id = x.id "
    "WHERE y.method = 'cash' AND x.late = 0 AND x.status NOT IN ('pending', 'voided') GROUP BY "
    "x.business_id, x.shift_id) p "
    "ON p.business_id = s.business_id AND p.shift_id = s.id "
    "LEFT JOIN (SELECT business_id, shift_id, CAST(SUM(change_minor) AS BIGINT) AS change FROM transactions "
    "WHERE late = 0 AND status NOT IN ('pending', 'voided') GROUP BY business_id, shift_id) t "
    "ON t.business_id = s.business_id AND t.shift_id = s.id "
    "LEFT JOIN (SELECT business_id, shift_id, CAST(SUM(CASE WHEN type = 'in' THEN amount_minor "
    "ELSE -amount_minor END) AS BIGINT) AS total FROM cash_movements GROUP BY business_id, shift_id) m "
    "ON m.business_id = s.business_id AND m.shift_id = s.id WHERE s.status = 'closed') closed "
    "WHERE (expected_cash_minor <> cash OR cash_difference_minor <> closing_cash_minor - cash "
    "OR expected_cash_minor IS NULL OR cash_difference_minor IS NULL) ORDER BY id LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_SHIFTS_NUMBERS, REASON,
    "SELECT outlet_id, numbered, last, " TOTAL " FROM ("
    "SELECT s.outlet_id, s.numbered, COALESCE(c.last_z, 0) AS last FROM (SELECT business_id, outlet_id, "
    "COUNT(*) AS closed, COUNT(DISTINCT z_number) AS numbered, MIN(z_number) AS lowest, "
    "MAX(z_number) AS highest FROM shifts WHERE status = 'closed' GROUP BY business_id, outlet_id) s "
    "LEFT JOIN outlet_counters c ON c.business_id = s.business_id AND c.outlet_id = s.outlet_id "
    "WHERE s.closed <> s.numbered OR s.lowest <> 1 OR s.highest <> s.closed "
    "OR s.closed <> COALESCE(c.last_z, 0) "
    "UNION ALL SELECT c.outlet_id, CAST(0 AS BIGINT), c.last_z FROM outlet_counters c WHERE c.last_z <> 0 "
    "AND NOT EXISTS (SELECT 1 FROM shifts s WHERE s.business_id = c.business_id "
    "AND s.outlet_id = c.outlet_id AND s.status = 'closed') "
    "UNION ALL SELECT outlet_id, CAST(0 AS BIGINT), z_number FROM shifts "
    "WHERE status = 'open' AND z_number IS NOT NULL) faults ORDER BY outlet_id LIMIT $1");

/* ---- Events ---- */

DB_STATEMENT_GLOBAL(
    CHECK_OUTBOX_SEQUENCE, REASON,
    "SELECT stream_id, first, previous + 1, " TOTAL " FROM (SELECT stream_id, sequence - event_count + 1 "
    "AS first, LAG(sequence) OVER (PARTITION BY business_id, stream_id ORDER BY sequence) AS previous "
    "FROM outbox) entries WHERE first <> previous + 1 ORDER BY stream_id, first LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_OUTBOX_COUNTERS, REASON,
    "SELECT o.stream_id, COALESCE(c.last_sequence, 0), o.last, " TOTAL " FROM (SELECT business_id, "
    "stream_id, MAX(sequence) AS last FROM outbox GROUP BY business_id, stream_id) o "
    "LEFT JOIN outlet_counters c ON c.business_id = o.business_id AND c.outlet_id = o.stream_id "
    "WHERE (c.outlet_id IS NULL OR c.last_sequence <> o.last) "
    "ORDER BY o.stream_id LIMIT $1");

/* They are the first of their entry; its name is a number (events/pack_words.c). */
#define SALE_EVENTS                                                                                  \
    "(SELECT business_id, first_aggregate_id AS aggregate_id, CASE first_event WHEN 128 "            \
    "THEN 'transaction.created' WHEN 129 THEN 'transaction.voided' ELSE 'transaction.refunded' END " \
    "AS event_name, COUNT(*) AS events FROM outbox WHERE first_event IN (128, 129, 130) "            \
    "GROUP BY business_id, first_aggregate_id, first_event) e"
/* Events before $2 may be forgotten already. */
DB_STATEMENT_GLOBAL(
    CHECK_SALE_EVENTS, REASON,
    "SELECT id, events, CAST(1 AS BIGINT), " TOTAL " FROM ("
    "SELECT t.id, COALESCE(e.events, 0) AS events FROM transactions t LEFT JOIN " SALE_EVENTS " "
    "ON e.business_id = t.business_id AND e.aggregate_id = t.id AND e.event_name = "
    "CASE WHEN t.type = 'refund' THEN 'transaction.refunded' ELSE 'transaction.created' END "
    "WHERE t.created_at >= $2 AND COALESCE(e.events, 0) <> 1 "
    "UNION ALL SELECT t.id, COALESCE(e.events, 0) FROM transactions t LEFT JOIN " SALE_EVENTS " "
    "ON e.business_id = t.business_id AND e.aggregate_id = t.id AND e.event_name = 'transaction.voided' "
    "WHERE t.status = 'voided' AND t.voided_at >= $2 AND COALESCE(e.events, 0) <> 1 "
    "UNION ALL SELECT e.aggregate_id, e.events FROM " SALE_EVENTS " LEFT JOIN transactions t "
    "ON t.business_id = e.business_id AND t.id = e.aggregate_id WHERE t.id IS NULL) faults "
    "ORDER BY id LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_LISTENER_CURSOR, REASON,
    "SELECT c.outlet_id, COALESCE(e.position, 0), c.last_sequence, " TOTAL " FROM outlet_counters c "
    "LEFT JOIN event_cursors e ON e.business_id = c.business_id AND e.stream_id = c.outlet_id "
    "AND e.listener = $2 WHERE c.last_sequence <> COALESCE(e.position, 0) "
    "ORDER BY c.outlet_id LIMIT $1");

/* Waiting behind nothing: nobody would ever set it free. */
DB_STATEMENT_GLOBAL(
    CHECK_LISTENER_RETRIES, REASON,
    "SELECT r.event_id, r.attempts, CAST(0 AS BIGINT), " TOTAL " FROM event_retries r WHERE r.listener = $2 "
    "AND (r.status = 'retrying' OR (r.status = 'waiting' AND NOT EXISTS (SELECT 1 FROM event_retries b "
    "WHERE b.business_id = r.business_id AND b.listener = r.listener AND b.stream_id = r.stream_id "
    "AND b.aggregate_id = r.aggregate_id AND b.sequence < r.sequence AND b.status IN ('retrying', 'dead')))) "
    "ORDER BY r.event_id LIMIT $1");

DB_STATEMENT_GLOBAL(CHECK_LISTENER_DEAD, REASON,
                    "SELECT event_id, attempts, sequence, " TOTAL " FROM event_retries WHERE listener = $2 "
                    "AND status = 'dead' ORDER BY event_id LIMIT $1");

/* ---- The table ---- */

const struct book_check BOOK_CHECKS[] = {
    {CHECK_BOOKS, "stock.levels", &CHECK_STOCK_LEVELS, "a stock level is the sum of its movements", "product",
     "level", "movements"},
    {CHECK_BOOKS, "stock.movements", &CHECK_STOCK_MOVEMENTS, "movements have a stock level", "product",
     "levels", "movements come to"},
    {CHECK_BOOKS, "stock.balances", &CHECK_STOCK_BALANCES,
     "the balances of movements follow from one another", "product", "balance", "starts minus ends there"},
    {CHECK_BOOKS, "stock.sales", &CHECK_STOCK_SALES, "a sale moves the stock that its lines say",
     "transaction", "moved", "lines"},
    {CHECK_BOOKS, "stock.recipes", &CHECK_STOCK_RECIPES,
     "a sale moves the ingredients that are kept as taken by it", "transaction", "moved", "kept"},
    {CHECK_BOOKS, "sales.payments", &CHECK_SALE_PAYMENTS, "payments − change = grand total", "transaction",
     "payments − change", "grand total"},
    {CHECK_BOOKS, "sales.total", &CHECK_SALE_TOTAL,
     "grand total = subtotal − discount + service charge + tax + rounding", "transaction", "grand total",
     "parts"},
    {CHECK_BOOKS, "sales.subtotal", &CHECK_LINES_SUBTOTAL, "subtotal = Σ lines", "transaction", "lines",
     "subtotal"},
    {CHECK_BOOKS, "sales.discount", &CHECK_LINES_DISCOUNT, "discount = Σ lines", "transaction", "lines",
     "discount"},
    {CHECK_BOOKS, "sales.service_charge", &CHECK_LINES_SERVICE, "service charge = Σ lines", "transaction",
     "lines", "service charge"},
    {CHECK_BOOKS, "sales.tax", &CHECK_LINES_TAX, "tax = Σ lines", "transaction", "lines", "tax"},
    {CHECK_BOOKS, "voids.stock", &CHECK_VOID_STOCK, "what a voided sale took from stock came back",
     "transaction", "movements", "expected"},
    {CHECK_BOOKS, "refunds.quantity", &CHECK_REFUND_QUANTITY, "no line is refunded more than it was sold",
     "line", "refunded", "sold"},
    {CHECK_BOOKS, "refunds.amounts", &CHECK_REFUND_AMOUNTS,
     "the refunds of a wholly refunded sale sum to minus the sale in every column", "transaction", "refunds",
     "minus the sale"},
    {CHECK_BOOKS, "refunds.status", &CHECK_REFUND_STATUS, "a sale's status tells what was refunded of it",
     "transaction", "refunded", "sold"},
    {CHECK_RECENT, "sales.events", &CHECK_SALE_EVENTS, "a sale, refund or void has one event", "transaction",
     "events", "expected"},
    {CHECK_BOOKS, "receipts.gapless", &CHECK_RECEIPTS, "receipts count up from 1, by outlet and day",
     "outlet", "receipts of a day", "last number"},
    {CHECK_BOOKS, "receipts.number", &CHECK_RECEIPT_NUMBERS, "a receipt's number tells its day and place",
     "transaction", "day", "place"},
    {CHECK_BOOKS, "receipts.counter", &CHECK_RECEIPT_COUNTERS,
     "the outlet's counter stands at its last receipt", "outlet", "counter", "last receipt"},
    {CHECK_BOOKS, "idempotency.sales", &CHECK_IDEMPOTENCY, "the key of a sale points at the sale",
     "transaction", "rows", "expected"},
    {CHECK_BOOKS, "shifts.open", &CHECK_SHIFTS_OPEN, "an employee has one open shift in an outlet",
     "employee", "open", "at most"},
    {CHECK_BOOKS, "shifts.cash", &CHECK_SHIFTS_CASH,
     "a closed shift expects opening + cash sales − change + cash movements", "shift", "expected",
     "counted up"},
    {CHECK_BOOKS, "shifts.numbers", &CHECK_SHIFTS_NUMBERS,
     "Z reports count up from 1, by outlet, and the counter stands at the last", "outlet", "numbered",
     "last number"},
    {CHECK_BOOKS, "outbox.sequence", &CHECK_OUTBOX_SEQUENCE, "events of a stream have no gaps", "stream",
     "event", "expected"},
    {CHECK_BOOKS, "outbox.counter", &CHECK_OUTBOX_COUNTERS, "the stream's counter stands at its last event",
     "stream", "counter", "last event"},
    {CHECK_BOOKS, "outbox.entries", NULL, "an entry holds the events that its row counts", "stream", "entry",
     "events", check_log_entries},
    {CHECK_LISTENER, "listener.drained", &CHECK_LISTENER_CURSOR, "has read every event", "stream",
     "read up to", "last event"},
    {CHECK_LISTENER, "listener.retries", &CHECK_LISTENER_RETRIES, "has no failed event to try again", "event",
     "attempts", "of"},
    {CHECK_NOTE, "listener.dead", &CHECK_LISTENER_DEAD, "dead letters", "event", "attempts", "sequence"},
    {0},
};

size_t book_checks(const struct book_check *ret_checks[BOOK_CHECKS_MAX])
{
    static const struct book_check *const areas[] = {BOOK_CHECKS, CUSTOMER_CHECKS, FLOOR_CHECKS,
                                                     ORDER_CHECKS};
    size_t count = 0;
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++) {
        for (const struct book_check *check = areas[i]; check->name; check++) {
            check(count < BOOK_CHECKS_MAX);
            ret_checks[count++] = check;
        }
    }
    return count;
}
