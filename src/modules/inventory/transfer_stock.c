/* What a transfer does to stock, and what others are told of it. */
#include "modules/inventory/stock_items.h"
#include "modules/inventory/transfer_routes.h"

/* The lines that move. */
static size_t choose(struct arena *arena, const struct transfer *transfer, const struct transfer_move *move,
                     struct stock_key **ret_keys, size_t **ret_lines)
{
    size_t count = 0;
    *ret_keys = arena_array(arena, struct stock_key, transfer->items.count);
    *ret_lines = arena_array(arena, size_t, transfer->items.count);
    for (size_t i = 0; i < transfer->items.count; i++) {
        if (move->deltas[i] == 0)
            continue;
        (*ret_keys)[count] = transfer_item_key(&transfer->items.at[i], move->outlet_id);
        (*ret_lines)[count++] = i;
    }
    return count;
}

enum code transfer_move_stock(struct request *request, struct db_tx *tx, const struct transfer *transfer,
                              const struct transfer_move *move, struct event_draft **ret_drafts,
                              size_t *ret_count)
{
    struct stock_items items;
    struct stock_key *keys;
    size_t *lines, count = choose(request->arena, transfer, move, &keys, &lines);
    *ret_drafts = NULL;
    *ret_count = 0;
    if (count == 0)
        return CODE_OK;
    enum code code =
        stock_items_load(request, tx, move->outlet_id, keys, count, STOCK_LINES_UNDER_WAY, &items);
    if (code)
        return code;
    struct stock_movement *movements = arena_array(request->arena, struct stock_movement, count);
    for (size_t i = 0; i < count; i++) {
        int64_t delta = move->deltas[lines[i]];
        enum code refused = stock_items_apply(request, &items, i, delta, move->field);
        code = refused ? refused : code;
        movements[i] =
            (struct stock_movement){.id = uuid_new(),
                                    .key = keys[i],
                                    .type = move->type,
                                    .quantity_milli = delta,
                                    .balance_after_milli = stock_items_change(&items, i)->new_milli,
                                    .reference_type = STR("transfer"),
                                    .reference_id = transfer->id,
                                    .employee_id = request->who.employee_id,
                                    .reason = move->reason,
                                    .created_at = request->received_ms};
    }
    if (code)
        return code;
    stock_store(tx, items.changes, items.key_count, movements, count);
    *ret_drafts = arena_array(request->arena, struct event_draft, items.key_count + 1);
    *ret_count = stock_event_drafts(request->arena, move->outlet_id, request->who.employee_id, items.changes,
                                    items.key_count, *ret_drafts);
    return CODE_OK;
}

void transfer_publish(struct request *request, struct db_tx *tx, const struct transfer *transfer,
                      int64_t previous, struct uuid moved, const struct event_draft *drafts, size_t count)
{
    struct uuid outlets[] = {transfer->source_outlet_id, transfer->destination_outlet_id};
    struct event_draft *all = arena_array(request->arena, struct event_draft, count + 1);
    size_t told = 0;
    if (transfer->status != previous)
        all[told++] = transfer_status_event(request->arena, transfer, previous, request->who.employee_id);
    for (size_t i = 0; i < count; i++)
        all[told + i] = drafts[i];
    if (uuid_compare(outlets[0], outlets[1]) > 0) {
        outlets[0] = transfer->destination_outlet_id;
        outlets[1] = transfer->source_outlet_id;
    }
    for (size_t i = 0; i < 2; i++)
        event_publish(tx, request->platform->events, outlets[i], request->id, all,
                      uuid_eq(outlets[i], moved) ? told + count : told);
}
