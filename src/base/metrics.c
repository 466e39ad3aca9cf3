/* The registry: a list that grows before main, read-only afterwards. */

#include "base/metrics.h"

#include "base/check.h"

#include <pthread.h>

#define SOURCES_MAX 8

static struct metric *all; /* newest first */

static pthread_mutex_t sources_lock = PTHREAD_MUTEX_INITIALIZER;
static struct source {
    void (*write)(struct buf *out, void *arg);
    void *arg;
} sources[SOURCES_MAX];

static struct source *source_of(const void *arg)
{
    for (size_t i = 0; i < SOURCES_MAX; i++) {
        if (sources[i].arg == arg)
            return &sources[i];
    }
    return NULL;
}

void metrics_write_also(void (*write)(struct buf *out, void *arg), void *arg)
{
    pthread_mutex_lock(&sources_lock);
    struct source *free_source = source_of(NULL);
    if (free_source)
        *free_source = (struct source){write, arg};
    pthread_mutex_unlock(&sources_lock);
    check(free_source != NULL);
}

void metrics_write_no_more(const void *arg)
{
    pthread_mutex_lock(&sources_lock);
    struct source *source = source_of(arg);
    if (source)
        *source = (struct source){NULL, NULL};
    pthread_mutex_unlock(&sources_lock);
}

void metric_register(struct metric *metric)
{
    metric->next = all;
    all = metric;
}

void metrics_write(struct buf *out)
{
    for (const struct metric *metric = all; metric; metric = metric->next) {
        const char *type = metric->type == METRIC_TYPE_COUNTER ? "counter" : "gauge";
        buf_format(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", metric->name, metric->help, metric->name,
                   type, metric->name, (long long)atomic_load_explicit(&metric->value, memory_order_relaxed));
    }
    pthread_mutex_lock(&sources_lock);
    for (size_t i = 0; i < SOURCES_MAX; i++) {
        if (sources[i].write)
            sources[i].write(out, sources[i].arg);
    }
    pthread_mutex_unlock(&sources_lock);
}
