/* Customers and loyalty, for other modules. The balance of points is the sum of the ledger, at every commit,
 * and never below zero by redeeming. Redeeming is part of the sale's own transaction; earning, visits and
 * spend follow by a listener, once a sale. Points are whole numbers. */
#pragma once
#include "domain/loyalty.h"
#include "modules/module.h"
#include "platform/cache/cache.h"
#include "platform/db/db.h"

extern const struct module CUSTOMERS_MODULE;

/* The programme of a business: ref.object is a struct loyalty_program, inactive where none was ever set. */
extern const struct cache_kind LOYALTY_PROGRAM;

/* ---- Redeeming ---- */

/* A writer goes: points_lock_ask (each customer once, sorted by id; after shifts and kitchen orders, before
 * tables and stock), db_sync, points_lock_take, then running balances, then points_redeem for each sale. */
struct db_rows *points_lock_ask(struct db_tx *tx, struct uuid customer_id);
/* False: there is no such customer. The balance may be below zero: what was reversed had been spent. */
bool points_lock_take(const struct db_rows *rows, int64_t *ret_balance);
/* The same without a lock: for a quote, and for whoever only names a customer (no row: there is none). */
struct db_rows *customer_ask(struct db_tx *tx, struct uuid customer_id);

struct points_redemption {
    struct uuid customer_id, transaction_id, employee_id;
    int64_t points; /* > 0 */
    int64_t balance_after, created_at;
};
/* Writes the ledger's row and the new balance. Asks only. What a void or a refund gives back is the
 * listener's affair. */
void points_redeem(struct db_tx *tx, const struct points_redemption *redemption);
/* The event of it, for the outlet's stream. */
struct event_draft points_redeemed_event(struct arena *arena, const struct points_redemption *redemption);

/* ---- Mending ---- */

struct loyalty_recovered {
    int64_t sales;   /* looked at */
    int64_t counted; /* of them, those of which something had been missing */
    int64_t points;  /* what that changed in balances, signed */
    bool more;       /* of a customer: not all were looked at; call again */
};
/* Counts what the listener has not counted of a sale, or of a customer's sales (the other id is nil), and
 * publishes it; nothing where nothing is missing. NOT_FOUND: no such sale or customer. Comes last in the
 * transaction: it takes customers' rows and the counters of outlets. */
enum code loyalty_recover(struct platform *platform, struct db_tx *tx, struct uuid transaction_id,
                          struct uuid customer_id, struct str correlation_id,
                          struct loyalty_recovered *ret_recovered);

/* ---- For the demo ---- */

struct customer_draft {
    struct uuid id;
    struct str name, phone, email;
    int64_t date_of_birth; /* YYYYMMDD; INT64_MIN: not known */
    int64_t created_at;
};
enum code customer_add(struct db_tx *tx, const struct customer_draft *draft); /* CONFLICT: the phone number */
void loyalty_program_store(struct db_tx *tx, const struct loyalty_program *program, int64_t now_ms);
