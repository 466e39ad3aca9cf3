/* See eio_timer.h. */
#include "platform/socketio/eio_timer.h"

#include "base/check.h"

#include <stdlib.h>

static void set(struct eio_timers *timers, uint32_t place, struct eio_timer *timer)
{
    timers->heap[place] = timer;
    timer->place = place;
}

static void rise(struct eio_timers *timers, uint32_t place, struct eio_timer *timer)
{
    for (; place > 1 && timers->heap[place / 2]->at_ms > timer->at_ms; place /= 2)
        set(timers, place, timers->heap[place / 2]);
    set(timers, place, timer);
}

static void sink(struct eio_timers *timers, uint32_t place, struct eio_timer *timer)
{
    for (uint32_t child; (child = place * 2) <= timers->count; place = child) {
        if (child < timers->count && timers->heap[child + 1]->at_ms < timers->heap[child]->at_ms)
            child++;
        if (timers->heap[child]->at_ms >= timer->at_ms)
            break;
        set(timers, place, timers->heap[child]);
    }
    set(timers, place, timer);
}

void eio_timers_put(struct eio_timers *timers, struct eio_timer *timer)
{
    check(timer->place == 0);
    if (timers->count + 1 >= timers->cap) {
        timers->cap = timers->cap ? timers->cap * 2 : 64;
        timers->heap = realloc(timers->heap, timers->cap * sizeof *timers->heap);
        check(timers->heap != NULL);
    }
    rise(timers, ++timers->count, timer);
}

void eio_timers_remove(struct eio_timers *timers, struct eio_timer *timer)
{
    uint32_t place = timer->place;
    if (place == 0)
        return;
    struct eio_timer *last = timers->heap[timers->count--];
    timer->place = 0;
    if (last == timer)
        return;
    if (place > 1 && timers->heap[place / 2]->at_ms > last->at_ms)
        rise(timers, place, last);
    else
        sink(timers, place, last);
}

struct eio_timer *eio_timers_first(const struct eio_timers *timers)
{
    return timers->count > 0 ? timers->heap[1] : NULL;
}

void eio_timers_free(struct eio_timers *timers)
{
    free(timers->heap);
    *timers = (struct eio_timers){0};
}
