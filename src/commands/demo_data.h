/* The café of `tilopos demo`: what it sells, as rows of data. Prices in rupiah. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum demo_category {
    DEMO_COFFEE,
    DEMO_NON_COFFEE,
    DEMO_TEA,
    DEMO_MEALS,
    DEMO_PASTRY,
    DEMO_BOTTLES,
    DEMO_CATEGORIES
};
extern const char *const DEMO_CATEGORY_NAMES[DEMO_CATEGORIES];
extern const char *const DEMO_CATEGORY_SKUS[DEMO_CATEGORIES]; /* a product's sku is KOP-01, KOP-02, … */

enum demo_group { DEMO_SUGAR, DEMO_MILK, DEMO_SHOT, DEMO_TOPPING, DEMO_SPICE, DEMO_GROUPS };
#define DEMO_MODIFIERS_MAX 5

struct demo_modifier {
    const char *name; /* NULL: no more */
    int64_t price;
};

struct demo_modifier_group {
    const char *name;
    int64_t min_selection, max_selection;
    struct demo_modifier modifiers[DEMO_MODIFIERS_MAX + 1];
};
extern const struct demo_modifier_group DEMO_MODIFIER_GROUPS[DEMO_GROUPS];

enum demo_variants { DEMO_PLAIN, DEMO_SIZES, DEMO_TEMPERATURES };
#define DEMO_VARIANTS_MAX 2

struct demo_variant {
    const char *name;
    int64_t extra; /* on top of the product's price */
};
extern const struct demo_variant DEMO_VARIANTS[][DEMO_VARIANTS_MAX]; /* of SIZES and TEMPERATURES */

struct demo_product {
    enum demo_category category;
    const char *name;
    int64_t price;
    enum demo_variants variants;
    unsigned groups;     /* set of 1u << enum demo_group */
    int64_t stock;       /* pieces at the opening; 0: not counted */
    const char *barcode; /* EAN-13, or NULL */
    const char *description;
};

/* x and y: where it stands on the plan of its section. */
struct demo_table {
    const char *name, *section;
    int64_t capacity, x, y;
};
/* Where the kitchen makes it; NULL: nowhere. */
const char *demo_station(enum demo_category category);

#define DEMO_TABLES 12
extern const struct demo_table DEMO_TABLE_PLAN[DEMO_TABLES];

#define DEMO_PRODUCTS 60
extern const struct demo_product DEMO_MENU[DEMO_PRODUCTS];
size_t demo_product_index(const char *name); /* in DEMO_MENU, where it must be */
