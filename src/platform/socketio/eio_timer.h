/* Deadlines in a binary heap: thousands of sessions share one timer of the system. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct eio_timer {
    int64_t at_ms;
    void (*fire)(struct eio_timer *timer);
    uint32_t place; /* in the heap, from 1; 0: not armed */
};

struct eio_timers {
    struct eio_timer **heap; /* [0] is unused */
    uint32_t count, cap;
};

void eio_timers_put(struct eio_timers *timers, struct eio_timer *timer);    /* at_ms is set; not armed yet */
void eio_timers_remove(struct eio_timers *timers, struct eio_timer *timer); /* not armed: nothing */
struct eio_timer *eio_timers_first(const struct eio_timers *timers);        /* NULL: none */
void eio_timers_free(struct eio_timers *timers);
