/* The database: SQLite or PostgreSQL behind one interface, one SQL text for both.
 *
 * A statement is declared where it is used and is known to the program from its start:
 *
 *     DB_STATEMENT(PRODUCT_FIND, "SELECT name FROM products WHERE business_id = $1 AND id = $2");
 *     struct db_rows *rows = db_query(tx, &PRODUCT_FIND, DB_UUID(id));
 *
 * $1 of such a statement is the tenant: the driver binds it from the transaction, the caller's values start
 * at $2. DB_STATEMENT_GLOBAL declares one over all tenants, with the reason; its values start at $1.
 * `db_open` prepares every declared statement and refuses to go on when one touches a tenant table without
 * being bound to $1.
 *
 * Common dialect: see docs/sql.md. `{for_update}`, `{for_share}` in a text become FOR UPDATE / FOR SHARE on
 * PostgreSQL and nothing on SQLite. Integers are BIGINT (cast SUM() results: CAST(SUM(x) AS BIGINT)),
 * instants are ms, JSON is text, booleans are 0/1 integers, ids are UUID (16-byte blobs on SQLite).
 *
 * Errors are sticky: when a statement fails, the transaction is lost, every later call in it is a harmless
 * no-op that answers zero rows, and db_write/db_read answer the failure whatever the closure returned. So
 * closures read straight down, without an error check after every call, and can't commit half of their work.
 *
 * A statement that relies on something says so by a NULL into a column that takes none: the transaction is
 * run again; one that fails so every time is a fault, CODE_INTERNAL.
 *
 *     UPDATE … SET quantity = CASE WHEN quantity = $6 THEN $5 END …
 */
#pragma once
#include "base/arena.h"
#include "base/code.h"
#include "base/str.h"
#include "base/uuid.h"

/* ---- Statements ---- */

struct db_statement {
    const char *name; /* unique */
    const char *sql;
    const char *global_reason; /* NULL: bound to the tenant */
    int id;                    /* given by db_open; index of the prepared statement */
};

#if defined(__clang__)
#define DB_NO_REDZONE_ __attribute__((no_sanitize("address")))
#else
#define DB_NO_REDZONE_
#endif
#define DB_REGISTER_(variable)                                                                          \
    static struct db_statement *const variable##_entry_ __attribute__((section("db_statements"), used)) \
    DB_NO_REDZONE_ = &variable
