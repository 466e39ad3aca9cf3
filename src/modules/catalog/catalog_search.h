/* Lists of products out of a snapshot, in the order of their names. Pure. */
#pragma once
#include "modules/catalog/catalog.h"

struct catalog_filter {
    struct str search; /* folded (base/fold.h): part of the name, a sku or a barcode; STR_NONE: everything */
    struct uuid category_id; /* nil: any */
    struct uuid outlet_id;   /* nil: any; else what is on the menu of that outlet */
    int64_t is_active;       /* 0, 1; anything else: either */
};

/* Copies up to `max` products that pass, from place `rank` on; answers how many. */
size_t catalog_search(const struct catalog *catalog, const struct catalog_filter *filter, size_t rank,
                      size_t max, struct catalog_product *ret_products);

/* Where a page goes on: an id, then the name it stood at. */
struct str catalog_cursor(struct arena *arena, const void *product);
bool catalog_cursor_read(struct str cursor, struct str *ret_name_key, struct uuid *ret_id);
