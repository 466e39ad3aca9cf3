/* Is what a till hands in what was stored under its key before? */
#pragma once
#include "modules/pos/sync_schema.h"

/* Over the sale as it was decoded: the same however it is written and whatever it is sent along with. */
void sync_hash(struct arena *arena, const struct json_units *units, const struct sale_request *request,
               uint8_t ret_hash[IDEMPOTENCY_HASH_LEN]);

/* The same outlet, items, payments and, where both say one, time of sale: the sale may have been made by POST
 * /pos/transactions, whose answer the till never got. */
bool sync_matches(const struct sale_request *request, const struct sale_detail *stored);
