/* POST /products/import: products from a table, all of them or none. A line whose `id`, else `sku`, else
 * `barcode` is a product's changes that one, any other makes a new one; a category that is not there yet is
 * made, too. Nothing is ever taken away: what has no line or no column stays as it is. */
#include "modules/catalog/catalog_import.h"

#include "platform/auth/directory.h"

/* ---- What is there already ---- */

static int compare_skus(const void *a, const void *b)
{
    const struct catalog_product *const *left = a, *const *right = b;
    return str_compare((*left)->sku, (*right)->sku);
}

static void sort_skus(struct importing *importing, struct arena *arena)
{
    const struct catalog *catalog = importing->catalog;
    importing->by_sku = arena_array(arena, const struct catalog_product *, catalog->product_count);
    for (size_t i = 0; i < catalog->product_count; i++) {
        if (catalog->products[i].sku.data)
            importing->by_sku[importing->sku_count++] = &catalog->products[i];
    }
    if (importing->sku_count > 0)
        qsort(importing->by_sku, importing->sku_count, sizeof *importing->by_sku, compare_skus);
}

static const struct catalog_product *product_of_sku(const struct importing *importing, struct str sku)
{
    const struct catalog_product wanted = {.sku = sku}, *key = &wanted, *const *found = NULL;
    if (importing->sku_count > 0)
        found =
            bsearch(&key, importing->by_sku, importing->sku_count, sizeof *importing->by_sku, compare_skus);
    return found ? *found : NULL;
}

/* The product that a line is about, NULL: a new one. False: a refusal was added. */
static bool find(struct importing *importing, size_t row, const struct catalog_row *cells,
                 const struct catalog_product **ret_product)
{
    const struct request *request = importing->request;
    const struct catalog_product *product = NULL;
    *ret_product = NULL;
    if (!uuid_is_nil(cells->id)) {
        product = catalog_product(importing->catalog, cells->id);
    } else if (cells->product.sku.data) {
        product = product_of_sku(importing, cells->product.sku);
    } else if (cells->product.barcode.data) {
        const struct catalog_barcode *barcode = catalog_barcode(importing->catalog, cells->product.barcode);
        product = barcode && !barcode->variant ? barcode->product : NULL;
    }
    bool is_there = product && product_is_visible(request, product);
    if (!is_there && !uuid_is_nil(cells->id))
        return import_refuse(importing, row, "id", CODE_NOT_FOUND, STR("there is no such product"));
    if (!is_there)
        return true; /* a code that is in use, out of sight, is refused with the codes */
    bool *taken = &importing->taken[product - importing->catalog->products];
    if (*taken)
        return import_refuse(importing, row, "", CODE_VALIDATION_FAILED,
                             STR("an earlier row is of this product"));
    *taken = true;
    *ret_product = product;
    return true;
}

/* ---- What a line names ---- */

static void set_category(struct importing *importing, struct db_tx *tx, size_t row, struct str name,
                         struct catalog_product *product)
{
    struct arena *arena = importing->request->arena;
    product->category_id = UUID_NIL;
    if (!name.data)
        return;
    size_t count = catalog_names_find(&importing->categories, arena, name, &product->category_id);
    struct catalog_names made = {importing->made, importing->made_count};
    struct uuid id;
    if (count > 1) {
        import_refuse(importing, row, "category", CODE_VALIDATION_FAILED,
                      STR("several categories have this name: give the id"));
    } else if (count == 0 && uuid_parse(name, &id)) {
        import_refuse(importing, row, "category", CODE_NOT_FOUND, STR("there is no such category"));
    } else if (count == 0 && catalog_names_find(&made, arena, name, &product->category_id) == 0) {
        struct catalog_category category = {
            .id = uuid_new(), .name = name, .is_active = true, .created_at = importing->request->received_ms};
        catalog_add_category(tx, &category);
        product->category_id = category.id;
        catalog_names_add(&made, arena, category.id, name);
        importing->made_count = made.count;
    }
}

static void set_outlet(struct importing *importing, size_t row, struct str name,
                       struct catalog_product *product)
{
    const struct directory *directory = importing->directory;
    product->outlet_id = UUID_NIL;
    if (!name.data)
        return;
    struct uuid id = UUID_NIL;
    uuid_parse(name, &id);
    for (size_t i = 0; i < directory->outlet_count; i++) {
        const struct outlet *outlet = &directory->outlets[i];
        if ((uuid_eq(outlet->id, id) || str_eq_ignore_case(outlet->code, name)) &&
            request_may_use_outlet(importing->request, outlet->id))
            product->outlet_id = outlet->id;
    }
    if (uuid_is_nil(product->outlet_id))
        import_refuse(importing, row, "outlet", CODE_NOT_FOUND, STR("there is no outlet with this code"));
}

