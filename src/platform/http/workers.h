/* Threads that may block. They are started when there is work and nobody idle, up to a maximum, and end when
 * they had nothing to do for a while. The one that became idle last gets the next work: its caches are warm.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct work {
    struct work *next;
    void (*run)(struct work *work);  /* on a worker */
    void (*drop)(struct work *work); /* instead of run, when the pool stops first */
};

struct workers;

struct workers *workers_start(size_t threads_max, size_t queue_max);
/* False: the queue is full, or the pool stops; `work` is the caller's as before. Any thread. */
bool workers_submit(struct workers *workers, struct work *work);
size_t workers_waiting(struct workers *workers);
size_t workers_running(struct workers *workers); /* threads, idle ones too */
/* Drops what waits, lets what runs finish, frees all. False: something still runs after `timeout_ms`; then
 * nothing is freed and the pool must be left alone. */
bool workers_stop(struct workers *workers, int64_t timeout_ms);
