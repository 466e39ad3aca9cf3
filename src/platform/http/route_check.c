/* The route table is checked before anything listens: a row that lies would lie to every client. */
#include "base/log.h"
#include "platform/http/head.h"
#include "platform/http/request.h"
#include "platform/http/schema_walk.h"
#include "platform/http/server.h"

#define SEGMENTS_MAX 16

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_word_char(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/* "products", "held-bills", "openapi.json" */
static bool is_literal(struct str segment)
{
    for (size_t i = 0; i < segment.len; i++) {
        if (!is_word_char(segment.data[i]) && segment.data[i] != '-' && segment.data[i] != '.')
            return false;
    }
    return segment.len > 0;
}

/* "{itemId}" */
static bool is_param(struct str segment)
{
    if (segment.len < 3 || segment.data[0] != '{' || segment.data[segment.len - 1] != '}')
        return false;
    for (size_t i = 1; i + 1 < segment.len; i++) {
        if (!is_word_char(segment.data[i]))
            return false;
    }
    return is_lower(segment.data[1]);
}

static const char *path_fault(const char *path)
{
    struct str rest = str_of(path), names[REQUEST_PARAMS_MAX];
    size_t params = 0, segments = 0;
    if (!path || path[0] != '/')
        return "the path must begin with /";
    str_cut(&rest, '/');
    while (rest.data) {
        struct str segment = str_cut(&rest, '/');
        if (++segments > SEGMENTS_MAX)
            return "the path has too many segments";
        if (!is_param(segment)) {
            if (!is_literal(segment))
                return "a segment of the path must be a word or {name}";
            continue;
        }
        if (params == REQUEST_PARAMS_MAX)
            return "the path has more than 4 parameters";
        for (size_t i = 0; i < params; i++) {
            if (str_eq(names[i], segment))
                return "the path has a parameter twice";
        }
        names[params++] = segment;
    }
    return NULL;
}

static bool has_verb(const struct route *route)
{
    for (int verb = 0; verb < VERB_HEAD; verb++) {
        if (strcmp(route->method, VERB_NAMES[verb]) == 0)
            return true;
    }
    return false;
}

static const char *flag_fault(const struct route *route)
{
    bool is_get = strcmp(route->method, "GET") == 0, is_public = route->flags & ROUTE_PUBLIC;
    if (route->flags &
        ~(unsigned)(ROUTE_PUBLIC | ROUTE_IDEMPOTENT | ROUTE_LIST | ROUTE_CACHED | ROUTE_PATCH |
                    ROUTE_RAW_BODY | ROUTE_OVERRIDE | ROUTE_ARRAY | ROUTE_BODY_ARRAY | ROUTE_OPTIONAL_BODY))
        return "a flag is not known";
    if (is_public != (route->roles == 0))
        return "either ROUTE_PUBLIC or roles";
    if (route->roles & ~ROLES_ALL)
        return "a role is not known";
    if ((route->flags & ROUTE_IDEMPOTENT) && (is_public || strcmp(route->method, "POST") != 0))
        return "ROUTE_IDEMPOTENT is for POST with a token";
    if ((route->flags & ROUTE_LIST) && (!is_get || !route->response))
        return "ROUTE_LIST is for GET with a response schema";
    if ((route->flags & ROUTE_ARRAY) && ((route->flags & ROUTE_LIST) || !route->response))
        return "ROUTE_ARRAY needs a response schema and is no ROUTE_LIST";
    if ((route->flags & ROUTE_CACHED) && (!is_get || is_public))
        return "ROUTE_CACHED is for GET with a token";
    if ((route->flags & ROUTE_PATCH) && !route->request)
        return "ROUTE_PATCH needs a request schema";
    if ((route->flags & ROUTE_BODY_ARRAY) && (!route->request || (route->flags & ROUTE_PATCH)))
        return "ROUTE_BODY_ARRAY needs a request schema and is no ROUTE_PATCH";
    if ((route->flags & ROUTE_OPTIONAL_BODY) && (!route->request || (route->flags & ROUTE_BODY_ARRAY)))
        return "ROUTE_OPTIONAL_BODY needs the schema of an object";
    if ((route->flags & ROUTE_RAW_BODY) && (route->request || is_get))
        return "ROUTE_RAW_BODY has no request schema and is not for GET";
    if (route->media_type && !(route->flags & ROUTE_RAW_BODY) && (!is_get || route->response))
        return "a media type is for a raw body, or for a GET without a response schema";
    if ((route->flags & ROUTE_OVERRIDE) && (is_get || !(route->roles & ROLES(ROLE_CASHIER))))
        return "ROUTE_OVERRIDE is for what a cashier changes";
    return NULL;
}

static const char *schema_fault(const struct route *route)
{
    bool is_get = strcmp(route->method, "GET") == 0;
    if (is_get && route->request)
        return "GET has no request schema";
    if (route->status != 200 && route->status != 201 && route->status != 204)
        return "the status must be 200, 201 or 204";
    if (route->status == 204 && route->response)
        return "204 has no response schema";
    if (route->status != 204 && !route->response && !(route->flags & ROUTE_RAW_BODY) && !is_get)
        return "the response schema is missing";
    for (size_t i = 0; route->query && i < route->query->count; i++) {
        const char *name = route->query->fields[i].name;
        if ((route->flags & ROUTE_LIST) && (strcmp(name, "limit") == 0 || strcmp(name, "cursor") == 0))
            return "the query of a list has limit and cursor already";
    }
    return NULL;
}

static const char *route_fault(const struct route *route)
{
    if (!has_verb(route))
        return "the method is not one of GET POST PUT PATCH DELETE";
    if (!route->handler)
        return "the handler is missing";
    if (!route->summary || !route->summary[0])
        return "the summary is missing";
    const char *fault = path_fault(route->path);
    fault = fault ? fault : flag_fault(route);
    return fault ? fault : schema_fault(route);
}

/* "/products/{id}" and "/products/{productId}" are the same path. */
static bool is_same_path(const char *a, const char *b)
{
    struct str rest_a = str_of(a), rest_b = str_of(b);
    while (rest_a.data && rest_b.data) {
        struct str segment_a = str_cut(&rest_a, '/'), segment_b = str_cut(&rest_b, '/');
        if (!str_eq(segment_a, segment_b) && !(is_param(segment_a) && is_param(segment_b)))
            return false;
    }
    return !rest_a.data && !rest_b.data;
}

static void report(const struct route *route, const char *fault, int *faults)
{
    ++*faults;
    log_error("http.route_table", LOG_TEXT("method", route->method), LOG_TEXT("path", route->path),
              LOG_TEXT("fault", fault));
}

/* Does `route` collide with an earlier row? */
static const char *repetition_fault(const struct route_table *table, const struct route *route)
{
    for (size_t i = 0; i < table->count; i++) {
        for (const struct route *other = table->groups[i]; other->method; other++) {
            if (other == route)
                return NULL;
            if (!other->path || !is_same_path(other->path, route->path))
                continue;
            if (strcmp(other->method, route->method) == 0)
                return "the path is there twice with this method";
            if (strcmp(other->path, route->path) != 0)
                return "the path is there with other names of its parameters";
        }
    }
    return NULL;
}

static void check_route(const struct route_table *table, const struct route *route, int *faults)
{
    const char *fault = route_fault(route);
    fault = fault ? fault : repetition_fault(table, route);
    if (fault)
        report(route, fault, faults);
}

static void report_schema(const struct json_schema *schema, const char *fault, int *faults)
{
    ++*faults;
    log_error("http.route_table", LOG_TEXT("schema", schema->name), LOG_TEXT("fault", fault));
}

/* Does the description of `used` (openapi.c) take this name beside its own? */
static bool takes_name(const struct used_schema *used, const char *name)
{
    size_t len = strlen(used->schema->name);
    if (strncmp(used->schema->name, name, len) != 0)
        return false;
    if ((used->uses & SCHEMA_PATCH) && strcmp(name + len, "Patch") == 0)
        return true;
    return (used->uses & SCHEMA_INPUT) && (used->uses & SCHEMA_OUTPUT) && strcmp(name + len, "Input") == 0;
}

static void check_schema_name(const struct schema_set *schemas, size_t index, int *faults)
{
    const struct json_schema *schema = schemas->list[index].schema;
    if (strcmp(schema->name, "Problem") == 0 || strcmp(schema->name, "ProblemCode") == 0)
        report_schema(schema, "the name is the server's own", faults);
    for (size_t i = 0; i < schemas->count; i++) {
        if (i < index && strcmp(schemas->list[i].schema->name, schema->name) == 0)
            report_schema(schema, "two schemas have this name", faults);
        if (i != index && takes_name(&schemas->list[i], schema->name))
            report_schema(schema, "another schema is described by this name as input", faults);
    }
}

static void check_schema_names(const struct schema_set *schemas, int *faults)
{
    for (size_t i = 0; i < schemas->count; i++) {
        if (schemas->list[i].schema->name && schemas->list[i].schema->name[0])
            continue;
        report_schema(schemas->list[i].schema, "a schema has no name", faults);
        return;
    }
    for (size_t i = 0; i < schemas->count; i++)
        check_schema_name(schemas, i, faults);
}

bool route_table_check(const struct route_table *routes)
{
    int faults = 0;
    for (size_t i = 0; i < routes->count; i++) {
        for (const struct route *route = routes->groups[i]; route->method; route++)
            check_route(routes, route, &faults);
    }
    struct arena arena = {0};
    struct schema_set schemas = {.arena = &arena};
    schema_walk_table(&schemas, routes);
    check_schema_names(&schemas, &faults);
    arena_free(&arena);
    return faults == 0;
}
