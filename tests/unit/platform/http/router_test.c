/* The router, and the checks of the table it is built from. */
#include "base/log.h"
#include "platform/http/router.h"
#include "platform/http/server.h"
#include "test.h"

static enum code handler(struct request *request)
{
    (void)request;
    return CODE_OK;
}

struct thing {
    int64_t number;
};
static const struct json_field FIELDS[] = {{.name = "number", .type = JSON_INTEGER, .offset = 0}};
static const struct json_schema THING = JSON_SCHEMA("Thing", struct thing, FIELDS);
static const struct json_schema NAMESAKE = JSON_SCHEMA("Thing", struct thing, FIELDS);
static const struct json_field LIMIT_FIELDS[] = {{.name = "limit", .type = JSON_INTEGER, .offset = 0}};
static const struct json_schema LIMITED = JSON_SCHEMA("Limited", struct thing, LIMIT_FIELDS);

#define GET_ROUTE(route_path)                                                        \
    {                                                                                \
        "GET", route_path, ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "A thing" \
    }

static const struct route ROUTES[] = {
    GET_ROUTE("/products"),
    GET_ROUTE("/products/{id}"),
    GET_ROUTE("/products/export"),
    GET_ROUTE("/products/{id}/recipe"),
    GET_ROUTE("/products/barcode/{code}"),
    GET_ROUTE("/a/{x}/b/{y}"),
    GET_ROUTE("/a/c/d"),
    {"POST", "/products", ROLES_ALL, 0, NULL, &THING, &THING, 201, handler, "Makes one"},
    {"DELETE", "/products/{id}", ROLES_ALL, 0, NULL, NULL, NULL, 204, handler, "Takes it away"},
    {0},
};

TEST(router_finds_rows)
{
    static const struct {
        enum http_verb verb;
        const char *path, *found, *first, *second;
    } cases[] = {
        {VERB_GET, "/v/products", "/products", NULL, NULL},
        {VERB_HEAD, "/v/products", "/products", NULL, NULL},
        {VERB_POST, "/v/products", "/products", NULL, NULL},
        {VERB_PUT, "/v/products", NULL, NULL, NULL},
        {VERB_GET, "/v/products/7", "/products/{id}", "7", NULL},
        {VERB_GET, "/v/products/a%20b", "/products/{id}", "a%20b", NULL},
        {VERB_GET, "/v/products/export", "/products/export", NULL, NULL},
        {VERB_GET, "/v/products/exports", "/products/{id}", "exports", NULL},
        {VERB_DELETE, "/v/products/7", "/products/{id}", "7", NULL},
        {VERB_GET, "/v/products/7/recipe", "/products/{id}/recipe", "7", NULL},
        {VERB_GET, "/v/products/barcode/99", "/products/barcode/{code}", "99", NULL},
        {VERB_GET, "/v/products/barcode/recipe", "/products/barcode/{code}", "recipe", NULL},
        {VERB_GET, "/v/products/barcode", "/products/{id}", "barcode", NULL},
        {VERB_GET, "/v/a/1/b/2", "/a/{x}/b/{y}", "1", "2"},
        {VERB_GET, "/v/a/c/d", "/a/c/d", NULL, NULL},
        {VERB_GET, "/v/a/c/b/2", "/a/{x}/b/{y}", "c", "2"}, /* back from the literal to the parameter */
        {VERB_GET, "/v/products/", NULL, NULL, NULL},
        {VERB_GET, "/v/products//recipe", NULL, NULL, NULL},
        {VERB_GET, "/v//products", NULL, NULL, NULL},
        {VERB_GET, "/v", NULL, NULL, NULL},
        {VERB_GET, "/", NULL, NULL, NULL},
        {VERB_GET, "", NULL, NULL, NULL},
        {VERB_GET, "products", NULL, NULL, NULL},
        {VERB_GET, "/v/products/7/recipe/8", NULL, NULL, NULL},
        {VERB_GET, "/v/Products", NULL, NULL, NULL},
    };
    struct router *router = router_new();
    router_add(router, "/v", ROUTES);
    expect_int_eq((int64_t)router_count(router), COUNT_OF(ROUTES) - 1);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s %s", VERB_NAMES[cases[i].verb], cases[i].path);
        struct router_match match = router_find(router, cases[i].verb, str_of(cases[i].path));
        expect_text_eq(match.entry ? match.entry->route->path : NULL, cases[i].found);
        if (cases[i].first)
            expect_str_eq(match.params[0], str_of(cases[i].first));
        if (cases[i].second)
            expect_str_eq(match.params[1], str_of(cases[i].second));
    }
    struct router_match match = router_find(router, VERB_PUT, STR("/v/products/7"));
    expect_int_eq(match.verbs, 1u << VERB_GET | 1u << VERB_DELETE);
    expect_int_eq(router_find(router, VERB_GET, STR("/v/none")).verbs, 0);
    router_free(router);
}

/* ---- The table ---- */

#define BAD(reason, ...)        \
    {                           \
        reason, { __VA_ARGS__ } \
    }

