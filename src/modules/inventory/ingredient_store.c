/* The rows of ingredients and recipes. */
#include "base/fold.h"
#include "modules/inventory/recipe_book.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

DB_STATEMENT(INGREDIENT_TAKE, "SELECT " INGREDIENT_COLUMNS
                              " FROM ingredients WHERE business_id = $1 AND id = $2 {for_update}");
DB_STATEMENT(INGREDIENT_INSERT, "INSERT INTO ingredients (business_id, " INGREDIENT_COLUMNS
                                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
DB_STATEMENT(INGREDIENT_UPDATE,
             "UPDATE ingredients SET name = $3, name_key = $4, unit = $5, cost_minor = $6, "
             "low_stock_threshold_milli = $7, is_active = $8, updated_at = $9 "
             "WHERE business_id = $1 AND id = $2");
DB_STATEMENT(INGREDIENT_DELETE, "DELETE FROM ingredients WHERE business_id = $1 AND id = $2");
/* Whatever moved it has made a level of it. */
DB_STATEMENT(INGREDIENT_MOVED,
             "SELECT outlet_id FROM stock_levels WHERE business_id = $1 AND product_id = $2 LIMIT 1");
DB_STATEMENT(INGREDIENT_USED,
             "SELECT product_id FROM recipe_rows WHERE business_id = $1 AND ingredient_id = $2 LIMIT 1");
/* Ids grow with time: only what came after the ingredient can name it. */
DB_STATEMENT(INGREDIENT_SENT_SINCE,
             "SELECT position FROM stock_transfer_items WHERE business_id = $1 AND transfer_id >= $2 "
             "AND product_id = $3 LIMIT 1");
DB_STATEMENT(RECIPE_CLEAR, "DELETE FROM recipe_rows WHERE business_id = $1 AND product_id = $2");
DB_STATEMENT(RECIPE_ROW_INSERT,
             "INSERT INTO recipe_rows (business_id, product_id, variant_id, ingredient_id, quantity_milli, "
             "position) VALUES ($1, $2, $3, $4, $5, $6)");

struct ingredient ingredient_row(const struct db_rows *rows, size_t row, struct arena *arena)
{
    return (struct ingredient){
        .id = db_uuid(rows, row, 0),
        .name = str_copy(arena, db_text(rows, row, 1)),
        .name_key = str_copy(arena, db_text(rows, row, 2)),
        .unit = str_copy(arena, db_text(rows, row, 3)),
        .cost_minor = db_int(rows, row, 4),
        .low_stock_threshold_milli = db_int(rows, row, 5),
        .is_active = db_bool(rows, row, 6),
        .created_at = db_int(rows, row, 7),
        .updated_at = db_int(rows, row, 8),
    };
}

bool ingredient_take(struct db_tx *tx, struct uuid id, struct ingredient *ret_ingredient)
{
    struct db_rows *rows = db_query(tx, &INGREDIENT_TAKE, DB_UUID(id));
    if (rows->count > 0)
        *ret_ingredient = ingredient_row(rows, 0, db_arena(tx));
    return rows->count > 0;
}

void ingredient_add(struct db_tx *tx, const struct ingredient *ingredient)
{
    struct str name_key = fold(db_arena(tx), ingredient->name);
    db_ask(tx, &INGREDIENT_INSERT, DB_UUID(ingredient->id), DB_TEXT(ingredient->name), DB_TEXT(name_key),
           DB_TEXT(ingredient->unit), DB_INT(ingredient->cost_minor),
           DB_INT_OR_NULL(ingredient->low_stock_threshold_milli), DB_BOOL(ingredient->is_active),
           DB_INT(ingredient->created_at), DB_INT(ingredient->updated_at));
}

void ingredient_update(struct db_tx *tx, const struct ingredient *ingredient)
{
    struct str name_key = fold(db_arena(tx), ingredient->name);
    db_ask(tx, &INGREDIENT_UPDATE, DB_UUID(ingredient->id), DB_TEXT(ingredient->name), DB_TEXT(name_key),
           DB_TEXT(ingredient->unit), DB_INT(ingredient->cost_minor),
           DB_INT_OR_NULL(ingredient->low_stock_threshold_milli), DB_BOOL(ingredient->is_active),
           DB_INT(ingredient->updated_at));
}

bool ingredient_has_history(struct db_tx *tx, const struct ingredient *ingredient)
{
    struct uuid since = uuid_floor(ingredient->created_at - DAY_MS);
    struct db_rows *moved = db_ask(tx, &INGREDIENT_MOVED, DB_UUID(ingredient->id));
    struct db_rows *used = db_ask(tx, &INGREDIENT_USED, DB_UUID(ingredient->id));
    struct db_rows *sent = db_query(tx, &INGREDIENT_SENT_SINCE, DB_UUID(since), DB_UUID(ingredient->id));
    return moved->count > 0 || used->count > 0 || sent->count > 0;
}

void ingredient_delete(struct db_tx *tx, struct uuid id) { db_ask(tx, &INGREDIENT_DELETE, DB_UUID(id)); }

void recipe_store(struct db_tx *tx, struct uuid product_id, const struct recipe_row *rows, size_t count)
{
    db_ask(tx, &RECIPE_CLEAR, DB_UUID(product_id));
    for (size_t i = 0; i < count; i++)
        db_ask(tx, &RECIPE_ROW_INSERT, DB_UUID(product_id), DB_UUID(rows[i].variant_id),
               DB_UUID(rows[i].ingredient_id), DB_INT(rows[i].quantity_milli), DB_INT((int64_t)i));
}
