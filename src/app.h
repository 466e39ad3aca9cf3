/* Composition: opens the parts that everything stands on, in their order, and closes them in reverse. */
#pragma once
#include "platform/http/server.h"
#include "platform/platform.h"

#define APP_ENDPOINTS_MAX 4

struct app {
    struct platform platform;
    size_t started; /* modules whose start has run */
    struct jobs *jobs;
    struct http_server *server;
    const struct http_endpoint *endpoints[APP_ENDPOINTS_MAX]; /* of the modules */
    size_t endpoint_count;
};

/* Of an SQLite database the file, in `arena`; its folder is made when
 * `make_folder`. NULL: it is PostgreSQL, or the log says why. */
const char *app_sqlite_file(const struct config *config, bool make_folder, struct arena *arena);

/* The database alone: makes the folder of an SQLite file, waits up to 30 s for a PostgreSQL that does not
 * answer. Without `migrate` it is for a command that looks at what is there, and waits as long as that takes.
 * NULL: the log says why. */
struct db *app_open_database(const struct config *config, bool migrate);

/* The whole platform: database, cache, events (no listener runs yet), authentication. False: the log says
 * why, and nothing is left open. */
bool app_open(struct app *app, const struct config *config);
/* Modules, listeners, the HTTP server, jobs. False: the log says why; app_close cleans up. */
bool app_start(struct app *app);
/* Finishes running requests, then lets the listeners catch up, within `config->drain_timeout_ms`. False: a
 * handler or a job still runs; nothing may be closed, the process must end by _exit. */
bool app_stop(struct app *app);
void app_close(struct app *app);
