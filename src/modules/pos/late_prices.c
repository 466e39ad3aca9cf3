/* The catalogue and the rates as they were when a till without a line sold. Read beside the snapshot: should
 * either change before the sale is stored, the snapshot is found to be old and the sale is decided again. */
#include "modules/pos/sale_job.h"
#include "modules/settings/settings.h"

#define ASKED_AT_ONCE 200 /* statements of one round trip */

static int compare_owners(const void *a, const void *b)
{
    const struct dated_price *left = a, *right = b;
    return uuid_compare(left->owner_id, right->owner_id);
}

/* Every product, variant and modifier of the request, once. */
static void collect(const struct sale_job *job, struct sale_dated *dated)
{
    const struct sale_request *request = job->request;
    size_t most = 0, count = 0;
    for (size_t i = 0; i < request->items.count; i++)
        most += 2 + request->items.at[i].modifier_ids.count;
    dated->prices = arena_array(job->arena, struct dated_price, most);
    for (size_t i = 0; i < request->items.count; i++) {
        const struct sale_item_request *item = &request->items.at[i];
        dated->prices[count++].owner_id = item->product_id;
        if (!uuid_is_nil(item->variant_id))
            dated->prices[count++].owner_id = item->variant_id;
        for (size_t k = 0; k < item->modifier_ids.count; k++)
            dated->prices[count++].owner_id = item->modifier_ids.at[k];
    }
    qsort(dated->prices, count, sizeof *dated->prices, compare_owners);
    for (size_t i = 0; i < count; i++) {
        if (dated->count == 0 ||
            !uuid_eq(dated->prices[dated->count - 1].owner_id, dated->prices[i].owner_id))
            dated->prices[dated->count++] = dated->prices[i];
    }
}

static enum code read_prices(struct db_tx *tx, void *arg)
{
    struct sale_dated *dated = arg;
    struct db_rows *rates = outlet_rates_ask(tx, dated->outlet.id, dated->at_ms);
    for (size_t first = 0; first < dated->count && !db_failed(tx); first += ASKED_AT_ONCE) {
        struct db_rows *rows[ASKED_AT_ONCE];
        size_t count = dated->count - first < ASKED_AT_ONCE ? dated->count - first : ASKED_AT_ONCE;
        for (size_t i = 0; i < count; i++)
            rows[i] = catalog_price_ask(tx, dated->prices[first + i].owner_id, dated->at_ms);
        db_sync(tx);
        for (size_t i = 0; i < count; i++)
            dated->prices[first + i].found =
                catalog_price_take(rows[i], db_arena(tx), &dated->prices[first + i].price);
    }
    db_sync(tx);
    outlet_rates_take(rates, &dated->outlet);
    return CODE_OK;
}

enum code late_prices_load(struct sale_job *job)
{
    struct sale_dated *dated = arena_new(job->arena, struct sale_dated);
    *dated = (struct sale_dated){.at_ms = job->request->client_created_at, .outlet = *job->outlet};
    collect(job, dated);
    job->dated = dated;
    return db_read(job->platform->db, job->business_id, job->arena, read_prices, dated);
}

/* ---- Questions ---- */

static const struct catalog_price *find(const struct sale_job *job, struct uuid owner)
{
    const struct dated_price wanted = {.owner_id = owner};
    const struct dated_price *found =
        bsearch(&wanted, job->dated->prices, job->dated->count, sizeof wanted, compare_owners);
    return found && found->found ? &found->price : NULL;
}

const struct catalog_product *late_product(const struct sale_job *job, struct uuid id)
{
    const struct catalog_price *price = find(job, id);
    if (!price || price->kind != CATALOG_PRICE_PRODUCT)
        return NULL;
    struct catalog_product *product = arena_new(job->arena, struct catalog_product);
    *product = (struct catalog_product){.id = id,
                                        .name = price->name,
                                        .price_minor = price->price_minor,
                                        .cost_price_minor = JSON_NONE,
                                        .low_stock_threshold_milli = STOCK_NO_THRESHOLD};
    return product;
}

const struct catalog_variant *late_variant(const struct sale_job *job, struct uuid product, struct uuid id)
{
    const struct catalog_price *price = find(job, id);
    if (!price || price->kind != CATALOG_PRICE_VARIANT || !uuid_eq(price->product_id, product))
        return NULL;
    struct catalog_variant *variant = arena_new(job->arena, struct catalog_variant);
    *variant = (struct catalog_variant){.id = id, .name = price->name, .price_minor = price->price_minor};
    return variant;
}

const struct catalog_modifier *late_modifier(const struct sale_job *job, struct uuid id)
{
    const struct catalog_price *price = find(job, id);
    if (!price || price->kind != CATALOG_PRICE_MODIFIER)
        return NULL;
    struct catalog_modifier *modifier = arena_new(job->arena, struct catalog_modifier);
    *modifier = (struct catalog_modifier){id, price->name, price->price_minor};
    return modifier;
}

int64_t late_price(const struct sale_job *job, struct uuid owner, int64_t present_minor)
{
    const struct catalog_price *price = job->dated ? find(job, owner) : NULL;
    return price ? price->price_minor : present_minor;
}
