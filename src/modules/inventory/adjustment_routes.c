/* POST /inventory/adjustments: load what the items name, decide in their order on running balances, store. */
#include "base/decimal.h"
#include "modules/inventory/inventory_routes.h"

DB_STATEMENT(STOCK_OUTLET_RULE,
             "SELECT allow_negative_stock FROM outlets WHERE business_id = $1 AND id = $2");
/* The product, the ingredient is held against its deletion. */
DB_STATEMENT(STOCK_PRODUCT_HOLD, "SELECT name, low_stock_threshold_milli, outlet_id FROM products "
                                 "WHERE business_id = $1 AND id = $2 {for_share}");
DB_STATEMENT(STOCK_INGREDIENT_HOLD, "SELECT name, low_stock_threshold_milli FROM ingredients "
                                    "WHERE business_id = $1 AND id = $2 {for_share}");
DB_STATEMENT(STOCK_VARIANT_FIND, "SELECT name FROM product_variants "
                                 "WHERE business_id = $1 AND product_id = $2 AND id = $3");

struct loaded {
    const struct adjustment_request *body;
    size_t count; /* items */
    struct db_rows *outlet;
    struct db_rows **counted, **variants; /* by item: the product or ingredient; the variant */
    struct stock_key *keys;               /* sorted, each once */
    size_t key_count;
    int64_t *quantities;          /* by key: running */
    struct stock_change *changes; /* by key */
};

static struct stock_key key_of(const struct adjustment_request *body, size_t index)
{
    const struct adjustment_item *item = &body->items.at[index];
    if (!uuid_is_nil(item->ingredient_id))
        return (struct stock_key){body->outlet_id, item->ingredient_id, UUID_NIL, true};
    return (struct stock_key){body->outlet_id, item->product_id, item->variant_id, false};
}

/* ---- Load ---- */

static enum code missing(struct request *request, struct str path, const char *what)
{
    return request_refuse(request, CODE_NOT_FOUND, path,
                          str_format(request->arena, "there is no such %s", what), STR_NONE);
}

static enum code check_loaded(struct request *request, const struct loaded *loaded)
{
    enum code code = CODE_OK;
    if (loaded->outlet->count == 0)
        code = missing(request, STR("outletId"), "outlet");
    for (size_t i = 0; i < loaded->count; i++) {
        bool is_ingredient = key_of(loaded->body, i).is_ingredient;
        if (loaded->counted[i]->count == 0 && is_ingredient)
            code = missing(request, str_format(request->arena, "items[%zu].ingredientId", i), "ingredient");
        else if (loaded->counted[i]->count == 0)
            code = missing(request, str_format(request->arena, "items[%zu].productId", i), "product");
        else if (loaded->variants[i] && loaded->variants[i]->count == 0)
            code = missing(request, str_format(request->arena, "items[%zu].variantId", i),
                           "variant of the product");
    }
    return code;
}

/* The product of another outlet has stock here only when it was sold here before; that can be written off. */
static enum code check_places(struct request *request, const struct loaded *loaded)
{
    enum code code = CODE_OK;
    for (size_t i = 0; i < loaded->count; i++) {
        const struct db_rows *product = loaded->counted[i];
        struct stock_key key = key_of(loaded->body, i);
        size_t at = stock_key_find(loaded->keys, loaded->key_count, key);
        if (!key.is_ingredient && !db_is_null(product, 0, 2) &&
            !uuid_eq(db_uuid(product, 0, 2), loaded->body->outlet_id) && loaded->quantities[at] == 0)
            code = missing(request, str_format(request->arena, "items[%zu].productId", i), "product");
    }
    return code;
}

static enum code load(struct request *request, struct db_tx *tx, struct loaded *loaded)
{
    const struct adjustment_request *body = loaded->body;
    loaded->count = body->items.count;
    loaded->counted = arena_array(request->arena, struct db_rows *, loaded->count);
    loaded->variants = arena_array(request->arena, struct db_rows *, loaded->count);
    loaded->keys = arena_array(request->arena, struct stock_key, loaded->count);
    loaded->outlet = db_ask(tx, &STOCK_OUTLET_RULE, DB_UUID(body->outlet_id));
    for (size_t i = 0; i < loaded->count; i++) {
        struct stock_key key = loaded->keys[i] = key_of(body, i);
        loaded->counted[i] = db_ask(tx, key.is_ingredient ? &STOCK_INGREDIENT_HOLD : &STOCK_PRODUCT_HOLD,
                                    DB_UUID(key.product_id));
        if (!uuid_is_nil(key.variant_id))
            loaded->variants[i] =
                db_ask(tx, &STOCK_VARIANT_FIND, DB_UUID(key.product_id), DB_UUID(key.variant_id));
    }
    loaded->key_count = stock_key_sort(loaded->keys, loaded->count);
    struct stock_lock *lock = stock_lock_ask(tx, loaded->keys, loaded->key_count);
    db_sync(tx);
    enum code code = check_loaded(request, loaded);
    if (code)
        return code;
    loaded->quantities = stock_lock_take(tx, lock);
    code = check_places(request, loaded);
    if (code)
        return code;
    loaded->changes = arena_array(request->arena, struct stock_change, loaded->key_count);
    for (size_t i = 0; i < loaded->key_count; i++)
        loaded->changes[i] = (struct stock_change){loaded->keys[i], loaded->quantities[i],
                                                   loaded->quantities[i], STOCK_NO_THRESHOLD};
    return CODE_OK;
}

/* ---- Decide ---- */

