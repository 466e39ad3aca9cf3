/* Composition of the server. */
#include "app.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "modules/module.h"
#include "platform/auth/auth.h"
#include "platform/cache/cache.h"
#include "platform/db/db.h"
#include "platform/events/prune.h"
#include "platform/http/idempotency.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CACHE_ENTRIES 4096
#define DATABASE_WAIT_MS 30000
#define NS_A_MS 1000000
#define LISTENERS_CATCH_UP_MS 5000 /* at most: what is left waits in the outbox */
/* A shop switches its machine off at night: the jobs come soon after the start, not on the next day. */
#define FIRST_JOBS_MS (5 * 60 * 1000)
#define JOBS_GRACE_MS 1000

/* ---- Database ---- */

static bool is_sqlite(struct str url) { return url.len == 0 || str_starts_with(url, STR("sqlite:")); }

/* The database of the configuration; the default is a file in the data folder, which is made when
 * `make_folder`. */
static bool database_url(const struct config *config, bool make_folder, struct arena *arena,
                         struct str *ret_url)
{
    *ret_url = config->database_url;
    if (config->database_url.len > 0)
        return true;
    const char *folder = str_to_cstr(arena, config->data_dir);
    if (make_folder && mkdir(folder, 0700) && errno != EEXIST) {
        log_error("data_dir.failed", LOG_TEXT("dataDir", folder), LOG_TEXT("reason", strerror(errno)));
        return false;
    }
    *ret_url = str_format(arena, "sqlite:%s/tilopos.db", folder);
    return true;
}

/* False: asked to end meanwhile. (`serve` has these signals blocked by now.) */
static bool wait_ms(int64_t ms)
{
    struct timespec rest = {ms / 1000, ms % 1000 * NS_A_MS};
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    return sigtimedwait(&ending, NULL, &rest) < 0;
}

static struct db *open_patiently(const struct db_options *options)
{
    struct db *db = db_open(options);
    for (int64_t waited = 0, pause = 500; !db && waited < DATABASE_WAIT_MS; waited += pause) {
        pause = pause < 4000 ? pause * 2 : pause;
        log_warn("database.waiting", LOG_INT("againInMs", pause));
        if (!wait_ms(pause))
            break;
        db = db_open(options);
    }
    return db;
}

/* To look at a database must not make one. */
static bool is_there(struct str url, struct arena *arena)
{
    struct str file = url;
    str_cut(&file, ':');
    if (access(str_to_cstr(arena, file), F_OK) == 0)
        return true;
    log_error("database.absent", LOG_STR("file", file), LOG_TEXT("reason", strerror(errno)));
    return false;
}

const char *app_sqlite_file(const struct config *config, bool make_folder, struct arena *arena)
{
    struct str url;
    if (!database_url(config, make_folder, arena, &url) || !is_sqlite(url))
        return NULL;
    str_cut(&url, ':');
    return str_to_cstr(arena, url);
}

struct db *app_open_database(const struct config *config, bool migrate)
{
    struct arena arena = {0};
    struct db_options options = {
        .connections = (size_t)config->db_pool, .migrate = migrate, .patient = !migrate};
    struct db *db = NULL;
    if (database_url(config, migrate, &arena, &options.url)) {
        if (!is_sqlite(options.url))
            db = migrate ? open_patiently(&options) : db_open(&options);
        else if (migrate || is_there(options.url, &arena))
            db = db_open(&options);
    }
    arena_free(&arena);
    return db;
}

static void write_database_metrics(struct buf *out, void *arg)
{
    const struct db_stats stats = db_stats_of(arg);
    const struct {
        const char *name, *type, *help;
        int64_t value;
    } metrics[] = {
        {"tilopos_db_transactions_total", "counter", "Transactions run, reads too.", stats.transactions},
        {"tilopos_db_commits_total", "counter", "Transactions committed that write.", stats.commits},
        {"tilopos_db_retries_total", "counter", "Transactions run again: a deadlock, an outdated snapshot.",
         stats.retries},
        {"tilopos_db_connections", "gauge", "Open connections.", stats.connections_open},
        {"tilopos_db_waiting", "gauge", "Transactions that wait for a connection, or for SQLite's writer.",
         stats.queue_depth},
    };
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++)
        buf_format(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", metrics[i].name, metrics[i].help,
                   metrics[i].name, metrics[i].type, metrics[i].name, (long long)metrics[i].value);
}

/* ---- Platform ---- */

bool app_open(struct app *app, const struct config *config)
{
    const struct listener *listeners[MODULES_LISTENERS_MAX];
    size_t listener_count = modules_listeners(listeners);
    struct platform *platform = &app->platform;
    *app = (struct app){.platform.config = config};
    platform->db = app_open_database(config, true);
    if (platform->db) {
        metrics_write_also(write_database_metrics, platform->db);
        platform->cache = cache_open(platform->db, CACHE_ENTRIES);
    }
    if (platform->cache)
        platform->events = events_open(platform->db, platform, listeners, listener_count);
    if (platform->events)
        platform->auth = auth_open(platform->db, platform->cache, config);
    if (!platform->auth)
        app_close(app);
    return platform->auth != NULL;
}

