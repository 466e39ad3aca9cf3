/* All schemas that a route table uses, those nested in others too. */
#pragma once
#include "platform/http/server.h"

enum schema_use { SCHEMA_INPUT = 1, SCHEMA_PATCH = 2, SCHEMA_OUTPUT = 4 };

struct used_schema {
    const struct json_schema *schema;
    unsigned uses; /* set of schema_use; a schema inside a patch is an input */
};

struct schema_set {
    struct arena *arena;
    struct used_schema *list;
    size_t count, cap;
};

/* Queries are not in it: their fields become parameters. */
void schema_walk_table(struct schema_set *set, const struct route_table *table);
