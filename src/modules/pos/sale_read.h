/* Reading stored sales. */
#pragma once
#include "modules/pos/sale_schema.h"

/* One sale as the call that made it answered. NOT_FOUND, or what the database answered. */
enum code sale_result_read(struct db *db, struct arena *arena, struct uuid business, struct uuid id,
                           struct sale_result *ret_result);

/* One sale with all its parts, as `who` may see it. NOT_FOUND. */
enum code sale_detail_read(struct db_tx *tx, const struct identity *who, struct uuid id,
                           struct sale_detail *ret_detail);

/* At most `limit` headers, newest first, with ids below `before`. */
struct sale_header *sale_list_read(struct db_tx *tx, const struct sale_filter *filter, struct uuid before,
                                   int64_t limit, size_t *ret_count);
