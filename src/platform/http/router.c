/* A node is a segment; its children are literal segments in a list and at most one parameter. Lists are short
 * (the root has one entry for each resource), so they are searched from end to end. */
#include "platform/http/router.h"

#include "base/check.h"

struct node {
    struct str segment;
    struct node *children, *sibling, *param;
    const struct router_entry *entries[VERB_COUNT];
    unsigned verbs;
};

struct router {
    struct arena arena;
    struct node *root;
    struct router_entry **entries;
    size_t count, cap;
};

struct router *router_new(void)
{
    struct arena arena = {0};
    struct router *router = arena_new(&arena, struct router);
    router->root = arena_new(&arena, struct node);
    router->arena = arena;
    return router;
}

void router_free(struct router *router)
{
    if (!router)
        return;
    struct arena arena = router->arena;
    arena_free(&arena);
}

static bool is_param(struct str segment) { return segment.len > 0 && segment.data[0] == '{'; }

static struct node *child_of(const struct node *node, struct str segment)
{
    for (struct node *child = node->children; child; child = child->sibling) {
        if (child->segment.len == segment.len && memcmp(child->segment.data, segment.data, segment.len) == 0)
            return child;
    }
    return NULL;
}

static struct node *make_child(struct router *router, struct node *node, struct str segment)
{
    struct node *child = is_param(segment) ? node->param : child_of(node, segment);
    if (child)
        return child;
    child = arena_new(&router->arena, struct node);
    child->segment = segment;
    if (is_param(segment)) {
        node->param = child;
    } else {
        child->sibling = node->children;
        node->children = child;
    }
    return child;
}

static enum http_verb verb_of(const char *method)
{
    for (int verb = 0; verb < VERB_HEAD; verb++) {
        if (strcmp(method, VERB_NAMES[verb]) == 0)
            return (enum http_verb)verb;
    }
    check(!"the route table was checked");
    return VERB_GET;
}

static struct router_entry *add_entry(struct router *router)
{
    if (router->count == router->cap) {
        size_t cap = router->cap ? router->cap * 2 : 64;
        struct router_entry **entries = arena_array(&router->arena, struct router_entry *, cap);
        if (router->count)
            memcpy(entries, router->entries, router->count * sizeof *entries);
        router->entries = entries;
        router->cap = cap;
    }
    struct router_entry *entry = arena_new(&router->arena, struct router_entry);
    entry->index = router->count;
    router->entries[router->count++] = entry;
    return entry;
}

static void add(struct router *router, const char *prefix, const struct route *route)
{
    struct router_entry *entry = add_entry(router);
    entry->route = route;
    entry->path = str_format(&router->arena, "%s%s", prefix, route->path);
    entry->verb = verb_of(route->method);
    struct node *node = router->root;
    struct str rest = {entry->path.data + 1, entry->path.len - 1};
    while (rest.data)
        node = make_child(router, node, str_cut(&rest, '/'));
    check(!node->entries[entry->verb]);
    node->entries[entry->verb] = entry;
    node->verbs |= 1u << entry->verb;
}

void router_add(struct router *router, const char *prefix, const struct route *routes)
{
    for (const struct route *route = routes; route->method; route++)
        add(router, prefix, route);
}

size_t router_count(const struct router *router) { return router->count; }

const struct router_entry *router_at(const struct router *router, size_t index)
{
    check(index < router->count);
    return router->entries[index];
}

/* The node of the rest of the path; as deep as the paths of the table at most. */
static const struct node *walk(const struct node *node, struct str rest, struct str *params)
{
    if (!rest.data)
        return node->verbs ? node : NULL;
    struct str segment = str_cut(&rest, '/');
    const struct node *literal = child_of(node, segment);
    const struct node *found = literal ? walk(literal, rest, params) : NULL;
    if (found || !node->param || segment.len == 0)
        return found;
    *params = segment;
    return walk(node->param, rest, params + 1);
}

struct router_match router_find(const struct router *router, enum http_verb verb, struct str path)
{
    struct router_match match = {0};
    if (path.len == 0 || path.data[0] != '/')
        return match;
    const struct node *node = walk(router->root, (struct str){path.data + 1, path.len - 1}, match.params);
    if (!node)
        return match;
    match.verbs = node->verbs;
    match.entry = node->entries[verb == VERB_HEAD ? VERB_GET : verb];
    return match;
}
