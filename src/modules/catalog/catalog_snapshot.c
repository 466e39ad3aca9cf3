/* Loads the snapshot of a catalogue. Every table is read once, in the order of the keys, so that children are
 * found behind their parents in one pass. */
#include "base/check.h"
#include "modules/catalog/catalog_store.h"

DB_STATEMENT(CATALOG_ALL_CATEGORIES,
             "SELECT " CATEGORY_COLUMNS " FROM categories WHERE business_id = $1 ORDER BY id");
DB_STATEMENT(CATALOG_ALL_GROUPS,
             "SELECT " GROUP_COLUMNS " FROM modifier_groups WHERE business_id = $1 ORDER BY id");
DB_STATEMENT(CATALOG_ALL_MODIFIERS, "SELECT group_id, " MODIFIER_COLUMNS
                                    " FROM modifiers WHERE business_id = $1 ORDER BY group_id, position, id");
DB_STATEMENT(CATALOG_ALL_PRODUCTS,
             "SELECT " PRODUCT_COLUMNS " FROM products WHERE business_id = $1 ORDER BY id");
DB_STATEMENT(CATALOG_ALL_VARIANTS,
             "SELECT product_id, " VARIANT_COLUMNS
             " FROM product_variants WHERE business_id = $1 ORDER BY product_id, position, id");
DB_STATEMENT(CATALOG_ALL_LINKS,
             "SELECT product_id, group_id FROM product_modifier_groups WHERE business_id = $1 "
             "ORDER BY product_id, position, group_id");

/* The rows at `*next` whose first column is `parent`; rows of parents that are gone are passed over. */
static size_t take_children(const struct db_rows *rows, size_t *next, struct uuid parent, size_t *ret_first)
{
    while (*next < rows->count && uuid_compare(db_uuid(rows, *next, 0), parent) < 0)
        ++*next;
    *ret_first = *next;
    while (*next < rows->count && uuid_eq(db_uuid(rows, *next, 0), parent))
        ++*next;
    return *next - *ret_first;
}

