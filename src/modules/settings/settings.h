/* Outlets, employees and the settings of the business, for other modules: what registration and `tilopos
 * demo` use.
 *
 * Both functions write reference data: where the business exists already the caller calls cache_touch(tx)
 * before the first of them, which makes the writers of one business wait for each other, so that what is
 * checked here still holds at the commit. */
#pragma once
#include "modules/module.h"
#include "platform/auth/directory.h"
#include "platform/db/db.h"

struct platform;

extern const struct module SETTINGS_MODULE;

/* No taxes, no rounding, no limit of discounts, active; name, code, timezone and created_at are still to be
 * set. */
extern const struct outlet OUTLET_DEFAULTS;

/* Stores the outlet with its counter row. `outlet->code` absent: the next OUTn, which is written there.
 * CONFLICT: the code is taken. */
enum code outlet_add(struct db_tx *tx, struct outlet *outlet);

/* Asks for the rates that the outlet had at that time (before its first: the first); to be read after a
 * db_sync. Sets tax, service charge, whether prices include them, and cash rounding; false, and nothing is
 * set: it never had any. */
struct db_rows *outlet_rates_ask(struct db_tx *tx, struct uuid outlet_id, int64_t at_ms);
bool outlet_rates_take(const struct db_rows *rows, struct outlet *outlet);

struct employee_draft {
    struct uuid id, outlet_id;
    struct str name;
    struct str email,
        password_hash; /* both or none; the hash by password_hash(), outside of the transaction */
    struct str pin;    /* 4–8 digits; STR_NONE: none */
    enum role role;
    int64_t created_at;
};

/* EMAIL_TAKEN (by an employee of any business), NOT_FOUND: the outlet, CONFLICT: the PIN is another's in this
 * outlet. */
enum code employee_add(struct platform *platform, struct db_tx *tx, const struct employee_draft *draft);
