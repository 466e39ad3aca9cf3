/* Lines that name stock: see stock_items.h. */
#include "modules/inventory/stock_items.h"

#include "base/decimal.h"

DB_STATEMENT(STOCK_OUTLET_RULE,
             "SELECT allow_negative_stock FROM outlets WHERE business_id = $1 AND id = $2");
/* The product, the ingredient is held against its deletion. */
DB_STATEMENT(STOCK_PRODUCT_HOLD, "SELECT name, low_stock_threshold_milli, outlet_id FROM products "
                                 "WHERE business_id = $1 AND id = $2 {for_share}");
DB_STATEMENT(STOCK_INGREDIENT_HOLD, "SELECT name, low_stock_threshold_milli FROM ingredients "
                                    "WHERE business_id = $1 AND id = $2 {for_share}");
DB_STATEMENT(STOCK_VARIANT_FIND, "SELECT name FROM product_variants "
                                 "WHERE business_id = $1 AND product_id = $2 AND id = $3");

/* ---- Load ---- */

static enum code missing(struct request *request, struct str path, const char *what)
{
    return request_refuse(request, CODE_NOT_FOUND, path,
                          str_format(request->arena, "there is no such %s", what), STR_NONE);
}

enum code stock_items_missing(struct request *request, const struct stock_items *items, size_t line)
{
    if (items->lines[line].is_ingredient)
        return missing(request, str_format(request->arena, "items[%zu].ingredientId", line), "ingredient");
    return missing(request, str_format(request->arena, "items[%zu].productId", line), "product");
}

static enum code check_loaded(struct request *request, const struct stock_items *items)
{
    enum code code = CODE_OK;
    if (items->outlet && items->outlet->count == 0)
        code = missing(request, STR("outletId"), "outlet");
    for (size_t i = 0; i < items->count; i++) {
        if (items->counted[i]->count == 0)
            code = stock_items_missing(request, items, i);
        else if (items->variants[i] && items->variants[i]->count == 0)
            code = missing(request, str_format(request->arena, "items[%zu].variantId", i),
                           "variant of the product");
    }
    return code;
}

static void ask_line(struct db_tx *tx, struct stock_items *items, size_t line, enum stock_lines kind)
{
    struct stock_key key = items->lines[line];
    items->counted[line] =
        db_ask(tx, key.is_ingredient ? &STOCK_INGREDIENT_HOLD : &STOCK_PRODUCT_HOLD, DB_UUID(key.product_id));
    if (!uuid_is_nil(key.variant_id) && kind != STOCK_LINES_UNDER_WAY)
        items->variants[line] =
            db_ask(tx, &STOCK_VARIANT_FIND, DB_UUID(key.product_id), DB_UUID(key.variant_id));
}

static void take_levels(struct db_tx *tx, struct stock_lock *lock, struct stock_items *items)
{
    const int64_t *quantities = stock_lock_take(tx, lock);
    items->changes = arena_array(db_arena(tx), struct stock_change, items->key_count);
    for (size_t i = 0; i < items->key_count; i++)
        items->changes[i] =
            (struct stock_change){items->keys[i], quantities[i], quantities[i], STOCK_NO_THRESHOLD};
    for (size_t i = 0; i < items->count; i++)
        stock_items_change(items, i)->low_stock_threshold_milli = db_int(items->counted[i], 0, 1);
}

enum code stock_items_load(struct request *request, struct db_tx *tx, struct uuid outlet_id,
                           const struct stock_key *lines, size_t count, enum stock_lines kind,
                           struct stock_items *ret_items)
{
    struct arena *arena = request->arena;
    struct stock_lock *lock = NULL;
    bool levels = kind != STOCK_LINES_PLANNED;
    *ret_items = (struct stock_items){.count = count,
                                      .lines = lines,
                                      .counted = arena_array(arena, struct db_rows *, count),
                                      .variants = arena_array(arena, struct db_rows *, count),
                                      .keys = arena_array(arena, struct stock_key, count)};
    if (levels)
        ret_items->outlet = db_ask(tx, &STOCK_OUTLET_RULE, DB_UUID(outlet_id));
    for (size_t i = 0; i < count; i++) {
        ret_items->keys[i] = lines[i];
        ask_line(tx, ret_items, i, kind);
    }
    ret_items->key_count = stock_key_sort(ret_items->keys, count);
    if (levels)
        lock = stock_lock_ask(tx, ret_items->keys, ret_items->key_count);
    db_sync(tx);
    enum code code = check_loaded(request, ret_items);
    if (!code && levels)
        take_levels(tx, lock, ret_items);
    return code;
}

struct uuid stock_items_outlet_of(const struct stock_items *items, size_t line)
{
    return items->lines[line].is_ingredient ? UUID_NIL : db_uuid(items->counted[line], 0, 2);
}

/* ---- Running balances ---- */

struct stock_change *stock_items_change(const struct stock_items *items, size_t line)
{
    return &items->changes[stock_key_find(items->keys, items->key_count, items->lines[line])];
}

static enum code refuse(struct request *request, const struct stock_items *items, size_t line,
                        enum stock_outcome outcome, int64_t delta, const char *field)
{
    struct stock_key key = items->lines[line];
    struct str path = str_format(request->arena, "items[%zu].%s", line, field);
    if (outcome == STOCK_TOO_LARGE)
        return request_refuse(request, CODE_AMOUNT_TOO_LARGE, path, STR("the balance would be too large"),
                              STR_NONE);
    char have[DECIMAL_TEXT_MAX], need[DECIMAL_TEXT_MAX];
    int have_len = (int)decimal_format(stock_items_change(items, line)->new_milli, 3, have);
    int need_len = (int)decimal_format(-delta, 3, need);
    struct str product = uuid_str(request->arena, key.product_id), variant = STR("null");
    if (!uuid_is_nil(key.variant_id))
        variant = str_format(request->arena, "\"%.*s\"", STR_ARG(uuid_str(request->arena, key.variant_id)));
    return request_refuse(
        request, CODE_INSUFFICIENT_STOCK, path,
        str_format(request->arena, "%.*s: %.*s available, %.*s required",
                   STR_ARG(db_text(items->counted[line], 0, 0)), have_len, have, need_len, need),
        str_format(request->arena,
                   ",\"productId\":\"%.*s\",\"variantId\":%.*s,\"available\":%.*s,\"required\":%.*s",
                   STR_ARG(product), STR_ARG(variant), have_len, have, need_len, need));
}

enum code stock_items_apply(struct request *request, struct stock_items *items, size_t line, int64_t delta,
                            const char *field)
{
    struct stock_change *change = stock_items_change(items, line);
    bool allow_negative = change->key.is_ingredient || db_bool(items->outlet, 0, 0);
    enum stock_outcome outcome = stock_apply(change->new_milli, delta, allow_negative, &change->new_milli);
    return outcome == STOCK_OK ? CODE_OK : refuse(request, items, line, outcome, delta, field);
}
