/* The cache. The table holds current snapshots, and those being loaded. An invalidation takes them off the
 * table at once, whether in use, idle or half loaded: who uses one keeps it until the release, who joined a
 * load before gets it, and who comes later loads anew. So nothing that was read before an invalidation is
 * ever handed out after it. */
#include "platform/cache/cache.h"

#include "base/check.h"

#include <pthread.h>

struct cache_entry {
    struct cache *cache;
    const struct cache_kind *kind;
    struct uuid business;
    const void *object;
    int64_t version;
    enum code outcome;
    bool loading, current;             /* current: on the table */
    size_t users;                      /* the loader and who waits for it are users */
    struct cache_entry *next;          /* in the bucket */
    struct cache_entry *newer, *older; /* in the list of idle entries: current and without users */
    struct arena arena;
};

struct cache {
    struct db *db;
    pthread_mutex_t mutex; /* guards all below and the entries */
    pthread_cond_t loaded;
    struct cache_entry **buckets;
    size_t bucket_count;     /* a power of two */
    struct cache_entry idle; /* head of the ring: idle.newer is the oldest, idle.older the newest */
    size_t idle_count, idle_max;
    size_t entry_count;
    pthread_mutex_t hook_lock; /* over the two below */
    void (*on_invalidate)(void *arg, struct uuid business);
    void *on_invalidate_arg;
};

DB_STATEMENT(CACHE_VERSION, "SELECT reference_version FROM businesses WHERE business_id = $1");
DB_STATEMENT(CACHE_TOUCH,
             "UPDATE businesses SET reference_version = reference_version + 1 WHERE business_id = $1");

/* All kinds of a business are in one bucket. */
static struct cache_entry **bucket_of(struct cache *cache, struct uuid business)
{
    uint64_t parts[2];
    memcpy(parts, business.bytes, sizeof parts);
    uint64_t hash = (parts[0] ^ parts[1]) * UINT64_C(0x9e3779b97f4a7c15);
    return &cache->buckets[(hash >> 32) & (cache->bucket_count - 1)];
}

static struct cache_entry *find(struct cache *cache, const struct cache_kind *kind, struct uuid business)
{
    struct cache_entry *entry = *bucket_of(cache, business);
    while (entry && (entry->kind != kind || !uuid_eq(entry->business, business)))
        entry = entry->next;
    return entry;
}

static void leave_idle(struct cache *cache, struct cache_entry *entry)
{
    entry->newer->older = entry->older;
    entry->older->newer = entry->newer;
    entry->newer = entry->older = NULL;
    cache->idle_count--;
}

static void become_idle(struct cache *cache, struct cache_entry *entry)
{
    entry->newer = &cache->idle;
    entry->older = cache->idle.older;
    entry->older->newer = entry;
    cache->idle.older = entry;
    cache->idle_count++;
}

static void take_off(struct cache *cache, struct cache_entry *entry)
{
    struct cache_entry **link = bucket_of(cache, entry->business);
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    entry->next = NULL;
    entry->current = false;
    if (entry->users == 0)
        leave_idle(cache, entry);
}

/* Entries that are off the table and without users, chained for freeing outside the lock. */
static void free_chain(struct cache *cache, struct cache_entry *entry)
{
    size_t freed = 0;
    while (entry) {
        struct cache_entry *next = entry->next;
        arena_free(&entry->arena);
        free(entry);
        entry = next;
        freed++;
    }
    if (freed == 0)
        return;
    pthread_mutex_lock(&cache->mutex);
    cache->entry_count -= freed;
    pthread_mutex_unlock(&cache->mutex);
}

/* With the mutex held; answers what is to be freed. */
static struct cache_entry *drop_user(struct cache *cache, struct cache_entry *entry)
{
    check(entry->users > 0);
    if (--entry->users > 0)
        return NULL;
    if (!entry->current)
        return entry;
    become_idle(cache, entry);
    if (cache->idle_count <= cache->idle_max)
        return NULL;
    struct cache_entry *oldest = cache->idle.newer;
    take_off(cache, oldest);
    return oldest;
}

