/* One row of counters for each route and one more for requests without a route. */
#include "platform/http/route_stats.h"

#include "base/check.h"

#include <stdatomic.h>
#include <stdlib.h>

#define STATUS_CLASSES 5 /* 1xx … 5xx */

struct row {
    _Atomic int64_t by_class[STATUS_CLASSES];
    _Atomic int64_t duration_ns;
};

struct route_stats {
    size_t count; /* of routes; the row behind them is for requests without one */
    struct row rows[];
};

struct route_stats *route_stats_new(const struct router *router)
{
    size_t count = router_count(router);
    struct route_stats *stats = calloc(1, sizeof *stats + (count + 1) * sizeof stats->rows[0]);
    check(stats != NULL);
    stats->count = count;
    return stats;
}

void route_stats_free(struct route_stats *stats) { free(stats); }

void route_stats_count(struct route_stats *stats, const struct router_entry *entry, int status,
                       int64_t duration_ns)
{
    struct row *row = &stats->rows[entry ? entry->index : stats->count];
    size_t status_class = (size_t)status / 100 - 1;
    check(status_class < STATUS_CLASSES);
    atomic_fetch_add_explicit(&row->by_class[status_class], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&row->duration_ns, duration_ns, memory_order_relaxed);
}

static void put_labels(struct buf *out, const struct route_stats *stats, const struct router *router,
                       size_t i)
{
    if (i == stats->count) {
        buf_put(out, STR("{method=\"\",route=\"none\""));
        return;
    }
    const struct router_entry *entry = router_at(router, i);
    buf_format(out, "{method=\"%s\",route=\"%.*s\"", entry->route->method, STR_ARG(entry->path));
}

static int64_t requests_of(const struct row *row)
{
    int64_t requests = 0;
    for (int i = 0; i < STATUS_CLASSES; i++)
        requests += atomic_load_explicit(&row->by_class[i], memory_order_relaxed);
    return requests;
}

static void put_seconds(struct buf *out, int64_t ns)
{
    buf_format(out, "%lld.%09lld", (long long)(ns / 1000000000), (long long)(ns % 1000000000));
}

void route_stats_write(struct buf *out, const struct route_stats *stats, const struct router *router)
{
    buf_put(out, STR("# HELP tilopos_http_requests_total Requests answered.\n"
                     "# TYPE tilopos_http_requests_total counter\n"));
    for (size_t i = 0; i <= stats->count; i++) {
        for (int status_class = 0; status_class < STATUS_CLASSES; status_class++) {
            int64_t count =
                atomic_load_explicit(&stats->rows[i].by_class[status_class], memory_order_relaxed);
            if (count == 0)
                continue;
            buf_put(out, STR("tilopos_http_requests_total"));
            put_labels(out, stats, router, i);
            buf_format(out, ",status=\"%dxx\"} %lld\n", status_class + 1, (long long)count);
        }
    }
    buf_put(out, STR("# HELP tilopos_http_request_duration_seconds Time from the header to the answer.\n"
                     "# TYPE tilopos_http_request_duration_seconds summary\n"));
    for (size_t i = 0; i <= stats->count; i++) {
        const struct row *row = &stats->rows[i];
        if (requests_of(row) == 0)
            continue;
        buf_put(out, STR("tilopos_http_request_duration_seconds_sum"));
        put_labels(out, stats, router, i);
        buf_put(out, STR("} "));
        put_seconds(out, atomic_load_explicit(&row->duration_ns, memory_order_relaxed));
        buf_put(out, STR("\ntilopos_http_request_duration_seconds_count"));
        put_labels(out, stats, router, i);
        buf_format(out, "} %lld\n", (long long)requests_of(row));
    }
}
