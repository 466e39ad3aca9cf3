/* Who may void, refund, give a large discount or take cash out: a supervisor or above; for a cashier somebody
 * approves it, whose PIN was changed for a token (POST /auth/override). The token is good for one action of
 * that kind, in that outlet, within five minutes, as long as who gave it may approve; it is spent in the
 * transaction of the action, so that a refused action does not cost it. */
#pragma once
#include "platform/http/request.h"

enum approval_action {
    APPROVAL_VOID,
    APPROVAL_REFUND,
    APPROVAL_DISCOUNT,
    APPROVAL_CASH_OUT,
    APPROVAL_ACTIONS
};
extern const char *const APPROVAL_ACTION_NAMES[APPROVAL_ACTIONS + 1]; /* "void", …, NULL */

/* OK: the caller may, by the role (`ret_approved_by`: the caller) or approved by another. OVERRIDE_REQUIRED:
 * a cashier without a token that holds; FORBIDDEN: another role. First call of the transaction that does what
 * was approved: it stands and falls with it. */
enum code approval_of(struct request *request, struct db_tx *tx, enum approval_action action,
                      struct uuid *ret_approved_by);

/* ---- The same in steps, for the sale writer, which serves many requests in one transaction ---- */

/* The hash of the token that a cashier sent; STR_NONE: none was sent, or the caller is no cashier. */
struct str approval_token_hash(const struct request *request);
/* Asks for the token, with its row held until the commit; read it after a db_sync. Before all other locks. */
struct db_rows *approval_ask(struct db_tx *tx, struct str token_hash, enum approval_action action,
                             struct uuid outlet_id);
/* Is it good at this instant? */
bool approval_holds(const struct db_rows *rows, int64_t now_ms, struct uuid *ret_approved_by);
/* Asks to mark it used; one row is affected unless it was. */
struct db_rows *approval_spend(struct db_tx *tx, struct str token_hash, int64_t now_ms);
