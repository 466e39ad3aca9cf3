/* Authentication: token → login → employee as of now. */
#include "platform/auth/auth.h"

#include "base/clock.h"
#include "base/log.h"
#include "platform/platform.h"

#include <sodium.h>

#define TOKENS_KEPT 10240
#define BUCKETS_KEPT 16384
#define KEYS_RELOAD_MS 10000 /* an unknown kid makes us look for new keys, at most this often */

DB_STATEMENT(AUTH_FAMILY, "SELECT revoked_at FROM refresh_families WHERE business_id = $1 AND id = $2");

static int64_t monotonic_ms(void) { return clock_monotonic_ns() / 1000000; }

struct auth *auth_open(struct db *db, struct cache *cache, const struct config *config)
{
    if (sodium_init() < 0) {
        log_error("auth.sodium_failed");
        return NULL;
    }
    struct auth_keys keys;
    enum code code = keys_load(db, config, &keys);
    if (code) {
        log_error("auth.keys_failed", LOG_TEXT("code", code_name(code)));
        return NULL;
    }
    struct auth *auth = calloc(1, sizeof *auth);
    if (!auth)
        return NULL;
    *auth = (struct auth){.db = db, .cache = cache, .config = config, .keys = keys.signing};
    memcpy(auth->pin_secret, keys.pin_secret, sizeof auth->pin_secret);
    sodium_memzero(&keys, sizeof keys);
    auth->keys_loaded_ms = monotonic_ms();
    pthread_mutex_init(&auth->reload_lock, NULL);
    pthread_rwlock_init(&auth->keys_lock, NULL);
    pthread_mutex_init(&auth->forget_lock, NULL);
    /* Logins may hold back at most half of the workers: the other half goes on selling. */
    password_gate_open(&auth->passwords, (size_t)config->worker_threads / 2);
    auth->tokens = token_cache_open(TOKENS_KEPT);
    auth->throttle = config->rate_limit ? throttle_open(BUCKETS_KEPT) : NULL;
    if (!auth->tokens || (config->rate_limit && !auth->throttle)) {
        log_error("auth.no_memory");
        auth_close(auth);
        return NULL;
    }
    return auth;
}

void auth_close(struct auth *auth)
{
    if (!auth)
        return;
    throttle_close(auth->throttle);
    token_cache_close(auth->tokens);
    password_gate_close(&auth->passwords);
    pthread_mutex_destroy(&auth->forget_lock);
    pthread_rwlock_destroy(&auth->keys_lock);
    pthread_mutex_destroy(&auth->reload_lock);
    sodium_memzero(auth, sizeof *auth);
    free(auth);
}

/* ---- Keys ---- */

static enum token_verdict verify(struct auth *auth, struct str token, struct claims *ret_claims)
{
    pthread_rwlock_rdlock(&auth->keys_lock);
    enum token_verdict verdict = token_verify(&auth->keys, token, clock_now_ms() / 1000, ret_claims);
    pthread_rwlock_unlock(&auth->keys_lock);
    return verdict;
}

static void load_keys(struct auth *auth)
{
    struct auth_keys keys;
    auth->keys_loaded_ms = monotonic_ms();
    auth->keys_code = keys_load(auth->db, auth->config, &keys);
    if (auth->keys_code)
        return;
    pthread_rwlock_wrlock(&auth->keys_lock);
    auth->keys = keys.signing;
    pthread_rwlock_unlock(&auth->keys_lock);
    sodium_memzero(&keys, sizeof keys);
}

/* Another process may have made a new key. Who meets it while somebody loads the keys waits for them: they
 * are as new as its own would be. CODE_OK: look again. */
static enum code renew_keys(struct auth *auth)
{
    if (auth->config->jwt_secret.len > 0)
        return CODE_OK;
    pthread_mutex_lock(&auth->reload_lock);
    if (monotonic_ms() - auth->keys_loaded_ms >= KEYS_RELOAD_MS)
        load_keys(auth);
    enum code code = auth->keys_code;
    pthread_mutex_unlock(&auth->reload_lock);
    return code;
}

/* ---- Authentication ---- */

struct family_check {
    struct uuid family_id;
    bool is_alive;
};

static enum code read_family(struct db_tx *tx, void *arg)
{
    struct family_check *check = arg;
    struct db_rows *rows = db_query(tx, &AUTH_FAMILY, DB_UUID(check->family_id));
    check->is_alive = rows->count == 1 && db_is_null(rows, 0, 0);
    return CODE_OK;
}

/* The slow way: the signature, the claims, and the login in the database. */
static enum code verify_and_keep(struct auth *auth, struct str token, const struct token_digest *digest,
                                 struct token_entry *ret_entry)
{
    struct claims claims;
    enum token_verdict verdict = verify(auth, token, &claims);
    if (verdict == TOKEN_KEY_UNKNOWN) {
        enum code code = renew_keys(auth);
        if (code) /* whether it is ours can't be known now */
            return code;
        verdict = verify(auth, token, &claims);
    }
    if (verdict != TOKEN_VALID)
        return CODE_UNAUTHORIZED;

