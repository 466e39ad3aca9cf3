/* The cache: one load for many, read your own writes, nothing stale after an invalidation. */
#include "platform/cache/cache.h"

#include "platform/db/fixture.h"

#include <stdatomic.h>

struct snapshot {
    int64_t quantity;
};

static atomic_int loads;
static struct gate load_entered, load_allowed;
static atomic_bool load_waits;

static void *load_quantity(struct db_tx *tx, struct arena *arena)
{
    struct snapshot *snapshot = arena_new(arena, struct snapshot);
    snapshot->quantity = fixture_ask_quantity(tx, 1);
    atomic_fetch_add(&loads, 1);
    if (atomic_load(&load_waits)) {
        gate_add(&load_entered, 1);
        gate_await(&load_allowed, 1);
    }
    return snapshot;
}

static void *load_other(struct db_tx *tx, struct arena *arena)
{
    (void)tx;
    atomic_fetch_add(&loads, 1);
    return arena_new(arena, struct snapshot);
}

static void *load_nothing(struct db_tx *tx, struct arena *arena)
{
    (void)tx, (void)arena;
    return NULL;
}

static void *load_fails(struct db_tx *tx, struct arena *arena)
{
    fixture_ask_put(tx, 1, 1); /* a read doesn't write */
    return arena_new(arena, struct snapshot);
}

static const struct cache_kind QUANTITY = {"quantity", load_quantity};
static const struct cache_kind OTHER = {"other", load_other};
static const struct cache_kind NOTHING = {"nothing", load_nothing};
static const struct cache_kind FAILS = {"fails", load_fails};

static struct cache *open_cache(struct fixture *f, size_t max_entries)
{
    atomic_store(&loads, 0);
    atomic_store(&load_waits, false);
    load_entered = load_allowed = (struct gate)GATE_INIT;
    return cache_open(f->db, max_entries);
}

static int64_t cached_quantity(struct cache *cache, struct uuid business)
{
    struct cache_ref ref;
    if (!expect(cache_acquire(cache, &QUANTITY, business, &ref) == CODE_OK))
        return -1;
    int64_t quantity = ((const struct snapshot *)ref.object)->quantity;
    cache_release(&ref);
    return quantity;
}

struct change {
    int64_t quantity;
    enum code answer;
};

static enum code change_quantity(struct db_tx *tx, void *arg)
{
    const struct change *change = arg;
    fixture_ask_change(tx, 1, change->quantity);
    cache_touch(tx);
    return change->answer;
}

static enum code change(struct fixture *f, int64_t quantity, enum code answer)
{
    return db_write(f->db, f->business, &f->arena, change_quantity, &(struct change){quantity, answer});
}

TEST_ON_BOTH(a_snapshot_is_loaded_once_and_anew_after_a_change)
{
    require(fixture_put(f, 1, 5) == CODE_OK);
    struct cache *cache = open_cache(f, 10);
    struct cache_ref ref, again;
    expect(!cache_peek(cache, &QUANTITY, f->business, &ref));
    require(cache_acquire(cache, &QUANTITY, f->business, &ref) == CODE_OK);
    expect_int_eq(ref.version, 1);
    if (f->engine == DB_SQLITE) { /* PostgreSQL's listener drops everything when it has connected */
        require(cache_peek(cache, &QUANTITY, f->business, &again));
        expect(again.object == ref.object);
        cache_release(&again);
    }
    int loads_before = atomic_load(&loads);
    expect_int_eq(change(f, 3, CODE_NOT_FOUND), CODE_NOT_FOUND);
    expect_int_eq(cached_quantity(cache, f->business), 5);
    if (f->engine == DB_SQLITE)
        expect_int_eq(atomic_load(&loads), loads_before);
    expect_int_eq(change(f, 3, CODE_OK), CODE_OK);
    expect_int_eq(((const struct snapshot *)ref.object)->quantity, 5); /* who uses the old one keeps it */
    expect_int_eq(cached_quantity(cache, f->business), 8);
    require(cache_acquire(cache, &QUANTITY, f->business, &again) == CODE_OK);
    expect_int_eq(again.version, 2);
    cache_release(&again);
    cache_release(&again);
    cache_release(&ref);
    cache_close(cache);
}

