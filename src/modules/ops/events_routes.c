/* GET /ops/events and /ops/health: of the caller's business only. */
#include "base/clock.h"
#include "modules/ops/ops.h"
#include "platform/http/request.h"
#include "platform/platform.h"

/* Behind by more than this is worth a word. */
#define LATE_MS 60000

struct rate {
    int64_t minutes, handled, failed, per_minute_milli, failure_rate_bp;
};
static const struct json_field RATE_FIELDS[] = {
    {"minutes", JSON_INTEGER, JSON_REQUIRED, offsetof(struct rate, minutes)},
    {"handled", JSON_INTEGER, JSON_REQUIRED, offsetof(struct rate, handled)},
    {"failed", JSON_INTEGER, JSON_REQUIRED, offsetof(struct rate, failed), .summary = "Attempts, not events"},
    {"perMinute", JSON_QUANTITY, JSON_REQUIRED, offsetof(struct rate, per_minute_milli),
     .summary = "Handled a minute"},
    {"failureRate", JSON_RATE, JSON_REQUIRED, offsetof(struct rate, failure_rate_bp),
     .summary = "Failed attempts by all attempts"},
};
static const struct json_schema RATE_SCHEMA = JSON_SCHEMA("ListenerRate", struct rate, RATE_FIELDS);

struct listener_view {
    struct str listener, summary;
    int64_t lag_ms, pending, dead_letters, retrying, waiting, throughput_milli, failure_rate_bp;
    JSON_ARRAY_OF(struct rate) rates;
};
static const struct json_field LISTENER_FIELDS[] = {
    {"listener", JSON_STRING, JSON_REQUIRED, offsetof(struct listener_view, listener)},
    {"summary", JSON_STRING, JSON_REQUIRED, offsetof(struct listener_view, summary)},
    {"lagMs", JSON_INTEGER, JSON_REQUIRED, offsetof(struct listener_view, lag_ms),
     .summary = "Age of the oldest event that it has not read"},
    {"pending", JSON_INTEGER, JSON_REQUIRED, offsetof(struct listener_view, pending),
     .summary = "Events that it has not read"},
    {"deadLetters", JSON_INTEGER, JSON_REQUIRED, offsetof(struct listener_view, dead_letters)},
    {"retrying", JSON_INTEGER, JSON_REQUIRED, offsetof(struct listener_view, retrying),
     .summary = "Events that failed and are tried again"},
    {"waiting", JSON_INTEGER, JSON_REQUIRED, offsetof(struct listener_view, waiting),
     .summary = "Events behind one of their subject that failed"},
    {"throughput", JSON_QUANTITY, JSON_REQUIRED, offsetof(struct listener_view, throughput_milli),
     .summary = "Handled a minute, over 5 minutes"},
    {"failureRate", JSON_RATE, JSON_REQUIRED, offsetof(struct listener_view, failure_rate_bp),
     .summary = "Over 5 minutes"},
    {"rates", JSON_ARRAY, JSON_REQUIRED, offsetof(struct listener_view, rates), .schema = &RATE_SCHEMA,
     .summary = "Over 1, 5 and 60 minutes, of the process that answers"},
};
static const struct json_schema LISTENER_SCHEMA =
    JSON_SCHEMA("ListenerState", struct listener_view, LISTENER_FIELDS);

struct events_view {
    int64_t lag_ms, pending, dead_letters;
    JSON_ARRAY_OF(struct listener_view) listeners;
};
static const struct json_field EVENTS_FIELDS[] = {
    {"lagMs", JSON_INTEGER, JSON_REQUIRED, offsetof(struct events_view, lag_ms),
     .summary = "Of the listener that is furthest behind"},
    {"pending", JSON_INTEGER, JSON_REQUIRED, offsetof(struct events_view, pending),
     .summary = "Over all listeners"},
    {"deadLetters", JSON_INTEGER, JSON_REQUIRED, offsetof(struct events_view, dead_letters)},
    {"listeners", JSON_ARRAY, JSON_REQUIRED, offsetof(struct events_view, listeners),
     .schema = &LISTENER_SCHEMA},
};
const struct json_schema OPS_EVENTS_SCHEMA = JSON_SCHEMA("EventsState", struct events_view, EVENTS_FIELDS);

static int64_t share_bp(int64_t failed, int64_t handled)
{
    int64_t all = handled + failed;
    return all ? (failed * 10000 + all / 2) / all : 0;
}

