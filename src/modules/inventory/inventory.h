/* Stock for other modules: levels are locked in one order, changed by the rules of domain/stock.h, and stored
 * together with the movements that explain them. Invariant, at every commit: a level is the sum of its
 * movements.
 *
 * A writer of stock goes
 *
 *     struct stock_lock *lock = stock_lock_ask(tx, keys, count);   // keys sorted, each once
 *     …other reads of the same round trip…
 *     int64_t *quantities = stock_lock_take(tx, lock);             // one per key; waits for the rows
 *     …stock_apply on running balances…
 *     stock_store(tx, changes, …, movements, …);                   // asks only
 *     …stock_event_drafts, then the outlet's counter row (event_publish)…
 *
 * Ingredients may always go below zero (stock_apply with allow_negative). A change of theirs is told with
 * ingredientId in the place of productId.
 *
 * All of it runs in the tenant db_business(tx). A batch over several businesses locks business by business,
 * in the order of their ids. Quantities are thousandths. */
#pragma once
#include "domain/stock.h"
#include "modules/module.h"
#include "platform/db/db.h"

extern const struct module INVENTORY_MODULE;

/* What is counted: a product, one of its variants (variant_id nil: the product itself), or an ingredient,
 * whose id then stands in product_id. Ids are unique over both, so the order looks at them alone. */
struct stock_key {
    struct uuid outlet_id, product_id, variant_id;
    bool is_ingredient;
};

/* The order in which rows are locked, by (outlet, product, variant); for qsort over struct stock_key. */
int stock_key_compare(const void *a, const void *b);
/* Sorts and drops repetitions; answers how many are left. */
size_t stock_key_sort(struct stock_key *keys, size_t count);
/* Index in sorted keys; the key must be there (checked). */
size_t stock_key_find(const struct stock_key *keys, size_t count, struct stock_key key);

struct stock_lock {
    struct uuid business_id;
    const struct stock_key *keys; /* the caller's; lives until stock_lock_take */
    size_t count;
    struct db_rows **rows;
};

/* Asks for the levels with their rows locked until the commit. Nothing is sent twice, nothing waits yet. */
struct stock_lock *stock_lock_ask(struct db_tx *tx, const struct stock_key *keys, size_t count);
/* Waits, makes the level rows that are missing (0), answers one quantity a key. In the transaction's arena.
 */
int64_t *stock_lock_take(struct db_tx *tx, struct stock_lock *lock);

enum stock_movement_type {
    STOCK_SALE,
    STOCK_VOID,
    STOCK_REFUND,
    STOCK_PURCHASE,
    STOCK_ADJUSTMENT,
    STOCK_WASTE,
    STOCK_COUNT,
    STOCK_TRANSFER_OUT,
    STOCK_TRANSFER_IN,
    STOCK_MOVEMENT_TYPES,
};
extern const char *const STOCK_MOVEMENT_NAMES[STOCK_MOVEMENT_TYPES + 1]; /* "sale", …, NULL */

struct stock_movement {
    struct uuid id; /* made by the caller: uuid_new() */
    struct stock_key key;
    enum stock_movement_type type;
    int64_t quantity_milli, balance_after_milli;
    struct str reference_type; /* "transaction", or STR_NONE */
    struct uuid reference_id, employee_id;
    struct str reason;
    int64_t created_at;
};

/* What one transaction does to a level, all its movements together. */
struct stock_change {
    struct stock_key key;
    int64_t previous_milli, new_milli;
    int64_t low_stock_threshold_milli; /* STOCK_NO_THRESHOLD: none */
};

/* Writes the new levels and the movements. Asks only: the caller syncs or commits. A level that does not
 * stand at `previous_milli` has the transaction run again; rows that are not locked yet are locked in the
 * order of the changes. */
void stock_store(struct db_tx *tx, const struct stock_change *changes, size_t change_count,
                 const struct stock_movement *movements, size_t movement_count);

/* Events of the changes of one outlet, for its stream: one stock.level_changed with every changed level, and
 * a stock.low for each that crosses its threshold. `ret_drafts` has room for change_count + 1; answers how
 * many. */
size_t stock_event_drafts(struct arena *arena, struct uuid outlet_id, struct uuid employee_id,
                          const struct stock_change *changes, size_t change_count,
                          struct event_draft *ret_drafts);
/* The same for what a sale, its refund or its void caused: the event names it (transactionId), and the audit
 * log leaves it to the ledger. */
size_t stock_sale_event_drafts(struct arena *arena, struct uuid outlet_id, struct uuid employee_id,
                               struct uuid transaction_id, const struct stock_change *changes,
                               size_t change_count, struct event_draft *ret_drafts);

/* ---- Ingredients and recipes: what `tilopos demo` writes them by ---- */

struct ingredient {
    struct uuid id;
    struct str name, unit;             /* "g", "ml", "pcs" */
    int64_t cost_minor;                /* of one unit */
    int64_t low_stock_threshold_milli; /* STOCK_NO_THRESHOLD: none */
    bool is_active;                    /* an inactive one is not taken by sales */
    int64_t created_at, updated_at;
    struct str name_key; /* the name folded; in a snapshot only */
};

/* What one piece of a product takes. variant_id nil: of the product, and of its variants that have no rows of
 * their own. */
struct recipe_row {
    struct uuid ingredient_id, variant_id;
    int64_t quantity_milli;
};

/* The caller calls cache_touch(tx) before. Ask only; what they refer to must be there (not checked). */
void ingredient_add(struct db_tx *tx, const struct ingredient *ingredient);
void recipe_store(struct db_tx *tx, struct uuid product_id, const struct recipe_row *rows, size_t count);

/* Adds to stock by movements of one type: what `tilopos demo` opens with. Products must be of this business
 * (not checked), lines each a different key. Publishes no event. */
struct stock_line {
    struct uuid product_id, variant_id;
    int64_t delta_milli;
    bool is_ingredient;
};
void stock_receive(struct db_tx *tx, struct uuid outlet_id, struct uuid employee_id,
                   enum stock_movement_type type, struct str reason, int64_t now_ms,
                   const struct stock_line *lines, size_t count);