static void load_categories(struct catalog *catalog, const struct db_rows *rows, struct arena *arena)
{
    struct catalog_category *categories = arena_array(arena, struct catalog_category, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        categories[i] = category_row(rows, i, arena);
    catalog->categories = categories;
    catalog->category_count = rows->count;
}

static void load_groups(struct catalog *catalog, const struct db_rows *rows, const struct db_rows *modifiers,
                        struct arena *arena)
{
    struct catalog_group *groups = arena_array(arena, struct catalog_group, rows->count);
    size_t next = 0, first;
    for (size_t i = 0; i < rows->count; i++) {
        groups[i] = group_row(rows, i, arena);
        size_t count = take_children(modifiers, &next, groups[i].id, &first);
        groups[i].modifiers.at = arena_array(arena, struct catalog_modifier, count);
        groups[i].modifiers.count = count;
        for (size_t k = 0; k < count; k++)
            groups[i].modifiers.at[k] = modifier_row(modifiers, first + k, 1, arena);
    }
    catalog->groups = groups;
    catalog->group_count = rows->count;
}

static void load_links(const struct catalog *catalog, struct catalog_product *product,
                       const struct db_rows *links, size_t first, size_t count, struct arena *arena)
{
    if (count == 0)
        return;
    const struct catalog_group **groups = arena_array(arena, const struct catalog_group *, count);
    product->modifier_group_ids.at = arena_array(arena, struct uuid, count);
    product->modifier_group_ids.count = count;
    for (size_t i = 0; i < count; i++) {
        struct uuid id = db_uuid(links, first + i, 1);
        const struct catalog_group *group = catalog_group(catalog, id);
        product->modifier_group_ids.at[i] = id;
        if (group && group->is_active)
            groups[product->group_count++] = group;
    }
    product->groups = groups;
}

static void load_products(struct catalog *catalog, const struct db_rows *rows, const struct db_rows *variants,
                          const struct db_rows *links, struct arena *arena)
{
    struct catalog_product *products = arena_array(arena, struct catalog_product, rows->count);
    size_t next_variant = 0, next_link = 0, first;
    for (size_t i = 0; i < rows->count; i++) {
        struct catalog_product *product = &products[i];
        *product = product_row(rows, i, arena);
        size_t count = take_children(variants, &next_variant, product->id, &first);
        if (count > 0)
            product->variants.at = arena_array(arena, struct catalog_variant, count);
        product->variants.count = count;
        for (size_t k = 0; k < count; k++)
            product->variants.at[k] = variant_row(variants, first + k, 1, arena);
        count = take_children(links, &next_link, product->id, &first);
        load_links(catalog, product, links, first, count, arena);
    }
    catalog->products = products;
    catalog->product_count = rows->count;
}

static int compare_names(const void *a, const void *b, void *products)
{
    const struct catalog_product *at = products, *left = &at[*(const uint32_t *)a],
                                 *right = &at[*(const uint32_t *)b];
    int order = str_compare(left->name_key, right->name_key);
    return order ? order : uuid_compare(left->id, right->id);
}

static void sort_by_name(struct catalog *catalog, struct arena *arena)
{
    check(catalog->product_count <= UINT32_MAX);
    uint32_t *ranks = arena_array(arena, uint32_t, catalog->product_count);
    for (uint32_t i = 0; i < catalog->product_count; i++)
        ranks[i] = i;
    qsort_r(ranks, catalog->product_count, sizeof *ranks, compare_names,
            (void *)(uintptr_t)catalog->products);
    catalog->by_name = ranks;
}

static int compare_barcodes(const void *a, const void *b)
{
    const struct catalog_barcode *left = a, *right = b;
    return str_compare(left->code, right->code);
}

static void sort_barcodes(struct catalog *catalog, struct arena *arena)
{
    size_t most = catalog->product_count, count = 0;
    for (size_t i = 0; i < catalog->product_count; i++)
        most += catalog->products[i].variants.count;
    struct catalog_barcode *barcodes = arena_array(arena, struct catalog_barcode, most);
    for (size_t i = 0; i < catalog->product_count; i++) {
        const struct catalog_product *product = &catalog->products[i];
        if (product->barcode.data)
            barcodes[count++] = (struct catalog_barcode){product->barcode, product, NULL};
        for (size_t k = 0; k < product->variants.count; k++) {
            const struct catalog_variant *variant = &product->variants.at[k];
            if (variant->barcode.data)
                barcodes[count++] = (struct catalog_barcode){variant->barcode, product, variant};
        }
    }
    qsort(barcodes, count, sizeof *barcodes, compare_barcodes);
    catalog->barcodes = barcodes;
    catalog->barcode_count = count;
}

static void *load(struct db_tx *tx, struct arena *arena)
{
    struct db_rows *categories = db_ask(tx, &CATALOG_ALL_CATEGORIES);
    struct db_rows *groups = db_ask(tx, &CATALOG_ALL_GROUPS);
    struct db_rows *modifiers = db_ask(tx, &CATALOG_ALL_MODIFIERS);
    struct db_rows *products = db_ask(tx, &CATALOG_ALL_PRODUCTS);
    struct db_rows *variants = db_ask(tx, &CATALOG_ALL_VARIANTS);
    struct db_rows *links = db_ask(tx, &CATALOG_ALL_LINKS);
    db_sync(tx);
    struct catalog *catalog = arena_new(arena, struct catalog);
    catalog->business_id = db_business(tx);
    load_categories(catalog, categories, arena);
    load_groups(catalog, groups, modifiers, arena);
    load_products(catalog, products, variants, links, arena);
    sort_by_name(catalog, arena);
    sort_barcodes(catalog, arena);
    return catalog;
}

const struct cache_kind CATALOG = {.name = "catalog", .load = load};
