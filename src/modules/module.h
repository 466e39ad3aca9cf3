/* A module of the product: one exported table. modules.c lists them all: the table of contents of the
 * product. */
#pragma once
#include "base/code.h"
#include "platform/events/events.h"
#include "platform/http/route.h"
#include "platform/http/server.h"

struct platform;

struct module {
    const char *name;
    const struct route *routes;                    /* ended by a row with method NULL */
    const struct listener *listeners;              /* ended by a row with name NULL; may be NULL */
    enum code (*start)(struct platform *platform); /* may be NULL */
    void (*stop)(struct platform *platform);       /* may be NULL */
};

extern const struct module *const MODULES[]; /* ended by NULL */

/* What the rows of all modules come to. */
#define MODULES_MAX 64
#define MODULES_LISTENERS_MAX 64
struct route_table modules_routes(void); /* its arrays live as long as the process */
size_t modules_listeners(const struct listener *ret_listeners[MODULES_LISTENERS_MAX]);
