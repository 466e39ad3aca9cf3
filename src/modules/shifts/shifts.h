/* Shifts for other modules: a sale belongs to an open shift of its outlet. Money is minor units. */
#pragma once
#include "base/json.h"
#include "modules/module.h"
#include "platform/db/db.h"

extern const struct module SHIFTS_MODULE;

/* Asks for the shift of a sale, with the row held against a close (FOR SHARE); read it after a db_sync. */
struct db_rows *shift_ask(struct db_tx *tx, struct uuid shift_id);

struct shift_state {
    bool exists, is_open;
    struct uuid outlet_id, employee_id;
    int64_t opened_at, closed_at; /* closed_at: INT64_MIN while open */
};
struct shift_state shift_state_of(const struct db_rows *rows);

/* The open shift of an outlet on which an employee pays out: the own one, else the oldest; nil: none is open.
 * The row is not held yet: shift_ask. */
struct uuid shift_find_open(struct db_tx *tx, struct uuid outlet_id, struct uuid employee_id);

struct shift_draft {
    struct uuid id, outlet_id, employee_id;
    int64_t opening_cash_minor, opened_at;
    struct json_units units; /* of the business: for the event */
};
/* Stores an open shift and publishes shift.started on the outlet's stream, so it comes last in a transaction.
 * SHIFT_ALREADY_OPEN: the employee has one in this outlet. */
enum code shift_open(struct db_tx *tx, struct events *events, struct str correlation_id,
                     const struct shift_draft *draft);
