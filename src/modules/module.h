/* A module of the product: one exported table. modules.c lists them all: the table of contents of the
 * product. */
#pragma once
#include "base/code.h"
#include "platform/events/events.h"
#include "platform/http/route.h"
#include "platform/http/server.h"
#include "platform/jobs.h"

struct platform;

/* All but the name may be NULL. */
struct module {
    const char *name;
    const struct route *routes;       /* ended by a row with method NULL */
    const struct listener *listeners; /* ended by a row with name NULL */
    const struct job *jobs;           /* daily; ended by a row with name NULL */
    enum code (*start)(struct platform *platform);
    /* What takes connections of the HTTP server for itself; asked for after `start`. */
    const struct http_endpoint *(*endpoint)(const struct platform *platform);
    /* Tells its clients nothing more; before the HTTP server stops, so that its loops are there to the last.
     */
    void (*quiet)(struct platform *platform);
    void (*stop)(struct platform *platform);
};

extern const struct module *const MODULES[]; /* ended by NULL */

/* What the rows of all modules come to. */
#define MODULES_MAX 64
#define MODULES_LISTENERS_MAX 64
#define MODULES_JOBS_MAX 16
struct route_table modules_routes(void); /* its arrays live as long as the process */
size_t modules_listeners(const struct listener *ret_listeners[MODULES_LISTENERS_MAX]);
size_t modules_jobs(const struct job *ret_jobs[MODULES_JOBS_MAX]);
