/* The API description (OpenAPI 3.1) from the route table: what routes and validates can't differ from what is
 * told.
 *
 * A schema that is both sent and answered is told twice, as "X" and as "XInput", when the two differ (fields
 * that only the server sets, bounds); one that patches is "XPatch". The input side gets copies of the schemas
 * under those names, so that references among them are right by themselves. */
#include "base/check.h"
#include "platform/http/route_text.h"
#include "platform/http/schema_walk.h"
#include "platform/http/server.h"

#include <ctype.h>

struct writer {
    struct buf *out;
    struct arena *arena;
    struct schema_set schemas;
    const struct json_schema **inputs, **patches; /* copies, by index in `schemas`; NULL: not needed */
};

/* ---- Components ---- */

static size_t index_of(const struct writer *writer, const struct json_schema *schema)
{
    size_t i = 0;
    while (writer->schemas.list[i].schema != schema) {
        i++;
        check(i < writer->schemas.count);
    }
    return i;
}

static const struct json_schema *input_of(struct writer *writer, const struct json_schema *schema);

/* A copy under another name whose nested schemas are the input ones too. */
static struct json_schema *copy_schema(struct writer *writer, const struct json_schema *schema,
                                       const char *suffix)
{
    struct json_schema *copy = arena_copy(writer->arena, schema, sizeof *schema);
    struct str name = str_format(writer->arena, "%s%s", schema->name, suffix);
    copy->name = str_to_cstr(writer->arena, name);
    return copy;
}

static void copy_fields(struct writer *writer, struct json_schema *copy)
{
    struct json_field *fields = arena_copy(writer->arena, copy->fields, copy->count * sizeof *fields);
    for (size_t i = 0; i < copy->count; i++) {
        if (fields[i].schema)
            fields[i].schema = input_of(writer, fields[i].schema);
    }
    copy->fields = fields;
}

static const struct json_schema *input_of(struct writer *writer, const struct json_schema *schema)
{
    size_t i = index_of(writer, schema);
    if (writer->inputs[i])
        return writer->inputs[i];
    bool answered = writer->schemas.list[i].uses & SCHEMA_OUTPUT;
    struct json_schema *copy = copy_schema(writer, schema, answered ? "Input" : "");
    writer->inputs[i] = copy; /* before its fields: a schema may hold itself */
    copy_fields(writer, copy);
    return copy;
}

static const struct json_schema *patch_of(struct writer *writer, const struct json_schema *schema)
{
    size_t i = index_of(writer, schema);
    if (!writer->patches[i]) {
        struct json_schema *copy = copy_schema(writer, schema, "Patch");
        writer->patches[i] = copy;
        copy_fields(writer, copy);
    }
    return writer->patches[i];
}

static void put_component_name(struct writer *writer, const char *name, bool *any)
{
    buf_put(writer->out, *any ? STR(",") : STR(""));
    *any = true;
    json_put_string(writer->out, str_of(name));
    buf_put_char(writer->out, ':');
}

static void put_components(struct writer *writer)
{
    bool any = false;
    for (size_t i = 0; i < writer->schemas.count; i++) {
        const struct used_schema *used = &writer->schemas.list[i];
        if (used->uses & SCHEMA_OUTPUT) {
            put_component_name(writer, used->schema->name, &any);
            json_describe(writer->out, used->schema, false);
        }
        if (used->uses & SCHEMA_INPUT) {
            const struct json_schema *input = input_of(writer, used->schema);
            put_component_name(writer, input->name, &any);
            json_describe(writer->out, input, true);
        }
        if (used->uses & SCHEMA_PATCH) {
            const struct json_schema *patch = patch_of(writer, used->schema);
            put_component_name(writer, patch->name, &any);
            json_describe_patch(writer->out, patch);
        }
    }
    buf_put(writer->out, any ? STR(",") : STR(""));
}

/* ---- Parameters ---- */

static void put_path_params(struct writer *writer, const struct route *route, const char **before)
{
    struct str rest = str_of(route->path);
    while (rest.data) {
        struct str segment = str_cut(&rest, '/');
        if (segment.len == 0 || segment.data[0] != '{')
            continue;
        struct str name = {segment.data + 1, segment.len - 2};
        bool is_id = route_param_is_id(name);
        buf_format(
            writer->out,
            "%s{\"name\":\"%.*s\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"%s}}",
            *before, STR_ARG(name), is_id ? ",\"format\":\"uuid\"" : "");
        *before = ",";
    }
}

