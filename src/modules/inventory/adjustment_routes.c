/* POST /inventory/adjustments: load what the items name, decide in their order on running balances, store. */
#include "modules/inventory/inventory_routes.h"
#include "modules/inventory/stock_items.h"

static struct stock_key key_of(const struct adjustment_request *body, size_t index)
{
    const struct adjustment_item *item = &body->items.at[index];
    if (!uuid_is_nil(item->ingredient_id))
        return (struct stock_key){body->outlet_id, item->ingredient_id, UUID_NIL, true};
    return (struct stock_key){body->outlet_id, item->product_id, item->variant_id, false};
}

/* ---- Load ---- */

/* The product of another outlet has stock here only when it was sold here before; that can be written off. */
static enum code check_places(struct request *request, const struct stock_items *items)
{
    const struct adjustment_request *body = request->body;
    enum code code = CODE_OK;
    for (size_t i = 0; i < items->count; i++) {
        struct uuid outlet_id = stock_items_outlet_of(items, i);
        if (!uuid_is_nil(outlet_id) && !uuid_eq(outlet_id, body->outlet_id) &&
            stock_items_change(items, i)->previous_milli == 0)
            code = stock_items_missing(request, items, i);
    }
    return code;
}

static enum code load(struct request *request, struct db_tx *tx, struct stock_items *ret_items)
{
    const struct adjustment_request *body = request->body;
    struct stock_key *lines = arena_array(request->arena, struct stock_key, body->items.count);
    for (size_t i = 0; i < body->items.count; i++)
        lines[i] = key_of(body, i);
    enum code code = stock_items_load(request, tx, body->outlet_id, lines, body->items.count,
                                      STOCK_LINES_MOVED, ret_items);
    return code ? code : check_places(request, ret_items);
}

/* ---- Decide ---- */

static enum code decide(struct request *request, struct stock_items *items, struct stock_movement *movements,
                        const struct adjustment *adjustment)
{
    const struct adjustment_request *body = request->body;
    enum code code = CODE_OK;
    for (size_t i = 0; i < items->count; i++) {
        const struct adjustment_item *item = &body->items.at[i];
        const struct stock_change *change = stock_items_change(items, i);
        int64_t delta = item->quantity_delta_milli;
        if (item->counted_quantity_milli != JSON_NONE)
            delta = stock_count_delta(change->new_milli, item->counted_quantity_milli);
        enum code refused = stock_items_apply(request, items, i, delta, "quantityDelta");
        if (refused) {
            code = refused;
            continue;
        }
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

static void publish(struct request *request, struct db_tx *tx, const struct stock_items *items)
{
    const struct adjustment_request *body = request->body;
    struct event_draft *drafts = arena_array(request->arena, struct event_draft, items->key_count + 1);
    size_t count = stock_event_drafts(request->arena, body->outlet_id, request->who.employee_id,
                                      items->changes, items->key_count, drafts);
    if (count > 0)
        event_publish(tx, request->platform->events, body->outlet_id, request->id, drafts, count);
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
    struct stock_items items;
    enum code code = load(request, tx, &items);
    if (code)
        return code;
    struct stock_movement *movements = arena_array(request->arena, struct stock_movement, items.count);
    code = decide(request, &items, movements, adjustment);
    if (code)
        return code;
    stock_store(tx, items.changes, items.key_count, movements, items.count);
    publish(request, tx, &items);
    answer(request, *adjustment, movements, items.count);
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
