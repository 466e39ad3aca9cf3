/* The daily jobs: who stops them does not wait for a round. */
#include "platform/jobs.h"

#include "test.h"

#include <pthread.h>

#define LONG_MS 60000 /* never waited out */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int entered, allowed, later;

static void set(int *value)
{
    pthread_mutex_lock(&lock);
    *value = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void await(const int *value)
{
    pthread_mutex_lock(&lock);
    while (!*value)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static enum code run_long(struct platform *platform)
{
    (void)platform;
    set(&entered);
    await(&allowed);
    return CODE_UNAVAILABLE;
}

static enum code run_later(struct platform *platform)
{
    (void)platform;
    set(&later);
    return CODE_OK;
}

static const struct job LONG = {"long", run_long}, LATER = {"later", run_later};
static const struct job *const LONG_AND_LATER[] = {&LONG, &LATER};

TEST(jobs_that_sleep_end_at_once)
{
    entered = allowed = later = 0;
    struct jobs *jobs = jobs_start(NULL, LONG_AND_LATER, 2, LONG_MS);
    require(jobs);
    expect(jobs_stop(jobs, LONG_MS));
    expect(!entered);
}

TEST(a_job_that_fails_keeps_none_from_its_turn)
{
    entered = later = 0;
    allowed = 1;
    struct jobs *jobs = jobs_start(NULL, LONG_AND_LATER, 2, 0);
    require(jobs);
    await(&later);
    expect(jobs_stop(jobs, LONG_MS));
}

TEST(a_job_that_runs_is_waited_for_no_longer_than_told_and_none_begins_after_it)
{
    entered = allowed = later = 0;
    struct jobs *jobs = jobs_start(NULL, LONG_AND_LATER, 2, 0);
    require(jobs);
    await(&entered);
    expect(!jobs_stop(jobs, 1));
    set(&allowed);
    expect(jobs_stop(jobs, LONG_MS));
    expect(!later);
}

TEST(no_jobs_are_stopped_too)
{
    jobs_ask_to_stop(NULL);
    expect(jobs_stop(NULL, 0));
}
