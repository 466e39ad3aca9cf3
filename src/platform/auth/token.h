/* Access tokens: JWT (RFC 7519), HS256 and nothing else. Pure but for the arena; any thread. */
#pragma once
#include "platform/auth/identity.h"

#define TOKEN_TEXT_MAX 2048 /* a longer one is refused unread */
#define SIGNING_KEYS_MAX 8
#define SIGNING_KID_MAX 32
#define SIGNING_SECRET_MAX 64 /* the block of SHA-256: HMAC takes the SHA-256 of a longer one */

struct signing_key {
    char kid[SIGNING_KID_MAX + 1];
    uint8_t secret[SIGNING_SECRET_MAX];
    size_t secret_len;
};

/* The first signs; all verify, each the tokens that carry its kid. */
struct signing_keys {
    struct signing_key at[SIGNING_KEYS_MAX];
    size_t count;
};

struct claims {
    struct uuid business_id, outlet_id, employee_id;
    struct uuid family_id; /* `sid`: the login */
    struct uuid token_id;  /* `jti` */
    enum role role;
    int64_t issued_s, expires_s; /* UTC */
};

struct str token_sign(const struct signing_keys *keys, struct arena *arena, const struct claims *claims);

enum token_verdict { TOKEN_VALID, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_KEY_UNKNOWN };

enum token_verdict token_verify(const struct signing_keys *keys, struct str token, int64_t now_s,
                                struct claims *ret_claims);
