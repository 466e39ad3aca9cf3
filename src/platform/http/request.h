/* A request as a handler sees it: authenticated, authorised, its query and body decoded and valid.
 *
 * A handler answers CODE_OK after one of the reply_* calls, or a code (a refusal), to which request_refuse
 * may add details; the server turns it into problem+json. Handlers run on worker threads and may block on the
 * database. Everything in `arena` lives until the answer was sent. */
#pragma once
#include "base/arena.h"
#include "base/json.h"
#include "platform/db/db.h"
#include "platform/http/route.h"

struct cache_ref;
struct platform; /* platform/platform.h: database, caches, events, auth, configuration */

#define REQUEST_PARAMS_MAX 4

struct page {
    int64_t limit;     /* 1–200, default 50 */
    struct str cursor; /* as the client sent it, decoded; STR_NONE: the first page */
};

struct refusal_detail; /* of problem+json `errors` */

struct request {
    struct platform *platform;
    const struct route *route;
    struct arena *arena;
    struct identity who;                   /* zero on public routes */
    struct str params[REQUEST_PARAMS_MAX]; /* path parameters, percent-decoded */
    const void *query;                     /* struct of route->query; NULL when it has none */
    const void *body; /* struct of route->request (not ROUTE_PATCH); NULL when it has none */
    struct str body_text;
    struct page page;
    struct str id;                  /* X-Request-Id */
    struct str address;             /* of the client, without port */
    struct str target;              /* path and query as sent, absolute */
    int64_t received_ms;            /* UTC */
    struct http_exchange *exchange; /* the server's side */
};

struct str request_header(const struct request *request, const char *name); /* case-insensitive; STR_NONE */

/* The path parameter as an id; false: not an id, so nothing can be there (answer CODE_NOT_FOUND). */
bool request_param_uuid(const struct request *request, size_t index, struct uuid *ret_id);

/* Is this outlet within the caller's reach? An owner acts in every outlet of the business (whether it exists
 * is up to the query), the others in their own. A handler answers CODE_NOT_FOUND when false. */
bool request_may_use_outlet(const struct request *request, struct uuid outlet_id);

/* The directory (auth/directory.h) of the caller's business; released by the caller. */
enum code directory_of(const struct request *request, struct cache_ref *ret_ref);

/* CODE_OK: the outlet is there and within the caller's reach; nil is, too: all that the caller reaches.
 * CODE_NOT_FOUND otherwise. */
enum code directory_reach(const struct request *request, struct uuid outlet_id);

/* Decodes the body of a ROUTE_PATCH over `current`: absent fields keep their value. CODE_OK or
 * VALIDATION_FAILED. */
enum code request_patch(struct request *request, void *current);

/* ---- Database ---- */

typedef enum code (*request_fn)(struct request *request, struct db_tx *tx, void *arg);

/* Runs `fn` in a transaction of the caller's business. On a ROUTE_IDEMPOTENT route with an Idempotency-Key
 * the key is claimed first and the reply that `fn` made is stored in the same transaction; a replay makes the
 * stored reply (with Idempotent-Replayed: true) without running `fn`. `fn` may run more than once: the reply
 * of an earlier run is dropped. */
enum code request_write(struct request *request, request_fn fn, void *arg);
enum code request_read(struct request *request, request_fn fn, void *arg);

/* The same idempotency for use cases that write by a batch (sales): what the claim of the key needs. */
#define IDEMPOTENCY_HASH_LEN 16 /* of the 32 bytes: every sale keeps them for good */
struct idempotency {
    struct str key;                     /* STR_NONE: the request carries none */
    uint8_t hash[IDEMPOTENCY_HASH_LEN]; /* the first bytes of the SHA-256 over method, path and body */
};
struct idempotency request_idempotency(const struct request *request);

/* ---- Replies ---- */

void reply(struct request *request, const void *object); /* route->status, by route->response */
void reply_none(struct request *request);                /* 204 */
/* ROUTE_ARRAY; objects as in reply_page. */
void reply_array(struct request *request, const void *objects, size_t count);
/* A page of a list. The handler asked for limit + 1 rows; `count` may be limit + 1, the last is not sent then
 * and the Link header carries `cursor_of(&last sent)`. Objects lie one after another (route->response's
 * size). */
void reply_page(struct request *request, const void *objects, size_t count,
                struct str (*cursor_of)(struct arena *arena, const void *object));
struct str cursor_of_id(struct arena *arena,
                        const void *object); /* for structs that begin with `struct uuid id` */
void reply_bytes(struct request *request, int status, struct str content_type, struct str body);
void reply_header(struct request *request, const char *name, struct str value);
void reply_replayed(struct request *request); /* Idempotent-Replayed: true */

/* Adds one entry to the problem's `errors`; `extra` is further JSON members (", \"available\":2") or
 * STR_NONE. Answers `code`, so that a handler can `return request_refuse(request, CODE_…, …)`. */
enum code request_refuse(struct request *request, enum code code, struct str path, struct str message,
                         struct str extra);
enum code request_invalid(struct request *request, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* VALIDATION_FAILED */
void request_retry_after(struct request *request, int64_t seconds);
