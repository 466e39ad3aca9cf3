/* The thread of the daily jobs. */
#include "platform/jobs.h"

#include "base/check.h"
#include "base/deadline.h"
#include "base/log.h"

#include <pthread.h>

#define ROUND_MS (INT64_C(24) * 3600 * 1000)
#define JOBS_STACK (256 * 1024)

struct jobs {
    struct platform *platform;
    const struct job *list[DAILY_JOBS_MAX];
    size_t count;
    int64_t first_ms;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;  /* of the thread: stop */
    pthread_cond_t done;  /* of who stops it: ended */
    bool stop, ended;
};

/* With the lock held, as all up to the next heading; the jobs themselves run without it. */
static void run_round(struct jobs *jobs)
{
    for (size_t i = 0; i < jobs->count && !jobs->stop; i++) {
        const struct job *job = jobs->list[i];
        pthread_mutex_unlock(&jobs->lock);
        enum code code = job->run(jobs->platform);
        if (code)
            log_warn("job.failed", LOG_TEXT("job", job->name), LOG_TEXT("reason", code_name(code)));
        pthread_mutex_lock(&jobs->lock);
    }
}

static void sleep_for(struct jobs *jobs, int64_t ms)
{
    struct timespec until = deadline_in_ms(ms);
    int status = 0;
    while (!jobs->stop && status == 0)
        status = pthread_cond_timedwait(&jobs->wake, &jobs->lock, &until);
}

static void *run(void *arg)
{
    struct jobs *jobs = arg;
    pthread_mutex_lock(&jobs->lock);
    for (int64_t pause_ms = jobs->first_ms; !jobs->stop; pause_ms = ROUND_MS) {
        sleep_for(jobs, pause_ms);
        run_round(jobs);
    }
    jobs->ended = true;
    pthread_cond_signal(&jobs->done);
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

/* ---- From other threads ---- */

static void free_jobs(struct jobs *jobs)
{
    pthread_cond_destroy(&jobs->done);
    pthread_cond_destroy(&jobs->wake);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}

struct jobs *jobs_start(struct platform *platform, const struct job *const *list, size_t count,
                        int64_t first_ms)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    check(jobs && count <= DAILY_JOBS_MAX);
    *jobs = (struct jobs){.platform = platform, .count = count, .first_ms = first_ms};
    memcpy(jobs->list, list, count * sizeof(const struct job *));
    pthread_mutex_init(&jobs->lock, NULL);
    deadline_condition_init(&jobs->wake);
    deadline_condition_init(&jobs->done);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, JOBS_STACK);
    bool started = pthread_create(&jobs->thread, &attributes, run, jobs) == 0;
    pthread_attr_destroy(&attributes);
    if (started)
        return jobs;
    log_error("jobs.thread_failed");
    free_jobs(jobs);
    return NULL;
}

void jobs_ask_to_stop(struct jobs *jobs)
{
    if (!jobs)
        return;
    pthread_mutex_lock(&jobs->lock);
    jobs->stop = true;
    pthread_cond_signal(&jobs->wake);
    pthread_mutex_unlock(&jobs->lock);
}

bool jobs_stop(struct jobs *jobs, int64_t timeout_ms)
{
    if (!jobs)
        return true;
    jobs_ask_to_stop(jobs);
    struct timespec until = deadline_in_ms(timeout_ms);
    int status = 0;
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->ended && status == 0)
        status = pthread_cond_timedwait(&jobs->done, &jobs->lock, &until);
    bool ended = jobs->ended;
    pthread_mutex_unlock(&jobs->lock);
    if (!ended)
        return false;
    pthread_join(jobs->thread, NULL);
    free_jobs(jobs);
    return true;
}
