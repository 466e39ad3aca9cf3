/* The rows of customers, their ledger and the programme. Private to the module. */
#pragma once
#include "modules/customers/customers.h"
#include "modules/customers/customers_schema.h"

/* ---- Customers ---- */

bool customer_find(struct db_tx *tx, struct uuid id, struct customer *ret_customer);
/* The same with the row held until the commit. */
bool customer_find_locked(struct db_tx *tx, struct uuid id, struct customer *ret_customer);

struct customer_page {
    struct str search; /* as the client sent it; STR_NONE: all */
    int64_t is_active; /* 0, 1; JSON_NONE: either */
    struct str after_key;
    struct uuid after_id;
    int64_t limit;
};
/* By name. */
struct customer *customer_list(struct db_tx *tx, const struct customer_page *page, size_t *ret_count);

/* CONFLICT: the phone number is another active customer's. */
enum code customer_insert(struct db_tx *tx, const struct customer *customer);
enum code customer_update(struct db_tx *tx, const struct customer *customer);
/* Deactivates one with history. NOT_FOUND. */
enum code customer_delete(struct db_tx *tx, struct uuid id);

/* ---- Accounts: what a customer has ---- */

/* A customer's row, held until the commit. */
struct account {
    bool exists;
    struct uuid customer_id;
    int64_t points, tier_points, visit_count, total_spent_minor, last_visit_at; /* INT64_MIN: never */
};
#define ACCOUNT_COLUMNS "c.id, c.points, c.tier_points, c.visit_count, c.total_spent_minor, c.last_visit_at"

struct account account_lock(struct db_tx *tx, struct uuid customer_id);
struct account account_row(const struct db_rows *rows); /* ACCOUNT_COLUMNS; none: it does not exist */
void account_store(struct db_tx *tx, const struct account *account);

/* A change of a balance. taken_back: of a reversal, the earned points in it (what it gives back of redeemed
 * ones is points + taken_back); else 0. lot_at: since when the points that it adds or takes back have been
 * there; INT64_MIN: it uses up the oldest. */
struct ledger_change {
    enum ledger_type type;
    int64_t points, taken_back, lot_at;
    struct uuid transaction_id, employee_id; /* nil: none */
    struct str reason;
    int64_t created_at;
};
/* Writes the row, moves the account (which account_store stores) and answers the entry. */
struct ledger_entry ledger_add(struct db_tx *tx, struct account *account, const struct ledger_change *change);
struct event_draft points_changed_event(struct arena *arena, struct uuid customer_id,
                                        const struct ledger_entry *entry);

/* Newest first. before nil: from the newest on. */
struct ledger_entry *ledger_list(struct db_tx *tx, struct uuid customer_id, struct uuid before, int64_t limit,
                                 size_t *ret_count);

/* ---- The programme ---- */

/* As it stands now, in `arena`. */
struct loyalty_program loyalty_program_read(struct db_tx *tx, struct arena *arena);
struct db_rows *loyalty_program_ask(struct db_tx *tx);
struct db_rows *loyalty_tiers_ask(struct db_tx *tx);
struct loyalty_program loyalty_program_take(const struct db_rows *program, const struct db_rows *tiers,
                                            struct arena *arena);

/* The name of the tier, STR_NONE below the first. */
struct str loyalty_tier_name(const struct loyalty_program *program, int64_t tier_points);

/* ---- Counting: loyalty_settle.c ---- */

struct settled {
    struct uuid outlet_id;
    bool found;   /* there is such a sale or refund */
    bool counted; /* something had been missing */
    int64_t points;
    struct event_draft *events; /* to be published */
    size_t event_count;
};
/* Brings what was counted of a sale (or of the sale of a refund) in line with what it is now. Holds the
 * customer's row. */
struct settled loyalty_settle(struct db_tx *tx, struct uuid transaction_id);

extern const struct listener LOYALTY_LISTENERS[]; /* loyalty_listener.c */

/* Lets the points of every business expire that are older than its programme says; short transactions. */
enum code loyalty_expire(struct platform *platform, int64_t now_ms);

/* ---- Calls ---- */

enum code loyalty_get(struct request *request);
enum code loyalty_adjust(struct request *request);
enum code program_get(struct request *request);
enum code program_put(struct request *request);
