/* What the files of this module share: the rows of logins, what a login answers, the calls in other files. */
#pragma once
#include "modules/auth/approval.h"
#include "modules/auth/auth.h"
#include "platform/auth/pin.h"
#include "platform/auth/refresh.h"
#include "platform/auth/throttle.h"
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

/* Whose PIN it is, of those who work in this outlet and have not been dismissed; held against a change until
 * the commit. `or_owner`: else an owner of the business, who acts in every outlet. False: nobody's. */
bool account_find_by_pin(struct db_tx *tx, const struct pin_key *key, struct uuid outlet_id, bool or_owner,
                         struct account *ret_account);

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

/* ---- auth_session.c ---- */

struct user {
    struct uuid user_id, employee_id, business_id, outlet_id;
    struct str name, email;
    int64_t role;
};

extern const struct json_schema USER_SCHEMA, SESSION_SCHEMA;

/* Answers a login: an access token and this refresh token. */
void session_reply(struct request *request, const struct account *account, struct uuid family_id,
                   struct str refresh_token);
int64_t session_lifetime_ms(const struct request *request); /* of a refresh token */

/* OK, or TOO_MANY_REQUESTS with the time to wait. */
enum code auth_brake(struct request *request, enum throttle_kind kind, struct str subject);
enum code auth_brake_address(struct request *request, enum throttle_kind kind);

/* ---- pin_routes.c ---- */

/* A PIN on its way through the brakes: `pin_brake` before it is looked up, `pin_right` when it was known. */
struct pin_attempt {
    struct str device, outlet; /* subjects of the brakes */
};
enum code pin_brake(struct request *request, struct pin_attempt *ret_attempt);
void pin_right(struct request *request, const struct pin_attempt *attempt);

extern const struct json_schema PIN_LOGIN_SCHEMA;
enum code auth_log_in_by_pin(struct request *request);

/* ---- override_routes.c, override_store.c ---- */

#define OVERRIDE_TOKEN_BYTES 32
#define OVERRIDE_LIFETIME_MS (5 * 60 * 1000)

extern const struct json_schema OVERRIDE_REQUEST_SCHEMA, OVERRIDE_SCHEMA;
enum code auth_override(struct request *request);

struct override_draft {
    enum approval_action action;
    struct uuid outlet_id, requested_by, approved_by;
    int64_t created_at, expires_at;
};
/* Stores a new token, of which only the hash is kept, and answers it. Also drops those that are past. */
struct str override_add(struct db_tx *tx, const struct override_draft *draft);