static enum code refuse(struct request *request, const struct loaded *loaded, size_t item,
                        enum stock_outcome outcome, int64_t available, int64_t delta)
{
    struct stock_key key = key_of(loaded->body, item);
    struct str path = str_format(request->arena, "items[%zu].quantityDelta", item);
    if (outcome == STOCK_TOO_LARGE)
        return request_refuse(request, CODE_AMOUNT_TOO_LARGE, path, STR("the balance would be too large"),
                              STR_NONE);
    char have[DECIMAL_TEXT_MAX], need[DECIMAL_TEXT_MAX];
    int have_len = (int)decimal_format(available, 3, have), need_len = (int)decimal_format(-delta, 3, need);
    struct str product = uuid_str(request->arena, key.product_id), variant = STR("null");
    if (!uuid_is_nil(key.variant_id))
        variant = str_format(request->arena, "\"%.*s\"", STR_ARG(uuid_str(request->arena, key.variant_id)));
    return request_refuse(
        request, CODE_INSUFFICIENT_STOCK, path,
        str_format(request->arena, "%.*s: %.*s available, %.*s required",
                   STR_ARG(db_text(loaded->counted[item], 0, 0)), have_len, have, need_len, need),
        str_format(request->arena,
                   ",\"productId\":\"%.*s\",\"variantId\":%.*s,\"available\":%.*s,\"required\":%.*s",
                   STR_ARG(product), STR_ARG(variant), have_len, have, need_len, need));
}

static enum code decide(struct request *request, struct loaded *loaded, struct stock_movement *movements,
                        const struct adjustment *adjustment)
{
    bool allow_negative = db_bool(loaded->outlet, 0, 0);
    enum code code = CODE_OK;
    for (size_t i = 0; i < loaded->count; i++) {
        const struct adjustment_item *item = &loaded->body->items.at[i];
        size_t at = stock_key_find(loaded->keys, loaded->key_count, key_of(loaded->body, i));
        struct stock_change *change = &loaded->changes[at];
        int64_t before = change->new_milli, delta = item->quantity_delta_milli;
        if (item->counted_quantity_milli != JSON_NONE)
            delta = stock_count_delta(before, item->counted_quantity_milli);
        enum stock_outcome outcome =
            stock_apply(before, delta, allow_negative || change->key.is_ingredient, &change->new_milli);
        if (outcome != STOCK_OK) {
            code = refuse(request, loaded, i, outcome, before, delta);
            continue;
        }
        change->low_stock_threshold_milli = db_int(loaded->counted[i], 0, 1);
        movements[i] = (struct stock_movement){.id = uuid_new(),
                                               .key = change->key,
                                               .type = (enum stock_movement_type)adjustment->type,
                                               .quantity_milli = delta,
                                               .balance_after_milli = change->new_milli,
                                               .reference_type = STR("adjustment"),
                                               .reference_id = adjustment->id,
                                               .employee_id = adjustment->employee_id,
                                               .reason = adjustment->reason,
                                               .created_at = adjustment->created_at};
    }
    return code;
}

/* ---- Store and answer ---- */

static void publish(struct request *request, struct db_tx *tx, const struct loaded *loaded)
{
    struct event_draft *drafts = arena_array(request->arena, struct event_draft, loaded->key_count + 1);
    size_t count = stock_event_drafts(request->arena, loaded->body->outlet_id, request->who.employee_id,
                                      loaded->changes, loaded->key_count, drafts);
    if (count > 0)
        event_publish(tx, request->platform->events, loaded->body->outlet_id, request->id, drafts, count);
}

static void answer(struct request *request, struct adjustment adjustment,
                   const struct stock_movement *movements, size_t count)
{
    adjustment.movements.at = arena_array(request->arena, struct movement_row, count);
    adjustment.movements.count = count;
    for (size_t i = 0; i < count; i++) {
        const struct stock_movement *movement = &movements[i];
        adjustment.movements.at[i] = (struct movement_row){
            .id = movement->id,
            .type = movement->type,
            .outlet_id = movement->key.outlet_id,
            .product_id = movement->key.is_ingredient ? UUID_NIL : movement->key.product_id,
            .variant_id = movement->key.variant_id,
            .ingredient_id = movement->key.is_ingredient ? movement->key.product_id : UUID_NIL,
            .quantity_milli = movement->quantity_milli,
            .balance_after_milli = movement->balance_after_milli,
            .reference_type = movement->reference_type,
            .reference_id = movement->reference_id,
            .employee_id = movement->employee_id,
            .reason = movement->reason,
            .created_at = movement->created_at};
    }
    reply(request, &adjustment);
}

static enum code adjust(struct request *request, struct db_tx *tx, void *arg)
{
    const struct adjustment *adjustment = arg;
    struct loaded loaded = {.body = request->body};
    enum code code = load(request, tx, &loaded);
    if (code)
        return code;
    struct stock_movement *movements = arena_array(request->arena, struct stock_movement, loaded.count);
    code = decide(request, &loaded, movements, adjustment);
    if (code)
        return code;
    stock_store(tx, loaded.changes, loaded.key_count, movements, loaded.count);
    publish(request, tx, &loaded);
    answer(request, *adjustment, movements, loaded.count);
    return CODE_OK;
}

enum code adjustments_create(struct request *request)
{
    const struct adjustment_request *body = request->body;
    struct adjustment adjustment = {.id = uuid_new(),
                                    .outlet_id = body->outlet_id,
                                    .type = ADJUSTMENT_TYPES[body->type],
                                    .reason = body->reason,
                                    .employee_id = request->who.employee_id,
                                    .created_at = request->received_ms};
    if (!request_may_use_outlet(request, body->outlet_id))
        return CODE_NOT_FOUND;
    return request_write(request, adjust, &adjustment);
}
