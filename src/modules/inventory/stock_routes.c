/* GET /inventory/stock: products out of the catalogue's snapshot, in the order of their names, with their
 * levels in one outlet or in all.
 *
 * A product that is tracked and on the outlet's menu has a row, 0 when nothing ever moved; where it has
 * variants, each of them. Everything else is listed only while some is left. Levels are asked for some
 * products at a time, so that a page costs what it shows, and a search for what is low stays bounded. */
#include "base/fold.h"
#include "modules/catalog/catalog.h"
#include "modules/inventory/inventory_routes.h"
#include "platform/auth/directory.h"

#define LEVELS_AT_ONCE STOCK_OUTLETS_MAX

DB_STATEMENT(STOCK_LEVELS_OF, "SELECT variant_id, quantity_milli FROM stock_levels "
                              "WHERE business_id = $1 AND outlet_id = $2 AND product_id = $3");

struct place { /* where a page ended; nil ids: nowhere yet */
    struct uuid product_id, outlet_id, variant_id;
    struct str name_key;
};

struct listing {
    const struct catalog *catalog;
    struct stock_outlets outlets;
    struct str needle;
    bool low;
    struct place after;
    struct stock_row *rows;
    size_t count, wanted;
};

/* ---- The cursor: three ids, then the name ---- */

static struct str cursor_of(struct arena *arena, const void *object)
{
    const struct stock_row *row = object;
    char product[UUID_TEXT_LEN + 1], outlet[UUID_TEXT_LEN + 1], variant[UUID_TEXT_LEN + 1];
    uuid_format(row->product_id, product);
    uuid_format(row->outlet_id, outlet);
    uuid_format(row->variant_id, variant);
    return str_format(arena, "%s%s%s%.*s", product, outlet, variant, STR_ARG(row->name_key));
}

static bool cursor_read(struct str cursor, struct place *ret_place)
{
    static const char nil[] = "00000000-0000-0000-0000-000000000000";
    if (cursor.len < 3 * UUID_TEXT_LEN)
        return false;
    struct str product = {cursor.data, UUID_TEXT_LEN}, outlet = {product.data + UUID_TEXT_LEN, UUID_TEXT_LEN},
               variant = {outlet.data + UUID_TEXT_LEN, UUID_TEXT_LEN};
    ret_place->variant_id = UUID_NIL;
    ret_place->name_key = (struct str){cursor.data + 3 * UUID_TEXT_LEN, cursor.len - 3 * UUID_TEXT_LEN};
    return uuid_parse(product, &ret_place->product_id) && uuid_parse(outlet, &ret_place->outlet_id) &&
           (str_eq(variant, str_of(nil)) || uuid_parse(variant, &ret_place->variant_id));
}

/* ---- The rows of one product in one outlet ---- */

static int64_t quantity_of(const struct db_rows *levels, struct uuid variant_id)
{
    for (size_t i = 0; i < levels->count; i++) {
        if (uuid_eq(db_uuid(levels, i, 0), variant_id))
            return db_int(levels, i, 1);
    }
    return 0;
}

static void add_row(struct listing *listing, const struct catalog_product *product, struct uuid outlet_id,
                    const struct catalog_variant *variant, int64_t quantity_milli, bool even_if_none)
{
    if (listing->count == listing->wanted || (quantity_milli == 0 && !even_if_none))
        return;
    if (listing->low && !stock_is_low(quantity_milli, product->low_stock_threshold_milli))
        return;
    listing->rows[listing->count++] = (struct stock_row){
        .outlet_id = outlet_id,
        .product_id = product->id,
        .variant_id = variant ? variant->id : UUID_NIL,
        .product_name = product->name,
        .variant_name = variant ? variant->name : STR_NONE,
        .quantity_milli = quantity_milli,
        .low_stock_threshold_milli = product->low_stock_threshold_milli,
        .name_key = product->name_key,
    };
}

/* The index of the first entry to be listed: 0 is the product's own level, 1… its variants'. */
static size_t first_entry(const struct listing *listing, const struct catalog_product *product,
                          struct uuid outlet_id)
{
    const struct place *after = &listing->after;
    int order = uuid_compare(outlet_id, after->outlet_id);
    if (!uuid_eq(product->id, after->product_id) || order > 0)
        return 0;
    if (order == 0 && uuid_is_nil(after->variant_id))
        return 1;
    for (size_t i = 0; order == 0 && i < product->variants.count; i++) {
        if (uuid_eq(product->variants.at[i].id, after->variant_id))
            return i + 2;
    }
    return SIZE_MAX;
}

static void add_rows(struct listing *listing, const struct catalog_product *product, struct uuid outlet_id,
                     const struct db_rows *levels)
{
    size_t first = first_entry(listing, product, outlet_id);
    bool sold = product->track_stock && product->is_active && catalog_sold_in(product, outlet_id);
    if (first == 0)
        add_row(listing, product, outlet_id, NULL, quantity_of(levels, UUID_NIL),
                sold && product->variants.count == 0);
    for (size_t i = first > 0 ? first - 1 : 0; first != SIZE_MAX && i < product->variants.count; i++) {
        const struct catalog_variant *variant = &product->variants.at[i];
        add_row(listing, product, outlet_id, variant, quantity_of(levels, variant->id), sold);
    }
}