#define DB_STATEMENT(variable, text)                                   \
    static struct db_statement variable = {#variable, text, NULL, -1}; \
    DB_REGISTER_(variable)
#define DB_STATEMENT_GLOBAL(variable, reason, text)                      \
    static struct db_statement variable = {#variable, text, reason, -1}; \
    DB_REGISTER_(variable)

/* Calls `visit` for every declared statement. */
void db_each_statement(void (*visit)(const struct db_statement *statement, void *arg), void *arg);

/* ---- Values ---- */

enum db_type { DB_TYPE_INT, DB_TYPE_TEXT, DB_TYPE_UUID, DB_TYPE_BYTES };

struct db_value {
    enum db_type type;
    bool is_null;
    int64_t integer;
    struct str text; /* TEXT and BYTES; must live until the statement ran (db_sync) */
    struct uuid uuid;
};

#define DB_INT(v) ((struct db_value){.type = DB_TYPE_INT, .integer = (v)})
#define DB_BOOL(v) ((struct db_value){.type = DB_TYPE_INT, .integer = (v) ? 1 : 0})
#define DB_INT_OR_NULL(v) \
    ((struct db_value){.type = DB_TYPE_INT, .is_null = (v) == INT64_MIN, .integer = (v)})
#define DB_TEXT(s) ((struct db_value){.type = DB_TYPE_TEXT, .is_null = (s).data == NULL, .text = (s)})
#define DB_BYTES(s) ((struct db_value){.type = DB_TYPE_BYTES, .is_null = (s).data == NULL, .text = (s)})
#define DB_UUID(u) ((struct db_value){.type = DB_TYPE_UUID, .uuid = (u)})
#define DB_UUID_OR_NULL(u) ((struct db_value){.type = DB_TYPE_UUID, .is_null = uuid_is_nil(u), .uuid = (u)})

/* An answer, in the transaction's arena. `affected`: rows written by INSERT, UPDATE, DELETE. */
struct db_rows {
    size_t count, columns;
    int64_t affected;
    struct db_value *values; /* row after row */
    bool lost;               /* the statement failed: no rows, every value reads as NULL */
};

/* A NULL column reads as INT64_MIN, false, STR_NONE, UUID_NIL. Row and column must exist and be of that type
 * (checked; in a lost transaction every one reads as NULL). An id is a UUID column or 16 bytes. */
int64_t db_int(const struct db_rows *rows, size_t row, size_t column);
bool db_bool(const struct db_rows *rows, size_t row, size_t column);
struct str db_text(const struct db_rows *rows, size_t row, size_t column); /* TEXT and BYTES */
struct uuid db_uuid(const struct db_rows *rows, size_t row, size_t column);
bool db_is_null(const struct db_rows *rows, size_t row, size_t column);

/* ---- Transactions ---- */

struct db;
struct db_tx;

/* Answers CODE_OK to commit, anything else to roll back (a refusal). May be run again from the start (on a
 * serialization failure, a deadlock, CODE_RETRY): it must not keep state of an earlier run. On SQLite it runs
 * on the writer thread, so it does no I/O but through `tx`. */
typedef enum code (*db_fn)(struct db_tx *tx, void *arg);

/* Runs `fn` in a transaction, durable when CODE_OK comes back. Answers what `fn` refused with, or UNAVAILABLE
 * (the database is down, or the outcome of the commit is unknown: only the idempotency key can tell),
 * STORAGE_FULL, CONFLICT (a unique key), INTERNAL. `arena` keeps the rows; owned by the caller. Blocks; any
 * thread. */
enum code db_write(struct db *db, struct uuid business, struct arena *arena, db_fn fn, void *arg);

/* Runs `fn` in a read-only snapshot. */
enum code db_read(struct db *db, struct uuid business, struct arena *arena, db_fn fn, void *arg);

/* Sends a statement; the rows are filled in by the next db_query, db_sync or commit (SQLite: at once). On
 * PostgreSQL statements asked one after another share a round trip. */
#define db_ask(tx, statement, ...)                                \
    db_ask_values((tx), (statement), DB_VALUES_(__VA_ARGS__) + 1, \
                  sizeof(DB_VALUES_(__VA_ARGS__)) / sizeof(struct db_value) - 1)
/* db_ask, then db_sync. */
#define db_query(tx, statement, ...)                                \
    db_query_values((tx), (statement), DB_VALUES_(__VA_ARGS__) + 1, \
                    sizeof(DB_VALUES_(__VA_ARGS__)) / sizeof(struct db_value) - 1)
#define DB_VALUES_(...) \
    (const struct db_value[]) { {.type = DB_TYPE_INT}, ##__VA_ARGS__ }

struct db_rows *db_ask_values(struct db_tx *tx, const struct db_statement *statement,
                              const struct db_value *values, size_t count);
struct db_rows *db_query_values(struct db_tx *tx, const struct db_statement *statement,
                                const struct db_value *values, size_t count);
void db_sync(struct db_tx *tx);
bool db_failed(const struct db_tx *tx); /* for loops that would otherwise go round in vain */
struct arena *db_arena(struct db_tx *tx);
struct uuid db_business(const struct db_tx *tx);

/* Statements from here on belong to this tenant: for batches and listeners that serve several. */
void db_become(struct db_tx *tx, struct uuid business);

/* `fn(arg)` runs once after the commit is durable and before db_write answers; not after a rollback. It must
 * be quick and not use the db: on SQLite it runs on the writer thread. `arg` in db_arena. */
void db_after_commit(struct db_tx *tx, void (*fn)(void *arg), void *arg);

/* ---- Batches: alike writes that commit together ---- */

struct db_batch;

/* Decides all items in order, in one transaction; sets the outcome of each in the item itself. Answers
 * CODE_OK to commit what was accepted. A code (or a failed statement) rolls all back; the items are then run
 * one by one. */
typedef enum code (*db_batch_fn)(struct db_tx *tx, void **items, size_t count);

/* `same` tells two items that must not be in one batch (the same idempotency key): the later one waits. */
struct db_batch *db_batch_open(struct db *db, db_batch_fn fn, bool (*same)(const void *a, const void *b),
                               size_t max);
/* Queues all of them in order at once, so that they can commit together, and blocks until the last is
 * durable; one outcome each. OVERLOADED when 10,000 wait. */
void db_batch_run_all(struct db_batch *batch, struct arena *arena, void **items, size_t count,
                      enum code *ret_outcomes);
size_t db_batch_waiting(struct db_batch *batch); /* queued, not yet taken */
void db_batch_close(struct db_batch *batch);     /* finishes what is queued */

/* ---- Messages between processes of one database ---- */

/* Tells every process (this one too), after the commit: "the reference data of this business changed". */
void db_notify(struct db_tx *tx, struct uuid business);
/* At most one listener; called on some thread, and before db_write answers the writer. Nil: anything may have
 * changed (reconnected). Set before the db's first use; NULL takes it off (when this returns it is not
 * running). */
void db_on_notify(struct db *db, void (*fn)(struct uuid business, void *arg), void *arg);

/* ---- Life ---- */

enum db_engine { DB_SQLITE, DB_POSTGRES };

struct db_options {
    struct str url;     /* sqlite:FILE or postgres://… */
    size_t connections; /* pool (PostgreSQL), readers (SQLite) */
    bool migrate;       /* apply what is missing; otherwise refuse a schema that is not current */
    bool patient; /* somebody waits for as long as a statement takes; otherwise it has 15 s (PostgreSQL) */
};

/* Opens, migrates under a lock, checks all statements. On failure logs why and answers NULL. */
struct db *db_open(const struct db_options *options);
void db_close(struct db *db);
enum db_engine db_engine_of(const struct db *db);
bool db_is_up(struct db *db); /* for /readyz: a trivial write-side statement works now; bounded to 1 s */

/* Counts since it was opened, but for the last two. `commits`: of transactions that write. `queue_depth`:
 * those that wait for a connection, or for SQLite's writer. */
struct db_stats {
    int64_t commits, transactions, retries, connections_open, queue_depth;
};
struct db_stats db_stats_of(struct db *db);
