/* The catalogue's calls, and what their handlers share. */
#include "modules/catalog/catalog_routes.h"

#define READ ROLES_ALL
#define WRITE ROLES_MANAGERS
#define IMPORT_MAX_BYTES ((size_t)4 * 1024 * 1024)

static const struct route ROUTES[] = {
    {"GET", "/products", READ, ROUTE_LIST | ROUTE_CACHED, &PRODUCT_QUERY_SCHEMA, NULL, &PRODUCT_SCHEMA, 200,
     products_list, "Products by name; search in names, skus and barcodes"},
    {"POST", "/products", WRITE, ROUTE_IDEMPOTENT, NULL, &PRODUCT_SCHEMA, &PRODUCT_SCHEMA, 201,
     products_create, "Add a product with its variants"},
    {"GET", "/products/{id}", READ, ROUTE_CACHED, NULL, NULL, &PRODUCT_SCHEMA, 200, products_get,
     "One product"},
    {"PATCH", "/products/{id}", WRITE, ROUTE_PATCH, NULL, &PRODUCT_SCHEMA, &PRODUCT_SCHEMA, 200,
     products_change, "Change a product; a given list replaces the old one, entries with an id are kept"},
    {"DELETE", "/products/{id}", WRITE, 0, NULL, NULL, NULL, 204, products_delete,
     "Delete a product; one with history is deactivated"},
    {"GET", "/products/export", READ, 0, &PRODUCT_QUERY_SCHEMA, NULL, NULL, 200, products_export,
     "The same products as CSV: a line for each, and below it one for each variant",
     .media_type = "text/csv"},
    {"POST", "/products/import", WRITE, ROUTE_IDEMPOTENT | ROUTE_RAW_BODY, NULL, NULL, &IMPORT_REPORT_SCHEMA,
     200, products_import,
     "Add and change products by CSV with the columns of the export, all or nothing; at most 2,000 lines. A "
     "line with a known id, else sku, else barcode changes that product",
     .max_body = IMPORT_MAX_BYTES, .media_type = "text/csv"},
    {"GET", "/products/barcode/{code}", READ, ROUTE_CACHED, NULL, NULL, &SCANNED_PRODUCT_SCHEMA, 200,
     products_scan, "The product, and variant, of a barcode"},

    {"GET", "/categories", READ, ROUTE_LIST | ROUTE_CACHED, NULL, NULL, &CATEGORY_SCHEMA, 200,
     categories_list, "Categories, newest first"},
    {"POST", "/categories", WRITE, ROUTE_IDEMPOTENT, NULL, &CATEGORY_SCHEMA, &CATEGORY_SCHEMA, 201,
     categories_create, "Add a category"},
    {"GET", "/categories/{id}", READ, ROUTE_CACHED, NULL, NULL, &CATEGORY_SCHEMA, 200, categories_get,
     "One category"},
    {"PATCH", "/categories/{id}", WRITE, ROUTE_PATCH, NULL, &CATEGORY_SCHEMA, &CATEGORY_SCHEMA, 200,
     categories_change, "Change a category"},
    {"DELETE", "/categories/{id}", WRITE, 0, NULL, NULL, NULL, 204, categories_delete,
     "Delete a category; one with active products is deactivated"},

    {"GET", "/modifier-groups", READ, ROUTE_LIST | ROUTE_CACHED, NULL, NULL, &MODIFIER_GROUP_SCHEMA, 200,
     groups_list, "Modifier groups, newest first"},
    {"POST", "/modifier-groups", WRITE, ROUTE_IDEMPOTENT, NULL, &MODIFIER_GROUP_SCHEMA,
     &MODIFIER_GROUP_SCHEMA, 201, groups_create, "Add a modifier group with its modifiers"},
    {"GET", "/modifier-groups/{id}", READ, ROUTE_CACHED, NULL, NULL, &MODIFIER_GROUP_SCHEMA, 200, groups_get,
     "One modifier group"},
    {"PATCH", "/modifier-groups/{id}", WRITE, ROUTE_PATCH, NULL, &MODIFIER_GROUP_SCHEMA,
     &MODIFIER_GROUP_SCHEMA, 200, groups_change,
     "Change a modifier group; given modifiers replace the old ones, entries with an id are kept"},
    {"DELETE", "/modifier-groups/{id}", WRITE, 0, NULL, NULL, NULL, 204, groups_delete,
     "Delete a modifier group; one that active products use is deactivated"},
    {0},
};

const struct module CATALOG_MODULE = {.name = "catalog", .routes = ROUTES};

enum code catalog_of(struct request *request, struct cache_ref *ret_ref)
{
    return cache_acquire(request->platform->cache, &CATALOG, request->who.business_id, ret_ref);
}

enum code catalog_read(struct request *request, catalog_answer answer)
{
    struct cache_ref ref;
    enum code code = catalog_of(request, &ref);
    if (code)
        return code;
    code = answer(request, ref.object);
    cache_release(&ref);
    return code;
}

bool product_is_visible(const struct request *request, const struct catalog_product *product)
{
    return request->who.role == ROLE_OWNER || catalog_sold_in(product, request->who.outlet_id);
}

void catalog_publish(struct request *request, struct db_tx *tx, const char *entity, struct uuid id,
                     const char *change)
{
    char employee[UUID_TEXT_LEN + 1], subject[UUID_TEXT_LEN + 1];
    uuid_format(request->who.employee_id, employee);
    uuid_format(id, subject);
    struct event_draft draft = {
        "catalog.changed", id,
        str_format(request->arena,
                   "{\"employeeId\":\"%s\",\"entity\":\"%s\",\"id\":\"%s\",\"change\":\"%s\"}", employee,
                   entity, subject, change)};
    event_publish(tx, request->platform->events, db_business(tx), request->id, &draft, 1);
}

static struct uuid *id_at(const void *items, size_t index, size_t size)
{
    return (struct uuid *)((char *)(uintptr_t)items + index * size);
}

static bool has_id(const void *items, size_t count, size_t size, struct uuid id)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_eq(*id_at(items, i, size), id))
            return true;
    }
    return false;
}

enum code catalog_keep_ids(struct request *request, const char *path, void *items, size_t count, size_t size,
                           const void *old, size_t old_count)
{
    for (size_t i = 0; i < count; i++) {
        struct uuid *id = id_at(items, i, size);
        struct str where = str_format(request->arena, "%s[%zu].id", path, i);
        if (uuid_is_nil(*id))
            *id = uuid_new();
        else if (!has_id(old, old_count, size, *id))
            return request_refuse(request, old_count ? CODE_NOT_FOUND : CODE_VALIDATION_FAILED, where,
                                  STR("is not one that is there already; leave it out for a new one"),
                                  STR_NONE);
        else if (has_id(items, i, size, *id))
            return request_refuse(request, CODE_VALIDATION_FAILED, where, STR("is there twice"), STR_NONE);
    }
    return CODE_OK;
}

enum code catalog_reply_newest(struct request *request, const void *items, size_t count, size_t size)
{
    size_t left = count; /* those before this index are older than the cursor */
    struct uuid before;
    enum code code = page_before(request, &before);
    if (code)
        return code;
    while (left > 0 && uuid_compare(*id_at(items, left - 1, size), before) >= 0)
        left--;
    size_t wanted = (size_t)request->page.limit + 1, sent = left < wanted ? left : wanted;
    char *page = arena_array_alloc(request->arena, sent, size);
    for (size_t i = 0; i < sent; i++)
        memcpy(page + i * size, id_at(items, left - 1 - i, size), size);
    reply_page(request, page, sent, cursor_of_id);
    return CODE_OK;
}
