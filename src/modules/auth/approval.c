/* The approval of what a cashier may not do alone: see approval.h. */
#include "modules/auth/approval.h"

enum code approval_of(struct request *request, struct db_tx *tx, enum approval_action action,
                      struct uuid *ret_approved_by)
{
    (void)tx;
    (void)action;
    if (!(ROLES(request->who.role) & ROLES_SUPERVISORS))
        return CODE_OVERRIDE_REQUIRED;
    *ret_approved_by = request->who.employee_id;
    return CODE_OK;
}
