/* The rows of businesses at their birth, and of logins. */
#include "modules/auth/auth_internal.h"

#include "base/clock.h"
#include "modules/settings/settings.h"

#include <sodium.h>

#define DEFAULT_CURRENCY STR("IDR")
#define DEFAULT_ZONE STR("Asia/Jakarta")
#define DEFAULT_PLAN STR("free")

DB_STATEMENT(BUSINESS_INSERT,
             "INSERT INTO businesses (business_id, name, currency, timezone, subscription_plan,"
             " reference_version, created_at) VALUES ($1, $2, $3, $4, $5, 1, $6)");
DB_STATEMENT(
    BUSINESS_COUNTER_INSERT,
    "INSERT INTO outlet_counters (business_id, outlet_id, business_date, last_receipt, last_sequence)"
    " VALUES ($1, $1, 0, 0, 0)");

#define ACCOUNT_COLUMNS "business_id, id, outlet_id, name, email, password_hash, role, is_active"
DB_STATEMENT_GLOBAL(ACCOUNT_BY_EMAIL, "login: only the e-mail is known, not the business",
                    "SELECT " ACCOUNT_COLUMNS " FROM employees WHERE email = $1");
DB_STATEMENT(ACCOUNT_HOLD,
             "SELECT " ACCOUNT_COLUMNS " FROM employees WHERE business_id = $1 AND id = $2 {for_share}");
/* A PIN is unique in an outlet, not in the business: the outlet's own come first. */
DB_STATEMENT(ACCOUNT_BY_PIN,
             "SELECT " ACCOUNT_COLUMNS " FROM employees WHERE business_id = $1 AND outlet_id = $3 "
             "AND pin_key = $2 AND is_active = 1 {for_share}");
DB_STATEMENT(OWNER_BY_PIN, "SELECT " ACCOUNT_COLUMNS " FROM employees WHERE business_id = $1 "
                           "AND pin_key = $2 AND role = 'owner' AND is_active = 1 "
                           "ORDER BY id LIMIT 1 {for_share}");

DB_STATEMENT(FAMILY_INSERT,
             "INSERT INTO refresh_families (business_id, id, employee_id, created_at, expires_at)"
             " VALUES ($1, $2, $3, $4, $5)");
DB_STATEMENT(FAMILY_HOLD, "SELECT employee_id, revoked_at FROM refresh_families"
                          " WHERE business_id = $1 AND id = $2 {for_update}");
DB_STATEMENT(FAMILY_PROLONG,
             "UPDATE refresh_families SET expires_at = $3 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(FAMILY_REVOKE, "UPDATE refresh_families SET revoked_at = $3"
                            " WHERE business_id = $1 AND id = $2 AND revoked_at IS NULL");
DB_STATEMENT(FAMILIES_SWEEP, "DELETE FROM refresh_families WHERE business_id = $1 AND expires_at < $2");
DB_STATEMENT_GLOBAL(REFRESH_FIND, "refresh: only the token is known, not the business",
                    "SELECT business_id, family_id FROM refresh_tokens WHERE token_hash = $1");
DB_STATEMENT(REFRESH_READ,
             "SELECT expires_at, spent_at FROM refresh_tokens WHERE business_id = $1 AND token_hash = $2");
DB_STATEMENT(REFRESH_INSERT, "INSERT INTO refresh_tokens (business_id, token_hash, family_id, expires_at)"
                             " VALUES ($1, $2, $3, $4)");
DB_STATEMENT(REFRESH_SPEND, "UPDATE refresh_tokens SET spent_at = $3"
                            " WHERE business_id = $1 AND token_hash = $2 AND spent_at IS NULL");
DB_STATEMENT(REFRESH_SWEEP, "DELETE FROM refresh_tokens WHERE business_id = $1 AND expires_at < $2");

/* ---- Registration ---- */

static struct outlet first_outlet(const struct registration *registration, struct str timezone)
{
    struct outlet outlet = registration->outlet ? *registration->outlet : OUTLET_DEFAULTS;
    if (uuid_is_nil(outlet.id))
        outlet.id = uuid_new();
    if (!outlet.name.data)
        outlet.name = registration->business_name;
    if (!outlet.code.data)
        outlet.code = STR("OUT1");
    if (!outlet.timezone.data)
        outlet.timezone = timezone;
    outlet.created_at = registration->created_at;
    return outlet;
}

enum code business_register(struct platform *platform, struct db_tx *tx,
                            const struct registration *registration, struct registered *ret_registered)
{
    struct str timezone = registration->timezone.data ? registration->timezone : DEFAULT_ZONE;
    struct str currency = registration->currency.data ? registration->currency : DEFAULT_CURRENCY;
    struct outlet outlet = first_outlet(registration, timezone);
    db_ask(tx, &BUSINESS_INSERT, DB_TEXT(registration->business_name), DB_TEXT(currency), DB_TEXT(timezone),
           DB_TEXT(DEFAULT_PLAN), DB_INT(registration->created_at));
    db_ask(tx, &BUSINESS_COUNTER_INSERT);
    enum code code = outlet_add(tx, &outlet);
    if (code)
        return code;
    struct employee_draft owner = {
        .id = uuid_new(),
        .outlet_id = outlet.id,
        .name = registration->owner_name,
        .email = registration->email,
        .password_hash = registration->password_hash,
        .role = ROLE_OWNER,
        .created_at = registration->created_at,
    };
    code = employee_add(platform, tx, &owner);
    if (!code)
        *ret_registered = (struct registered){db_business(tx), outlet.id, owner.id};
    return code;
}

