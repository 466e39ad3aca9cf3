/* Lists of products out of a snapshot: see catalog_search.h. */
#include "modules/catalog/catalog_search.h"

#include "base/fold.h"

size_t catalog_rank_behind(const struct catalog *catalog, struct str name_key, struct uuid id)
{
    size_t low = 0, high = catalog->product_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct catalog_product *product = &catalog->products[catalog->by_name[middle]];
        int order = str_compare(product->name_key, name_key);
        if (order == 0)
            order = uuid_compare(product->id, id);
        if (order <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool catalog_matches(const struct catalog_product *product, struct str needle)
{
    if (fold_contains(product->name, needle) || fold_contains(product->sku, needle) ||
        fold_contains(product->barcode, needle))
        return true;
    for (size_t i = 0; i < product->variants.count; i++) {
        const struct catalog_variant *variant = &product->variants.at[i];
        if (fold_contains(variant->sku, needle) || fold_contains(variant->barcode, needle))
            return true;
    }
    return false;
}

static bool passes(const struct catalog_product *product, const struct catalog_filter *filter)
{
    if ((filter->is_active == 0 || filter->is_active == 1) && product->is_active != (filter->is_active == 1))
        return false;
    if (!uuid_is_nil(filter->category_id) && !uuid_eq(product->category_id, filter->category_id))
        return false;
    if (!uuid_is_nil(filter->outlet_id) && !catalog_sold_in(product, filter->outlet_id))
        return false;
    return !filter->search.data || catalog_matches(product, filter->search);
}

size_t catalog_search(const struct catalog *catalog, const struct catalog_filter *filter, size_t rank,
                      size_t max, struct catalog_product *ret_products)
{
    size_t count = 0;
    for (; rank < catalog->product_count && count < max; rank++) {
        const struct catalog_product *product = &catalog->products[catalog->by_name[rank]];
        if (passes(product, filter))
            ret_products[count++] = *product;
    }
    return count;
}

struct str catalog_cursor(struct arena *arena, const void *product)
{
    const struct catalog_product *last = product;
    char id[UUID_TEXT_LEN + 1];
    uuid_format(last->id, id);
    return str_format(arena, "%s%.*s", id, STR_ARG(last->name_key));
}

bool catalog_cursor_read(struct str cursor, struct str *ret_name_key, struct uuid *ret_id)
{
    if (cursor.len < UUID_TEXT_LEN || !uuid_parse((struct str){cursor.data, UUID_TEXT_LEN}, ret_id))
        return false;
    *ret_name_key = (struct str){cursor.data + UUID_TEXT_LEN, cursor.len - UUID_TEXT_LEN};
    return true;
}
