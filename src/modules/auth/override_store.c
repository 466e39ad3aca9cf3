/* The rows of override tokens at their birth; what uses them is in approval.c. */
#include "modules/auth/auth_internal.h"

#include "base/clock.h"

DB_STATEMENT(OVERRIDE_INSERT,
             "INSERT INTO override_tokens (business_id, token_hash, action, outlet_id, requested_by, "
             "approved_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
DB_STATEMENT(OVERRIDES_SWEEP, "DELETE FROM override_tokens WHERE business_id = $1 AND expires_at <= $2");

struct str override_add(struct db_tx *tx, const struct override_draft *draft)
{
    unsigned char random[OVERRIDE_TOKEN_BYTES];
    clock_random(random, sizeof random);
    struct str token = str_base64url(db_arena(tx), random, sizeof random);
    db_ask(tx, &OVERRIDES_SWEEP, DB_INT(draft->created_at));
    db_ask(tx, &OVERRIDE_INSERT, DB_BYTES(refresh_token_hash(db_arena(tx), token)),
           DB_TEXT(str_of(APPROVAL_ACTION_NAMES[draft->action])), DB_UUID(draft->outlet_id),
           DB_UUID(draft->requested_by), DB_UUID(draft->approved_by), DB_INT(draft->created_at),
           DB_INT(draft->expires_at));
    return token;
}
