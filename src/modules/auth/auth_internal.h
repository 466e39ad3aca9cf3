/* What the files of this module share: the rows of logins. */
#pragma once
#include "modules/auth/auth.h"
#include "platform/auth/refresh.h"
#include "platform/http/request.h"

#define REFRESH_TOKEN_BYTES 32
#define REFRESH_HASH_BYTES 32

/* An employee as a login sees it. */
struct account {
    struct uuid business_id, employee_id, outlet_id;
    struct str name, email, password_hash; /* absent hash: no login by password */
    enum role role;
    bool is_active;
};

/* Over all businesses; false: nobody has this e-mail. */
bool account_find_by_email(struct db_tx *tx, struct str email, struct account *ret_account);
/* Of this business, held against a change until the commit. */
bool account_find(struct db_tx *tx, struct uuid employee_id, struct account *ret_account);

struct login {
    struct uuid family_id;
    struct str refresh_token;
};

/* A new family with its first token. Also drops the business's logins that are past. */
struct login login_begin(struct db_tx *tx, struct uuid employee_id, int64_t now_ms, int64_t lifetime_ms);

struct str refresh_token_hash(struct arena *arena, struct str token);
/* Whose token it is, over all businesses; false: unknown. */
bool refresh_find(struct db_tx *tx, struct str token_hash, struct uuid *ret_business,
                  struct uuid *ret_family);
/* The token and its family, which is held until the commit. Fills all of `ret_state` but employee_is_active.
 */
void refresh_read(struct db_tx *tx, struct str token_hash, struct uuid family_id,
                  struct refresh_state *ret_state, struct uuid *ret_employee);
/* Spends the token and makes its successor. RETRY: somebody else spent it meanwhile. */
enum code refresh_spend(struct db_tx *tx, struct str token_hash, struct uuid family_id, int64_t now_ms,
                        int64_t lifetime_ms, struct str *ret_token);
void login_end(struct db_tx *tx, struct uuid family_id, int64_t now_ms);