static bool start_modules(struct app *app)
{
    for (; MODULES[app->started]; app->started++) {
        const struct module *module = MODULES[app->started];
        enum code code = module->start ? module->start(&app->platform) : CODE_OK;
        if (code) {
            log_error("module.start_failed", LOG_TEXT("module", module->name),
                      LOG_TEXT("reason", code_name(code)));
            return false;
        }
    }
    return true;
}

static void ask_for_endpoints(struct app *app)
{
    app->endpoint_count = 0;
    for (size_t i = 0; i < app->started; i++) {
        if (!MODULES[i]->endpoint)
            continue;
        check(app->endpoint_count < APP_ENDPOINTS_MAX);
        app->endpoints[app->endpoint_count++] = MODULES[i]->endpoint(&app->platform);
    }
}

static void quiet_modules(struct app *app)
{
    for (size_t i = 0; i < app->started; i++) {
        if (MODULES[i]->quiet)
            MODULES[i]->quiet(&app->platform);
    }
}

static void stop_modules(struct app *app)
{
    while (app->started > 0) {
        const struct module *module = MODULES[--app->started];
        if (module->stop)
            module->stop(&app->platform);
    }
}

/* ---- Daily jobs ---- */

static enum code prune_events(struct platform *platform) { return events_prune(platform->events); }
static enum code prune_idempotency(struct platform *platform)
{
    return idempotency_prune(platform->db, clock_now_ms());
}

/* The platform's own; the modules' are in their tables. */
static const struct job PLATFORM_JOBS[] = {
    {"events.prune", prune_events},
    {"idempotency.prune", prune_idempotency},
};
#define PLATFORM_JOB_COUNT (sizeof PLATFORM_JOBS / sizeof PLATFORM_JOBS[0])
_Static_assert(PLATFORM_JOB_COUNT + MODULES_JOBS_MAX <= DAILY_JOBS_MAX, "jobs_start has room for them");

static struct jobs *start_jobs(struct platform *platform)
{
    const struct job *jobs[DAILY_JOBS_MAX];
    size_t count = 0;
    while (count < PLATFORM_JOB_COUNT) {
        jobs[count] = &PLATFORM_JOBS[count];
        count++;
    }
    count += modules_jobs(jobs + count);
    return jobs_start(platform, jobs, count, FIRST_JOBS_MS);
}

/* ---- Serving ---- */

static void warn_of_absent_parts(const struct config *config)
{
    if (config->redis_url.len > 0)
        log_warn("redis.not_used", LOG_TEXT("reason", "this version keeps caches and limits in memory"));
    if (config->amqp_url.len > 0)
        log_warn("amqp.not_used", LOG_TEXT("reason", "this version keeps events in its own queue"));
}

static bool is_ready(struct platform *platform, struct str *ret_degraded, size_t max, size_t *ret_count)
{
    *ret_count = 0;
    if (platform->config->redis_url.len > 0 && *ret_count < max)
        ret_degraded[(*ret_count)++] = STR("redis");
    if (platform->config->amqp_url.len > 0 && *ret_count < max)
        ret_degraded[(*ret_count)++] = STR("amqp");
    return db_is_up(platform->db);
}

bool app_start(struct app *app)
{
    warn_of_absent_parts(app->platform.config);
    if (!start_modules(app) || !events_start(app->platform.events))
        return false;
    ask_for_endpoints(app);
    struct http_options options = {
        .config = app->platform.config,
        .platform = &app->platform,
        .routes = modules_routes(),
        .authenticate = auth_authenticate,
        .authenticate_cached = auth_authenticate_cached,
        .ready = is_ready,
        .endpoints = app->endpoints,
        .endpoint_count = app->endpoint_count,
    };
    app->server = http_server_start(&options);
    if (app->server)
        app->jobs = start_jobs(&app->platform);
    return app->jobs != NULL;
}

bool app_stop(struct app *app)
{
    int64_t limit_ns = clock_monotonic_ns() + app->platform.config->drain_timeout_ms * NS_A_MS;
    jobs_ask_to_stop(app->jobs);
    quiet_modules(app);
    if (app->server && !http_server_stop(app->server))
        return false;
    app->server = NULL;
    int64_t left_ms = (limit_ns - clock_monotonic_ns()) / NS_A_MS;
    if (left_ms > 0)
        events_drain(app->platform.events, left_ms < LISTENERS_CATCH_UP_MS ? left_ms : LISTENERS_CATCH_UP_MS);
    if (!jobs_stop(app->jobs, JOBS_GRACE_MS))
        return false;
    app->jobs = NULL;
    events_stop(app->platform.events);
    stop_modules(app);
    return true;
}

void app_close(struct app *app)
{
    struct platform *platform = &app->platform;
    auth_close(platform->auth);
    events_close(platform->events);
    if (platform->cache)
        cache_close(platform->cache);
    if (platform->db) {
        metrics_write_no_more(platform->db);
        db_close(platform->db);
    }
    *app = (struct app){0};
}
