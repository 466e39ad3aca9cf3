/* The registry: a list that grows before main, read-only afterwards. */
#include "platform/http/metrics.h"

static struct metric *all; /* newest first */

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
}
