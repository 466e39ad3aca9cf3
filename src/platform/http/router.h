/* Finds the row of the route table for a method and a path: a tree by path segments, built once, then
 * read-only. */
#pragma once
#include "platform/http/head.h"
#include "platform/http/request.h"
#include "platform/http/route.h"

struct router;

struct router_entry {
    const struct route *route;
    struct str path; /* whole: "/api/v1/products/{id}" */
    enum http_verb verb;
    size_t index; /* counts from 0 over all entries */
};

struct router *router_new(void);
void router_free(struct router *router);
/* `prefix` goes before the path of every row. The table was checked. */
void router_add(struct router *router, const char *prefix, const struct route *routes);
size_t router_count(const struct router *router);
const struct router_entry *router_at(const struct router *router, size_t index);

struct router_match {
    const struct router_entry *entry;      /* NULL: no row */
    unsigned verbs;                        /* set of 1 << verb that the path has; 0: no such path */
    struct str params[REQUEST_PARAMS_MAX]; /* still percent-encoded */
};

/* HEAD finds the row of GET. A literal segment is preferred to a parameter. */
struct router_match router_find(const struct router *router, enum http_verb verb, struct str path);
