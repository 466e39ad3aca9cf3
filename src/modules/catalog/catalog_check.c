/* What must hold of a product beside its own fields: what it refers to is there, nobody else has its codes,
 * and whether it may vanish. */
#include "modules/catalog/catalog_store.h"

DB_STATEMENT(CATALOG_OUTLET_EXISTS, "SELECT id FROM outlets WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_CATEGORY_EXISTS, "SELECT id FROM categories WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CATALOG_GROUP_EXISTS, "SELECT id FROM modifier_groups WHERE business_id = $1 AND id = $2");
/* A code is unique over products and variants together. */
DB_STATEMENT(CATALOG_SKU_TAKEN,
             "SELECT id FROM products WHERE business_id = $1 AND sku = $2 AND id <> $3 UNION ALL "
             "SELECT id FROM product_variants WHERE business_id = $1 AND sku = $2 AND product_id <> $3");
DB_STATEMENT(CATALOG_BARCODE_TAKEN,
             "SELECT id FROM products WHERE business_id = $1 AND barcode = $2 AND id <> $3 UNION ALL "
             "SELECT id FROM product_variants WHERE business_id = $1 AND barcode = $2 AND product_id <> $3");
/* Ids grow with time: only what came after the product can name it, so that a young product is answered at
 * once. */
DB_STATEMENT(CATALOG_SOLD_SINCE,
             "SELECT id FROM transaction_items WHERE business_id = $1 AND transaction_id >= $2 "
             "AND product_id = $3 LIMIT 1");
DB_STATEMENT(CATALOG_SENT_SINCE,
             "SELECT position FROM stock_transfer_items WHERE business_id = $1 AND transfer_id >= $2 "
             "AND product_id = $3 LIMIT 1");
DB_STATEMENT(CATALOG_ORDERED_SINCE,
             "SELECT id FROM kitchen_order_items WHERE business_id = $1 AND order_id >= $2 "
             "AND product_id = $3 LIMIT 1");
DB_STATEMENT(
    CATALOG_MOVED_SINCE,
    "SELECT id FROM stock_movements WHERE business_id = $1 AND id >= $2 AND product_id = $3 LIMIT 1");

bool product_has_history(struct db_tx *tx, struct uuid id, int64_t since_ms)
{
    struct uuid since = uuid_floor(since_ms);
    struct db_rows *sold = db_ask(tx, &CATALOG_SOLD_SINCE, DB_UUID(since), DB_UUID(id));
    struct db_rows *sent = db_ask(tx, &CATALOG_SENT_SINCE, DB_UUID(since), DB_UUID(id));
    struct db_rows *ordered = db_ask(tx, &CATALOG_ORDERED_SINCE, DB_UUID(since), DB_UUID(id));
    struct db_rows *moved = db_query(tx, &CATALOG_MOVED_SINCE, DB_UUID(since), DB_UUID(id));
    return sold->count > 0 || sent->count > 0 || ordered->count > 0 || moved->count > 0;
}

static enum code refuse(enum code code, struct catalog_refusal *ret_refusal, struct str path,
                        struct str message)
{
    *ret_refusal = (struct catalog_refusal){path, message};
    return code;
}

/* ---- References ---- */

static enum code check_groups(struct db_tx *tx, const struct catalog_product *product,
                              struct catalog_refusal *ret_refusal)
{
    const struct uuid *ids = product->modifier_group_ids.at;
    size_t count = product->modifier_group_ids.count;
    struct db_rows **found = arena_array(db_arena(tx), struct db_rows *, count);
    for (size_t i = 0; i < count; i++)
        found[i] = db_ask(tx, &CATALOG_GROUP_EXISTS, DB_UUID(ids[i]));
    db_sync(tx);
    for (size_t i = 0; i < count; i++) {
        struct str path = str_format(db_arena(tx), "modifierGroupIds[%zu]", i);
        if (found[i]->count == 0)
            return refuse(CODE_NOT_FOUND, ret_refusal, path, STR("there is no such modifier group"));
        for (size_t earlier = 0; earlier < i; earlier++) {
            if (uuid_eq(ids[earlier], ids[i]))
                return refuse(CODE_VALIDATION_FAILED, ret_refusal, path, STR("is there twice"));
        }
    }
    return CODE_OK;
}

static enum code check_references(struct db_tx *tx, const struct catalog_product *product,
                                  struct catalog_refusal *ret_refusal)
{
    struct db_rows *outlet = db_ask(tx, &CATALOG_OUTLET_EXISTS, DB_UUID(product->outlet_id));
    struct db_rows *category = db_ask(tx, &CATALOG_CATEGORY_EXISTS, DB_UUID(product->category_id));
    enum code code = check_groups(tx, product, ret_refusal);
    if (!uuid_is_nil(product->outlet_id) && outlet->count == 0)
        return refuse(CODE_NOT_FOUND, ret_refusal, STR("outletId"), STR("there is no such outlet"));
    if (!uuid_is_nil(product->category_id) && category->count == 0)
        return refuse(CODE_NOT_FOUND, ret_refusal, STR("categoryId"), STR("there is no such category"));
    return code;
}

/* ---- Codes ---- */

struct code_use {
    struct str path, text;
    struct db_rows *others;
};

struct code_list {
    struct code_use *at;
    size_t count;
};

/* The product's own code and its variants': of `field` "sku" or "barcode". */
static struct code_list collect(struct arena *arena, const struct catalog_product *product, const char *field,
                                bool barcodes)
{
    struct code_list list = {arena_array(arena, struct code_use, product->variants.count + 1), 0};
    struct str own = barcodes ? product->barcode : product->sku;
    if (own.data)
        list.at[list.count++] = (struct code_use){str_of(field), own, NULL};
    for (size_t i = 0; i < product->variants.count; i++) {
        const struct catalog_variant *variant = &product->variants.at[i];
        struct str text = barcodes ? variant->barcode : variant->sku;
        if (text.data)
            list.at[list.count++] =
                (struct code_use){str_format(arena, "variants[%zu].%s", i, field), text, NULL};
    }
    return list;
}

static enum code check_codes(struct db_tx *tx, const struct catalog_product *product,
                             const struct db_statement *taken, struct code_list list,
                             struct catalog_refusal *ret_refusal)
{
    for (size_t i = 0; i < list.count; i++)
        list.at[i].others = db_ask(tx, taken, DB_TEXT(list.at[i].text), DB_UUID(product->id));
    db_sync(tx);
    for (size_t i = 0; i < list.count; i++) {
        bool twice = list.at[i].others->count > 0;
        for (size_t earlier = 0; earlier < i && !twice; earlier++)
            twice = str_eq(list.at[earlier].text, list.at[i].text);
        if (twice)
            return refuse(CODE_CONFLICT, ret_refusal, list.at[i].path, STR("is in use already"));
    }
    return CODE_OK;
}

enum code product_check(struct db_tx *tx, const struct catalog_product *product,
                        struct catalog_refusal *ret_refusal)
{
    enum code code = check_references(tx, product, ret_refusal);
    if (code)
        return code;
    code = check_codes(tx, product, &CATALOG_SKU_TAKEN, collect(db_arena(tx), product, "sku", false),
                       ret_refusal);
    if (code)
        return code;
    return check_codes(tx, product, &CATALOG_BARCODE_TAKEN, collect(db_arena(tx), product, "barcode", true),
                       ret_refusal);
}
