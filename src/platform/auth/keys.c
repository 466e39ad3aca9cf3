/* The server's own secrets: made once, kept in the database. */
#include "platform/auth/keys.h"

#include "base/clock.h"

#include <sodium.h>

#define SECRET_BYTES 32
#define ROTATE_AFTER_MS (INT64_C(90) * 24 * 60 * 60 * 1000)

DB_STATEMENT_GLOBAL(SERVER_KEYS_LIST, "the server's own secrets",
                    "SELECT kid, secret, created_at FROM server_keys WHERE purpose = $1"
                    " ORDER BY created_at DESC, kid DESC LIMIT 8");
/* Two processes that start at once make the same kid: one of the two secrets stays. */
DB_STATEMENT_GLOBAL(SERVER_KEY_ADD, "the server's own secrets",
                    "INSERT INTO server_keys (kid, purpose, secret, created_at) VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT (kid) DO NOTHING");

static struct db_rows *list_keys(struct db_tx *tx, const char *purpose)
{
    return db_query(tx, &SERVER_KEYS_LIST, DB_TEXT(str_of(purpose)));
}

static void add_key(struct db_tx *tx, const char *purpose, size_t number)
{
    char *secret = arena_alloc(db_arena(tx), SECRET_BYTES);
    clock_random(secret, SECRET_BYTES);
    db_query(tx, &SERVER_KEY_ADD, DB_TEXT(str_format(db_arena(tx), "%s-%zu", purpose, number)),
             DB_TEXT(str_of(purpose)), DB_BYTES(((struct str){secret, SECRET_BYTES})),
             DB_INT(clock_now_ms()));
}

static void set_secret(struct signing_key *key, struct str secret)
{
    if (secret.len > sizeof key->secret) {
        crypto_hash_sha256(key->secret, (const unsigned char *)secret.data, secret.len);
        key->secret_len = crypto_hash_sha256_BYTES;
    } else {
        memcpy(key->secret, secret.data, secret.len);
        key->secret_len = secret.len;
    }
}

static void use_configured_secret(struct signing_keys *keys, struct str secret)
{
    uint8_t digest[crypto_generichash_BYTES_MIN];
    struct signing_key *key = &keys->at[0];
    set_secret(key, secret);
    crypto_generichash(digest, sizeof digest, (const unsigned char *)"kid", 3, key->secret, key->secret_len);
    memcpy(key->kid, "config-", 7);
    sodium_bin2hex(key->kid + 7, 17, digest, 8);
    keys->count = 1;
}

static void read_signing_keys(struct db_tx *tx, struct signing_keys *keys)
{
    struct db_rows *rows = list_keys(tx, "access-token");
    if (rows->count == 0 || db_int(rows, 0, 2) + ROTATE_AFTER_MS < clock_now_ms()) {
        int64_t newest = 0;
        if (rows->count > 0) { /* "access-token-7" */
            struct str kid = db_text(rows, 0, 0), number = STR_NONE;
            while (kid.data)
                number = str_cut(&kid, '-');
            str_parse_int(number, &newest);
        }
        add_key(tx, "access-token", (size_t)newest + 1);
        rows = list_keys(tx, "access-token");
    }
    keys->count = 0;
    for (size_t i = 0; i < rows->count && i < SIGNING_KEYS_MAX; i++) {
        struct signing_key *key = &keys->at[keys->count];
        struct str kid = db_text(rows, i, 0);
        if (kid.len > SIGNING_KID_MAX)
            continue;
        memcpy(key->kid, kid.data, kid.len);
        set_secret(key, db_text(rows, i, 1));
        keys->count++;
    }
}

struct loading {
    const struct config *config;
    struct auth_keys keys;
};

static enum code load(struct db_tx *tx, void *arg)
{
    struct loading *loading = arg;
    loading->keys = (struct auth_keys){0};
    if (loading->config->jwt_secret.len > 0)
        use_configured_secret(&loading->keys.signing, loading->config->jwt_secret);
    else
        read_signing_keys(tx, &loading->keys.signing);
    struct db_rows *rows = list_keys(tx, "pin");
    if (rows->count == 0) {
        add_key(tx, "pin", 1);
        rows = list_keys(tx, "pin");
    }
    if (rows->count == 0 || db_text(rows, 0, 1).len != PIN_SECRET_BYTES)
        return CODE_INTERNAL;
    memcpy(loading->keys.pin_secret, db_text(rows, 0, 1).data, PIN_SECRET_BYTES);
    return loading->keys.signing.count > 0 ? CODE_OK : CODE_INTERNAL;
}

enum code keys_load(struct db *db, const struct config *config, struct auth_keys *ret_keys)
{
    struct loading loading = {.config = config};
    struct arena arena = {0};
    enum code code = db_write(db, UUID_NIL, &arena, load, &loading);
    arena_free(&arena);
    if (!code)
        *ret_keys = loading.keys;
    sodium_memzero(&loading, sizeof loading);
    return code;
}
