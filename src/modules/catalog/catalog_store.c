/* The rows of categories and modifier groups. */
#include "modules/catalog/catalog_store.h"

DB_STATEMENT(CATALOG_CATEGORY_FIND,
             "SELECT " CATEGORY_COLUMNS " FROM categories WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_CATEGORY_INSERT,
             "INSERT INTO categories (business_id, id, name, position, is_active, created_at) "
             "VALUES ($1, $2, $3, $4, $5, $6)");
DB_STATEMENT(
    CATALOG_CATEGORY_UPDATE,
    "UPDATE categories SET name = $3, position = $4, is_active = $5 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_CATEGORY_RETIRE,
             "UPDATE categories SET is_active = 0 WHERE business_id = $1 AND id = $2 AND EXISTS (SELECT 1 "
             "FROM products WHERE business_id = $1 AND category_id = $2 AND is_active = 1)");
DB_STATEMENT(CATALOG_CATEGORY_UNUSE,
             "UPDATE products SET category_id = NULL WHERE business_id = $1 AND category_id = $2");
DB_STATEMENT(CATALOG_CATEGORY_DELETE, "DELETE FROM categories WHERE business_id = $1 AND id = $2");

DB_STATEMENT(CATALOG_GROUP_FIND,
             "SELECT " GROUP_COLUMNS " FROM modifier_groups WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_GROUP_MODIFIERS, "SELECT " MODIFIER_COLUMNS " FROM modifiers "
                                      "WHERE business_id = $1 AND group_id = $2 ORDER BY position, id");
DB_STATEMENT(CATALOG_GROUP_INSERT,
             "INSERT INTO modifier_groups (business_id, id, name, min_selection, max_selection, "
             "is_active, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)");
DB_STATEMENT(CATALOG_GROUP_UPDATE,
             "UPDATE modifier_groups SET name = $3, min_selection = $4, max_selection = $5, "
             "is_active = $6 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(
    CATALOG_GROUP_RETIRE,
    "UPDATE modifier_groups SET is_active = 0 WHERE business_id = $1 AND id = $2 AND EXISTS (SELECT 1 "
    "FROM product_modifier_groups l JOIN products p ON p.business_id = $1 AND p.id = l.product_id "
    "WHERE l.business_id = $1 AND l.group_id = $2 AND p.is_active = 1)");
DB_STATEMENT(CATALOG_GROUP_UNUSE,
             "DELETE FROM product_modifier_groups WHERE business_id = $1 AND group_id = $2");
