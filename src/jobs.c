/* The daily jobs. (Logins that are over go when their business logs in again: modules/auth.) */
#include "jobs.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/code.h"
#include "base/log.h"
#include "modules/customers/customers.h"
#include "modules/notifications/notifications.h"
#include "platform/events/prune.h"
#include "platform/http/idempotency.h"
#include "platform/platform.h"

#include <pthread.h>
#include <time.h>

/* A shop switches its machine off at night: the first round comes soon after the start, not on the next day.
 */
#define FIRST_ROUND_S (5 * 60)
#define ROUND_S (24 * 3600)
#define JOBS_STACK (256 * 1024)

static enum code prune_events(struct platform *platform) { return events_prune(platform->events); }
static enum code prune_idempotency(struct platform *platform)
{
    return idempotency_prune(platform->db, clock_now_ms());
}
static enum code prune_notifications(struct platform *platform)
{
    return notifications_prune(platform->db, clock_now_ms());
}
static enum code expire_points(struct platform *platform) { return loyalty_expire(platform, clock_now_ms()); }

static const struct job {
    const char *name;
    enum code (*run)(struct platform *platform); /* short transactions: sales go on meanwhile */
} JOBS[] = {
    {"events.prune", prune_events},
    {"idempotency.prune", prune_idempotency},
    {"notifications.prune", prune_notifications},
    {"loyalty.expire", expire_points},
};

struct jobs {
    struct platform *platform;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

static void run_round(struct jobs *jobs)
{
    for (size_t i = 0; i < sizeof JOBS / sizeof JOBS[0]; i++) {
        enum code code = JOBS[i].run(jobs->platform);
        if (code)
            log_warn("job.failed", LOG_TEXT("job", JOBS[i].name), LOG_TEXT("reason", code_name(code)));
    }
}

/* True: time to stop. With the lock held. */
static bool sleep_for(struct jobs *jobs, int64_t seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    int status = 0;
    while (!jobs->stop && status == 0)
        status = pthread_cond_timedwait(&jobs->wake, &jobs->lock, &until);
    return jobs->stop;
}

static void *run(void *arg)
{
    struct jobs *jobs = arg;
    pthread_mutex_lock(&jobs->lock);
    for (int64_t pause = FIRST_ROUND_S; !sleep_for(jobs, pause); pause = ROUND_S) {
        pthread_mutex_unlock(&jobs->lock);
        run_round(jobs);
        pthread_mutex_lock(&jobs->lock);
    }
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

struct jobs *jobs_start(struct platform *platform)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    check(jobs);
    jobs->platform = platform;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_cond_init(&jobs->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, JOBS_STACK);
    bool started = pthread_create(&jobs->thread, &attributes, run, jobs) == 0;
    pthread_attr_destroy(&attributes);
    if (started)
        return jobs;
    log_error("jobs.thread_failed");
    pthread_cond_destroy(&jobs->wake);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
    return NULL;
}

void jobs_stop(struct jobs *jobs)
{
    if (!jobs)
        return;
    pthread_mutex_lock(&jobs->lock);
    jobs->stop = true;
    pthread_cond_signal(&jobs->wake);
    pthread_mutex_unlock(&jobs->lock);
    pthread_join(jobs->thread, NULL);
    pthread_cond_destroy(&jobs->wake);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}
