/* The rows of products, their variants and their links to modifier groups. */
#include "modules/catalog/catalog_store.h"

#include "base/fold.h"

DB_STATEMENT(CATALOG_PRODUCT_FIND,
             "SELECT " PRODUCT_COLUMNS " FROM products WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_PRODUCT_LOCK, "SELECT id FROM products WHERE business_id = $1 AND id = $2 {for_update}");
DB_STATEMENT(CATALOG_PRODUCT_VARIANTS, "SELECT " VARIANT_COLUMNS " FROM product_variants "
                                       "WHERE business_id = $1 AND product_id = $2 ORDER BY position, id");
DB_STATEMENT(CATALOG_PRODUCT_LINKS, "SELECT group_id FROM product_modifier_groups "
                                    "WHERE business_id = $1 AND product_id = $2 ORDER BY position, group_id");
DB_STATEMENT(CATALOG_PRODUCT_INSERT,
             "INSERT INTO products (business_id, " PRODUCT_COLUMNS ") VALUES ($1, $2, $3, $4, "
             "$5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)");
DB_STATEMENT(
    CATALOG_PRODUCT_UPDATE,
    "UPDATE products SET outlet_id = $3, category_id = $4, name = $5, name_key = $6, sku = $7, barcode = $8, "
    "price_minor = $9, cost_price_minor = $10, track_stock = $11, low_stock_threshold_milli = $12, "
    "is_active = $13, image_url = $14, description = $15, station = $16, updated_at = $17 "
    "WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_PRODUCT_DEACTIVATE,
             "UPDATE products SET is_active = 0, updated_at = $3 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_PRODUCT_DELETE, "DELETE FROM products WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_VARIANT_INSERT,
             "INSERT INTO product_variants (business_id, product_id, id, name, price_minor, "
             "sku, barcode, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
DB_STATEMENT(CATALOG_VARIANTS_DELETE,
             "DELETE FROM product_variants WHERE business_id = $1 AND product_id = $2");
DB_STATEMENT(CATALOG_LINK_INSERT,
             "INSERT INTO product_modifier_groups (business_id, product_id, group_id, position) "
             "VALUES ($1, $2, $3, $4)");
DB_STATEMENT(CATALOG_LINKS_DELETE,
             "DELETE FROM product_modifier_groups WHERE business_id = $1 AND product_id = $2");

DB_STATEMENT(CATALOG_RECIPE_DELETE, "DELETE FROM recipe_rows WHERE business_id = $1 AND product_id = $2");

/* ---- Rows ---- */

struct catalog_product product_row(const struct db_rows *rows, size_t row, struct arena *arena)
{
    return (struct catalog_product){
        .id = db_uuid(rows, row, 0),
        .outlet_id = db_uuid(rows, row, 1),
        .category_id = db_uuid(rows, row, 2),
        .name = str_copy(arena, db_text(rows, row, 3)),
        .name_key = str_copy(arena, db_text(rows, row, 4)),
        .sku = str_copy(arena, db_text(rows, row, 5)),
        .barcode = str_copy(arena, db_text(rows, row, 6)),
        .price_minor = db_int(rows, row, 7),
        .cost_price_minor = db_int(rows, row, 8),
        .track_stock = db_bool(rows, row, 9),
        .low_stock_threshold_milli = db_int(rows, row, 10),
        .is_active = db_bool(rows, row, 11),
        .image_url = str_copy(arena, db_text(rows, row, 12)),
        .description = str_copy(arena, db_text(rows, row, 13)),
        .station = str_copy(arena, db_text(rows, row, 14)),
        .created_at = db_int(rows, row, 15),
        .updated_at = db_int(rows, row, 16),
    };
}

struct catalog_variant variant_row(const struct db_rows *rows, size_t row, size_t column, struct arena *arena)
{
    return (struct catalog_variant){
        .id = db_uuid(rows, row, column),
        .name = str_copy(arena, db_text(rows, row, column + 1)),
        .price_minor = db_int(rows, row, column + 2),
        .sku = str_copy(arena, db_text(rows, row, column + 3)),
        .barcode = str_copy(arena, db_text(rows, row, column + 4)),
    };
}

bool product_find(struct db_tx *tx, struct uuid id, struct catalog_product *ret_product)
{
    struct db_rows *rows = db_ask(tx, &CATALOG_PRODUCT_FIND, DB_UUID(id));
    struct db_rows *variants = db_ask(tx, &CATALOG_PRODUCT_VARIANTS, DB_UUID(id));
    struct db_rows *links = db_query(tx, &CATALOG_PRODUCT_LINKS, DB_UUID(id));
    if (rows->count == 0)
        return false;
    struct catalog_product product = product_row(rows, 0, db_arena(tx));
    product.variants.at = arena_array(db_arena(tx), struct catalog_variant, variants->count);
    product.variants.count = variants->count;
    for (size_t i = 0; i < variants->count; i++)
        product.variants.at[i] = variant_row(variants, i, 0, db_arena(tx));
    product.modifier_group_ids.at = arena_array(db_arena(tx), struct uuid, links->count);
    product.modifier_group_ids.count = links->count;
    for (size_t i = 0; i < links->count; i++)
        product.modifier_group_ids.at[i] = db_uuid(links, i, 0);
    *ret_product = product;
    return true;
}

/* ---- Writing ---- */

static void insert_children(struct db_tx *tx, const struct catalog_product *product)
{
    price_store(tx, CATALOG_PRICE_PRODUCT, product->id, product->id, product->name, product->price_minor);
    for (size_t i = 0; i < product->variants.count; i++) {
        const struct catalog_variant *variant = &product->variants.at[i];
        db_ask(tx, &CATALOG_VARIANT_INSERT, DB_UUID(product->id), DB_UUID(variant->id),
               DB_TEXT(variant->name), DB_INT(variant->price_minor), DB_TEXT(variant->sku),
               DB_TEXT(variant->barcode), DB_INT((int64_t)i));
        price_store(tx, CATALOG_PRICE_VARIANT, product->id, variant->id, variant->name, variant->price_minor);
    }
    for (size_t i = 0; i < product->modifier_group_ids.count; i++)
        db_ask(tx, &CATALOG_LINK_INSERT, DB_UUID(product->id), DB_UUID(product->modifier_group_ids.at[i]),
               DB_INT((int64_t)i));
}

static void delete_children(struct db_tx *tx, struct uuid id)
{
    db_ask(tx, &CATALOG_VARIANTS_DELETE, DB_UUID(id));
    db_ask(tx, &CATALOG_LINKS_DELETE, DB_UUID(id));
}

enum code catalog_add_product(struct db_tx *tx, const struct catalog_product *product,
                              struct catalog_refusal *ret_refusal)
{
    enum code code = product_check(tx, product, ret_refusal);
    if (code)
        return code;
    struct str name_key = fold(db_arena(tx), product->name);
    db_ask(tx, &CATALOG_PRODUCT_INSERT, DB_UUID(product->id), DB_UUID_OR_NULL(product->outlet_id),
           DB_UUID_OR_NULL(product->category_id), DB_TEXT(product->name), DB_TEXT(name_key),
           DB_TEXT(product->sku), DB_TEXT(product->barcode), DB_INT(product->price_minor),
           DB_INT_OR_NULL(product->cost_price_minor), DB_BOOL(product->track_stock),
           DB_INT_OR_NULL(product->low_stock_threshold_milli), DB_BOOL(product->is_active),
           DB_TEXT(product->image_url), DB_TEXT(product->description), DB_TEXT(product->station),
           DB_INT(product->created_at), DB_INT(product->updated_at));
    insert_children(tx, product);
    return CODE_OK;
}

enum code product_update(struct db_tx *tx, const struct catalog_product *product,
                         struct catalog_refusal *ret_refusal)
{
    enum code code = product_check(tx, product, ret_refusal);
    if (code)
        return code;
    struct str name_key = fold(db_arena(tx), product->name);
    db_ask(tx, &CATALOG_PRODUCT_UPDATE, DB_UUID(product->id), DB_UUID_OR_NULL(product->outlet_id),
           DB_UUID_OR_NULL(product->category_id), DB_TEXT(product->name), DB_TEXT(name_key),
           DB_TEXT(product->sku), DB_TEXT(product->barcode), DB_INT(product->price_minor),
           DB_INT_OR_NULL(product->cost_price_minor), DB_BOOL(product->track_stock),
           DB_INT_OR_NULL(product->low_stock_threshold_milli), DB_BOOL(product->is_active),
           DB_TEXT(product->image_url), DB_TEXT(product->description), DB_TEXT(product->station),
           DB_INT(product->updated_at));
    delete_children(tx, product->id); /* first all, so that variants can swap their codes */
    insert_children(tx, product);
    return CODE_OK;
}

void product_deactivate(struct db_tx *tx, struct uuid id, int64_t now_ms)
{
    db_ask(tx, &CATALOG_PRODUCT_DEACTIVATE, DB_UUID(id), DB_INT(now_ms));
}

void product_lock(struct db_tx *tx, struct uuid id) { db_ask(tx, &CATALOG_PRODUCT_LOCK, DB_UUID(id)); }

void product_delete(struct db_tx *tx, struct uuid id)
{
    delete_children(tx, id);
    db_ask(tx, &CATALOG_RECIPE_DELETE, DB_UUID(id));
    db_ask(tx, &CATALOG_PRODUCT_DELETE, DB_UUID(id));
}
