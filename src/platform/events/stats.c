/* What is known about the listeners: counts of this process, and what the database says. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/events/dispatcher.h"

/* $2: the business, NULL: all of them. */
DB_STATEMENT_GLOBAL(
    LISTENER_BEHIND, "figures about the dispatcher, of one business or over all",
    "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT), MIN(oldest) FROM (SELECT c.last_sequence - "
    "COALESCE(e.position, 0) AS pending, (SELECT o.occurred_at FROM outbox o "
    "WHERE o.business_id = c.business_id AND o.stream_id = c.outlet_id "
    "AND o.sequence > COALESCE(e.position, 0) ORDER BY o.sequence LIMIT 1) AS oldest FROM outlet_counters c "
    "LEFT JOIN event_cursors e ON e.business_id = c.business_id AND e.stream_id = c.outlet_id "
    "AND e.listener = $1 WHERE c.last_sequence > COALESCE(e.position, 0) "
    "AND ($2 IS NULL OR c.business_id = $2)) behind");
DB_STATEMENT_GLOBAL(
    LISTENER_ASIDE, "figures about the dispatcher, of one business or over all",
    "SELECT COUNT(*) FILTER (WHERE status = 'dead'), COUNT(*) FILTER (WHERE status = 'retrying'), "
    "COUNT(*) FILTER (WHERE status = 'waiting') FROM event_retries "
    "WHERE listener = $1 AND ($2 IS NULL OR business_id = $2)");

static const int64_t MINUTES[] = {1, 5, 60};
#define WINDOWS (sizeof MINUTES / sizeof MINUTES[0])

/* ---- Counting ---- */

static void tell_alert(struct runner *runner, struct stream_key key, const struct rate_window *window)
{
    struct listener_alert alert = {runner->listener->name, key.business_id, key.stream_id, window->handled,
                                   window->failed};
    const struct events *events = runner->events;
    log_error("events.alert", LOG_TEXT("listener", alert.listener), LOG_INT("handled", alert.handled),
              LOG_INT("failed", alert.failed));
    if (events->on_alert)
        events->on_alert(events->alert_arg, &alert);
}

void runner_count(struct runner *runner, struct stream_key key, int64_t handled, int64_t failed)
{
    struct rate_window window;
    if (handled == 0 && failed == 0)
        return;
    atomic_fetch_add(&runner->handled, handled);
    atomic_fetch_add(&runner->failed, failed);
    if (rates_count(&runner->rates, key.business_id, clock_now_ms(), handled, failed, &window))
        tell_alert(runner, key, &window);
}

void events_on_alert(struct events *events, void (*fn)(void *arg, const struct listener_alert *alert),
                     void *arg)
{
    events->on_alert = fn;
    events->alert_arg = arg;
}

/* ---- Figures ---- */

struct figures {
    struct runner *runners;
    size_t count;
    struct uuid business_id;
    struct listener_stats *stats;
};

static void load_one(struct db_tx *tx, struct runner *runner, struct uuid business_id, int64_t now_ms,
                     struct listener_stats *ret_stats)
{
    struct db_rows *aside = db_ask(tx, &LISTENER_ASIDE, DB_TEXT(runner->name), DB_UUID_OR_NULL(business_id));
    struct db_rows *behind =
        db_query(tx, &LISTENER_BEHIND, DB_TEXT(runner->name), DB_UUID_OR_NULL(business_id));
    if (db_failed(tx))
        return;
    ret_stats->dead = db_int(aside, 0, 0);
    ret_stats->retrying = db_int(aside, 0, 1);
    ret_stats->waiting = db_int(aside, 0, 2);
    ret_stats->pending = db_int(behind, 0, 0);
    int64_t oldest = db_is_null(behind, 0, 1) ? now_ms : db_int(behind, 0, 1);
    ret_stats->lag_ms = oldest < now_ms ? now_ms - oldest : 0;
}

static enum code load_figures(struct db_tx *tx, void *arg)
{
    struct figures *figures = arg;
    int64_t now_ms = clock_now_ms();
    for (size_t i = 0; i < figures->count; i++) {
        struct runner *runner = &figures->runners[i];
        struct listener_stats *stats = &figures->stats[i];
        *stats =
            (struct listener_stats){.name = runner->listener->name, .summary = runner->listener->summary};
        for (size_t j = 0; j < WINDOWS; j++) {
            struct rate_window window = rates_of(&runner->rates, figures->business_id, now_ms, MINUTES[j]);
            stats->rates[j].minutes = MINUTES[j];
            stats->rates[j].handled = window.handled;
            stats->rates[j].failed = window.failed;
        }
        load_one(tx, runner, figures->business_id, now_ms, stats);
    }
    return CODE_OK;
}

