/* /products/{id}/recipe */
#include "modules/catalog/catalog.h"
#include "modules/inventory/inventory_routes.h"

DB_STATEMENT(RECIPE_PRODUCT, "SELECT id FROM products WHERE business_id = $1 AND id = $2");
DB_STATEMENT(RECIPE_VARIANT,
             "SELECT id FROM product_variants WHERE business_id = $1 AND product_id = $2 AND id = $3");
DB_STATEMENT(RECIPE_INGREDIENT, "SELECT id FROM ingredients WHERE business_id = $1 AND id = $2 {for_share}");

/* The product must be on a menu that the caller sees. */
static enum code check_product(struct request *request, struct uuid *ret_id)
{
    struct cache_ref ref;
    if (!request_param_uuid(request, 0, ret_id))
        return CODE_NOT_FOUND;
    enum code code = cache_acquire(request->platform->cache, &CATALOG, request->who.business_id, &ref);
    if (code)
        return code;
    const struct catalog_product *product = catalog_product(ref.object, *ret_id);
    if (!product || !product_is_visible(request, product))
        code = CODE_NOT_FOUND;
    cache_release(&ref);
    return code;
}

enum code recipe_get(struct request *request)
{
    struct uuid id;
    struct cache_ref ref;
    enum code code = check_product(request, &id);
    if (!code)
        code = recipe_book_of(request, &ref);
    if (code)
        return code;
    const struct product_recipe *recipe = book_recipe(ref.object, id);
    reply_array(request, recipe ? recipe->rows : NULL, recipe ? recipe->count : 0);
    cache_release(&ref);
    return CODE_OK;
}

/* ---- Writing ---- */

static enum code check_repetitions(struct request *request, const struct recipe_body *body)
{
    enum code code = CODE_OK;
    for (size_t i = 0; i < body->rows.count; i++) {
        const struct recipe_row *row = &body->rows.at[i];
        bool twice = false;
        for (size_t k = 0; k < i && !twice; k++)
            twice = uuid_eq(row->ingredient_id, body->rows.at[k].ingredient_id) &&
                    uuid_eq(row->variant_id, body->rows.at[k].variant_id);
        if (twice)
            code = request_refuse(request, CODE_VALIDATION_FAILED,
                                  str_format(request->arena, "[%zu].ingredientId", i),
                                  STR("is there twice for this variant"), STR_NONE);
    }
    return code;
}

static enum code missing(struct request *request, size_t row, const char *field, const char *what)
{
    return request_refuse(request, CODE_NOT_FOUND, str_format(request->arena, "[%zu].%s", row, field),
                          str_format(request->arena, "there is no such %s", what), STR_NONE);
}

/* What the rows name, held until the commit: ingredients by their rows, the product by cache_touch. */
static enum code check_references(struct request *request, struct db_tx *tx, struct uuid product_id,
                                  const struct recipe_body *body)
{
    size_t count = body->rows.count;
    struct db_rows **ingredients = arena_array(request->arena, struct db_rows *, count);
    struct db_rows **variants = arena_array(request->arena, struct db_rows *, count);
    struct db_rows *product = db_ask(tx, &RECIPE_PRODUCT, DB_UUID(product_id));
    for (size_t i = 0; i < count; i++) {
        const struct recipe_row *row = &body->rows.at[i];
        ingredients[i] = db_ask(tx, &RECIPE_INGREDIENT, DB_UUID(row->ingredient_id));
        variants[i] = db_ask(tx, &RECIPE_VARIANT, DB_UUID(product_id), DB_UUID(row->variant_id));
    }
    db_sync(tx);
    enum code code = product->count > 0 ? CODE_OK : CODE_NOT_FOUND;
    for (size_t i = 0; i < count && product->count > 0; i++) {
        if (ingredients[i]->count == 0)
            code = missing(request, i, "ingredientId", "ingredient");
        if (!uuid_is_nil(body->rows.at[i].variant_id) && variants[i]->count == 0)
            code = missing(request, i, "variantId", "variant of the product");
    }
    return code;
}

static enum code replace(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *product_id = arg;
    const struct recipe_body *body = request->body;
    cache_touch(tx);
    enum code code = check_references(request, tx, *product_id, body);
    if (code)
        return code;
    recipe_store(tx, *product_id, body->rows.at, body->rows.count);
    catalog_publish(request, tx, "recipe", *product_id, "updated");
    reply_array(request, body->rows.at, body->rows.count);
    return CODE_OK;
}

enum code recipe_put(struct request *request)
{
    struct uuid id;
    enum code code = check_repetitions(request, request->body);
    if (!code)
        code = check_product(request, &id);
    return code ? code : request_write(request, replace, &id);
}
