/* The snapshot of ingredients and recipes, and questions to it. */
#include "modules/inventory/recipe_book.h"

#include "base/check.h"
#include "platform/http/request.h"
#include "platform/platform.h"

DB_STATEMENT(BOOK_INGREDIENTS,
             "SELECT " INGREDIENT_COLUMNS " FROM ingredients WHERE business_id = $1 ORDER BY id");
/* Rows of a variant that is gone are passed over: they would hold for nothing. */
DB_STATEMENT(BOOK_RECIPES, "SELECT r.product_id, r.ingredient_id, r.variant_id, r.quantity_milli "
                           "FROM recipe_rows r LEFT JOIN product_variants v ON v.business_id = r.business_id "
                           "AND v.product_id = r.product_id AND v.id = r.variant_id "
                           "WHERE r.business_id = $1 AND (r.variant_id = $2 OR v.id IS NOT NULL) "
                           "ORDER BY r.product_id, r.position");

/* ---- Loading ---- */

static int compare_names(const void *a, const void *b, void *ingredients)
{
    const struct ingredient *at = ingredients, *left = &at[*(const uint32_t *)a],
                            *right = &at[*(const uint32_t *)b];
    int order = str_compare(left->name_key, right->name_key);
    return order ? order : uuid_compare(left->id, right->id);
}

static void load_ingredients(struct recipe_book *book, const struct db_rows *rows, struct arena *arena)
{
    check(rows->count <= UINT32_MAX);
    struct ingredient *ingredients = arena_array(arena, struct ingredient, rows->count);
    uint32_t *ranks = arena_array(arena, uint32_t, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        ingredients[i] = ingredient_row(rows, i, arena);
        ranks[i] = (uint32_t)i;
    }
    if (rows->count > 0)
        qsort_r(ranks, rows->count, sizeof *ranks, compare_names, ingredients);
    book->ingredients = ingredients;
    book->by_name = ranks;
    book->ingredient_count = rows->count;
}

static void load_recipes(struct recipe_book *book, const struct db_rows *rows, struct arena *arena)
{
    struct product_recipe *recipes = arena_array(arena, struct product_recipe, rows->count);
    struct recipe_row *all = arena_array(arena, struct recipe_row, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        struct uuid product_id = db_uuid(rows, i, 0);
        all[i] = (struct recipe_row){db_uuid(rows, i, 1), db_uuid(rows, i, 2), db_int(rows, i, 3)};
        if (i == 0 || !uuid_eq(recipes[book->recipe_count - 1].product_id, product_id))
            recipes[book->recipe_count++] = (struct product_recipe){product_id, &all[i], 0};
        recipes[book->recipe_count - 1].count++;
    }
    book->recipes = recipes;
}

static void *load(struct db_tx *tx, struct arena *arena)
{
    struct recipe_book *book = arena_new(arena, struct recipe_book);
    struct db_rows *ingredients = db_ask(tx, &BOOK_INGREDIENTS);
    struct db_rows *recipes = db_query(tx, &BOOK_RECIPES, DB_UUID(UUID_NIL));
    *book = (struct recipe_book){0};
    load_ingredients(book, ingredients, arena);
    load_recipes(book, recipes, arena);
    return book;
}

const struct cache_kind RECIPE_BOOK = {.name = "recipes", .load = load};

enum code recipe_book_of(struct request *request, struct cache_ref *ret_ref)
{
    return cache_acquire(request->platform->cache, &RECIPE_BOOK, request->who.business_id, ret_ref);
}

/* ---- Looking up ---- */

static int compare_id(const void *key, const void *item)
{
    const struct uuid *id = key, *other = item; /* both structs begin with their id */
    return uuid_compare(*id, *other);
}

_Static_assert(offsetof(struct ingredient, id) == 0 && offsetof(struct product_recipe, product_id) == 0,
               "compare_id looks there");

const struct ingredient *book_ingredient(const struct recipe_book *book, struct uuid id)
{
    if (book->ingredient_count == 0)
        return NULL;
    return bsearch(&id, book->ingredients, book->ingredient_count, sizeof *book->ingredients, compare_id);
}

const struct product_recipe *book_recipe(const struct recipe_book *book, struct uuid product_id)
{
    if (book->recipe_count == 0)
        return NULL;
    return bsearch(&product_id, book->recipes, book->recipe_count, sizeof *book->recipes, compare_id);
}

size_t book_rank_behind(const struct recipe_book *book, struct str name_key, struct uuid id)
{
    size_t low = 0, high = book->ingredient_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct ingredient *ingredient = &book->ingredients[book->by_name[middle]];
        int order = str_compare(ingredient->name_key, name_key);
        if (order == 0)
            order = uuid_compare(ingredient->id, id);
        if (order <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
