/* GET /products/export: what GET /products lists, all of it, as a table. */
#include "modules/catalog/catalog_csv.h"
#include "modules/catalog/catalog_search.h"
#include "platform/auth/directory.h"

#define TABLE_MAX_BYTES ((size_t)64 * 1024 * 1024)

struct exporting {
    struct request *request;
    const struct catalog *catalog;
    const struct directory *directory;
    struct catalog_names categories, groups;
    struct buf out;
};

static struct str category_of(struct exporting *exporting, const struct catalog_product *product)
{
    const struct catalog_category *category = catalog_category(exporting->catalog, product->category_id);
    if (!category)
        return STR_NONE;
    return catalog_names_text(&exporting->categories, exporting->request->arena, category->id,
                              category->name);
}

static struct str outlet_of(const struct exporting *exporting, const struct catalog_product *product)
{
    const struct outlet *outlet = directory_outlet(exporting->directory, product->outlet_id);
    return outlet ? outlet->code : STR_NONE;
}

static struct str groups_of(struct exporting *exporting, const struct catalog_product *product)
{
    struct arena *arena = exporting->request->arena;
    struct buf text = buf_make(arena, 64, TABLE_MAX_BYTES);
    for (size_t i = 0; i < product->modifier_group_ids.count; i++) {
        const struct catalog_group *group =
            catalog_group(exporting->catalog, product->modifier_group_ids.at[i]);
        if (text.len > 0)
            buf_put_char(&text, CATALOG_CSV_SEPARATOR);
        buf_put(&text, catalog_names_text(&exporting->groups, arena, group->id, group->name));
    }
    return buf_str(&text);
}

static void put_product(struct exporting *exporting, const struct catalog_product *product)
{
    const struct json_units *units = &exporting->request->who.units;
    struct catalog_row row = {.product = *product,
                              .id = product->id,
                              .category = category_of(exporting, product),
                              .outlet = outlet_of(exporting, product),
                              .modifier_groups = groups_of(exporting, product)};
    catalog_row_put(&exporting->out, units, &row);
    for (size_t i = 0; i < product->variants.count; i++) {
        const struct catalog_variant *variant = &product->variants.at[i];
        row = (struct catalog_row){.product = {.name = product->name,
                                               .sku = variant->sku,
                                               .barcode = variant->barcode,
                                               .price_minor = variant->price_minor},
                                   .id = variant->id,
                                   .variant = variant->name};
        catalog_row_put(&exporting->out, units, &row);
    }
}

static enum code reply_table(struct request *request, const struct catalog_filter *filter,
                             struct exporting *exporting)
{
    const struct catalog *catalog = exporting->catalog;
    struct catalog_product *products =
        arena_array(request->arena, struct catalog_product, catalog->product_count);
    size_t count = catalog_search(catalog, filter, 0, catalog->product_count, products);
    exporting->categories = catalog_names_of(request->arena, catalog->categories, catalog->category_count,
                                             sizeof *catalog->categories);
    exporting->groups =
        catalog_names_of(request->arena, catalog->groups, catalog->group_count, sizeof *catalog->groups);
    exporting->out = buf_make(request->arena, (size_t)64 * 1024, TABLE_MAX_BYTES);
    catalog_row_put_names(&exporting->out);
    for (size_t i = 0; i < count; i++)
        put_product(exporting, &products[i]);
    if (exporting->out.overflowed)
        return CODE_INTERNAL;
    reply_bytes(request, 200, STR("text/csv; charset=utf-8"), buf_str(&exporting->out));
    reply_header(request, "Content-Disposition", STR("attachment; filename=\"products.csv\""));
    return CODE_OK;
}

enum code products_export(struct request *request)
{
    struct exporting exporting = {.request = request};
    struct catalog_filter filter;
    struct cache_ref catalog, directory;
    enum code code = products_filter(request, &filter);
    if (code)
        return code;
    code = directory_of(request, &directory);
    if (code)
        return code;
    code = catalog_of(request, &catalog);
    if (!code) {
        exporting.catalog = catalog.object;
        exporting.directory = directory.object;
        code = reply_table(request, &filter, &exporting);
        cache_release(&catalog);
    }
    cache_release(&directory);
    return code;
}