/* The description moves from the schema to the parameter itself. */
static void put_query_params(struct writer *writer, const struct json_schema *query, const char **before)
{
    for (size_t i = 0; query && i < query->count; i++) {
        const struct json_field *field = &query->fields[i];
        struct json_field bare = *field;
        bare.summary = NULL;
        buf_format(writer->out, "%s{\"name\":\"%s\",\"in\":\"query\"", *before, field->name);
        if (field->summary) {
            buf_put(writer->out, STR(",\"description\":"));
            json_put_string(writer->out, str_of(field->summary));
        }
        if (field->flags & JSON_REQUIRED)
            buf_put(writer->out, STR(",\"required\":true"));
        if (field->type == JSON_ARRAY)
            buf_put(writer->out, STR(",\"style\":\"form\",\"explode\":false"));
        buf_put(writer->out, STR(",\"schema\":"));
        json_describe_field(writer->out, query, &bare);
        buf_put_char(writer->out, '}');
        *before = ",";
    }
}

static void put_shared_param(struct writer *writer, const char *name, const char **before)
{
    buf_format(writer->out, "%s{\"$ref\":\"#/components/parameters/%s\"}", *before, name);
    *before = ",";
}

static void put_params(struct writer *writer, const struct route *route)
{
    const char *before = ",\"parameters\":[";
    put_path_params(writer, route, &before);
    put_query_params(writer, route->query, &before);
    if (route->flags & ROUTE_LIST) {
        put_shared_param(writer, "limit", &before);
        put_shared_param(writer, "cursor", &before);
    }
    if (route->flags & ROUTE_IDEMPOTENT)
        put_shared_param(writer, "idempotencyKey", &before);
    if (route->flags & ROUTE_OVERRIDE)
        put_shared_param(writer, "overrideToken", &before);
    if (before[1] == '\0')
        buf_put_char(writer->out, ']');
}

/* ---- Bodies and answers ---- */

static const char *media_type_of(const struct route *route)
{
    return route->media_type ? route->media_type : "*/*";
}

static void put_request_body(struct writer *writer, const struct route *route)
{
    if (route->flags & ROUTE_RAW_BODY)
        buf_format(writer->out, ",\"requestBody\":{\"required\":true,\"content\":{\"%s\":{\"schema\":{}}}}",
                   media_type_of(route));
    if (!route->request)
        return;
    const struct json_schema *schema =
        route->flags & ROUTE_PATCH ? patch_of(writer, route->request) : input_of(writer, route->request);
    bool is_array = route->flags & ROUTE_BODY_ARRAY;
    buf_format(writer->out,
               ",\"requestBody\":{\"required\":%s,\"content\":{\"application/json\":{\"schema\":"
               "%s{\"$ref\":\"#/components/schemas/%s\"}%s}}}",
               route->flags & ROUTE_OPTIONAL_BODY ? "false" : "true",
               is_array ? "{\"type\":\"array\",\"maxItems\":200,\"items\":" : "", schema->name,
               is_array ? "}" : "");
}

static void put_success(struct writer *writer, const struct route *route)
{
    const char *description = route->status == 201 ? "Created" : route->status == 204 ? "Done" : "The answer";
    buf_format(writer->out, ",\"responses\":{\"%d\":{\"description\":\"%s\"", route->status, description);
    buf_put(writer->out, STR(",\"headers\":{\"X-Request-Id\":{\"$ref\":\"#/components/headers/requestId\"}"));
    if (route->flags & ROUTE_LIST)
        buf_put(writer->out, STR(",\"Link\":{\"$ref\":\"#/components/headers/link\"}"));
    if (route->flags & ROUTE_IDEMPOTENT)
        buf_put(writer->out, STR(",\"Idempotent-Replayed\":{\"$ref\":\"#/components/headers/replayed\"}"));
    buf_put_char(writer->out, '}');
    if (route->response && (route->flags & (ROUTE_LIST | ROUTE_ARRAY)))
        buf_format(writer->out,
                   ",\"content\":{\"application/json\":{\"schema\":{\"type\":\"array\",\"items\":"
                   "{\"$ref\":\"#/components/schemas/%s\"}}}}",
                   route->response->name);
    else if (route->response)
        buf_format(writer->out,
                   ",\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s\"}}}",
                   route->response->name);
    else if (route->status != 204)
        buf_format(writer->out, ",\"content\":{\"%s\":{\"schema\":{}}}", media_type_of(route));
    buf_put_char(writer->out, '}');
}

