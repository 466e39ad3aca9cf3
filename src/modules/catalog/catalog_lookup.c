/* Questions to a snapshot. Pure. */
#include "modules/catalog/catalog.h"

/* Everything in a snapshot begins with its id and is sorted by it. */
static const void *find_by_id(const void *items, size_t count, size_t size, struct uuid id)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct uuid *at = (const struct uuid *)((const char *)items + middle * size);
        int order = uuid_compare(*at, id);
        if (order == 0)
            return at;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

_Static_assert(offsetof(struct catalog_product, id) == 0 && offsetof(struct catalog_group, id) == 0 &&
                   offsetof(struct catalog_category, id) == 0,
               "find_by_id looks there");

const struct catalog_product *catalog_product(const struct catalog *catalog, struct uuid id)
{
    return find_by_id(catalog->products, catalog->product_count, sizeof *catalog->products, id);
}

const struct catalog_category *catalog_category(const struct catalog *catalog, struct uuid id)
{
    return find_by_id(catalog->categories, catalog->category_count, sizeof *catalog->categories, id);
}

const struct catalog_group *catalog_group(const struct catalog *catalog, struct uuid id)
{
    return find_by_id(catalog->groups, catalog->group_count, sizeof *catalog->groups, id);
}

const struct catalog_variant *catalog_variant(const struct catalog_product *product, struct uuid id)
{
    for (size_t i = 0; i < product->variants.count; i++) {
        if (uuid_eq(product->variants.at[i].id, id))
            return &product->variants.at[i];
    }
    return NULL;
}

const struct catalog_modifier *catalog_modifier(const struct catalog_product *product, struct uuid id,
                                                size_t *ret_group)
{
    for (size_t i = 0; i < product->group_count; i++) {
        const struct catalog_group *group = product->groups[i];
        for (size_t k = 0; k < group->modifiers.count; k++) {
            if (!uuid_eq(group->modifiers.at[k].id, id))
                continue;
            if (ret_group)
                *ret_group = i;
            return &group->modifiers.at[k];
        }
    }
    return NULL;
}

const struct catalog_barcode *catalog_barcode(const struct catalog *catalog, struct str code)
{
    size_t low = 0, high = catalog->barcode_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(catalog->barcodes[middle].code, code);
        if (order == 0)
            return &catalog->barcodes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool catalog_sold_in(const struct catalog_product *product, struct uuid outlet_id)
{
    return uuid_is_nil(product->outlet_id) || uuid_eq(product->outlet_id, outlet_id);
}