    uint64_t epoch = token_cache_epoch(auth->tokens);
    struct family_check check = {.family_id = claims.family_id};
    struct arena arena = {0};
    enum code code = db_read(auth->db, claims.business_id, &arena, read_family, &check);
    arena_free(&arena);
    if (code)
        return code;
    if (!check.is_alive)
        return CODE_UNAUTHORIZED;
    *ret_entry = (struct token_entry){
        .business_id = claims.business_id,
        .employee_id = claims.employee_id,
        .family_id = claims.family_id,
        .expires_ms = claims.expires_s * 1000,
        .recheck_ms = clock_now_ms() + AUTH_RECHECK_MS,
    };
    token_cache_put(auth->tokens, digest, ret_entry, epoch);
    return CODE_OK;
}

/* From the cache, when it is there, not expired, and its login was looked up recently. */
static bool find_kept(struct auth *auth, const struct token_digest *digest, struct token_entry *ret_entry)
{
    int64_t now_ms = clock_now_ms();
    return token_cache_find(auth->tokens, digest, ret_entry) && ret_entry->expires_ms > now_ms &&
           ret_entry->recheck_ms > now_ms;
}

static bool identify(const struct directory *directory, const struct token_entry *entry,
                     struct identity *ret_who)
{
    const struct directory_employee *employee = directory_employee(directory, entry->employee_id);
    if (!employee || !employee->is_active)
        return false;
    *ret_who = (struct identity){
        .business_id = directory->business_id,
        .outlet_id = employee->outlet_id,
        .employee_id = employee->id,
        .family_id = entry->family_id,
        .role = employee->role,
        .units = directory->units,
        .expires_ms = entry->expires_ms,
    };
    return true;
}

enum code auth_authenticate(struct platform *platform, struct str token, struct identity *ret_who)
{
    struct auth *auth = platform->auth;
    if (token.len == 0 || token.len > TOKEN_TEXT_MAX)
        return CODE_UNAUTHORIZED;
    struct token_digest digest = token_digest(token);
    struct token_entry entry;
    if (!find_kept(auth, &digest, &entry)) {
        enum code code = verify_and_keep(auth, token, &digest, &entry);
        if (code)
            return code;
    }
    struct cache_ref ref;
    enum code code = cache_acquire(auth->cache, &DIRECTORY, entry.business_id, &ref);
    if (code)
        return code == CODE_NOT_FOUND ? CODE_UNAUTHORIZED : code;
    bool is_known = identify(ref.object, &entry, ret_who);
    cache_release(&ref);
    return is_known ? CODE_OK : CODE_UNAUTHORIZED;
}

bool auth_authenticate_cached(struct platform *platform, struct str token, struct identity *ret_who)
{
    struct auth *auth = platform->auth;
    if (token.len == 0 || token.len > TOKEN_TEXT_MAX)
        return false;
    struct token_digest digest = token_digest(token);
    struct token_entry entry;
    struct cache_ref ref;
    if (!find_kept(auth, &digest, &entry) || !cache_peek(auth->cache, &DIRECTORY, entry.business_id, &ref))
        return false;
    bool is_known = identify(ref.object, &entry, ret_who);
    cache_release(&ref);
    return is_known;
}

bool auth_is_expired(struct auth *auth, struct str token)
{
    struct claims claims;
    return token.len > 0 && token.len <= TOKEN_TEXT_MAX && verify(auth, token, &claims) == TOKEN_EXPIRED;
}

struct str auth_issue(struct auth *auth, struct arena *arena, const struct identity *who)
{
    int64_t now_s = clock_now_ms() / 1000;
    struct claims claims = {
        .business_id = who->business_id,
        .outlet_id = who->outlet_id,
        .employee_id = who->employee_id,
        .family_id = who->family_id,
        .token_id = uuid_new(),
        .role = who->role,
        .issued_s = now_s,
        .expires_s = now_s + auth->config->access_token_s,
    };
    pthread_rwlock_rdlock(&auth->keys_lock);
    struct str token = token_sign(&auth->keys, arena, &claims);
    pthread_rwlock_unlock(&auth->keys_lock);
    return token;
}

/* ---- The end of a login ---- */

struct forgetting {
    struct auth *auth;
    struct uuid id;
};

static void forget(void *arg)
{
    const struct forgetting *forgetting = arg;
    struct auth *auth = forgetting->auth;
    token_cache_forget(auth->tokens, forgetting->id);
    pthread_mutex_lock(&auth->forget_lock);
    if (auth->on_forget)
        auth->on_forget(auth->on_forget_arg, forgetting->id);
    pthread_mutex_unlock(&auth->forget_lock);
}

void auth_on_forget(struct auth *auth, auth_forget_fn fn, void *arg)
{
    pthread_mutex_lock(&auth->forget_lock);
    auth->on_forget = fn;
    auth->on_forget_arg = arg;
    pthread_mutex_unlock(&auth->forget_lock);
}

void auth_forget_after_commit(struct auth *auth, struct db_tx *tx, struct uuid family_or_employee)
{
    struct forgetting *forgetting = arena_new(db_arena(tx), struct forgetting);
    *forgetting = (struct forgetting){auth, family_or_employee};
    db_after_commit(tx, forget, forgetting);
}