static void put_responses(struct writer *writer, const struct route *route)
{
    put_success(writer, route);
    bool has_input = route->query || route->request || (route->flags & (ROUTE_LIST | ROUTE_RAW_BODY));
    if (has_input)
        buf_put(writer->out, STR(",\"400\":{\"$ref\":\"#/components/responses/problem\"}"));
    if (!(route->flags & ROUTE_PUBLIC))
        buf_put(writer->out, STR(",\"401\":{\"$ref\":\"#/components/responses/problem\"}"));
    if (route->roles != ROLES_ALL && !(route->flags & ROUTE_PUBLIC))
        buf_put(writer->out, STR(",\"403\":{\"$ref\":\"#/components/responses/problem\"}"));
    if (strchr(route->path, '{'))
        buf_put(writer->out, STR(",\"404\":{\"$ref\":\"#/components/responses/problem\"}"));
    buf_put(writer->out, STR(",\"default\":{\"$ref\":\"#/components/responses/problem\"}}"));
}

/* ---- Operations ---- */

static void put_operation(struct writer *writer, const struct route *route, const char *tag)
{
    buf_put_char(writer->out, '"');
    for (const char *c = route->method; *c; c++)
        buf_put_char(writer->out, (char)tolower((unsigned char)*c));
    buf_put(writer->out, STR("\":{\"operationId\":"));
    json_put_string(writer->out, route_operation_id(writer->arena, route));
    buf_put(writer->out, STR(",\"tags\":["));
    json_put_string(writer->out, str_of(tag));
    buf_put(writer->out, STR("],\"summary\":"));
    json_put_string(writer->out, str_of(route->summary));
    if (route->flags & ROUTE_PUBLIC) {
        buf_put(writer->out, STR(",\"security\":[]"));
    } else {
        buf_put(writer->out, STR(",\"description\":"));
        json_put_string(writer->out, str_format(writer->arena, "Roles: %.*s.",
                                                STR_ARG(route_role_names(writer->arena, route->roles))));
    }
    put_params(writer, route);
    put_request_body(writer, route);
    put_responses(writer, route);
    buf_put_char(writer->out, '}');
}

/* Rows with the same path are told together, at the first of them. */
static bool is_first_of_path(const struct route_table *table, const struct route *route)
{
    for (size_t i = 0; i < table->count; i++) {
        for (const struct route *other = table->groups[i]; other->method; other++) {
            if (other == route)
                return true;
            if (strcmp(other->path, route->path) == 0)
                return false;
        }
    }
    return true;
}

static void put_path(struct writer *writer, const struct route_table *table, const char *path)
{
    const char *before = "";
    json_put_string(writer->out, str_of(path));
    buf_put(writer->out, STR(":{"));
    for (size_t i = 0; i < table->count; i++) {
        for (const struct route *route = table->groups[i]; route->method; route++) {
            if (strcmp(route->path, path) != 0)
                continue;
            buf_put(writer->out, str_of(before));
            put_operation(writer, route, table->names[i]);
            before = ",";
        }
    }
    buf_put_char(writer->out, '}');
}

static void put_paths(struct writer *writer, const struct route_table *table)
{
    const char *before = "";
    buf_put(writer->out, STR(",\"paths\":{"));
    for (size_t i = 0; i < table->count; i++) {
        for (const struct route *route = table->groups[i]; route->method; route++) {
            if (!is_first_of_path(table, route))
                continue;
            buf_put(writer->out, str_of(before));
            put_path(writer, table, route->path);
            before = ",";
        }
    }
    buf_put_char(writer->out, '}');
}

