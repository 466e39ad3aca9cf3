/* The catalogue's rows. Private to the module; what others may use is in catalog.h. */
#pragma once
#include "modules/catalog/catalog.h"

/* ---- Columns, in the order that the *_row functions read them ---- */

#define CATEGORY_COLUMNS "id, name, position, is_active, created_at"
#define GROUP_COLUMNS "id, name, min_selection, max_selection, is_active, created_at"
#define MODIFIER_COLUMNS "id, name, price_minor"
#define PRODUCT_COLUMNS                                                                                      \
    "id, outlet_id, category_id, name, name_key, sku, barcode, price_minor, cost_price_minor, track_stock, " \
    "low_stock_threshold_milli, is_active, image_url, description, station, created_at, updated_at"
#define VARIANT_COLUMNS "id, name, price_minor, sku, barcode"

/* Texts are copied into `arena`. `column`: where the columns begin. */
struct catalog_category category_row(const struct db_rows *rows, size_t row, struct arena *arena);
struct catalog_group group_row(const struct db_rows *rows, size_t row, struct arena *arena);
struct catalog_modifier modifier_row(const struct db_rows *rows, size_t row, size_t column,
                                     struct arena *arena);
struct catalog_product product_row(const struct db_rows *rows, size_t row, struct arena *arena);
struct catalog_variant variant_row(const struct db_rows *rows, size_t row, size_t column,
                                   struct arena *arena);

/* ---- Reading what is about to be changed; false: not there ---- */

bool category_find(struct db_tx *tx, struct uuid id, struct catalog_category *ret_category);
bool group_find(struct db_tx *tx, struct uuid id, struct catalog_group *ret_group);
bool product_find(struct db_tx *tx, struct uuid id, struct catalog_product *ret_product);

/* ---- Writing, after cache_touch ---- */

void category_update(struct db_tx *tx, const struct catalog_category *category);
void group_update(struct db_tx *tx, const struct catalog_group *group); /* replaces the modifiers */
enum code product_update(
    struct db_tx *tx, const struct catalog_product *product,
    struct catalog_refusal *ret_refusal); /* replaces variants and links; as catalog_add_product */

/* Whoever sets a price calls it too: from now on it is this. Nothing where it is so already. */
void price_store(struct db_tx *tx, enum catalog_price_kind kind, struct uuid product, struct uuid owner,
                 struct str name, int64_t price_minor);

/* One that an active product uses is deactivated. */
enum code category_delete(struct db_tx *tx, struct uuid id);
enum code group_delete(struct db_tx *tx, struct uuid id);
/* Holds the row, so that nothing that counts or moves its stock goes on meanwhile. */
void product_lock(struct db_tx *tx, struct uuid id);
void product_delete(struct db_tx *tx, struct uuid id); /* one that has no history */
void product_deactivate(struct db_tx *tx, struct uuid id, int64_t now_ms);

/* Was it sold, ordered or sent to another outlet, or did its stock move, since then? */
bool product_has_history(struct db_tx *tx, struct uuid id, int64_t since_ms);

/* What the product refers to must be there; its codes must be its own. Reads only. */
enum code product_check(struct db_tx *tx, const struct catalog_product *product,
                        struct catalog_refusal *ret_refusal);