static struct listener_view view_of(struct arena *arena, const struct listener_stats *stats)
{
    struct listener_view view = {
        .listener = str_of(stats->name),
        .summary = str_of(stats->summary),
        .lag_ms = stats->lag_ms,
        .pending = stats->pending,
        .dead_letters = stats->dead,
        .retrying = stats->retrying,
        .waiting = stats->waiting,
    };
    view.rates.count = sizeof stats->rates / sizeof stats->rates[0];
    view.rates.at = arena_array(arena, struct rate, view.rates.count);
    for (size_t i = 0; i < view.rates.count; i++) {
        int64_t minutes = stats->rates[i].minutes, handled = stats->rates[i].handled;
        view.rates.at[i] = (struct rate){minutes, handled, stats->rates[i].failed, handled * 1000 / minutes,
                                         share_bp(stats->rates[i].failed, handled)};
    }
    view.throughput_milli = view.rates.at[1].per_minute_milli;
    view.failure_rate_bp = view.rates.at[1].failure_rate_bp;
    return view;
}

static enum code load(struct request *request, struct events_view *ret_view)
{
    struct listener_stats stats[LISTENERS_MAX];
    size_t count;
    enum code code = events_stats(request->platform->events, request->who.business_id, stats, &count);
    if (code)
        return code;
    *ret_view = (struct events_view){0};
    ret_view->listeners.at = arena_array(request->arena, struct listener_view, count);
    ret_view->listeners.count = count;
    for (size_t i = 0; i < count; i++) {
        ret_view->listeners.at[i] = view_of(request->arena, &stats[i]);
        ret_view->pending += stats[i].pending;
        ret_view->dead_letters += stats[i].dead;
        if (stats[i].lag_ms > ret_view->lag_ms)
            ret_view->lag_ms = stats[i].lag_ms;
    }
    return CODE_OK;
}

enum code ops_events(struct request *request)
{
    struct events_view view;
    enum code code = load(request, &view);
    if (!code)
        reply(request, &view);
    return code;
}

/* ---- Health ---- */

static const char *const HEALTH_NAMES[] = {"ok", "degraded", NULL};
static const char *const ENGINE_NAMES[] = {[DB_SQLITE] = "sqlite", [DB_POSTGRES] = "postgres", NULL};

struct health {
    int64_t status, engine;
    bool database_up;
    JSON_ARRAY_OF(struct str) problems;
    int64_t lag_ms, pending, dead_letters, checked_at;
};
static const struct json_field HEALTH_FIELDS[] = {
    {"status", JSON_ENUM, JSON_REQUIRED, offsetof(struct health, status), .values = HEALTH_NAMES},
    {"problems", JSON_ARRAY, JSON_REQUIRED, offsetof(struct health, problems), .element = JSON_STRING,
     .summary = "What is not as it should be; none: ok"},
    {"database", JSON_ENUM, JSON_REQUIRED, offsetof(struct health, engine), .values = ENGINE_NAMES},
    {"databaseUp", JSON_BOOLEAN, JSON_REQUIRED, offsetof(struct health, database_up)},
    {"lagMs", JSON_INTEGER, JSON_REQUIRED, offsetof(struct health, lag_ms)},
    {"pending", JSON_INTEGER, JSON_REQUIRED, offsetof(struct health, pending)},
    {"deadLetters", JSON_INTEGER, JSON_REQUIRED, offsetof(struct health, dead_letters)},
    {"checkedAt", JSON_TIME, JSON_REQUIRED, offsetof(struct health, checked_at)},
};
const struct json_schema OPS_HEALTH_SCHEMA = JSON_SCHEMA("OpsHealth", struct health, HEALTH_FIELDS);

static void add_problem(struct request *request, struct health *health, const char *listener,
                        const char *what)
{
    health->problems.at[health->problems.count++] = str_format(request->arena, "%s %s", listener, what);
    health->status = 1;
}

static void look_at(struct request *request, struct health *health, const struct listener_view *listener)
{
    const char *name = listener->listener.data;
    if (listener->dead_letters)
        add_problem(request, health, name, "has dead letters");
    if (listener->lag_ms > LATE_MS)
        add_problem(request, health, name, "is late");
    if (listener->rates.at[1].failed >= 3 && listener->failure_rate_bp > 100)
        add_problem(request, health, name, "fails more than once in a hundred times");
}

enum code ops_health(struct request *request)
{
    struct events_view view;
    enum code code = load(request, &view);
    if (code)
        return code;
    struct db *db = request->platform->db;
    struct health health = {
        .engine = db_engine_of(db),
        .database_up = db_is_up(db),
        .lag_ms = view.lag_ms,
        .pending = view.pending,
        .dead_letters = view.dead_letters,
        .checked_at = clock_now_ms(),
    };
    health.problems.at = arena_array(request->arena, struct str, 3 * view.listeners.count + 1);
    if (!health.database_up)
        add_problem(request, &health, "the database", "takes no writes");
    for (size_t i = 0; i < view.listeners.count; i++)
        look_at(request, &health, &view.listeners.at[i]);
    reply(request, &health);
    return CODE_OK;
}
