/* Who may void, refund, give a large discount or take cash out: a supervisor or above; for a cashier somebody
 * approves it. */
#pragma once
#include "platform/http/request.h"

enum approval_action { APPROVAL_VOID, APPROVAL_REFUND, APPROVAL_DISCOUNT, APPROVAL_CASH_OUT };

/* OK: the caller may, by the role (`ret_approved_by`: the caller) or approved by another. OVERRIDE_REQUIRED
 * otherwise. First call of the transaction that does what was approved: it stands and falls with it. */
enum code approval_of(struct request *request, struct db_tx *tx, enum approval_action action,
                      struct uuid *ret_approved_by);
