/* Hash and comparison: see sync_match.h. */
#include "modules/pos/sync_match.h"

#include "domain/pricing.h"

#include <sodium.h>

void sync_hash(struct arena *arena, const struct json_units *units, const struct sale_request *request,
               uint8_t ret_hash[IDEMPOTENCY_HASH_LEN])
{
    static const char prefix[] = "sync\n"; /* apart from the hashes of requests */
    struct buf text = buf_make(arena, 1024, SYNC_BODY_MAX);
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    json_encode(&text, &SALE_REQUEST_SCHEMA, units, request);
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)prefix, sizeof prefix - 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)text.data, text.len);
    crypto_hash_sha256_final(&state, hash);
    memcpy(ret_hash, hash, IDEMPOTENCY_HASH_LEN);
}

static bool same_modifiers(const struct sale_item_request *asked, const struct sale_item *stored)
{
    if (asked->modifier_ids.count != stored->modifiers.count)
        return false;
    for (size_t i = 0; i < stored->modifiers.count; i++) {
        if (!uuid_eq(asked->modifier_ids.at[i], stored->modifiers.at[i].id))
            return false;
    }
    return true;
}

static bool same_item(const struct sale_item_request *asked, const struct sale_item *stored)
{
    return uuid_eq(asked->product_id, stored->product_id) && uuid_eq(asked->variant_id, stored->variant_id) &&
           asked->quantity_milli == stored->quantity_milli && same_modifiers(asked, stored);
}

/* Lines are stored under ids of their own, in the order in which they were sent or, by a clock that was set
 * back, another: each finds its like. */
static bool same_items(const struct sale_request *request, const struct sale_detail *stored)
{
    bool taken[PRICING_LINES_MAX] = {false};
    if (request->items.count != stored->items.count || request->items.count > PRICING_LINES_MAX)
        return false;
    for (size_t i = 0; i < request->items.count; i++) {
        size_t k = 0;
        while (k < stored->items.count &&
               (taken[k] || !same_item(&request->items.at[i], &stored->items.at[k])))
            k++;
        if (k == stored->items.count)
            return false;
        taken[k] = true;
    }
    return true;
}

static bool same_payments(const struct sale_request *request, const struct sale_detail *stored)
{
    if (request->payments.count != stored->payments.count)
        return false;
    for (size_t i = 0; i < request->payments.count; i++) {
        const struct payment_request *asked = &request->payments.at[i];
        const struct sale_payment *kept = &stored->payments.at[i];
        if (asked->method != kept->method || asked->amount_minor != kept->amount_minor ||
            !str_eq(asked->reference_number, kept->reference_number))
            return false;
    }
    return true;
}

bool sync_matches(const struct sale_request *request, const struct sale_detail *stored)
{
    int64_t then = stored->header.client_created_at;
    return uuid_eq(request->outlet_id, stored->header.outlet_id) && stored->header.type == SALE_TYPE_SALE &&
           (then == JSON_NONE || then == request->client_created_at) && same_items(request, stored) &&
           same_payments(request, stored);
}
