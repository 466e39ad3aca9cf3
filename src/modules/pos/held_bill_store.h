/* Parked carts. */
#pragma once
#include "modules/pos/sale_schema.h"

/* A cart that waits: nothing is sold or reserved. */
struct held_bill {
    struct uuid id;
    struct str name;          /* what the cashier calls it; STR_NONE: nothing */
    struct sale_request cart; /* employee_id: who parked it */
    int64_t created_at;
};

extern const struct json_schema HELD_BILL_SCHEMA;

/* CONFLICT: the outlet holds HELD_BILLS_MAX. */
#define HELD_BILLS_MAX 500
enum code held_bill_store(struct db_tx *tx, const struct json_units *units, const struct held_bill *bill);

/* Newest first, ids below `before`; of one outlet (nil: of all). In the transaction's arena. */
struct held_bill *held_bills_read(struct db_tx *tx, const struct json_units *units, struct uuid outlet_id,
                                  struct uuid before, int64_t limit, size_t *ret_count);
bool held_bill_read(struct db_tx *tx, const struct json_units *units, struct uuid id,
                    struct held_bill *ret_bill);

/* False: it is gone; somebody else took it. */
bool held_bill_take(struct db_tx *tx, struct uuid id);

/* Are the table, the customer and the orders of the cart there? nil ones are. */
bool held_bill_references_exist(struct db_tx *tx, const struct sale_request *cart);
