/* Opening a database by its URL, and db.h's calls on their way to the driver. */
#include "platform/db/db.h"

#include "base/check.h"
#include "base/log.h"
#include "platform/db/driver.h"
#include "platform/db/tenant_check.h"

struct db *db_open(const struct db_options *options)
{
    static const struct str sqlite_scheme = STR_INIT("sqlite:");
    static const struct str postgres_schemes[] = {STR_INIT("postgres://"), STR_INIT("postgresql://")};
    if (!statements_number() || !tenant_check())
        return NULL;
    if (str_starts_with(options->url, sqlite_scheme) && options->url.len > sqlite_scheme.len) {
        struct str file = {options->url.data + sqlite_scheme.len, options->url.len - sqlite_scheme.len};
        return sqlite_open(options, file);
    }
    if (str_starts_with(options->url, postgres_schemes[0]) ||
        str_starts_with(options->url, postgres_schemes[1]))
        return postgres_open(options);
    /* Not the URL itself: it may hold a password. */
    log_error("db.url_not_understood", LOG_TEXT("wanted", "sqlite:FILE or postgres://user@host/database"));
    return NULL;
}

void db_close(struct db *db) { db->driver->close(db); }
enum db_engine db_engine_of(const struct db *db) { return db->driver->engine; }
bool db_is_up(struct db *db) { return db->driver->is_up(db); }

enum code db_write(struct db *db, struct uuid business, struct arena *arena, db_fn fn, void *arg)
{
    atomic_fetch_add_explicit(&db->transactions, 1, memory_order_relaxed);
    return db->driver->write(db, &(struct db_work){business, arena, fn, arg, false});
}

enum code db_write_batch(struct db *db, struct arena *arena, db_fn fn, void *arg)
{
    atomic_fetch_add_explicit(&db->transactions, 1, memory_order_relaxed);
    return db->driver->write(db, &(struct db_work){UUID_NIL, arena, fn, arg, true});
}

enum code db_read(struct db *db, struct uuid business, struct arena *arena, db_fn fn, void *arg)
{
    atomic_fetch_add_explicit(&db->transactions, 1, memory_order_relaxed);
    return db->driver->read(db, &(struct db_work){business, arena, fn, arg, false});
}

void db_tell(struct db *db, struct uuid business)
{
    pthread_mutex_lock(&db->notify_mutex);
    if (db->notify_fn)
        db->notify_fn(business, db->notify_arg);
    pthread_mutex_unlock(&db->notify_mutex);
}

struct notice {
    struct db *db;
    struct uuid business;
};

static void tell(void *arg)
{
    const struct notice *notice = arg;
    db_tell(notice->db, notice->business);
}

void db_notify(struct db_tx *tx, struct uuid business)
{
    if (tx->failure)
        return;
    /* This process hears of it before db_write answers: its next read is of the new state. */
    struct notice *notice = arena_new(tx->arena, struct notice);
    *notice = (struct notice){tx->db, business};
    db_after_commit(tx, tell, notice);
    if (tx->db->driver->notify)
        tx->db->driver->notify(tx, business);
}

void db_on_notify(struct db *db, void (*fn)(struct uuid business, void *arg), void *arg)
{
    pthread_mutex_lock(&db->notify_mutex);
    check(!fn || !db->notify_fn);
    db->notify_arg = arg;
    db->notify_fn = fn;
    pthread_mutex_unlock(&db->notify_mutex);
    if (fn && db->driver->listen)
        db->driver->listen(db);
}

struct db_stats db_stats_of(struct db *db)
{
    struct db_stats stats = {
        .commits = atomic_load_explicit(&db->commits, memory_order_relaxed),
        .transactions = atomic_load_explicit(&db->transactions, memory_order_relaxed),
        .retries = atomic_load_explicit(&db->retries, memory_order_relaxed),
    };
    db->driver->stats(db, &stats);
    return stats;
}
