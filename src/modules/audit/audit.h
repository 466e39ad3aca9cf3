/* The audit log: who did what, when. One row an event, written once, never changed.
 *
 * Rows are small, because every sale makes several: what an event says that is kept in rows of its own anyway
 * (a sale, its payments, stock movements) is not written again; the data of the others is. */
#pragma once
#include "modules/module.h"

extern const struct module AUDIT_MODULE;
extern const struct route AUDIT_ROUTES[];

/* The employee that an event's data names, nil when it names none. Data is JSON as this server writes it. */
struct uuid audit_employee_of(struct str data);
struct uuid audit_approver_of(struct str data); /* likewise */
/* Whether the data of such an event is kept in the log. */
bool audit_keeps_data(struct str event_name);
