/* Places for at most `max` connections, kept when they are idle. Who waits is served in order: without that,
 * under load, whoever just gave one back takes it again and others starve. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POOL_MAX = 256 };

struct pool_waiter;

struct pool {
    pthread_mutex_t mutex; /* guards all below */
    void *idle[POOL_MAX];  /* at each end the last given back is taken first: its caches are warm */
    size_t idle_count, open, max, waiting;
    struct pool_waiter *first, **last;
};

/* Who does the same work over and over keeps to one end, and so to the connections that know it; all others
 * use the other. */
enum pool_end { POOL_FRONT, POOL_BACK };

struct pool_state {
    size_t open, waiting;
};

void pool_init(struct pool *pool, size_t max);
void pool_destroy(struct pool *pool); /* all is closed by then (checked) */

/* True: a connection, or NULL for a place that the caller opens one for. False: none until the deadline (on
 * the monotonic clock). */
bool pool_take(struct pool *pool, enum pool_end end, int64_t deadline_ns, void **ret_connection);
void pool_give(struct pool *pool, enum pool_end end, void *connection);
void pool_give_place(struct pool *pool); /* without a connection */
/* Takes all idle ones for closing; their places are free. Answers how many. */
size_t pool_drain(struct pool *pool, void *ret_idle[POOL_MAX]);
struct pool_state pool_state_of(struct pool *pool);
