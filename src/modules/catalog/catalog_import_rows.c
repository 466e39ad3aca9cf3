/* An import's variants, refusals and report: see catalog_import.h. */
#include "modules/catalog/catalog_import.h"

#define VARIANTS_MAX 200 /* of a product, as its schema has it */

/* ---- Refusals ---- */

void import_note(struct importing *importing, enum code code)
{
    if (!code)
        return;
    importing->faults++;
    if (!importing->code || code_status(code) < code_status(importing->code))
        importing->code = code;
}

bool import_refuse(struct importing *importing, size_t row, const char *field, enum code code,
                   struct str message)
{
    import_note(importing,
                catalog_row_refuse(importing->request, importing->table, row, field, code, message));
    return false;
}

void import_refuse_product(struct importing *importing, const struct import_product *draft, enum code code,
                           const struct catalog_refusal *refusal)
{
    struct str field = refusal->path, index;
    size_t row = draft->row;
    int64_t variant;
    if (str_starts_with(field, STR("variants["))) {
        str_cut(&field, '[');
        index = str_cut(&field, ']');
        str_cut(&field, '.');
        if (str_parse_int(index, &variant) && draft->row_of_variant[variant])
            row = draft->row_of_variant[variant];
    }
    import_refuse(importing, row, str_to_cstr(importing->request->arena, field), code, refusal->message);
}

/* ---- Variants ---- */

/* The variant that the row is about; the one behind the last: a new one; SIZE_MAX: a refusal was added. */
static size_t find_variant(struct importing *importing, const struct import_product *draft, size_t row,
                           const struct catalog_row *cells)
{
    const struct catalog_product *product = &draft->product;
    size_t i = 0;
    while (i < product->variants.count &&
           (uuid_is_nil(cells->id) ? !str_eq(product->variants.at[i].name, cells->variant)
                                   : !uuid_eq(product->variants.at[i].id, cells->id)))
        i++;
    if (i == product->variants.count && !uuid_is_nil(cells->id)) {
        import_refuse(importing, row, "id", CODE_NOT_FOUND, STR("the product has no such variant"));
        return SIZE_MAX;
    }
    if (i < product->variants.count && draft->row_of_variant[i]) {
        import_refuse(importing, row, "variant", CODE_VALIDATION_FAILED,
                      STR("an earlier row is of this variant"));
        return SIZE_MAX;
    }
    return i;
}

static void read_variant(struct importing *importing, struct import_product *draft, size_t row)
{
    struct catalog_product *product = &draft->product;
    struct catalog_row cells;
    catalog_row_peek(importing->request, importing->table, row, &cells);
    if (cells.product.name.data && !str_eq(cells.product.name, product->name))
        import_refuse(importing, row, "name", CODE_VALIDATION_FAILED,
                      STR("must be empty, or that of the product above"));
    size_t at = find_variant(importing, draft, row, &cells);
    if (at == SIZE_MAX)
        return;
    struct catalog_variant *variant = &product->variants.at[at];
    if (at == product->variants.count) {
        *variant = (struct catalog_variant){.id = uuid_new(), .price_minor = JSON_NONE};
        product->variants.count++;
        draft->new_variants++;
    }
    cells.product.price_minor = variant->price_minor;
    cells.product.sku = variant->sku;
    cells.product.barcode = variant->barcode;
    enum code code = catalog_row_decode(importing->request, importing->table, row, JSON_PATCH, &cells);
    import_note(importing, code);
    if (!code && cells.product.price_minor == JSON_NONE)
        import_refuse(importing, row, "price", CODE_VALIDATION_FAILED, STR("is required"));
    *variant = (struct catalog_variant){variant->id, cells.variant, cells.product.price_minor,
                                        cells.product.sku, cells.product.barcode};
    draft->row_of_variant[at] = row;
}

void import_variants(struct importing *importing, struct import_product *draft)
{
    struct catalog_product *product = &draft->product;
    struct arena *arena = importing->request->arena;
    size_t most = product->variants.count + draft->variant_rows;
    struct catalog_variant *variants = arena_array(arena, struct catalog_variant, most);
    for (size_t i = 0; i < product->variants.count; i++)
        variants[i] = product->variants.at[i];
    product->variants.at = variants;
    draft->row_of_variant = arena_array(arena, size_t, most);
    for (size_t i = 0; i < draft->variant_rows; i++)
        read_variant(importing, draft, draft->row + 1 + i);
    if (product->variants.count > VARIANTS_MAX)
        import_refuse(importing, draft->row, "variant", CODE_VALIDATION_FAILED,
                      STR("a product has at most 200 variants"));
}

/* ---- Report ---- */

static void add_row(struct importing *importing, size_t row, bool is_new, struct uuid product_id,
                    struct uuid variant_id, struct str name)
{
    importing->report.rows.at[importing->report.rows.count++] =
        (struct imported_row){.row = (int64_t)catalog_table_row(importing->table, row)->row,
                              .status = is_new ? IMPORT_CREATED : IMPORT_UPDATED,
                              .product_id = product_id,
                              .variant_id = variant_id,
                              .name = name};
}

void import_report(struct importing *importing, const struct import_product *draft)
{
    const struct catalog_product *product = &draft->product;
    size_t first_new = product->variants.count - draft->new_variants;
    *(draft->old ? &importing->report.updated : &importing->report.created) += 1;
    add_row(importing, draft->row, !draft->old, product->id, UUID_NIL, product->name);
    for (size_t row = draft->row + 1; row <= draft->row + draft->variant_rows; row++) {
        for (size_t i = 0; i < product->variants.count; i++) {
            const struct catalog_variant *variant = &product->variants.at[i];
            if (draft->row_of_variant[i] == row)
                add_row(importing, row, i >= first_new, product->id, variant->id, variant->name);
        }
    }
}
