/* Authentication: from the text of a token to an identity, as things are now.
 *
 * A token is verified once a process and then known by its digest. What it says about role and outlet is not
 * believed: both come from the directory, so that a dismissal, a new role or outlet counts at once in this
 * process and, told by the database, in every other. That a login ended (logout, reused refresh token, new
 * password) counts at once in this process, in others within AUTH_RECHECK_MS. */
#pragma once
#include "base/config.h"
#include "platform/auth/directory.h"
#include "platform/auth/keys.h"
#include "platform/auth/password.h"
#include "platform/auth/throttle.h"
#include "platform/auth/token_cache.h"

#define AUTH_RECHECK_MS (30 * 1000)

typedef void (*auth_forget_fn)(void *arg, struct uuid family_or_employee);

struct platform;

struct auth {
    struct db *db;
    struct cache *cache;
    const struct config *config;
    struct password_gate passwords;
    struct throttle *throttle; /* NULL: off */
    struct token_cache *tokens;
    uint8_t pin_secret[PIN_SECRET_BYTES];
    pthread_rwlock_t keys_lock; /* over the keys */
    struct signing_keys keys;
    pthread_mutex_t reload_lock; /* over the two below; taken before keys_lock */
    int64_t keys_loaded_ms;      /* monotonic */
    enum code keys_code;         /* what the last loading came to */
    pthread_mutex_t forget_lock; /* over the two below */
    auth_forget_fn on_forget;
    void *on_forget_arg;
};

/* Makes the server's keys when the database has none. On failure logs why and answers NULL. */
struct auth *auth_open(struct db *db, struct cache *cache, const struct config *config);
void auth_close(struct auth *auth); /* NULL is fine */

/* As http_options wants them. UNAUTHORIZED: no such token, or its login, employee or business is no more. */
enum code auth_authenticate(struct platform *platform, struct str token, struct identity *ret_who);
bool auth_authenticate_cached(struct platform *platform, struct str token, struct identity *ret_who);

/* An access token for this identity, from now on for config->access_token_s. */
struct str auth_issue(struct auth *auth, struct arena *arena, const struct identity *who);

/* After the commit of `tx`: the access tokens of this login (family) or employee are refused by this process.
 */
void auth_forget_after_commit(struct auth *auth, struct db_tx *tx, struct uuid family_or_employee);
/* `fn` is told of them, too, once they are refused: for what outlives a request. It must be quick and not use
 * the db. At most one; NULL takes it off (when this returns it is not running). */
void auth_on_forget(struct auth *auth, auth_forget_fn fn, void *arg);
/* Why was it refused: is it one of ours that has expired? Reads nothing. */
bool auth_is_expired(struct auth *auth, struct str token);
