/* Reference data in memory: one immutable snapshot per (kind, business), shared by reference count.
 *
 * A snapshot and its version come from one database snapshot, so they belong together. A commit that calls
 * `cache_touch` drops the business's snapshots in this process before db_write returns (read your own writes)
 * and in every other process soon after; there the first one that is loaded anew drops the older ones too, so
 * that those handed out from then on are of one version. Any thread may call; nothing here is truth: what
 * must hold at a commit is checked in the commit's own transaction. */
#pragma once
#include "platform/db/db.h"

struct cache;
struct cache_entry;

struct cache_kind {
    const char *name;
    /* Builds an immutable object in `arena`, of the business db_business(tx); NULL when there is none. `tx`
     * reads. */
    void *(*load)(struct db_tx *tx, struct arena *arena);
};

struct cache_ref {
    const void *object;
    int64_t version;           /* businesses.reference_version of the snapshot */
    struct cache_entry *entry; /* NULL: released */
};

/* Keeps at most `max_entries` that nobody uses; the least recently used go. Listens to db_notify. */
struct cache *cache_open(struct db *db, size_t max_entries);
void cache_close(struct cache *cache); /* when all references are released, before db_close */

/* Loads what is absent; several that want the same wait for one load. NOT_FOUND: no such business (or load
 * said NULL); otherwise what the database answered. `ret_ref` is set on OK only and lives until
 * cache_release. */
enum code cache_acquire(struct cache *cache, const struct cache_kind *kind, struct uuid business,
                        struct cache_ref *ret_ref);
/* The same without ever loading or waiting, for loop threads: false when it is not there. */
bool cache_peek(struct cache *cache, const struct cache_kind *kind, struct uuid business,
                struct cache_ref *ret_ref);
void cache_release(struct cache_ref *ref); /* a released or zeroed one is fine */

void cache_invalidate(struct cache *cache, struct uuid business); /* nil: all */
/* `fn` is told after each invalidation, by whatever thread; it must be quick and not use the cache. At most
 * one; NULL takes it off (when this returns it is not running). */
void cache_on_invalidate(struct cache *cache, void (*fn)(void *arg, struct uuid business), void *arg);
/* In the transaction that changes reference data: counts reference_version up, and drops after the commit. */
void cache_touch(struct db_tx *tx);
