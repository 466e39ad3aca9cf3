/* Customers and loyalty. The balance of points is the sum of the ledger, at every commit, and never below
 * zero by redeeming. Redeeming is part of the sale's own transaction; earning, visits and spend follow by a
 * listener, once a sale. Points are whole numbers.
 *
 * A writer goes: points_lock_ask (customer rows sorted by id, each once; after shifts, before stock), sync,
 * points_lock_take, then running balances, then points_redeem for each accepted sale (asks only). */
#pragma once
#include "modules/module.h"
#include "platform/cache/cache.h"
#include "platform/db/db.h"

extern const struct module CUSTOMERS_MODULE;

/* Asks for the customer's balance with its row locked until the commit. */
struct db_rows *points_lock_ask(struct db_tx *tx, struct uuid customer_id);
/* False: there is no such customer. */
bool points_lock_take(const struct db_rows *rows, int64_t *ret_balance);
/* Writes the ledger row "redeemed" (−points) and the new balance. Asks only. */
void points_redeem(struct db_tx *tx, struct uuid customer_id, struct uuid transaction_id, int64_t points,
                   int64_t balance_after, int64_t now_ms);
/* What a void or a refund takes back or gives back is the listener's affair. */

/* The loyalty programme of a business as a snapshot (platform/cache): is_active, amount per point, worth of a
 * point, expiry, tiers. Amounts are minor units. */
struct loyalty_tier {
    struct str name;
    int64_t min_points;
    int64_t multiplier_bp; /* 1.2 is 12000 */
};
struct loyalty_program {
    bool is_active;
    int64_t amount_per_point_minor, point_value_minor;
    int64_t expiry_days;              /* 0: never */
    const struct loyalty_tier *tiers; /* by min_points */
    size_t tier_count;
};
extern const struct cache_kind LOYALTY_PROGRAM; /* ref.object is a struct loyalty_program */
