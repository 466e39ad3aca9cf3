/* Depth first; a schema is visited again only when it gets a use that it did not have. */
#include "platform/http/schema_walk.h"

static struct used_schema *find_or_add(struct schema_set *set, const struct json_schema *schema)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->list[i].schema == schema)
            return &set->list[i];
    }
    if (set->count == set->cap) {
        size_t cap = set->cap ? set->cap * 2 : 64;
        struct used_schema *list = arena_array(set->arena, struct used_schema, cap);
        if (set->count)
            memcpy(list, set->list, set->count * sizeof *list);
        set->list = list;
        set->cap = cap;
    }
    set->list[set->count] = (struct used_schema){.schema = schema};
    return &set->list[set->count++];
}

static void walk(struct schema_set *set, const struct json_schema *schema, unsigned use)
{
    if (!schema)
        return;
    struct used_schema *used = find_or_add(set, schema);
    if (used->uses & use)
        return;
    used->uses |= use;
    for (size_t i = 0; i < schema->count; i++)
        walk(set, schema->fields[i].schema, use == SCHEMA_PATCH ? SCHEMA_INPUT : use);
}

void schema_walk_table(struct schema_set *set, const struct route_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        for (const struct route *route = table->groups[i]; route->method; route++) {
            walk(set, route->request, route->flags & ROUTE_PATCH ? SCHEMA_PATCH : SCHEMA_INPUT);
            walk(set, route->response, SCHEMA_OUTPUT);
        }
    }
}