static void set_groups(struct importing *importing, size_t row, struct str names,
                       struct catalog_product *product)
{
    struct arena *arena = importing->request->arena;
    size_t most = 1;
    for (size_t i = 0; i < names.len; i++)
        most += names.data[i] == CATALOG_CSV_SEPARATOR;
    product->modifier_group_ids.at = arena_array(arena, struct uuid, most);
    product->modifier_group_ids.count = 0;
    while (names.data) {
        struct str name = str_trim(str_cut(&names, CATALOG_CSV_SEPARATOR));
        struct uuid *id = &product->modifier_group_ids.at[product->modifier_group_ids.count];
        size_t count = name.len > 0 ? catalog_names_find(&importing->groups, arena, name, id) : 0;
        if (count == 1)
            product->modifier_group_ids.count++;
        else if (count > 1)
            import_refuse(importing, row, "modifierGroups", CODE_VALIDATION_FAILED,
                          str_format(arena, "several groups have the name %.*s: give the id", STR_ARG(name)));
        else if (name.len > 0)
            import_refuse(importing, row, "modifierGroups", CODE_NOT_FOUND,
                          str_format(arena, "there is no group with the name %.*s", STR_ARG(name)));
    }
}

/* ---- A product and its variants ---- */

static bool read_product(struct importing *importing, struct db_tx *tx, struct import_product *draft)
{
    const struct catalog_table *table = importing->table;
    struct catalog_row cells;
    catalog_row_peek(importing->request, table, draft->row, &cells);
    if (!find(importing, draft->row, &cells, &draft->old))
        return false;
    if (draft->old)
        cells.product = *draft->old;
    import_note(importing, catalog_row_decode(importing->request, table, draft->row,
                                              draft->old ? JSON_PATCH : JSON_CREATE, &cells));
    draft->product = cells.product;
    if (table->has[COLUMN_CATEGORY])
        set_category(importing, tx, draft->row, cells.category, &draft->product);
    if (table->has[COLUMN_OUTLET])
        set_outlet(importing, draft->row, cells.outlet, &draft->product);
    if (table->has[COLUMN_MODIFIER_GROUPS])
        set_groups(importing, draft->row, cells.modifier_groups, &draft->product);
    return true;
}

static void store(struct importing *importing, struct db_tx *tx, struct import_product *draft)
{
    struct catalog_product *product = &draft->product;
    struct catalog_refusal refusal;
    enum code code;
    product->updated_at = importing->request->received_ms;
    if (draft->old) {
        code = product_update(tx, product, &refusal);
    } else {
        product->id = uuid_new();
        product->created_at = importing->request->received_ms;
        code = catalog_add_product(tx, product, &refusal);
    }
    if (code)
        import_refuse_product(importing, draft, code, &refusal);
    else
        import_report(importing, draft);
}

/* The product of line `row` with the variants below it; answers the line behind them. */
static size_t import_one(struct importing *importing, struct db_tx *tx, size_t row)
{
    const struct catalog_table *table = importing->table;
    size_t faults_before = importing->faults, end = row + 1;
    struct import_product draft = {.row = row};
    if (catalog_row_is_variant(table, row)) {
        import_refuse(importing, row, "variant", CODE_VALIDATION_FAILED,
                      STR("must stand below the row of its product"));
        return end;
    }
    while (end < catalog_table_rows(table) && catalog_row_is_variant(table, end))
        end++;
    draft.variant_rows = end - row - 1;
    if (read_product(importing, tx, &draft))
        import_variants(importing, &draft);
    if (importing->faults == faults_before)
        store(importing, tx, &draft);
    return end;
}

/* ---- The call ---- */

static void begin(struct importing *importing, struct db_tx *tx)
{
    struct arena *arena = importing->request->arena;
    const struct catalog *catalog = CATALOG.load(tx, arena); /* as it is in this transaction */
    size_t rows = catalog_table_rows(importing->table);
    *importing = (struct importing){
        .request = importing->request,
        .table = importing->table,
        .directory = importing->directory,
        .catalog = catalog,
        .categories = catalog_names_of(arena, catalog->categories, catalog->category_count,
                                       sizeof *catalog->categories),
        .groups = catalog_names_of(arena, catalog->groups, catalog->group_count, sizeof *catalog->groups),
        .made = arena_array(arena, struct catalog_named, rows),
        .taken = arena_array(arena, bool, catalog->product_count),
        .report.rows.at = arena_array(arena, struct imported_row, rows),
    };
    sort_skus(importing, arena);
}

static enum code import_all(struct request *request, struct db_tx *tx, void *arg)
{
    struct importing *importing = arg;
    cache_touch(tx);
    begin(importing, tx);
    for (size_t row = 0; row < catalog_table_rows(importing->table) && !db_failed(tx);)
        row = import_one(importing, tx, row);
    if (importing->code)
        return importing->code;
    catalog_publish(request, tx, "catalog", request->who.business_id, "imported");
    reply(request, &importing->report);
    return CODE_OK;
}

enum code products_import(struct request *request)
{
    struct catalog_table table;
    struct cache_ref directory;
    enum code code = catalog_table_read(request, &table);
    if (!code)
        code = directory_of(request, &directory);
    if (code)
        return code;
    struct importing importing = {.request = request, .table = &table, .directory = directory.object};
    code = request_write(request, import_all, &importing);
    cache_release(&directory);
    return code;
}
