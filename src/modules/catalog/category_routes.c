/* /categories */
#include "modules/catalog/catalog_routes.h"

static enum code list(struct request *request, const struct catalog *catalog)
{
    return catalog_reply_newest(request, catalog->categories, catalog->category_count,
                                sizeof *catalog->categories);
}

enum code categories_list(struct request *request) { return catalog_read(request, list); }

static enum code get(struct request *request, const struct catalog *catalog)
{
    struct uuid id;
    const struct catalog_category *category = NULL;
    if (request_param_uuid(request, 0, &id))
        category = catalog_category(catalog, id);
    if (category)
        reply(request, category);
    return category ? CODE_OK : CODE_NOT_FOUND;
}

enum code categories_get(struct request *request) { return catalog_read(request, get); }

static enum code create(struct request *request, struct db_tx *tx, void *arg)
{
    const struct catalog_category *category = arg;
    cache_touch(tx);
    catalog_add_category(tx, category);
    catalog_publish(request, tx, "category", category->id, "created");
    reply(request, category);
    return CODE_OK;
}

enum code categories_create(struct request *request)
{
    struct catalog_category category = *(const struct catalog_category *)request->body;
    category.id = uuid_new();
    category.created_at = request->received_ms;
    return request_write(request, create, &category);
}

static enum code change(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct catalog_category category;
    cache_touch(tx);
    if (!category_find(tx, *id, &category))
        return CODE_NOT_FOUND;
    enum code code = request_patch(request, &category);
    if (code)
        return code;
    category_update(tx, &category);
    catalog_publish(request, tx, "category", *id, "updated");
    reply(request, &category);
    return CODE_OK;
}

enum code categories_change(struct request *request) { return write_by_id(request, change); }

static enum code remove_category(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    cache_touch(tx);
    enum code code = category_delete(tx, *id);
    if (code)
        return code;
    catalog_publish(request, tx, "category", *id, "deleted");
    reply_none(request);
    return CODE_OK;
}

enum code categories_delete(struct request *request) { return write_by_id(request, remove_category); }
