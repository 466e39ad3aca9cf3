/* Work that is due once a day: forgetting what is no longer needed, letting points expire. One thread, which
 * sleeps in between. */
#pragma once
#include "base/code.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jobs;
struct platform;

struct job {
    const char *name;
    enum code (*run)(struct platform *platform); /* short transactions: sales go on meanwhile */
};

#define DAILY_JOBS_MAX 32

/* The rows must stay, their array need not. The first round comes `first_ms` after the start, the next ones a
 * day after each other. NULL: the log says why. */
struct jobs *jobs_start(struct platform *platform, const struct job *const *list, size_t count,
                        int64_t first_ms);
/* No further job begins. NULL is fine, here and below. */
void jobs_ask_to_stop(struct jobs *jobs);
/* Waits for the job that runs. False: it still does after `timeout_ms`; then nothing was freed, and what jobs
 * use must not be closed. */
bool jobs_stop(struct jobs *jobs, int64_t timeout_ms);
