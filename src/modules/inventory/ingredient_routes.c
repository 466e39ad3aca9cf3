/* /ingredients */
#include "base/fold.h"
#include "modules/catalog/catalog.h"
#include "modules/inventory/inventory_routes.h"

/* ---- Reading: from the snapshot ---- */

/* Where a page goes on: an id, then the name it stood at. */
static struct str cursor_of(struct arena *arena, const void *object)
{
    const struct ingredient *last = object;
    return str_format(arena, "%.*s%.*s", STR_ARG(uuid_str(arena, last->id)), STR_ARG(last->name_key));
}

static bool passes(const struct ingredient *ingredient, const struct ingredient_query *query,
                   struct str needle)
{
    bool asked = query->is_active == 0 || query->is_active == 1;
    if (asked && ingredient->is_active != (query->is_active == 1))
        return false;
    return !needle.data || fold_contains(ingredient->name, needle);
}

static void list_page(struct request *request, const struct recipe_book *book, size_t rank)
{
    const struct ingredient_query *query = request->query;
    struct str needle = fold(request->arena, query->search);
    size_t wanted = (size_t)request->page.limit + 1, count = 0;
    struct ingredient *page = arena_array(request->arena, struct ingredient, wanted);
    for (; rank < book->ingredient_count && count < wanted; rank++) {
        const struct ingredient *ingredient = &book->ingredients[book->by_name[rank]];
        if (passes(ingredient, query, needle))
            page[count++] = *ingredient;
    }
    reply_page(request, page, count, cursor_of);
}

enum code ingredients_list(struct request *request)
{
    struct str cursor = request->page.cursor;
    struct uuid last_id = UUID_NIL;
    struct cache_ref ref;
    if (cursor.data &&
        (cursor.len < UUID_TEXT_LEN || !uuid_parse((struct str){cursor.data, UUID_TEXT_LEN}, &last_id)))
        return request_invalid(request, "cursor", "is not one that this list gave");
    enum code code = recipe_book_of(request, &ref);
    if (code)
        return code;
    size_t rank = 0;
    if (cursor.data)
        rank = book_rank_behind(
            ref.object, (struct str){cursor.data + UUID_TEXT_LEN, cursor.len - UUID_TEXT_LEN}, last_id);
    list_page(request, ref.object, rank);
    cache_release(&ref);
    return CODE_OK;
}

enum code ingredients_get(struct request *request)
{
    struct uuid id;
    struct cache_ref ref;
    if (!request_param_uuid(request, 0, &id))
        return CODE_NOT_FOUND;
    enum code code = recipe_book_of(request, &ref);
    if (code)
        return code;
    const struct ingredient *ingredient = book_ingredient(ref.object, id);
    if (ingredient)
        reply(request, ingredient);
    cache_release(&ref);
    return ingredient ? CODE_OK : CODE_NOT_FOUND;
}

/* ---- Writing ---- */

static enum code create(struct request *request, struct db_tx *tx, void *arg)
{
    const struct ingredient *ingredient = arg;
    cache_touch(tx);
    ingredient_add(tx, ingredient);
    catalog_publish(request, tx, "ingredient", ingredient->id, "created");
    reply(request, ingredient);
    return CODE_OK;
}

enum code ingredients_create(struct request *request)
{
    struct ingredient ingredient = *(const struct ingredient *)request->body;
    ingredient.id = uuid_new();
    ingredient.created_at = ingredient.updated_at = request->received_ms;
    return request_write(request, create, &ingredient);
}

static enum code change(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct ingredient ingredient;
    cache_touch(tx);
    if (!ingredient_take(tx, *id, &ingredient))
        return CODE_NOT_FOUND;
    enum code code = request_patch(request, &ingredient);
    if (code)
        return code;
    ingredient.updated_at = request->received_ms;
    ingredient_update(tx, &ingredient);
    catalog_publish(request, tx, "ingredient", *id, "updated");
    reply(request, &ingredient);
    return CODE_OK;
}

enum code ingredients_change(struct request *request) { return write_by_id(request, change); }

static enum code delete_or_deactivate(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct ingredient ingredient;
    cache_touch(tx);
    if (!ingredient_take(tx, *id, &ingredient))
        return CODE_NOT_FOUND;
    bool keep = ingredient_has_history(tx, &ingredient);
    ingredient.is_active = false;
    ingredient.updated_at = request->received_ms;
    if (keep)
        ingredient_update(tx, &ingredient);
    else
        ingredient_delete(tx, *id);
    catalog_publish(request, tx, "ingredient", *id, keep ? "deactivated" : "deleted");
    reply_none(request);
    return CODE_OK;
}

enum code ingredients_delete(struct request *request) { return write_by_id(request, delete_or_deactivate); }
