/* What db.h's functions and the two drivers share. Not for other areas.
 *
 * A driver embeds `struct db` as its first member and runs closures: it opens a `struct db_tx`, calls the
 * closure by tx_run, commits or rolls back, and then calls tx_committed. A failed statement is told by
 * tx_fail, once. */
#pragma once
#include "platform/db/db.h"
#include "platform/db/statements.h"

#include <pthread.h>
#include <stdatomic.h>

enum { DB_TRIES_MAX = 6 }; /* one run and five more */

struct db_work {
    struct uuid business;
    struct arena *arena;
    db_fn fn;
    void *arg;
    bool is_batch; /* batches do the same over and over */
};

struct db_hook {
    void (*fn)(void *arg);
    void *arg;
    struct db_hook *next;
};

struct db_tx {
    struct db *db;
    void *connection; /* the driver's */
    struct arena *arena;
    struct uuid business;
    enum code failure; /* sticky; CODE_OK: none */
    const char *unmet; /* the statement whose reliance was not so (a NULL where none may be), or NULL */
    struct db_hook *hooks, **hooks_end;
};

struct db_driver {
    enum db_engine engine;
    enum code (*write)(struct db *db, const struct db_work *work);
    enum code (*read)(struct db *db, const struct db_work *work);
    /* Only called while the transaction is not lost. */
    void (*ask)(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                size_t count, struct db_rows *rows);
    void (*sync)(struct db_tx *tx);
    void (*notify)(struct db_tx *tx, struct uuid business); /* NULL: one process has it all */
    void (*listen)(struct db *db);                          /* NULL likewise */
    bool (*is_up)(struct db *db);
    void (*stats)(struct db *db, struct db_stats *ret_stats);
    void (*close)(struct db *db);
};

struct db {
    const struct db_driver *driver;
    const struct statement_text *texts; /* by statement id */
    size_t text_count;
    struct arena memory;          /* as long as the db */
    pthread_mutex_t notify_mutex; /* guards the listener, and held while it is called */
    void (*notify_fn)(struct uuid business, void *arg);
    void *notify_arg;
    atomic_llong commits, transactions, retries;
};

struct db *sqlite_open(const struct db_options *options, struct str file);
struct db *postgres_open(const struct db_options *options);

/* ---- For drivers ---- */

/* db_write for batch.c. */
enum code db_write_batch(struct db *db, struct arena *arena, db_fn fn, void *arg);
void tx_open(struct db_tx *tx, struct db *db, const struct db_work *work, void *connection);
/* The closure's answer, or the sticky failure. */
enum code tx_run(struct db_tx *tx, const struct db_work *work);
void tx_fail(struct db_tx *tx, enum code failure);
/* What becomes of a transaction that was run again too often, the last time because of `unmet`: a statement
 * that never holds is a fault of ours. Logged. */
enum code tx_give_up(const char *unmet);
void tx_committed(struct db_tx *tx);               /* runs the hooks */
void db_tell(struct db *db, struct uuid business); /* the listener of db_on_notify */
