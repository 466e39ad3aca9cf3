/* tilopos serve: runs until a signal asks it to end. A second signal ends it at once. */
#include "app.h"
#include "base/log.h"
#include "commands/command.h"
#include "commands/demo.h"
#include "platform/db/db.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static sigset_t ending_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

/* Before any thread starts: they all inherit it, so that only this one gets the signals. */
static void block_signals(void)
{
    sigset_t set = ending_signals();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void wait_for_signal(void)
{
    sigset_t set = ending_signals();
    int number = 0;
    sigwait(&set, &number);
    log_info("server.stopping", LOG_TEXT("signal", strsignal(number)));
    /* The next one does what it does to any program. */
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void log_address(const struct app *app)
{
    const struct config *config = app->platform.config;
    int port = http_server_port(app->server);
    char url[128];
    bool any = str_eq(config->host, STR("0.0.0.0")) || str_eq(config->host, STR("::"));
    struct str host = any ? STR("localhost") : config->host;
    bool v6 = memchr(host.data, ':', host.len);
    snprintf(url, sizeof url, "http://%s%.*s%s:%d", v6 ? "[" : "", STR_ARG(host), v6 ? "]" : "", port);
    log_info("server.ready", LOG_TEXT("url", url),
             LOG_TEXT("database", db_engine_of(app->platform.db) == DB_SQLITE ? "sqlite" : "postgres"));
}

int serve_run(const struct config *config, const bool *given)
{
    struct app app;
    block_signals();
    if (!app_open(&app, config))
        return EXIT_BROKEN;
    bool demo_ok = !given[0] || demo_if_empty(&app.platform);
    bool started = demo_ok && app_start(&app);
    if (started) {
        log_address(&app);
        wait_for_signal();
    }
    if (!app_stop(&app)) {
        /* A handler or a job hangs on to the platform: what was not committed was not acknowledged either. */
        log_error("server.abandoned");
        _exit(EXIT_BROKEN);
    }
    app_close(&app);
    if (started)
        log_info("server.stopped");
    return started ? EXIT_OK : EXIT_BROKEN;
}