/* ---- Page ---- */

static bool is_candidate(const struct listing *listing, const struct catalog_product *product)
{
    if (listing->low && product->low_stock_threshold_milli == STOCK_NO_THRESHOLD)
        return false;
    return !listing->needle.data || catalog_matches(product, listing->needle);
}

/* The next products that may have rows, from place `*rank` of by_name on, which moves behind them. */
static size_t next_candidates(const struct listing *listing, size_t *rank, size_t most,
                              const struct catalog_product **ret_products)
{
    const struct catalog *catalog = listing->catalog;
    size_t count = 0;
    for (; *rank < catalog->product_count && count < most; ++*rank) {
        const struct catalog_product *product = &catalog->products[catalog->by_name[*rank]];
        if (is_candidate(listing, product))
            ret_products[count++] = product;
    }
    return count;
}

/* Lists some products from place `rank` of by_name on; answers the place behind them. */
static size_t list_some(struct listing *listing, struct db_tx *tx, size_t rank)
{
    const struct catalog_product *products[LEVELS_AT_ONCE];
    struct db_rows *levels[LEVELS_AT_ONCE];
    size_t most = LEVELS_AT_ONCE / listing->outlets.count;
    size_t count = next_candidates(listing, &rank, most < listing->wanted ? most : listing->wanted, products);
    const size_t outlets = listing->outlets.count;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < outlets; k++)
            levels[i * outlets + k] =
                db_ask(tx, &STOCK_LEVELS_OF, DB_UUID(listing->outlets.ids[k]), DB_UUID(products[i]->id));
    }
    db_sync(tx);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < outlets; k++)
            add_rows(listing, products[i], listing->outlets.ids[k], levels[i * outlets + k]);
    }
    return rank;
}

static enum code list_page(struct request *request, struct db_tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct catalog *catalog = listing->catalog;
    const struct place *after = &listing->after;
    size_t rank = 0;
    listing->count = 0;
    if (!uuid_is_nil(after->product_id))
        rank = catalog_rank_behind(catalog, after->name_key, after->product_id);
    if (rank > 0 && uuid_eq(catalog->products[catalog->by_name[rank - 1]].id, after->product_id))
        rank--; /* some of its rows may be left */
    while (rank < catalog->product_count && listing->count < listing->wanted && !db_failed(tx))
        rank = list_some(listing, tx, rank);
    reply_page(request, listing->rows, listing->count, cursor_of);
    return CODE_OK;
}

/* ---- Which outlets ---- */

static int compare_ids(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

enum code stock_outlets_of(struct request *request, struct uuid asked, struct stock_outlets *ret_outlets)
{
    struct stock_outlets outlets = {0};
    bool all = uuid_is_nil(asked) && request->who.role == ROLE_OWNER;
    struct uuid one = uuid_is_nil(asked) ? request->who.outlet_id : asked;
    struct cache_ref ref;
    enum code code = cache_acquire(request->platform->cache, &DIRECTORY, request->who.business_id, &ref);
    if (code)
        return code;
    const struct directory *directory = ref.object;
    outlets.ids = arena_array(request->arena, struct uuid, directory->outlet_count);
    for (size_t i = 0; i < directory->outlet_count; i++) {
        if (all || uuid_eq(directory->outlets[i].id, one))
            outlets.ids[outlets.count++] = directory->outlets[i].id;
    }
    cache_release(&ref);
    if (outlets.count > 0)
        qsort(outlets.ids, outlets.count, sizeof *outlets.ids, compare_ids);
    *ret_outlets = outlets;
    if (outlets.count == 0 || !(all || request_may_use_outlet(request, one)))
        return CODE_NOT_FOUND;
    if (outlets.count > STOCK_OUTLETS_MAX)
        return request_invalid(request, "outletId", "is needed: there are more than %d outlets",
                               STOCK_OUTLETS_MAX);
    return CODE_OK;
}

enum code stock_list(struct request *request)
{
    const struct stock_query *query = request->query;
    struct listing listing = {.needle = fold(request->arena, query->search), .low = query->low};
    if (request->page.cursor.data && !cursor_read(request->page.cursor, &listing.after))
        return request_invalid(request, "cursor", "is not one that this list gave");
    enum code code = stock_outlets_of(request, query->outlet_id, &listing.outlets);
    if (code)
        return code;
    listing.wanted = (size_t)request->page.limit + 1;
    listing.rows = arena_array(request->arena, struct stock_row, listing.wanted);
    struct cache_ref ref;
    code = cache_acquire(request->platform->cache, &CATALOG, request->who.business_id, &ref);
    if (code)
        return code;
    listing.catalog = ref.object;
    code = request_read(request, list_page, &listing);
    cache_release(&ref);
    return code;
}