static const struct {
    const char *name;
    struct route route;
} bad_routes[] = {
    BAD("method", "FETCH", "/a", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("HEAD comes by itself", "HEAD", "/a", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("no path", "GET", NULL, ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("relative path", "GET", "a", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("trailing slash", "GET", "/a/", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("open brace", "GET", "/a/{id", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("empty parameter", "GET", "/a/{}", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("parameter twice", "GET", "/a/{id}/{id}", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("five parameters", "GET", "/{a}/{b}/{c}/{d}/{e}", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler,
        "S"),
    BAD("space in the path", "GET", "/a b", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("no handler", "GET", "/a", ROLES_ALL, 0, NULL, NULL, &THING, 200, NULL, "S"),
    BAD("no summary", "GET", "/a", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, NULL),
    BAD("no roles", "GET", "/a", 0, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("public with roles", "GET", "/a", ROLES_ALL, ROUTE_PUBLIC, NULL, NULL, &THING, 200, handler, "S"),
    BAD("unknown role", "GET", "/a", 1u << ROLE_COUNT, 0, NULL, NULL, &THING, 200, handler, "S"),
    BAD("unknown flag", "GET", "/a", ROLES_ALL, 1u << 20, NULL, NULL, &THING, 200, handler, "S"),
    BAD("idempotent PUT", "PUT", "/a", ROLES_ALL, ROUTE_IDEMPOTENT, NULL, &THING, &THING, 200, handler, "S"),
    BAD("list by POST", "POST", "/a", ROLES_ALL, ROUTE_LIST, NULL, &THING, &THING, 200, handler, "S"),
    BAD("cached POST", "POST", "/a", ROLES_ALL, ROUTE_CACHED, NULL, &THING, &THING, 200, handler, "S"),
    BAD("cached and public", "GET", "/a", 0, ROUTE_PUBLIC | ROUTE_CACHED, NULL, NULL, &THING, 200, handler,
        "S"),
    BAD("patch without schema", "PATCH", "/a", ROLES_ALL, ROUTE_PATCH, NULL, NULL, &THING, 200, handler, "S"),
    BAD("array body without schema", "PUT", "/a", ROLES_ALL, ROUTE_BODY_ARRAY, NULL, NULL, &THING, 200,
        handler, "S"),
    BAD("optional body without schema", "POST", "/a", ROLES_ALL, ROUTE_OPTIONAL_BODY, NULL, NULL, &THING, 200,
        handler, "S"),
    BAD("array body and patch", "PATCH", "/a", ROLES_ALL, ROUTE_BODY_ARRAY | ROUTE_PATCH, NULL, &THING,
        &THING, 200, handler, "S"),
    BAD("raw with schema", "POST", "/a", ROLES_ALL, ROUTE_RAW_BODY, NULL, &THING, &THING, 200, handler, "S"),
    BAD("media type of JSON", "POST", "/a", ROLES_ALL, 0, NULL, &THING, &THING, 200, handler, "S", 0,
        "text/csv"),
    BAD("media type beside a response", "GET", "/a", ROLES_ALL, 0, NULL, NULL, &THING, 200, handler, "S", 0,
        "text/csv"),
    BAD("GET with body", "GET", "/a", ROLES_ALL, 0, NULL, &THING, &THING, 200, handler, "S"),
    BAD("status", "GET", "/a", ROLES_ALL, 0, NULL, NULL, &THING, 418, handler, "S"),
    BAD("204 with response", "DELETE", "/a", ROLES_ALL, 0, NULL, NULL, &THING, 204, handler, "S"),
    BAD("no response", "POST", "/a", ROLES_ALL, 0, NULL, &THING, NULL, 201, handler, "S"),
    BAD("limit in a list's query", "GET", "/a", ROLES_ALL, ROUTE_LIST, &LIMITED, NULL, &THING, 200, handler,
        "S"),
};

static bool is_right(const struct route *routes)
{
    const struct route *groups[] = {routes};
    const char *names[] = {"things"};
    return route_table_check(&(struct route_table){groups, names, 1});
}

TEST(route_table_is_refused_for_each_fault)
{
    log_setup(LOG_ERROR + 1, false);
    expect(is_right(ROUTES));
    for (size_t i = 0; i < COUNT_OF(bad_routes); i++) {
        struct route routes[] = {bad_routes[i].route, {0}};
        test_note("%s", bad_routes[i].name);
        expect(!is_right(routes));
    }
    log_setup(LOG_INFO, false);
}

TEST(route_table_has_no_path_twice)
{
    log_setup(LOG_ERROR + 1, false);
    struct route same[] = {GET_ROUTE("/a/{id}"), GET_ROUTE("/a/{other}"), {0}};
    expect(!is_right(same));
    struct route different[] = {GET_ROUTE("/a/{id}"), GET_ROUTE("/a/other"), {0}};
    expect(is_right(different));
    log_setup(LOG_INFO, false);
}

TEST(route_table_has_no_schema_name_twice)
{
    log_setup(LOG_ERROR + 1, false);
    struct route routes[] = {GET_ROUTE("/a"), GET_ROUTE("/b"), {0}};
    expect(is_right(routes));
    routes[1].response = &NAMESAKE;
    expect(!is_right(routes));
    log_setup(LOG_INFO, false);
}