static void put_tags(struct writer *writer, const struct route_table *table)
{
    buf_put(writer->out, STR(",\"tags\":["));
    for (size_t i = 0; i < table->count; i++) {
        buf_put(writer->out, i > 0 ? STR(",{\"name\":") : STR("{\"name\":"));
        json_put_string(writer->out, str_of(table->names[i]));
        buf_put_char(writer->out, '}');
    }
    buf_put_char(writer->out, ']');
}

/* ---- What all operations share ---- */

static const char SHARED[] =
    "\"Problem\":{\"type\":\"object\",\"description\":\"RFC 9457\",\"properties\":{"
    "\"type\":{\"type\":\"string\",\"format\":\"uri-reference\"},\"title\":{\"type\":\"string\"},"
    "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
    "\"code\":{\"$ref\":\"#/components/schemas/ProblemCode\"},\"requestId\":{\"type\":\"string\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"path\":{\"type\":\"string\",\"examples\":[\"items[0].quantity\"]},\"message\":{\"type\":\"string\"}},"
    "\"required\":[\"path\",\"message\"]}}},"
    "\"required\":[\"type\",\"title\",\"status\",\"detail\",\"code\",\"requestId\"]}},"
    "\"responses\":{\"problem\":{\"description\":\"What went wrong\",\"headers\":{"
    "\"X-Request-Id\":{\"$ref\":\"#/components/headers/requestId\"}},"
    "\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}},"
    "\"parameters\":{\"limit\":{\"name\":\"limit\",\"in\":\"query\",\"description\":\"How many at most\","
    "\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,\"default\":50}},"
    "\"cursor\":{\"name\":\"cursor\",\"in\":\"query\",\"description\":\"Where to go on: from the Link header "
    "of the page "
    "before\",\"schema\":{\"type\":\"string\"}},"
    "\"idempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"description\":\"Sent again with "
    "the same body, "
    "the request is not done twice: the first answer comes again\","
    "\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":128}},"
    "\"overrideToken\":{\"name\":\"X-Override-Token\",\"in\":\"header\",\"description\":\"From "
    "/auth/override: lets a cashier do once what a supervisor approved\","
    "\"schema\":{\"type\":\"string\"}}},"
    "\"headers\":{\"requestId\":{\"description\":\"The same id is in the "
    "logs\",\"schema\":{\"type\":\"string\"}},"
    "\"link\":{\"description\":\"RFC 8288, rel=next: the next page, when there is "
    "one\",\"schema\":{\"type\":\"string\"}},"
    "\"replayed\":{\"description\":\"true: this is the answer of the first request with this key\","
    "\"schema\":{\"type\":\"string\"}}},"
    "\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"}}}";

static void put_codes(struct writer *writer)
{
    buf_put(writer->out, STR("\"ProblemCode\":{\"type\":\"string\",\"enum\":["));
    for (int code = CODE_OK + 1; code < CODE_RETRY; code++) {
        buf_put(writer->out, code > CODE_OK + 1 ? STR(",") : STR(""));
        json_put_string(writer->out, str_of(code_name((enum code)code)));
    }
    buf_put(writer->out, STR("]},"));
}

void openapi_write(struct buf *out, const struct route_table *routes)
{
    struct arena arena = {0};
    struct writer writer = {.out = out, .arena = &arena, .schemas = {.arena = &arena}};
    schema_walk_table(&writer.schemas, routes);
    writer.inputs = arena_array(&arena, const struct json_schema *, writer.schemas.count);
    writer.patches = arena_array(&arena, const struct json_schema *, writer.schemas.count);
    buf_put(out,
            STR("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"TiloPOS\",\"version\":\"" TILOPOS_VERSION "\","
                "\"description\":\"The API of a TiloPOS server.\",\"license\":{\"name\":\"MIT\","
                "\"identifier\":\"MIT\"}},\"servers\":[{\"url\":\"/api/v1\"}],"
                "\"security\":[{\"bearer\":[]}]"));
    put_tags(&writer, routes);
    put_paths(&writer, routes);
    buf_put(out, STR(",\"components\":{\"schemas\":{"));
    put_components(&writer);
    put_codes(&writer);
    buf_put(out, str_of(SHARED));
    buf_put_char(out, '}');
    arena_free(&arena);
}
