/* Claim, replay and prune. Two requests with one key meet in three places: in this process the second waits
 * in in_flight.c; on SQLite that is all there is; on PostgreSQL another node's INSERT waits at the unique
 * index until the first commits (and then reads its reply) or rolls back (and then claims the key itself). */
#include "platform/http/idempotency.h"

#include "base/clock.h"
#include "platform/http/reply.h"
#include "platform/http/server_state.h"
#include "platform/platform.h"

#include <sodium.h>

#define KEY_MAX 128
#define WAIT_MS 5000
#define PRUNE_AT_ONCE 1000

DB_STATEMENT(IDEMPOTENCY_CLAIM, "INSERT INTO idempotency_keys (business_id, key, request_hash, created_at) "
                                "VALUES ($1, $2, $3, $4) ON CONFLICT (business_id, key) DO NOTHING");
DB_STATEMENT(
    IDEMPOTENCY_FIND,
    "SELECT request_hash, status, response FROM idempotency_keys WHERE business_id = $1 AND key = $2");
DB_STATEMENT(IDEMPOTENCY_STORE,
             "UPDATE idempotency_keys SET status = $3, response = $4 WHERE business_id = $1 AND key = $2");
DB_STATEMENT_GLOBAL(IDEMPOTENCY_PRUNE, "keys of all businesses grow old alike",
                    "DELETE FROM idempotency_keys WHERE (business_id, key) IN (SELECT business_id, key "
                    "FROM idempotency_keys WHERE resource_id IS NULL AND created_at < $1 LIMIT $2)");

/* ---- The key of a request ---- */

static bool is_key(struct str key)
{
    for (size_t i = 0; i < key.len; i++) {
        if (key.data[i] < ' ' || key.data[i] > '~')
            return false;
    }
    return key.len > 0 && key.len <= KEY_MAX;
}

/* Over method, path and body, with separators that none of the first two can hold. */
static void hash_request(const struct request *request, uint8_t ret_hash[IDEMPOTENCY_HASH_LEN])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    struct str query = request->target, path = str_cut(&query, '?');
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)request->route->method,
                              strlen(request->route->method));
    crypto_hash_sha256_update(&state, (const unsigned char *)" ", 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)path.data, path.len);
    crypto_hash_sha256_update(&state, (const unsigned char *)"\n", 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)request->body_text.data, request->body_text.len);
    crypto_hash_sha256_final(&state, hash);
    memcpy(ret_hash, hash, IDEMPOTENCY_HASH_LEN);
}

bool idempotency_read(struct request *request)
{
    struct http_exchange *exchange = request->exchange;
    size_t count;
    struct str key = head_find(&exchange->head, STR("Idempotency-Key"), &count);
    if (count == 0)
        return true;
    if (count > 1 || !is_key(key)) {
        request_invalid(request, "Idempotency-Key", "must be 1 to %d printable ASCII characters, once",
                        KEY_MAX);
        return false;
    }
    exchange->idempotency.key = key;
    hash_request(request, exchange->idempotency.hash);
    return true;
}

struct idempotency request_idempotency(const struct request *request)
{
    return request->exchange->idempotency;
}

enum code idempotency_enter(struct request *request)
{
    struct http_exchange *exchange = request->exchange;
    if (!exchange->idempotency.key.data)
        return CODE_OK;
    exchange->in_flight = in_flight_enter(exchange->server->in_flight, request->who.business_id,
                                          exchange->idempotency.key, WAIT_MS);
    return exchange->in_flight ? CODE_OK : CODE_REQUEST_IN_FLIGHT;
}

void idempotency_leave(struct request *request)
{
    struct http_exchange *exchange = request->exchange;
    if (exchange->in_flight)
        in_flight_leave(exchange->server->in_flight, exchange->in_flight);
    exchange->in_flight = NULL;
}

/* ---- Transactions ---- */

struct write {
    struct request *request;
    request_fn fn;
    void *arg;
    bool claim_failed;
};

