/* The rows of shifts. Private to the module. */
#pragma once
#include "domain/drawer.h"
#include "modules/period.h"
#include "modules/shifts/shifts.h"
#include "modules/shifts/shifts_schema.h"

/* Absent filters are nil, JSON_NONE. */
struct shift_filter {
    struct uuid outlet_id, employee_id;
    int64_t status;
    struct period opened;
    int64_t limit;
};

bool shift_find(struct db_tx *tx, struct uuid id, struct shift *ret_shift);
/* The same with the row locked until the commit: a close waits for sales on their way, and they for it. */
bool shift_find_locked(struct db_tx *tx, struct uuid id, struct shift *ret_shift);
/* The newest open shift of an employee; outlet nil: anywhere. */
bool shift_find_current(struct db_tx *tx, struct uuid employee_id, struct uuid outlet_id,
                        struct shift *ret_shift);
/* Newest first. */
struct shift *shift_list(struct db_tx *tx, const struct shift_filter *filter, size_t *ret_count);

/* Does the outlet exist; `ret_is_active` is set when it does. */
bool shift_outlet_find(struct db_tx *tx, struct uuid outlet_id, bool *ret_is_active);

/* Opening cash comes from the shift; the rest is summed from its sales and cash movements. */
struct drawer shift_drawer(struct db_tx *tx, const struct shift *shift);
/* Gives the shift its Z number and holds the outlet's counter row until the commit: the outlet's sales so far
 * have committed, and those that follow will find the shift closed. So this comes before the sums. */
void shift_take_z(struct db_tx *tx, struct shift *shift);
void shift_store_close(struct db_tx *tx, const struct shift *shift);
void shift_add_cash(struct db_tx *tx, const struct cash_movement *movement);

/* Everything but `kind`, `shift` and the time; sums may be taken while sales go on: they are of one moment.
 */
void shift_report_read(struct db_tx *tx, const struct shift *shift, struct shift_report *ret_report);

/* For those who count blind: leaves out what the drawer should hold, and what that could be summed from. */
void shift_hide_expected(struct shift *shift);
void shift_report_hide_expected(struct shift_report *report);

/* ---- Events ---- */

struct event_draft shift_started_event(struct arena *arena, const struct shift_draft *draft);
/* employee_id: who closed it. */
struct event_draft shift_ended_event(struct arena *arena, const struct json_units *units,
                                     const struct shift *shift, struct uuid employee_id);
/* approved_by: nil when nobody had to. */
struct event_draft shift_cash_moved_event(struct arena *arena, const struct json_units *units,
                                          const struct cash_movement *movement, struct uuid approved_by);