DB_STATEMENT(TEST_TOUCH_SILENTLY,
             "UPDATE businesses SET reference_version = reference_version + 1 WHERE business_id = $1");

/* As another process does, whose notice is still on its way. */
static enum code change_silently(struct db_tx *tx, void *arg)
{
    (void)arg;
    fixture_ask_change(tx, 1, 3);
    db_query(tx, &TEST_TOUCH_SILENTLY);
    return CODE_OK;
}

TEST_ON_BOTH(a_newer_snapshot_of_the_business_ends_older_ones)
{
    require(fixture_put(f, 1, 5) == CODE_OK);
    struct cache *cache = open_cache(f, 10);
    struct cache_ref held, newer;
    require(cache_acquire(cache, &QUANTITY, f->business, &held) == CODE_OK);
    expect_int_eq(cached_quantity(cache, f->business), 5);
    require(db_write(f->db, f->business, &f->arena, change_silently, NULL) == CODE_OK);
    if (f->engine == DB_SQLITE) /* PostgreSQL's listener drops everything when it has connected */
        expect_int_eq(cached_quantity(cache, f->business), 5);
    require(cache_acquire(cache, &OTHER, f->business, &newer) == CODE_OK);
    expect_int_eq(newer.version, 2);
    expect_int_eq(cached_quantity(cache, f->business), 8);
    expect_int_eq(((const struct snapshot *)held.object)->quantity, 5); /* who uses the old one keeps it */
    cache_release(&held);
    cache_release(&newer);
    expect_int_eq(cached_quantity(cache, f->business), 8);
    cache_close(cache);
}

TEST_ON_BOTH(what_is_not_there_is_not_found)
{
    struct cache *cache = open_cache(f, 10);
    struct cache_ref ref = {0};
    expect_int_eq(cache_acquire(cache, &QUANTITY, uuid_new(), &ref), CODE_NOT_FOUND);
    expect_int_eq(cache_acquire(cache, &NOTHING, f->business, &ref), CODE_NOT_FOUND);
    fixture_capture_log();
    expect_int_eq(cache_acquire(cache, &FAILS, f->business, &ref), CODE_INTERNAL);
    expect(fixture_log_names(&f->arena, "FIXTURE_PUT"));
    expect(ref.object == NULL);
    cache_release(&ref);
    cache_close(cache);
}

static void least_recently_used(struct fixture *f)
{
    struct fixture others[3];
    struct cache *cache = open_cache(f, 2);
    struct cache_ref held, ref;
    for (int i = 0; i < 3; i++)
        require(fixture_open(&others[i], DB_SQLITE));
    require(cache_acquire(cache, &OTHER, f->business, &held) == CODE_OK);
    for (int i = 0; i < 3; i++) {
        require(cache_acquire(cache, &OTHER, others[i].business, &ref) == CODE_OK);
        cache_release(&ref);
        if (i == 1 && expect(cache_peek(cache, &OTHER, others[0].business, &ref)))
            cache_release(&ref); /* used again: the other one is the oldest */
    }
    static const bool kept[] = {true, false, true};
    for (int i = 0; i < 3; i++) {
        bool found = cache_peek(cache, &OTHER, others[i].business, &ref);
        test_note("%d", i);
        expect(found == kept[i]);
        if (found)
            cache_release(&ref);
        fixture_close(&others[i]);
    }
    expect(cache_peek(cache, &OTHER, f->business, &ref));
    cache_release(&ref);
    cache_release(&held);
    cache_close(cache);
}

TEST(the_least_recently_used_goes) { fixture_run(least_recently_used, DB_SQLITE); }

/* ---- Races ---- */

