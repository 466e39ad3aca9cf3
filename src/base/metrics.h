/* Prometheus metrics as rows of data, declared where they are counted; /metrics prints them all. Thread-safe,
 * lock-free.
 *
 *     METRIC_COUNTER(SALES, "tilopos_sales_total", "Sales stored.");
 *     metric_add(&SALES, 1);
 */
#pragma once
#include "base/buf.h"

#include <stdatomic.h>

enum metric_type { METRIC_TYPE_COUNTER, METRIC_TYPE_GAUGE };

struct metric {
    const char *name, *help;
    enum metric_type type;
    _Atomic int64_t value;
    struct metric *next;
};

void metric_register(struct metric *metric); /* called before main by the macros */

#define METRIC_(variable, kind, text_name, text_help)                                                   \
    static struct metric variable = {text_name, text_help, kind, 0, NULL};                              \
    __attribute__((constructor)) static void variable##_register_(void) { metric_register(&variable); } \
    struct metric
#define METRIC_COUNTER(variable, name, help) METRIC_(variable, METRIC_TYPE_COUNTER, name, help)
#define METRIC_GAUGE(variable, name, help) METRIC_(variable, METRIC_TYPE_GAUGE, name, help)

static inline void metric_add(struct metric *metric, int64_t delta)
{
    atomic_fetch_add_explicit(&metric->value, delta, memory_order_relaxed);
}
static inline void metric_set(struct metric *metric, int64_t value)
{
    atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}
void metrics_write(struct buf *out); /* text format 0.0.4 */
/* For what has labels: `write` adds its lines to every answer of /metrics, without waiting for anything. At
 * most 8; when the second returns it runs no more. */
void metrics_write_also(void (*write)(struct buf *out, void *arg), void *arg);
void metrics_write_no_more(const void *arg);