static void use(struct cache *cache, struct cache_entry *entry)
{
    if (entry->users++ == 0)
        leave_idle(cache, entry);
}

static enum code load(struct db_tx *tx, void *arg)
{
    struct cache_entry *entry = arg;
    arena_reset(&entry->arena); /* it may run again */
    entry->object = NULL;
    const struct db_rows *rows = db_query(tx, &CACHE_VERSION);
    if (db_failed(tx) || rows->count == 0)
        return CODE_NOT_FOUND;
    entry->version = db_int(rows, 0, 0);
    entry->object = entry->kind->load(tx, &entry->arena);
    return entry->object ? CODE_OK : CODE_NOT_FOUND;
}

static struct cache_entry *start_loading(struct cache *cache, const struct cache_kind *kind,
                                         struct uuid business)
{
    struct cache_entry *entry = calloc(1, sizeof *entry);
    check(entry);
    entry->cache = cache;
    entry->kind = kind;
    entry->business = business;
    entry->loading = entry->current = true;
    entry->users = 1;
    struct cache_entry **bucket = bucket_of(cache, business);
    entry->next = *bucket;
    *bucket = entry;
    cache->entry_count++;
    return entry;
}

/* With the mutex held, as the next. Takes off the table what a bucket has of this business (nil: of every
 * one) that is older than `version`; INT64_MAX: all, what is being loaded, too. Answers what is to be freed,
 * in front of `chain`. */
static struct cache_entry *take_off_older(struct cache *cache, struct cache_entry *bucket,
                                          struct uuid business, int64_t version, struct cache_entry *chain)
{
    for (struct cache_entry *entry = bucket, *next; entry; entry = next) {
        next = entry->next;
        bool is_older = version == INT64_MAX || (!entry->loading && entry->version < version);
        if (!is_older || (!uuid_is_nil(business) && !uuid_eq(entry->business, business)))
            continue;
        take_off(cache, entry);
        if (entry->users > 0)
            continue;
        entry->next = chain;
        chain = entry;
    }
    return chain;
}

/* A snapshot that is newer than others of its business proves them outdated, before their invalidation comes
 * from another process: who uses two of them takes them for one state. */
static struct cache_entry *take_off_outdated(struct cache *cache, struct uuid business)
{
    struct cache_entry *bucket = *bucket_of(cache, business);
    int64_t newest = INT64_MIN;
    for (const struct cache_entry *entry = bucket; entry; entry = entry->next) {
        if (uuid_eq(entry->business, business) && !entry->loading && entry->version > newest)
            newest = entry->version;
    }
    return take_off_older(cache, bucket, business, newest, NULL);
}

static void run_load(struct cache *cache, struct cache_entry *entry)
{
    struct arena rows = {0};
    struct cache_entry *unused = NULL;
    enum code outcome = db_read(cache->db, entry->business, &rows, load, entry);
    arena_free(&rows);
    pthread_mutex_lock(&cache->mutex);
    entry->outcome = outcome;
    entry->loading = false;
    if (outcome == CODE_OK)
        unused = take_off_outdated(cache, entry->business);
    else if (entry->current)
        take_off(cache, entry);
    pthread_cond_broadcast(&cache->loaded);
    pthread_mutex_unlock(&cache->mutex);
    free_chain(cache, unused);
}

enum code cache_acquire(struct cache *cache, const struct cache_kind *kind, struct uuid business,
                        struct cache_ref *ret_ref)
{
    pthread_mutex_lock(&cache->mutex);
    struct cache_entry *entry = find(cache, kind, business);
    if (entry) {
        use(cache, entry);
        while (entry->loading)
            pthread_cond_wait(&cache->loaded, &cache->mutex);
    } else {
        entry = start_loading(cache, kind, business);
        pthread_mutex_unlock(&cache->mutex);
        run_load(cache, entry);
        pthread_mutex_lock(&cache->mutex);
    }
    enum code outcome = entry->outcome;
    struct cache_entry *unused = NULL;
    if (outcome == CODE_OK)
        *ret_ref = (struct cache_ref){entry->object, entry->version, entry};
    else
        unused = drop_user(cache, entry);
    pthread_mutex_unlock(&cache->mutex);
    free_chain(cache, unused);
    return outcome;
}

