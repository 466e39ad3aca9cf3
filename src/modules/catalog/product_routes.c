/* /products */
#include "modules/catalog/catalog_routes.h"

#include "base/fold.h"
#include "modules/catalog/catalog_search.h"
#include "platform/auth/directory.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)
#define IN_FLIGHT_MS (INT64_C(10) * 60 * 1000) /* longer than any sale takes from its id to its commit */

/* ---- Reading: from the snapshot ---- */

/* The outlet whose menu is asked for; nil: of all. */
static enum code menu_of(struct request *request, struct uuid asked, struct uuid *ret_outlet_id)
{
    *ret_outlet_id = request->who.role == ROLE_OWNER ? asked : request->who.outlet_id;
    return directory_reach(request, asked);
}

enum code products_filter(struct request *request, struct catalog_filter *ret_filter)
{
    const struct product_query *query = request->query;
    *ret_filter = (struct catalog_filter){.search = fold(request->arena, query->search),
                                          .category_id = query->category_id,
                                          .is_active = query->is_active};
    return menu_of(request, query->outlet_id, &ret_filter->outlet_id);
}

static enum code list(struct request *request, const struct catalog *catalog)
{
    struct catalog_filter filter;
    struct uuid last_id = UUID_NIL;
    struct str last_name = STR_NONE, cursor = request->page.cursor;
    if (cursor.data && !catalog_cursor_read(cursor, &last_name, &last_id))
        return request_invalid(request, "cursor", "is not one that this list gave");
    enum code code = products_filter(request, &filter);
    if (code)
        return code;
    size_t rank = cursor.data ? catalog_rank_behind(catalog, last_name, last_id) : 0;
    size_t wanted = (size_t)request->page.limit + 1;
    struct catalog_product *page = arena_array(request->arena, struct catalog_product, wanted);
    reply_page(request, page, catalog_search(catalog, &filter, rank, wanted, page), catalog_cursor);
    return CODE_OK;
}

enum code products_list(struct request *request) { return catalog_read(request, list); }

static enum code get(struct request *request, const struct catalog *catalog)
{
    struct uuid id;
    const struct catalog_product *product = NULL;
    if (request_param_uuid(request, 0, &id))
        product = catalog_product(catalog, id);
    if (!product || !product_is_visible(request, product))
        return CODE_NOT_FOUND;
    reply(request, product);
    return CODE_OK;
}

enum code products_get(struct request *request) { return catalog_read(request, get); }

static enum code scan(struct request *request, const struct catalog *catalog)
{
    const struct catalog_barcode *barcode = catalog_barcode(catalog, request->params[0]);
    if (!barcode || !product_is_visible(request, barcode->product))
        return CODE_NOT_FOUND;
    struct scanned_product scanned = {*barcode->product, barcode->variant ? barcode->variant->id : UUID_NIL};
    reply(request, &scanned);
    return CODE_OK;
}

enum code products_scan(struct request *request) { return catalog_read(request, scan); }

/* ---- Writing ---- */

static enum code refuse(struct request *request, enum code code, const struct catalog_refusal *refusal)
{
    return request_refuse(request, code, refusal->path, refusal->message, STR_NONE);
}

/* Who writes a product may put it on the menu of all outlets or of one in his reach. */
static enum code check_outlet(struct request *request, struct uuid outlet_id)
{
    if (uuid_is_nil(outlet_id) || request_may_use_outlet(request, outlet_id))
        return CODE_OK;
    return request_refuse(request, CODE_NOT_FOUND, STR("outletId"), STR("there is no such outlet"), STR_NONE);
}

static enum code create(struct request *request, struct db_tx *tx, void *arg)
{
    const struct catalog_product *product = arg;
    struct catalog_refusal refusal;
    cache_touch(tx);
    enum code code = catalog_add_product(tx, product, &refusal);
    if (code)
        return refuse(request, code, &refusal);
    catalog_publish(request, tx, "product", product->id, "created");
    reply(request, product);
    return CODE_OK;
}

enum code products_create(struct request *request)
{
    struct catalog_product product = *(const struct catalog_product *)request->body;
    enum code code = catalog_keep_ids(request, "variants", product.variants.at, product.variants.count,
                                      sizeof *product.variants.at, NULL, 0);
    if (!code)
        code = check_outlet(request, product.outlet_id);
    if (code)
        return code;
    product.id = uuid_new();
    product.created_at = product.updated_at = request->received_ms;
    return request_write(request, create, &product);
}

static enum code change(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct catalog_product product;
    struct catalog_refusal refusal;
    cache_touch(tx);
    if (!product_find(tx, *id, &product) || !product_is_visible(request, &product))
        return CODE_NOT_FOUND;
    const struct catalog_product old = product;
    enum code code = request_patch(request, &product);
    if (!code)
        code = catalog_keep_ids(request, "variants", product.variants.at, product.variants.count,
                                sizeof *product.variants.at, old.variants.at, old.variants.count);
    if (!code)
        code = check_outlet(request, product.outlet_id);
    if (code)
        return code;
    product.updated_at = request->received_ms;
    code = product_update(tx, &product, &refusal);
    if (code)
        return refuse(request, code, &refusal);
    catalog_publish(request, tx, "product", *id, "updated");
    reply(request, &product);
    return CODE_OK;
}

enum code products_change(struct request *request) { return write_by_id(request, change); }

/* ---- Deleting: the long look into the past is taken before, so that no other write waits for it ---- */

struct deletion {
    struct uuid id;
    bool has_history;
};

static enum code look_back(struct request *request, struct db_tx *tx, void *arg)
{
    struct deletion *deletion = arg;
    struct catalog_product product;
    if (!product_find(tx, deletion->id, &product) || !product_is_visible(request, &product))
        return CODE_NOT_FOUND;
    deletion->has_history = product_has_history(tx, deletion->id, product.created_at - DAY_MS);
    return CODE_OK;
}

static enum code delete_or_deactivate(struct request *request, struct db_tx *tx, void *arg)
{
    const struct deletion *deletion = arg;
    struct catalog_product product;
    cache_touch(tx);
    product_lock(tx, deletion->id);
    if (!product_find(tx, deletion->id, &product) || !product_is_visible(request, &product))
        return CODE_NOT_FOUND;
    bool keep =
        deletion->has_history || product_has_history(tx, deletion->id, request->received_ms - IN_FLIGHT_MS);
    if (keep)
        product_deactivate(tx, deletion->id, request->received_ms);
    else
        product_delete(tx, deletion->id);
    catalog_publish(request, tx, "product", deletion->id, keep ? "deactivated" : "deleted");
    reply_none(request);
    return CODE_OK;
}

enum code products_delete(struct request *request)
{
    struct deletion deletion = {0};
    if (!request_param_uuid(request, 0, &deletion.id))
        return CODE_NOT_FOUND;
    enum code code = request_read(request, look_back, &deletion);
    return code ? code : request_write(request, delete_or_deactivate, &deletion);
}
