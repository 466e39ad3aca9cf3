/* One thread waits for one event of another: a futex, without a mutex or condition variable each. The waiter
 * may be on the waiting thread's stack: `waiter_wake` touches nothing but its address once the event is told.
 */
#pragma once
#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct waiter {
    atomic_uint value; /* 0: not yet */
};

static inline unsigned waiter_value(struct waiter *waiter)
{
    return atomic_load_explicit(&waiter->value, memory_order_acquire);
}

/* Waits until it is woken; answers what with (not 0). */
static inline unsigned waiter_wait(struct waiter *waiter)
{
    unsigned value;
    while ((value = waiter_value(waiter)) == 0)
        syscall(SYS_futex, &waiter->value, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    return value;
}

static inline void waiter_wake(struct waiter *waiter, unsigned value)
{
    atomic_store_explicit(&waiter->value, value, memory_order_release);
    syscall(SYS_futex, &waiter->value, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
