/* Requests and durations by route, for /metrics. Thread-safe, lock-free. */
#pragma once
#include "base/buf.h"
#include "platform/http/router.h"

struct route_stats;

struct route_stats *route_stats_new(const struct router *router);
void route_stats_free(struct route_stats *stats);
/* `entry` NULL: no route was found. */
void route_stats_count(struct route_stats *stats, const struct router_entry *entry, int status,
                       int64_t duration_ns);
void route_stats_write(struct buf *out, const struct route_stats *stats, const struct router *router);