bool cache_peek(struct cache *cache, const struct cache_kind *kind, struct uuid business,
                struct cache_ref *ret_ref)
{
    pthread_mutex_lock(&cache->mutex);
    struct cache_entry *entry = find(cache, kind, business);
    bool found = entry && !entry->loading;
    if (found) {
        use(cache, entry);
        *ret_ref = (struct cache_ref){entry->object, entry->version, entry};
    }
    pthread_mutex_unlock(&cache->mutex);
    return found;
}

void cache_release(struct cache_ref *ref)
{
    struct cache_entry *entry = ref->entry;
    *ref = (struct cache_ref){0};
    if (!entry)
        return;
    struct cache *cache = entry->cache;
    pthread_mutex_lock(&cache->mutex);
    struct cache_entry *unused = drop_user(cache, entry);
    pthread_mutex_unlock(&cache->mutex);
    free_chain(cache, unused);
}

void cache_invalidate(struct cache *cache, struct uuid business)
{
    struct cache_entry *unused = NULL;
    bool all = uuid_is_nil(business);
    pthread_mutex_lock(&cache->mutex);
    for (size_t i = 0; all && i < cache->bucket_count; i++)
        unused = take_off_older(cache, cache->buckets[i], UUID_NIL, INT64_MAX, unused);
    if (!all)
        unused = take_off_older(cache, *bucket_of(cache, business), business, INT64_MAX, NULL);
    pthread_mutex_unlock(&cache->mutex);
    free_chain(cache, unused);
    pthread_mutex_lock(&cache->hook_lock);
    if (cache->on_invalidate)
        cache->on_invalidate(cache->on_invalidate_arg, business);
    pthread_mutex_unlock(&cache->hook_lock);
}

void cache_on_invalidate(struct cache *cache, void (*fn)(void *arg, struct uuid business), void *arg)
{
    pthread_mutex_lock(&cache->hook_lock);
    cache->on_invalidate = fn;
    cache->on_invalidate_arg = arg;
    pthread_mutex_unlock(&cache->hook_lock);
}

void cache_touch(struct db_tx *tx)
{
    db_ask(tx, &CACHE_TOUCH);
    db_notify(tx, db_business(tx));
}

static void on_notify(struct uuid business, void *arg) { cache_invalidate(arg, business); }

struct cache *cache_open(struct db *db, size_t max_entries)
{
    struct cache *cache = calloc(1, sizeof *cache);
    check(cache);
    cache->db = db;
    cache->idle_max = max_entries;
    cache->idle.newer = cache->idle.older = &cache->idle;
    for (cache->bucket_count = 16; cache->bucket_count < max_entries && cache->bucket_count < 65536;)
        cache->bucket_count *= 2;
    cache->buckets = calloc(cache->bucket_count, sizeof(struct cache_entry *));
    check(cache->buckets);
    pthread_mutex_init(&cache->mutex, NULL);
    pthread_mutex_init(&cache->hook_lock, NULL);
    pthread_cond_init(&cache->loaded, NULL);
    db_on_notify(db, on_notify, cache);
    return cache;
}

void cache_close(struct cache *cache)
{
    db_on_notify(cache->db, NULL, NULL);
    cache_invalidate(cache, UUID_NIL);
    check(cache->entry_count == 0); /* every reference was released */
    pthread_mutex_destroy(&cache->hook_lock);
    pthread_mutex_destroy(&cache->mutex);
    pthread_cond_destroy(&cache->loaded);
    free(cache->buckets);
    free(cache);
}