static enum code replay(struct request *request, struct db_tx *tx)
{
    const struct idempotency *own = &request->exchange->idempotency;
    struct db_rows *rows = db_query(tx, &IDEMPOTENCY_FIND, DB_TEXT(own->key));
    if (db_failed(tx))
        return CODE_UNAVAILABLE; /* the transaction's own failure is what the caller gets */
    if (rows->count == 0)
        return CODE_RETRY; /* its transaction was rolled back or pruned meanwhile */
    struct str hash = db_text(rows, 0, 0);
    if (!str_eq(hash, (struct str){(const char *)own->hash, sizeof own->hash}) || db_is_null(rows, 0, 1))
        return CODE_IDEMPOTENCY_KEY_REUSED;
    struct str body = db_text(rows, 0, 2);
    if (body.data)
        reply_bytes(request, (int)db_int(rows, 0, 1), STR("application/json"),
                    str_copy(request->arena, body));
    else
        reply_none(request);
    reply_replayed(request);
    return CODE_OK;
}

static enum code run_claimed(struct db_tx *tx, void *arg)
{
    struct write *write = arg;
    struct request *request = write->request;
    const struct idempotency *own = &request->exchange->idempotency;
    reply_reset(request);
    write->claim_failed = false;
    struct db_rows *claim =
        db_query(tx, &IDEMPOTENCY_CLAIM, DB_TEXT(own->key),
                 DB_BYTES(((struct str){(const char *)own->hash, sizeof own->hash})), DB_INT(clock_now_ms()));
    write->claim_failed = db_failed(tx);
    if (write->claim_failed)
        return CODE_UNAVAILABLE;
    if (claim->affected == 0)
        return replay(request, tx);
    enum code code = write->fn(request, tx, write->arg);
    if (code)
        return code;
    struct http_reply *reply = &request->exchange->reply;
    struct str body = reply->status == 204 ? STR_NONE : reply->body;
    db_query(tx, &IDEMPOTENCY_STORE, DB_TEXT(own->key), DB_INT(reply->status), DB_TEXT(body));
    return CODE_OK;
}

static enum code run_plain(struct db_tx *tx, void *arg)
{
    struct write *write = arg;
    reply_reset(write->request);
    return write->fn(write->request, tx, write->arg);
}

enum code request_write(struct request *request, request_fn fn, void *arg)
{
    struct write write = {request, fn, arg, false};
    bool claims = request->exchange->idempotency.key.data != NULL;
    enum code code = db_write(request->platform->db, request->who.business_id, request->arena,
                              claims ? run_claimed : run_plain, &write);
    /* A key whose claim failed on a lock is being used by another node. */
    return code == CODE_CONFLICT && write.claim_failed ? CODE_REQUEST_IN_FLIGHT : code;
}

enum code request_read(struct request *request, request_fn fn, void *arg)
{
    struct write read = {request, fn, arg, false};
    return db_read(request->platform->db, request->who.business_id, request->arena, run_plain, &read);
}

/* ---- Old keys ---- */

struct prune {
    int64_t before_ms, deleted;
};

static enum code prune_some(struct db_tx *tx, void *arg)
{
    struct prune *prune = arg;
    struct db_rows *rows = db_query(tx, &IDEMPOTENCY_PRUNE, DB_INT(prune->before_ms), DB_INT(PRUNE_AT_ONCE));
    prune->deleted = rows->affected;
    return CODE_OK;
}

enum code idempotency_prune(struct db *db, int64_t now_ms)
{
    struct prune prune = {.before_ms = now_ms - IDEMPOTENCY_KEEP_MS};
    enum code code;
    struct arena arena = {0};
    do {
        arena_reset(&arena);
        code = db_write(db, UUID_NIL, &arena, prune_some, &prune);
    } while (code == CODE_OK && prune.deleted == PRUNE_AT_ONCE);
    arena_free(&arena);
    return code;
}
