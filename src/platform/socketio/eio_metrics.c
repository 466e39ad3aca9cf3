/* Engine.IO in /metrics. Each loop counts for itself, and adds to the shared numbers once a turn: a broadcast
 * to thousands does not make the threads fight over a line of memory. */
#include "platform/socketio/eio_internal.h"

#include "base/metrics.h"

METRIC_GAUGE(SESSIONS, "tilopos_socketio_sessions", "Open Engine.IO sessions.");
METRIC_GAUGE(WEBSOCKETS, "tilopos_socketio_websockets", "Of them by WebSocket.");
METRIC_COUNTER(OPENED, "tilopos_socketio_opened_total", "Sessions opened.");
METRIC_COUNTER(SLOW, "tilopos_socketio_slow_readers_total", "Sessions closed because they did not read.");
METRIC_COUNTER(BYTES, "tilopos_socketio_bytes_sent_total", "Bytes of packets and frames sent.");
METRIC_COUNTER(SENT, "tilopos_socketio_packets_sent_total", "Packets sent.");
METRIC_COUNTER(RECEIVED, "tilopos_socketio_packets_received_total", "Packets received.");

static void add(struct metric *metric, const _Atomic int64_t *counter, int64_t *reported)
{
    int64_t now = atomic_load_explicit(counter, memory_order_relaxed);
    if (now != *reported)
        metric_add(metric, now - *reported);
    *reported = now;
}

void eio_metrics_add(const struct eio_counters *counters, struct eio_stats *reported)
{
    add(&SESSIONS, &counters->sessions, &reported->sessions);
    add(&WEBSOCKETS, &counters->sessions_websocket, &reported->sessions_websocket);
    add(&OPENED, &counters->opened, &reported->opened);
    add(&SLOW, &counters->closed_slow, &reported->closed_slow);
    add(&BYTES, &counters->bytes_sent, &reported->bytes_sent);
    add(&SENT, &counters->packets_sent, &reported->packets_sent);
    add(&RECEIVED, &counters->packets_received, &reported->packets_received);
}
