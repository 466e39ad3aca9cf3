/* The checks: customers and loyalty. */
#include "commands/check_table.h"

/* clang-format off */
#define OF_CUSTOMER(a) a ".business_id = c.business_id AND " a ".customer_id = c.id"
#define LEDGER_SUMS(value)                                                                             \
    "(SELECT business_id, customer_id, CAST(SUM(" value ") AS BIGINT) AS total FROM loyalty_ledger "   \
    "GROUP BY business_id, customer_id) s"

DB_STATEMENT_GLOBAL(
    CHECK_LOYALTY_BALANCE, REASON,
    "SELECT id, points, total, " TOTAL " FROM (SELECT c.id, c.points, COALESCE(s.total, 0) AS total "
    "FROM customers c LEFT JOIN " LEDGER_SUMS("points") " ON " OF_CUSTOMER("s") " "
    "UNION ALL SELECT s.customer_id, CAST(0 AS BIGINT), s.total FROM " LEDGER_SUMS("points") " "
    "WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE " OF_CUSTOMER("s") ")) balances "
    "WHERE points <> total ORDER BY id LIMIT $1");

#define OF_TIER "CASE type WHEN 'earned' THEN points WHEN 'adjusted' THEN points ELSE -taken_back END"
DB_STATEMENT_GLOBAL(
    CHECK_LOYALTY_TIER, REASON,
    "SELECT c.id, c.tier_points, COALESCE(s.total, 0), " TOTAL " FROM customers c "
    "LEFT JOIN " LEDGER_SUMS(OF_TIER) " ON " OF_CUSTOMER("s") " "
    "WHERE c.tier_points <> COALESCE(s.total, 0) ORDER BY c.id LIMIT $1");
/* clang-format on */

#define COUNTED "LEFT JOIN loyalty_counted n ON " OF_CUSTOMER("n") " AND n.voided = 0"
DB_STATEMENT_GLOBAL(CHECK_LOYALTY_VISITS, REASON,
                    "SELECT id, visit_count, counted, " TOTAL " FROM (SELECT c.id, c.visit_count, "
                    "COUNT(n.transaction_id) AS counted FROM customers c " COUNTED
                    " AND n.transaction_id = n.sale_id "
                    "GROUP BY c.business_id, c.id, c.visit_count) visits WHERE visit_count <> counted "
                    "ORDER BY id LIMIT $1");
DB_STATEMENT_GLOBAL(
    CHECK_LOYALTY_SPENT, REASON,
    "SELECT id, total_spent_minor, counted, " TOTAL " FROM (SELECT c.id, c.total_spent_minor, "
    "CAST(COALESCE(SUM(n.spent_minor), 0) AS BIGINT) AS counted FROM customers c " COUNTED " "
    "GROUP BY c.business_id, c.id, c.total_spent_minor) spent WHERE total_spent_minor <> counted "
    "ORDER BY id LIMIT $1");

/* A void that was not counted yet is the listener's to do; one that was is a void. */
DB_STATEMENT_GLOBAL(CHECK_LOYALTY_COUNTED, REASON,
                    "SELECT n.transaction_id, n.spent_minor, COALESCE(t.grand_total_minor, 0), " TOTAL " "
                    "FROM loyalty_counted n LEFT JOIN transactions t ON t.business_id = n.business_id "
                    "AND t.id = n.transaction_id WHERE t.id IS NULL OR t.customer_id <> n.customer_id "
                    "OR (n.voided = 0 AND n.spent_minor <> t.grand_total_minor) "
                    "OR (n.voided = 1 AND t.status <> 'voided') ORDER BY n.transaction_id LIMIT $1");

#define ENTRY_SUMS(condition)                                                                        \
    "(SELECT business_id, transaction_id, CAST(SUM(points) AS BIGINT) AS total FROM loyalty_ledger " \
    "WHERE transaction_id IS NOT NULL AND " condition " GROUP BY business_id, transaction_id)"
DB_STATEMENT_GLOBAL(CHECK_LOYALTY_ENTRIES, REASON,
                    "SELECT id, entered, counted, " TOTAL " FROM (SELECT n.transaction_id AS id, "
                    "COALESCE(l.total, 0) AS entered, CASE WHEN n.voided = 1 THEN 0 "
                    "WHEN n.transaction_id = n.sale_id THEN n.earned_points - COALESCE(t.points_redeemed, 0) "
                    "ELSE n.earned_points + n.returned_points END AS counted FROM loyalty_counted n "
                    "LEFT JOIN transactions t ON t.business_id = n.business_id AND t.id = n.transaction_id "
                    "LEFT JOIN " ENTRY_SUMS(
                        "1 = 1") " l ON l.business_id = n.business_id "
                                 "AND l.transaction_id = n.transaction_id) entries WHERE entered <> counted "
                                 "ORDER BY id LIMIT $1");

DB_STATEMENT_GLOBAL(
    CHECK_LOYALTY_REDEEMED, REASON,
    "SELECT id, redeemed, entered, " TOTAL " FROM (SELECT t.id, t.points_redeemed AS redeemed, "
    "COALESCE(-l.total, 0) AS entered FROM transactions t LEFT JOIN " ENTRY_SUMS(
        "type = 'redeemed'") " l ON l.business_id = t.business_id "
                             "AND l.transaction_id = t.id UNION ALL SELECT l.transaction_id, CAST(0 AS "
                             "BIGINT), -l.total "
                             "FROM " ENTRY_SUMS(
                                 "type = 'redeemed'") " l WHERE NOT EXISTS (SELECT 1 FROM transactions t "
                                                      "WHERE t.business_id = l.business_id AND t.id = "
                                                      "l.transaction_id)) redeemings "
                                                      "WHERE redeemed <> entered ORDER BY id LIMIT $1");

const struct book_check CUSTOMER_CHECKS[] = {
    {CHECK_BOOKS, "loyalty.balance", &CHECK_LOYALTY_BALANCE, "a customer's points are the sum of the ledger",
     "customer", "points", "ledger"},
    {CHECK_BOOKS, "loyalty.tier", &CHECK_LOYALTY_TIER,
     "a tier is reached by what was earned, adjusted and reversed", "customer", "tier points", "ledger"},
    {CHECK_BOOKS, "loyalty.visits", &CHECK_LOYALTY_VISITS, "visits are the sales that were counted",
     "customer", "visits", "counted"},
    {CHECK_BOOKS, "loyalty.spent", &CHECK_LOYALTY_SPENT, "spend is the total of what was counted", "customer",
     "spent", "counted"},
    {CHECK_BOOKS, "loyalty.counted", &CHECK_LOYALTY_COUNTED,
     "what was counted of a sale or refund is its total", "transaction", "counted", "grand total"},
    {CHECK_BOOKS, "loyalty.entries", &CHECK_LOYALTY_ENTRIES,
     "the ledger has of a sale or refund what was counted, of a void nothing", "transaction", "ledger",
     "counted"},
    {CHECK_BOOKS, "loyalty.redeemed", &CHECK_LOYALTY_REDEEMED,
     "the points that a sale redeemed are its entry in the ledger", "transaction", "redeemed", "ledger"},
    {0},
};