enum code events_stats(struct events *events, struct uuid business, struct listener_stats *ret_stats,
                       size_t *ret_count)
{
    struct figures figures = {events->runners, events->count, business, ret_stats};
    struct arena arena = {0};
    enum code code = db_read(events->db, business, &arena, load_figures, &figures);
    arena_free(&arena);
    *ret_count = code ? 0 : figures.count;
    return code;
}

void runner_refresh_figures(struct runner *runner, struct arena *arena)
{
    struct listener_stats stats;
    struct figures figures = {runner, 1, UUID_NIL, &stats};
    if (db_read(runner->events->db, UUID_NIL, arena, load_figures, &figures))
        return;
    pthread_mutex_lock(&runner->lock);
    runner->figures = stats;
    pthread_mutex_unlock(&runner->lock);
}

/* ---- Metrics ---- */

static int64_t pending_of(const struct listener_stats *stats) { return stats->pending; }
static int64_t lag_of(const struct listener_stats *stats) { return stats->lag_ms; }
static int64_t dead_of(const struct listener_stats *stats) { return stats->dead; }
static int64_t aside_of(const struct listener_stats *stats) { return stats->retrying + stats->waiting; }

static const struct gauge {
    const char *name, *help;
    int64_t (*value)(const struct listener_stats *stats);
} GAUGES[] = {
    {"tilopos_listener_pending", "Events that a listener has not read yet.", pending_of},
    {"tilopos_listener_lag_ms", "Age of the oldest event that a listener has not read yet.", lag_of},
    {"tilopos_listener_dead", "Dead letters of a listener.", dead_of},
    {"tilopos_listener_aside", "Events that a listener will try again, and those that wait behind them.",
     aside_of},
};

static void write_gauge(struct buf *out, struct events *events, const struct gauge *gauge)
{
    buf_format(out, "# HELP %s %s\n# TYPE %s gauge\n", gauge->name, gauge->help, gauge->name);
    for (size_t i = 0; i < events->count; i++) {
        struct runner *runner = &events->runners[i];
        pthread_mutex_lock(&runner->lock);
        int64_t value = gauge->value(&runner->figures);
        pthread_mutex_unlock(&runner->lock);
        buf_format(out, "%s{listener=\"%s\"} %lld\n", gauge->name, runner->listener->name, (long long)value);
    }
}

static void write_attempts(struct buf *out, struct events *events)
{
    buf_put(out, STR("# HELP tilopos_listener_attempts_total Events that a listener handled, and failed.\n"
                     "# TYPE tilopos_listener_attempts_total counter\n"));
    for (size_t i = 0; i < events->count; i++) {
        struct runner *runner = &events->runners[i];
        const char *name = runner->listener->name;
        buf_format(out, "tilopos_listener_attempts_total{listener=\"%s\",outcome=\"handled\"} %lld\n", name,
                   (long long)atomic_load(&runner->handled));
        buf_format(out, "tilopos_listener_attempts_total{listener=\"%s\",outcome=\"failed\"} %lld\n", name,
                   (long long)atomic_load(&runner->failed));
    }
}

static void write_rates(struct buf *out, struct events *events)
{
    int64_t now_ms = clock_now_ms();
    buf_put(out, STR("# HELP tilopos_listener_recent_attempts Attempts in the last minutes.\n"
                     "# TYPE tilopos_listener_recent_attempts gauge\n"));
    for (size_t i = 0; i < events->count; i++) {
        struct runner *runner = &events->runners[i];
        for (size_t j = 0; j < WINDOWS; j++) {
            struct rate_window window = rates_of(&runner->rates, UUID_NIL, now_ms, MINUTES[j]);
            buf_format(out,
                       "tilopos_listener_recent_attempts{listener=\"%s\",outcome=\"handled\",minutes=\"%"
                       "lld\"} %lld\n"
                       "tilopos_listener_recent_attempts{listener=\"%s\",outcome=\"failed\",minutes=\"%lld\"}"
                       " %lld\n",
                       runner->listener->name, (long long)MINUTES[j], (long long)window.handled,
                       runner->listener->name, (long long)MINUTES[j], (long long)window.failed);
        }
    }
}

void events_write_metrics(struct buf *out, void *arg)
{
    struct events *events = arg;
    for (size_t i = 0; i < sizeof GAUGES / sizeof GAUGES[0]; i++)
        write_gauge(out, events, &GAUGES[i]);
    write_attempts(out, events);
    write_rates(out, events);
}