struct reader {
    struct cache *cache;
    struct fixture *f;
    int64_t quantity;
    pthread_t thread;
};

static void *read_quantity(void *arg)
{
    struct reader *reader = arg;
    reader->quantity = cached_quantity(reader->cache, reader->f->business);
    return NULL;
}

static void *invalidate_then_read(void *arg)
{
    struct reader *reader = arg;
    expect_int_eq(change(reader->f, 3, CODE_OK), CODE_OK);
    atomic_store(&load_waits, false);
    return read_quantity(arg);
}

TEST_ON_BOTH(a_load_overtaken_by_a_change_is_not_kept)
{
    require(fixture_put(f, 1, 5) == CODE_OK);
    struct cache *cache = open_cache(f, 10);
    atomic_store(&load_waits, true);
    struct reader early = {.cache = cache, .f = f}, late = early;
    pthread_create(&early.thread, NULL, read_quantity, &early);
    gate_await(&load_entered, 1);
    pthread_create(&late.thread, NULL, invalidate_then_read, &late);
    pthread_join(late.thread, NULL); /* it doesn't wait for the early load, which is still held */
    expect_int_eq(late.quantity, 8);
    gate_add(&load_allowed, 1);
    pthread_join(early.thread, NULL);
    expect_int_eq(early.quantity, 5);
    expect_int_eq(cached_quantity(cache, f->business), 8);
    cache_close(cache);
}

TEST_ON_BOTH(many_that_want_the_same_wait_for_one_load)
{
    enum { READERS = 8 };
    require(fixture_put(f, 1, 5) == CODE_OK);
    struct cache *cache = open_cache(f, 10);
    struct cache_ref ref;
    require(cache_acquire(cache, &OTHER, f->business, &ref) == CODE_OK);
    cache_release(&ref);
    atomic_store(&loads, 0);
    atomic_store(&load_waits, true);
    struct reader readers[READERS];
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.cache = cache, .f = f};
        pthread_create(&readers[i].thread, NULL, read_quantity, &readers[i]);
    }
    gate_await(&load_entered, 1);
    expect(!cache_peek(cache, &QUANTITY, f->business, &ref)); /* nobody waits in a peek */
    gate_add(&load_allowed, 1);
    for (int i = 0; i < READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        expect_int_eq(readers[i].quantity, 5);
    }
    /* PostgreSQL's listener drops everything once when it comes up. */
    expect(atomic_load(&loads) <= (f->engine == DB_SQLITE ? 1 : 2));
    cache_close(cache);
}

enum { ROUNDS = 200, READERS = 4 };

struct racer {
    struct cache *cache;
    struct fixture *f;
    atomic_llong *written; /* what was answered as durable */
    atomic_bool *ended;
    int faults;
    pthread_t thread;
};

static void *race(void *arg)
{
    struct racer *racer = arg;
    while (!atomic_load(racer->ended)) {
        int64_t before = atomic_load(racer->written);
        if (cached_quantity(racer->cache, racer->f->business) < before)
            racer->faults++;
    }
    return NULL;
}

TEST_ON_BOTH(a_reader_never_sees_less_than_was_written_before)
{
    require(fixture_put(f, 1, 0) == CODE_OK);
    struct cache *cache = open_cache(f, 10);
    atomic_llong written = 0;
    atomic_bool ended = false;
    struct racer racers[READERS];
    for (int i = 0; i < READERS; i++) {
        racers[i] = (struct racer){.cache = cache, .f = f, .written = &written, .ended = &ended};
        pthread_create(&racers[i].thread, NULL, race, &racers[i]);
    }
    for (int i = 1; i <= ROUNDS; i++) {
        expect_int_eq(change(f, 1, CODE_OK), CODE_OK);
        atomic_store(&written, i);
        expect_int_eq(cached_quantity(cache, f->business), i);
    }
    atomic_store(&ended, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(racers[i].thread, NULL);
        expect_int_eq(racers[i].faults, 0);
    }
    cache_close(cache);
}
