/* GET /inventory/ingredients: ingredients out of the snapshot, in the order of their names, with their levels
 * in one outlet or in all. An active one has a row wherever it is, 0 when nothing ever moved; an inactive one
 * while its level is not 0. Levels are asked for some at a time, so that a page costs what it shows. */
#include "base/fold.h"
#include "modules/inventory/inventory_routes.h"

#define LEVELS_AT_ONCE STOCK_OUTLETS_MAX

DB_STATEMENT(INGREDIENT_LEVEL_OF, "SELECT quantity_milli FROM stock_levels WHERE business_id = $1 "
                                  "AND outlet_id = $2 AND product_id = $3 AND variant_id = $4");

struct listing {
    const struct recipe_book *book;
    struct stock_outlets outlets;
    struct str needle;
    bool low;
    struct uuid after_outlet, after_ingredient; /* where the last page ended; nil: this is the first */
    struct str after_name;
    struct ingredient_level *rows;
    size_t count, wanted;
};

/* The cursor: two ids, then the name. */
static struct str cursor_of(struct arena *arena, const void *object)
{
    const struct ingredient_level *row = object;
    return str_format(arena, "%.*s%.*s%.*s", STR_ARG(uuid_str(arena, row->ingredient_id)),
                      STR_ARG(uuid_str(arena, row->outlet_id)), STR_ARG(row->name_key));
}

static bool cursor_read(struct str cursor, struct listing *listing)
{
    if (cursor.len < 2 * UUID_TEXT_LEN)
        return false;
    listing->after_name = (struct str){cursor.data + 2 * UUID_TEXT_LEN, cursor.len - 2 * UUID_TEXT_LEN};
    return uuid_parse((struct str){cursor.data, UUID_TEXT_LEN}, &listing->after_ingredient) &&
           uuid_parse((struct str){cursor.data + UUID_TEXT_LEN, UUID_TEXT_LEN}, &listing->after_outlet);
}

static void add_row(struct listing *listing, const struct ingredient *ingredient, struct uuid outlet_id,
                    int64_t quantity_milli)
{
    bool seen = uuid_eq(ingredient->id, listing->after_ingredient) &&
                uuid_compare(outlet_id, listing->after_outlet) <= 0;
    if (seen || listing->count == listing->wanted || (quantity_milli == 0 && !ingredient->is_active))
        return;
    if (listing->low && !stock_is_low(quantity_milli, ingredient->low_stock_threshold_milli))
        return;
    listing->rows[listing->count++] = (struct ingredient_level){
        .outlet_id = outlet_id,
        .ingredient_id = ingredient->id,
        .ingredient_name = ingredient->name,
        .unit = ingredient->unit,
        .quantity_milli = quantity_milli,
        .low_stock_threshold_milli = ingredient->low_stock_threshold_milli,
        .name_key = ingredient->name_key,
    };
}

static bool is_candidate(const struct listing *listing, const struct ingredient *ingredient)
{
    if (listing->low && ingredient->low_stock_threshold_milli == STOCK_NO_THRESHOLD)
        return false;
    return !listing->needle.data || fold_contains(ingredient->name, listing->needle);
}

/* Lists some from place `rank` of by_name on; answers the place behind them. */
static size_t list_some(struct listing *listing, struct db_tx *tx, size_t rank)
{
    const struct recipe_book *book = listing->book;
    const struct ingredient *some[LEVELS_AT_ONCE];
    struct db_rows *levels[LEVELS_AT_ONCE];
    const size_t outlets = listing->outlets.count, room = LEVELS_AT_ONCE / outlets;
    size_t most = room < listing->wanted ? room : listing->wanted, count = 0;
    for (; rank < book->ingredient_count && count < most; rank++) {
        const struct ingredient *ingredient = &book->ingredients[book->by_name[rank]];
        if (!is_candidate(listing, ingredient))
            continue;
        for (size_t k = 0; k < outlets; k++)
            levels[count * outlets + k] = db_ask(tx, &INGREDIENT_LEVEL_OF, DB_UUID(listing->outlets.ids[k]),
                                                 DB_UUID(ingredient->id), DB_UUID(UUID_NIL));
        some[count++] = ingredient;
    }
    db_sync(tx);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < outlets; k++) {
            const struct db_rows *level = levels[i * outlets + k];
            add_row(listing, some[i], listing->outlets.ids[k], level->count > 0 ? db_int(level, 0, 0) : 0);
        }
    }
    return rank;
}

static enum code list_page(struct request *request, struct db_tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct recipe_book *book = listing->book;
    size_t rank = 0;
    listing->count = 0;
    if (listing->after_name.data)
        rank = book_rank_behind(book, listing->after_name, listing->after_ingredient);
    if (rank > 0 && uuid_eq(book->ingredients[book->by_name[rank - 1]].id, listing->after_ingredient))
        rank--; /* some outlets of it may be left */
    while (rank < book->ingredient_count && listing->count < listing->wanted && !db_failed(tx))
        rank = list_some(listing, tx, rank);
    reply_page(request, listing->rows, listing->count, cursor_of);
    return CODE_OK;
}

enum code ingredient_levels_list(struct request *request)
{
    const struct ingredient_level_query *query = request->query;
    struct listing listing = {.needle = fold(request->arena, query->search), .low = query->low};
    if (request->page.cursor.data && !cursor_read(request->page.cursor, &listing))
        return request_invalid(request, "cursor", "is not one that this list gave");
    enum code code = stock_outlets_of(request, query->outlet_id, &listing.outlets);
    if (code)
        return code;
    listing.wanted = (size_t)request->page.limit + 1;
    listing.rows = arena_array(request->arena, struct ingredient_level, listing.wanted);
    struct cache_ref ref;
    code = recipe_book_of(request, &ref);
    if (code)
        return code;
    listing.book = ref.object;
    code = request_read(request, list_page, &listing);
    cache_release(&ref);
    return code;
}