DB_STATEMENT(CATALOG_GROUP_DELETE, "DELETE FROM modifier_groups WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_MODIFIERS_DELETE, "DELETE FROM modifiers WHERE business_id = $1 AND group_id = $2");
DB_STATEMENT(CATALOG_MODIFIER_INSERT,
             "INSERT INTO modifiers (business_id, group_id, id, name, price_minor, position) "
             "VALUES ($1, $2, $3, $4, $5, $6)");

/* ---- Rows ---- */

struct catalog_category category_row(const struct db_rows *rows, size_t row, struct arena *arena)
{
    return (struct catalog_category){
        .id = db_uuid(rows, row, 0),
        .name = str_copy(arena, db_text(rows, row, 1)),
        .position = db_int(rows, row, 2),
        .is_active = db_bool(rows, row, 3),
        .created_at = db_int(rows, row, 4),
    };
}

struct catalog_group group_row(const struct db_rows *rows, size_t row, struct arena *arena)
{
    return (struct catalog_group){
        .id = db_uuid(rows, row, 0),
        .name = str_copy(arena, db_text(rows, row, 1)),
        .min_selection = db_int(rows, row, 2),
        .max_selection = db_int(rows, row, 3),
        .is_active = db_bool(rows, row, 4),
        .created_at = db_int(rows, row, 5),
    };
}

struct catalog_modifier modifier_row(const struct db_rows *rows, size_t row, size_t column,
                                     struct arena *arena)
{
    return (struct catalog_modifier){
        .id = db_uuid(rows, row, column),
        .name = str_copy(arena, db_text(rows, row, column + 1)),
        .price_minor = db_int(rows, row, column + 2),
    };
}

/* ---- Categories ---- */

bool category_find(struct db_tx *tx, struct uuid id, struct catalog_category *ret_category)
{
    struct db_rows *rows = db_query(tx, &CATALOG_CATEGORY_FIND, DB_UUID(id));
    if (rows->count == 0)
        return false;
    *ret_category = category_row(rows, 0, db_arena(tx));
    return true;
}

void catalog_add_category(struct db_tx *tx, const struct catalog_category *category)
{
    db_ask(tx, &CATALOG_CATEGORY_INSERT, DB_UUID(category->id), DB_TEXT(category->name),
           DB_INT(category->position), DB_BOOL(category->is_active), DB_INT(category->created_at));
}

void category_update(struct db_tx *tx, const struct catalog_category *category)
{
    db_ask(tx, &CATALOG_CATEGORY_UPDATE, DB_UUID(category->id), DB_TEXT(category->name),
           DB_INT(category->position), DB_BOOL(category->is_active));
}

enum code category_delete(struct db_tx *tx, struct uuid id)
{
    if (db_query(tx, &CATALOG_CATEGORY_RETIRE, DB_UUID(id))->affected > 0)
        return CODE_OK;
    db_ask(tx, &CATALOG_CATEGORY_UNUSE, DB_UUID(id));
    struct db_rows *deleted = db_query(tx, &CATALOG_CATEGORY_DELETE, DB_UUID(id));
    return deleted->affected > 0 ? CODE_OK : CODE_NOT_FOUND;
}

/* ---- Modifier groups ---- */

bool group_find(struct db_tx *tx, struct uuid id, struct catalog_group *ret_group)
{
    struct db_rows *rows = db_ask(tx, &CATALOG_GROUP_FIND, DB_UUID(id));
    struct db_rows *modifiers = db_query(tx, &CATALOG_GROUP_MODIFIERS, DB_UUID(id));
    if (rows->count == 0)
        return false;
    *ret_group = group_row(rows, 0, db_arena(tx));
    ret_group->modifiers.at = arena_array(db_arena(tx), struct catalog_modifier, modifiers->count);
    ret_group->modifiers.count = modifiers->count;
    for (size_t i = 0; i < modifiers->count; i++)
        ret_group->modifiers.at[i] = modifier_row(modifiers, i, 0, db_arena(tx));
    return true;
}

static void insert_modifiers(struct db_tx *tx, const struct catalog_group *group)
{
    for (size_t i = 0; i < group->modifiers.count; i++) {
        const struct catalog_modifier *modifier = &group->modifiers.at[i];
        db_ask(tx, &CATALOG_MODIFIER_INSERT, DB_UUID(group->id), DB_UUID(modifier->id),
               DB_TEXT(modifier->name), DB_INT(modifier->price_minor), DB_INT((int64_t)i));
        price_store(tx, CATALOG_PRICE_MODIFIER, group->id, modifier->id, modifier->name,
                    modifier->price_minor);
    }
}

void catalog_add_modifier_group(struct db_tx *tx, const struct catalog_group *group)
{
    db_ask(tx, &CATALOG_GROUP_INSERT, DB_UUID(group->id), DB_TEXT(group->name), DB_INT(group->min_selection),
           DB_INT(group->max_selection), DB_BOOL(group->is_active), DB_INT(group->created_at));
    insert_modifiers(tx, group);
}

void group_update(struct db_tx *tx, const struct catalog_group *group)
{
    db_ask(tx, &CATALOG_GROUP_UPDATE, DB_UUID(group->id), DB_TEXT(group->name), DB_INT(group->min_selection),
           DB_INT(group->max_selection), DB_BOOL(group->is_active));
    db_ask(tx, &CATALOG_MODIFIERS_DELETE, DB_UUID(group->id));
    insert_modifiers(tx, group);
}

enum code group_delete(struct db_tx *tx, struct uuid id)
{
    if (db_query(tx, &CATALOG_GROUP_RETIRE, DB_UUID(id))->affected > 0)
        return CODE_OK;
    db_ask(tx, &CATALOG_GROUP_UNUSE, DB_UUID(id));
    db_ask(tx, &CATALOG_MODIFIERS_DELETE, DB_UUID(id));
    struct db_rows *deleted = db_query(tx, &CATALOG_GROUP_DELETE, DB_UUID(id));
    return deleted->affected > 0 ? CODE_OK : CODE_NOT_FOUND;
}
