/* The ingredients and recipes of a business: one immutable snapshot (a kind of platform/cache) that lists and
 * look-ups are served from, and the rows behind it. What a sale takes is read in the transaction that takes
 * it. Private to the module. */
#pragma once
#include "modules/inventory/inventory.h"
#include "platform/cache/cache.h"

struct product_recipe {
    struct uuid product_id;
    const struct recipe_row *rows; /* in the order they were given */
    size_t count;
};

struct recipe_book {
    const struct ingredient *ingredients; /* by id */
    size_t ingredient_count;
    const uint32_t *by_name;              /* indexes of ingredients, by (name_key, id) */
    const struct product_recipe *recipes; /* by product id; those with rows */
    size_t recipe_count;
};

extern const struct cache_kind RECIPE_BOOK; /* ref.object is a recipe_book */

struct request;
enum code recipe_book_of(struct request *request, struct cache_ref *ret_ref); /* release it */

/* NULL: there is none. */
const struct ingredient *book_ingredient(const struct recipe_book *book, struct uuid id);
const struct product_recipe *book_recipe(const struct recipe_book *book, struct uuid product_id);
/* The first place in by_name behind (name_key, id), which need not be there any more. */
size_t book_rank_behind(const struct recipe_book *book, struct str name_key, struct uuid id);

/* ---- Rows ---- */

#define INGREDIENT_COLUMNS \
    "id, name, name_key, unit, cost_minor, low_stock_threshold_milli, is_active, created_at, updated_at"

/* Texts are copied into `arena`. */
struct ingredient ingredient_row(const struct db_rows *rows, size_t row, struct arena *arena);

/* Reads the row and holds it against writers; false: not there. */
bool ingredient_take(struct db_tx *tx, struct uuid id, struct ingredient *ret_ingredient);
void ingredient_update(struct db_tx *tx, const struct ingredient *ingredient);
/* Did it ever move, or is it in a recipe? Ask with the row held. */
bool ingredient_has_history(struct db_tx *tx, const struct ingredient *ingredient);
void ingredient_delete(struct db_tx *tx, struct uuid id); /* one without history */

extern const struct listener INVENTORY_LISTENERS[]; /* recipe_listener.c */
