/* The pool: bounded, fair, with a deadline. */
#include "platform/db/pool.h"

#include "base/clock.h"
#include "platform/db/fixture.h"

#include <sched.h>

static int64_t soon(int64_t wait_ms) { return clock_monotonic_ns() + wait_ms * 1000000; }

TEST(a_pool_gives_places_then_connections_then_nothing)
{
    struct pool pool;
    void *taken, *idle[POOL_MAX];
    int a, b;
    pool_init(&pool, 2);
    require(pool_take(&pool, POOL_BACK, soon(0), &taken) && !taken);
    require(pool_take(&pool, POOL_BACK, soon(0), &taken) && !taken);
    expect(!pool_take(&pool, POOL_BACK, soon(20), &taken));
    pool_give(&pool, POOL_BACK, &a);
    pool_give(&pool, POOL_BACK, &b);
    expect_int_eq((int64_t)pool_state_of(&pool).open, 2);
    expect(pool_take(&pool, POOL_BACK, soon(0), &taken) && taken == &b); /* the warm one */
    expect_int_eq((int64_t)pool_drain(&pool, idle), 1);
    expect(idle[0] == &a);
    pool_give_place(&pool);
    expect_int_eq((int64_t)pool_state_of(&pool).open, 0);
    pool_destroy(&pool);
}

TEST(who_keeps_to_one_end_gets_its_own_connection_back)
{
    struct pool pool;
    void *taken, *idle[POOL_MAX];
    int own, a, b;
    pool_init(&pool, 3);
    for (int i = 0; i < 3; i++)
        require(pool_take(&pool, POOL_FRONT, soon(0), &taken) && !taken);
    pool_give(&pool, POOL_BACK, &own);
    pool_give(&pool, POOL_FRONT, &a);
    pool_give(&pool, POOL_FRONT, &b);
    for (int i = 0; i < 3; i++) {
        void *others;
        require(pool_take(&pool, POOL_FRONT, soon(0), &others) && others == &b);
        require(pool_take(&pool, POOL_BACK, soon(0), &taken) && taken == &own);
        pool_give(&pool, POOL_FRONT, others);
        pool_give(&pool, POOL_BACK, taken);
    }
    require(pool_take(&pool, POOL_FRONT, soon(0), &taken) && taken == &b);
    require(pool_take(&pool, POOL_FRONT, soon(0), &taken) && taken == &a);
    require(pool_take(&pool, POOL_FRONT, soon(0), &taken) && taken == &own); /* better than to wait */
    for (int i = 0; i < 3; i++)
        pool_give_place(&pool);
    expect_int_eq((int64_t)pool_drain(&pool, idle), 0);
    pool_destroy(&pool);
}

struct waiting_thread {
    struct pool *pool;
    int *order, place;
    void *taken;
    pthread_t thread;
};

static void *wait_for_place(void *arg)
{
    struct waiting_thread *own = arg;
    expect(pool_take(own->pool, POOL_BACK, soon(20000), &own->taken));
    own->place = ++*own->order; /* one place: the next one runs when it is given on */
    pool_give(own->pool, POOL_BACK, own->taken);
    return NULL;
}

TEST(who_waits_is_served_in_order)
{
    enum { THREADS = 6 };
    struct pool pool;
    struct waiting_thread threads[THREADS];
    int order = 0, connection;
    void *taken, *idle[POOL_MAX];
    pool_init(&pool, 1);
    require(pool_take(&pool, POOL_BACK, soon(0), &taken));
    for (size_t i = 0; i < THREADS; i++) {
        threads[i] = (struct waiting_thread){.pool = &pool, .order = &order};
        pthread_create(&threads[i].thread, NULL, wait_for_place, &threads[i]);
        while (pool_state_of(&pool).waiting < i + 1)
            sched_yield();
    }
    pool_give(&pool, POOL_BACK, &connection);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i].thread, NULL);
        expect_int_eq(threads[i].place, i + 1);
        expect(threads[i].taken == &connection);
    }
    expect_int_eq((int64_t)pool_drain(&pool, idle), 1);
    pool_destroy(&pool);
}
