/* The audit log: who did what, when. One row an event, written once, never changed.
 *
 * Rows are few and small, because every sale makes one: what stands in rows of its own anyway (a sale, its
 * payments, its stock movements) is not written again; the data of the others is, packed. */
#pragma once
#include "modules/module.h"

extern const struct module AUDIT_MODULE;
extern const struct route AUDIT_ROUTES[];

/* The employee that an event's data names, nil when it names none. Data is JSON as this server writes it. */
struct uuid audit_employee_of(struct str data);
struct uuid audit_approver_of(struct str data); /* likewise */
/* Whether the log takes the event at all: not what a sale did to payments and stock, which payments and the
 * stock ledger keep; and whether it takes its data. */
bool audit_keeps(const struct event *event);
bool audit_keeps_data(struct str event_name);

/* The packed columns. What stands in the row's ids is not written again. */
struct audit_ids {
    struct uuid outlet_id, employee_id, approved_by, entity_id;
};
struct str audit_pack_action(struct arena *arena, struct str event_name);
struct str audit_unpack_action(struct arena *arena, struct str action); /* STR_NONE: damaged */
struct str audit_pack_details(struct arena *arena, const struct audit_ids *ids, struct str request_id,
                              struct str data);
bool audit_unpack_details(struct arena *arena, const struct audit_ids *ids, struct str details,
                          struct str *ret_request_id, struct str *ret_data);
