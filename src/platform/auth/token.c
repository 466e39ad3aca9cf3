/* Access tokens by libjwt 1.10. It verifies with whatever algorithm the token's header names, so the
 * algorithm is checked before the key is handed over: with the key it would take an HS512 token as well, and
 * `none` without one. */
#include "platform/auth/token.h"

#include "base/check.h"

#include <jwt.h>

static void add_uuid(jwt_t *token, const char *name, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    check(jwt_add_grant(token, name, text) == 0);
}

struct str token_sign(const struct signing_keys *keys, struct arena *arena, const struct claims *claims)
{
    check(keys->count > 0);
    const struct signing_key *key = &keys->at[0];
    jwt_t *token = NULL;
    check(jwt_new(&token) == 0);
    check(jwt_set_alg(token, JWT_ALG_HS256, key->secret, (int)key->secret_len) == 0);
    check(jwt_add_header(token, "kid", key->kid) == 0);
    add_uuid(token, "userId", claims->employee_id);
    add_uuid(token, "employeeId", claims->employee_id);
    add_uuid(token, "outletId", claims->outlet_id);
    add_uuid(token, "businessId", claims->business_id);
    add_uuid(token, "sid", claims->family_id);
    add_uuid(token, "jti", claims->token_id);
    check(jwt_add_grant(token, "role", ROLE_NAMES[claims->role]) == 0);
    check(jwt_add_grant_int(token, "iat", (long)claims->issued_s) == 0);
    check(jwt_add_grant_int(token, "exp", (long)claims->expires_s) == 0);
    char *text = jwt_encode_str(token);
    check(text);
    struct str copy = str_copy(arena, str_of(text));
    free(text);
    jwt_free(token);
    return copy;
}

/* The key that the header names; NULL when the header is not ours (`ret_is_ours` false) or the key is not
 * known. */
static const struct signing_key *key_of(const struct signing_keys *keys, const char *text, bool *ret_is_ours)
{
    const struct signing_key *found = NULL;
    jwt_t *token = NULL;
    *ret_is_ours = false;
    if (jwt_decode(&token, text, NULL, 0) != 0)
        return NULL;
    const char *kid = jwt_get_header(token, "kid"), *algorithm = jwt_get_header(token, "alg");
    if (kid && algorithm &&
        strcmp(algorithm, "HS256") == 0) { /* jwt_get_alg says NONE where no key was given */
        *ret_is_ours = true;
        for (size_t i = 0; i < keys->count && !found; i++) {
            if (strcmp(keys->at[i].kid, kid) == 0)
                found = &keys->at[i];
        }
    }
    jwt_free(token);
    return found;
}

static bool read_claims(jwt_t *token, struct claims *ret_claims)
{
    struct claims claims;
    bool is_complete = uuid_parse(str_of(jwt_get_grant(token, "businessId")), &claims.business_id) &&
                       uuid_parse(str_of(jwt_get_grant(token, "employeeId")), &claims.employee_id) &&
                       uuid_parse(str_of(jwt_get_grant(token, "outletId")), &claims.outlet_id) &&
                       uuid_parse(str_of(jwt_get_grant(token, "sid")), &claims.family_id) &&
                       uuid_parse(str_of(jwt_get_grant(token, "jti")), &claims.token_id) &&
                       role_parse(str_of(jwt_get_grant(token, "role")), &claims.role);
    claims.issued_s = jwt_get_grant_int(token, "iat");
    claims.expires_s = jwt_get_grant_int(token, "exp"); /* 0 when it is missing: expired */
    if (is_complete)
        *ret_claims = claims;
    return is_complete;
}

enum token_verdict token_verify(const struct signing_keys *keys, struct str token, int64_t now_s,
                                struct claims *ret_claims)
{
    char text[TOKEN_TEXT_MAX + 1];
    if (token.len == 0 || token.len > TOKEN_TEXT_MAX || memchr(token.data, '\0', token.len))
        return TOKEN_INVALID;
    memcpy(text, token.data, token.len);
    text[token.len] = '\0';

    bool is_ours;
    const struct signing_key *key = key_of(keys, text, &is_ours);
    if (!key)
        return is_ours ? TOKEN_KEY_UNKNOWN : TOKEN_INVALID;
    jwt_t *verified = NULL;
    if (jwt_decode(&verified, text, key->secret, (int)key->secret_len) != 0)
        return TOKEN_INVALID;
    struct claims claims;
    bool is_valid = jwt_get_alg(verified) == JWT_ALG_HS256 && read_claims(verified, &claims);
    jwt_free(verified);
    if (!is_valid)
        return TOKEN_INVALID;
    if (claims.expires_s <= now_s)
        return TOKEN_EXPIRED;
    *ret_claims = claims;
    return TOKEN_VALID;
}
