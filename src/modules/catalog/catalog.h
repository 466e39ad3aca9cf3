/* The catalogue of a business: categories, products with variants, modifier groups. Read from one immutable
 * snapshot per business (a kind of platform/cache), which serves the sale as well as the lists; written by
 * the functions below. Prices are minor units of the business's currency, thresholds thousandths. */
#pragma once
#include "base/json.h"
#include "modules/module.h"
#include "platform/cache/cache.h"
#include "platform/db/db.h"

extern const struct module CATALOG_MODULE;

struct catalog_modifier {
    struct uuid id;
    struct str name;
    int64_t price_minor;
};

struct catalog_group {
    struct uuid id;
    struct str name;
    int64_t min_selection, max_selection;
    bool is_active;
    JSON_ARRAY_OF(struct catalog_modifier) modifiers; /* as the shop ordered them */
    int64_t created_at;
};

struct catalog_variant {
    struct uuid id;
    struct str name;
    int64_t price_minor; /* replaces the product's */
    struct str sku, barcode;
};

struct catalog_product {
    struct uuid id;
    struct uuid outlet_id;   /* sold in this outlet only; nil: in all */
    struct uuid category_id; /* nil: none */
    struct str name, sku, barcode, image_url, description, station;
    int64_t price_minor, cost_price_minor;
    int64_t low_stock_threshold_milli; /* INT64_MIN (STOCK_NO_THRESHOLD): none */
    bool track_stock, is_active;
    JSON_ARRAY_OF(struct catalog_variant) variants;
    JSON_ARRAY_OF(struct uuid) modifier_group_ids;
    int64_t created_at, updated_at;

    /* In a snapshot only. */
    struct str name_key;                       /* the name folded */
    const struct catalog_group *const *groups; /* those of modifier_group_ids that are active */
    size_t group_count;
};

struct catalog_category {
    struct uuid id;
    struct str name;
    int64_t position;
    bool is_active;
    int64_t created_at;
};

/* What a barcode stands for. */
struct catalog_barcode {
    struct str code;
    const struct catalog_product *product;
    const struct catalog_variant *variant; /* NULL: the product's own */
};

/* The snapshot. Read-only, any thread, while the reference to it is held. */
struct catalog {
    struct uuid business_id;
    const struct catalog_product *products; /* by id */
    size_t product_count;
    const uint32_t *by_name;                /* indexes of products, by (name_key, id) */
    const struct catalog_barcode *barcodes; /* by code */
    size_t barcode_count;
    const struct catalog_category *categories; /* by id */
    size_t category_count;
    const struct catalog_group *groups; /* by id */
    size_t group_count;
};

extern const struct cache_kind
    CATALOG; /* cache_acquire(cache, &CATALOG, business, &ref): ref.object is a catalog */

/* NULL: there is none. */
const struct catalog_product *catalog_product(const struct catalog *catalog, struct uuid id);
const struct catalog_variant *catalog_variant(const struct catalog_product *product, struct uuid id);
/* Among the active groups of the product; `ret_group` (may be NULL) is the index in product->groups. */
const struct catalog_modifier *catalog_modifier(const struct catalog_product *product, struct uuid id,
                                                size_t *ret_group);
const struct catalog_barcode *catalog_barcode(const struct catalog *catalog, struct str code);
const struct catalog_category *catalog_category(const struct catalog *catalog, struct uuid id);
const struct catalog_group *catalog_group(const struct catalog *catalog, struct uuid id);

/* ---- Prices as they were ---- */

enum catalog_price_kind { CATALOG_PRICE_PRODUCT, CATALOG_PRICE_VARIANT, CATALOG_PRICE_MODIFIER };

struct catalog_price {
    enum catalog_price_kind kind; /* of its owner */
    struct uuid product_id;       /* a product's own id, a variant's product, a modifier's group */
    struct str name;
    int64_t price_minor;
};

/* Asks for the price that the product, variant or modifier had at that time (before its first: the first); it
 * may be deleted by now. Read it after a db_sync; false: it never had one. */
struct db_rows *catalog_price_ask(struct db_tx *tx, struct uuid owner, int64_t at_ms);
bool catalog_price_take(const struct db_rows *rows, struct arena *arena, struct catalog_price *ret_price);

/* Is the product on the menu of this outlet? */
bool catalog_sold_in(const struct catalog_product *product, struct uuid outlet_id);

/* The first place in by_name behind (name_key, id), which need not be there any more. */
size_t catalog_rank_behind(const struct catalog *catalog, struct str name_key, struct uuid id);

/* Does the product, its sku or barcode, or one of its variants' contain the text? `needle`: folded. */
bool catalog_matches(const struct catalog_product *product, struct str needle);

/* ---- For handlers ---- */

/* May the caller see the product? An owner sees all, the others what is on their outlet's menu. */
bool product_is_visible(const struct request *request, const struct catalog_product *product);

/* Publishes catalog.changed: the last thing that a write does. `entity`: "product", "ingredient", …;
 * `change`: "created", "updated", … */
void catalog_publish(struct request *request, struct db_tx *tx, const char *entity, struct uuid id,
                     const char *change);

/* ---- Writing: what the handlers and `tilopos demo` use ----
 *
 * Objects carry their ids (uuid_new) and times. The caller calls cache_touch(tx) before the first of them: it
 * makes the writers of one catalogue wait for each other, so that what is checked here still holds at the
 * commit. */

/* What a write was refused for: a path into the object ("variants[0].sku") and a sentence. */
struct catalog_refusal {
    struct str path, message;
};

void catalog_add_category(struct db_tx *tx, const struct catalog_category *category);
void catalog_add_modifier_group(struct db_tx *tx, const struct catalog_group *group);
/* NOT_FOUND: no such outlet, category or modifier group. CONFLICT: a sku or barcode that another one has. */
enum code catalog_add_product(struct db_tx *tx, const struct catalog_product *product,
                              struct catalog_refusal *ret_refusal);
