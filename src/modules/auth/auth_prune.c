/* Forgetting logins that are over. An expired refresh token is refused whether it is known or not. */
#include "modules/auth/auth_prune.h"

#define AT_ONCE 1000
/* An access token outlives the refresh token of its login by its own lifetime, a day at most. */
#define FAMILY_KEPT_MS (INT64_C(2) * 24 * 3600 * 1000)

DB_STATEMENT_GLOBAL(AUTH_PRUNE_TOKENS, "logins of all businesses end alike",
                    "DELETE FROM refresh_tokens WHERE (business_id, token_hash) IN (SELECT business_id, "
                    "token_hash FROM refresh_tokens WHERE expires_at < $1 LIMIT $2)");
DB_STATEMENT_GLOBAL(
    AUTH_PRUNE_FAMILIES, "logins of all businesses end alike",
    "DELETE FROM refresh_families WHERE (business_id, id) IN (SELECT f.business_id, f.id "
    "FROM refresh_families f WHERE f.created_at < $1 AND NOT EXISTS (SELECT 1 FROM refresh_tokens t "
    "WHERE t.business_id = f.business_id AND t.family_id = f.id) LIMIT $2)");

struct prune {
    const struct db_statement *statement;
    int64_t before_ms, deleted;
};

static enum code prune_some(struct db_tx *tx, void *arg)
{
    struct prune *prune = arg;
    prune->deleted = db_query(tx, prune->statement, DB_INT(prune->before_ms), DB_INT(AT_ONCE))->affected;
    return CODE_OK;
}

static enum code prune_all(struct db *db, struct prune prune)
{
    struct arena arena = {0};
    enum code code;
    do {
        code = db_write(db, UUID_NIL, &arena, prune_some, &prune);
        arena_reset(&arena);
    } while (!code && prune.deleted == AT_ONCE);
    arena_free(&arena);
    return code;
}

enum code auth_prune(struct db *db, int64_t now_ms)
{
    enum code code = prune_all(db, (struct prune){&AUTH_PRUNE_TOKENS, now_ms - FAMILY_KEPT_MS, 0});
    return code ? code : prune_all(db, (struct prune){&AUTH_PRUNE_FAMILIES, now_ms - FAMILY_KEPT_MS, 0});
}
