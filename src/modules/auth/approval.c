/* The approval of what a cashier may not do alone: see approval.h. */
#include "modules/auth/approval.h"

#include <sodium.h>

/* Who approved it may have been dismissed or have another role since. */
DB_STATEMENT(APPROVAL_HOLD, "SELECT approved_by, expires_at, used_at FROM override_tokens "
                            "WHERE business_id = $1 AND token_hash = $2 AND action = $3 AND outlet_id = $4 "
                            "AND EXISTS (SELECT 1 FROM employees e WHERE e.business_id = $1 "
                            "AND e.id = override_tokens.approved_by AND e.is_active = 1 "
                            "AND e.role IN ('owner', 'manager', 'supervisor')) {for_update}");
DB_STATEMENT(APPROVAL_SPEND, "UPDATE override_tokens SET used_at = $3 "
                             "WHERE business_id = $1 AND token_hash = $2 AND used_at IS NULL");

const char *const APPROVAL_ACTION_NAMES[] = {"void", "refund", "discount", "cash_out", NULL};

struct str approval_token_hash(const struct request *request)
{
    struct str token = request_header(request, "X-Override-Token");
    if (!token.data || request->who.role != ROLE_CASHIER)
        return STR_NONE;
    unsigned char *hash = arena_alloc(request->arena, crypto_hash_sha256_BYTES);
    crypto_hash_sha256(hash, (const unsigned char *)token.data, token.len);
    return (struct str){(const char *)hash, crypto_hash_sha256_BYTES};
}

struct db_rows *approval_ask(struct db_tx *tx, struct str token_hash, enum approval_action action,
                             struct uuid outlet_id)
{
    return db_ask(tx, &APPROVAL_HOLD, DB_BYTES(token_hash), DB_TEXT(str_of(APPROVAL_ACTION_NAMES[action])),
                  DB_UUID(outlet_id));
}

bool approval_holds(const struct db_rows *rows, int64_t now_ms, struct uuid *ret_approved_by)
{
    if (rows->count != 1 || !db_is_null(rows, 0, 2) || db_int(rows, 0, 1) <= now_ms)
        return false;
    *ret_approved_by = db_uuid(rows, 0, 0);
    return true;
}

struct db_rows *approval_spend(struct db_tx *tx, struct str token_hash, int64_t now_ms)
{
    return db_ask(tx, &APPROVAL_SPEND, DB_BYTES(token_hash), DB_INT(now_ms));
}

enum code approval_of(struct request *request, struct db_tx *tx, enum approval_action action,
                      struct uuid *ret_approved_by)
{
    if (ROLES(request->who.role) & ROLES_SUPERVISORS) {
        *ret_approved_by = request->who.employee_id;
        return CODE_OK;
    }
    if (request->who.role != ROLE_CASHIER)
        return CODE_FORBIDDEN;
    struct str hash = approval_token_hash(request);
    if (!hash.data)
        return CODE_OVERRIDE_REQUIRED;
    struct db_rows *token = approval_ask(tx, hash, action, request->who.outlet_id);
    db_sync(tx);
    if (!approval_holds(token, request->received_ms, ret_approved_by))
        return CODE_OVERRIDE_REQUIRED;
    struct db_rows *spent = approval_spend(tx, hash, request->received_ms);
    db_sync(tx);
    return spent->affected == 1 ? CODE_OK : CODE_OVERRIDE_REQUIRED;
}