/* ---- Accounts ---- */

static bool read_account(const struct db_rows *rows, struct account *ret_account)
{
    enum role role;
    if (rows->count != 1 || !role_parse(db_text(rows, 0, 6), &role))
        return false;
    *ret_account = (struct account){
        .business_id = db_uuid(rows, 0, 0),
        .employee_id = db_uuid(rows, 0, 1),
        .outlet_id = db_uuid(rows, 0, 2),
        .name = db_text(rows, 0, 3),
        .email = db_text(rows, 0, 4),
        .password_hash = db_text(rows, 0, 5),
        .role = role,
        .is_active = db_bool(rows, 0, 7),
    };
    return true;
}

bool account_find_by_email(struct db_tx *tx, struct str email, struct account *ret_account)
{
    return read_account(db_query(tx, &ACCOUNT_BY_EMAIL, DB_TEXT(email)), ret_account);
}

bool account_find(struct db_tx *tx, struct uuid employee_id, struct account *ret_account)
{
    return read_account(db_query(tx, &ACCOUNT_HOLD, DB_UUID(employee_id)), ret_account);
}

bool account_find_by_pin(struct db_tx *tx, const struct pin_key *key, struct uuid outlet_id, bool or_owner,
                         struct account *ret_account)
{
    struct str bytes = {(const char *)key->bytes, sizeof key->bytes};
    if (read_account(db_query(tx, &ACCOUNT_BY_PIN, DB_BYTES(bytes), DB_UUID(outlet_id)), ret_account))
        return true;
    return or_owner && read_account(db_query(tx, &OWNER_BY_PIN, DB_BYTES(bytes)), ret_account);
}

/* ---- Logins ---- */

struct str refresh_token_hash(struct arena *arena, struct str token)
{
    unsigned char *hash = arena_alloc(arena, REFRESH_HASH_BYTES);
    crypto_hash_sha256(hash, (const unsigned char *)token.data, token.len);
    return (struct str){(const char *)hash, REFRESH_HASH_BYTES};
}

static struct str token_add(struct db_tx *tx, struct uuid family_id, int64_t expires_at)
{
    uint8_t bytes[REFRESH_TOKEN_BYTES];
    clock_random(bytes, sizeof bytes);
    struct str token = str_base64url(db_arena(tx), bytes, sizeof bytes);
    db_ask(tx, &REFRESH_INSERT, DB_BYTES(refresh_token_hash(db_arena(tx), token)), DB_UUID(family_id),
           DB_INT(expires_at));
    return token;
}

struct login login_begin(struct db_tx *tx, struct uuid employee_id, int64_t now_ms, int64_t lifetime_ms)
{
    struct login login = {.family_id = uuid_new()};
    db_ask(tx, &REFRESH_SWEEP, DB_INT(now_ms));
    db_ask(tx, &FAMILIES_SWEEP, DB_INT(now_ms));
    db_ask(tx, &FAMILY_INSERT, DB_UUID(login.family_id), DB_UUID(employee_id), DB_INT(now_ms),
           DB_INT(now_ms + lifetime_ms));
    login.refresh_token = token_add(tx, login.family_id, now_ms + lifetime_ms);
    return login;
}

bool refresh_find(struct db_tx *tx, struct str token_hash, struct uuid *ret_business, struct uuid *ret_family)
{
    struct db_rows *rows = db_query(tx, &REFRESH_FIND, DB_BYTES(token_hash));
    if (rows->count != 1)
        return false;
    *ret_business = db_uuid(rows, 0, 0);
    *ret_family = db_uuid(rows, 0, 1);
    return true;
}

void refresh_read(struct db_tx *tx, struct str token_hash, struct uuid family_id,
                  struct refresh_state *ret_state, struct uuid *ret_employee)
{
    struct db_rows *family = db_ask(tx, &FAMILY_HOLD, DB_UUID(family_id));
    struct db_rows *token = db_query(tx, &REFRESH_READ, DB_BYTES(token_hash));
    *ret_state = (struct refresh_state){.is_known = family->count == 1 && token->count == 1};
    *ret_employee = UUID_NIL;
    if (!ret_state->is_known)
        return;
    *ret_employee = db_uuid(family, 0, 0);
    ret_state->family_revoked_at = db_int(family, 0, 1);
    ret_state->expires_at = db_int(token, 0, 0);
    ret_state->spent_at = db_int(token, 0, 1);
}

enum code refresh_spend(struct db_tx *tx, struct str token_hash, struct uuid family_id, int64_t now_ms,
                        int64_t lifetime_ms, struct str *ret_token)
{
    struct db_rows *spent = db_query(tx, &REFRESH_SPEND, DB_BYTES(token_hash), DB_INT(now_ms));
    if (spent->affected != 1)
        return CODE_RETRY;
    *ret_token = token_add(tx, family_id, now_ms + lifetime_ms);
    db_ask(tx, &FAMILY_PROLONG, DB_UUID(family_id), DB_INT(now_ms + lifetime_ms));
    return CODE_OK;
}

void login_end(struct db_tx *tx, struct uuid family_id, int64_t now_ms)
{
    db_query(tx, &FAMILY_REVOKE, DB_UUID(family_id), DB_INT(now_ms));
}
