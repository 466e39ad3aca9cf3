/* A transfer's way: approve, ship, receive, cancel. Its row is locked first, so of two at once the later sees
 * what the earlier did. */
#include "modules/inventory/transfer_routes.h"

/* ---- What all of them begin and end with ---- */

struct step {
    struct transfer transfer;
    int64_t previous;
    enum transfer_status next;
    int64_t *deltas; /* of stock, by line; 0 */
};

static bool some_arrived(const struct transfer *transfer)
{
    for (size_t i = 0; i < transfer->items.count; i++) {
        if (transfer->items.at[i].line.received_milli != TRANSFER_UNTOLD)
            return true;
    }
    return false;
}

static enum code check_staff(struct request *request, const struct transfer *transfer,
                             enum transfer_action action)
{
    bool by_source = request_may_use_outlet(request, transfer->source_outlet_id);
    bool by_destination = request_may_use_outlet(request, transfer->destination_outlet_id);
    bool is_receipt = action == TRANSFER_RECEIVE;
    if (!by_source && !by_destination)
        return CODE_NOT_FOUND;
    if (is_receipt ? by_destination : by_source)
        return CODE_OK;
    return request_refuse(
        request, CODE_FORBIDDEN, STR("id"),
        is_receipt ? STR("only the destination's staff may") : STR("only the source's staff may"), STR_NONE);
}

static enum code begin(struct request *request, struct db_tx *tx, struct uuid id, enum transfer_action action,
                       struct step *ret_step)
{
    struct transfer *transfer = &ret_step->transfer;
    enum code code =
        transfer_find_locked(tx, id, transfer) ? check_staff(request, transfer, action) : CODE_NOT_FOUND;
    if (code)
        return code;
    bool arrived = some_arrived(transfer);
    ret_step->previous = transfer->status;
    ret_step->deltas = arena_array(request->arena, int64_t, transfer->items.count);
    memset(ret_step->deltas, 0, transfer->items.count * sizeof *ret_step->deltas);
    if (transfer_next((enum transfer_status)transfer->status, action, arrived, &ret_step->next))
        return CODE_OK;
    return request_refuse(
        request, CODE_INVALID_STATUS, STR("status"),
        arrived && transfer->status == TRANSFER_IN_TRANSIT
            ? STR("some of it has arrived: receive the rest")
            : str_format(request->arena, "it is %s", TRANSFER_STATUS_NAMES[transfer->status]),
        STR_NONE);
}

static enum code finish(struct request *request, struct db_tx *tx, struct step *step,
                        const struct transfer_move *move)
{
    struct transfer *transfer = &step->transfer;
    struct event_draft *drafts = NULL;
    size_t count = 0;
    enum code code = move ? transfer_move_stock(request, tx, transfer, move, &drafts, &count) : CODE_OK;
    if (code)
        return code;
    transfer->status = step->next;
    for (size_t i = 0; step->next == TRANSFER_RECEIVED && i < transfer->items.count; i++) {
        struct transfer_item *item = &transfer->items.at[i];
        if (item->line.received_milli == TRANSFER_UNTOLD)
            transfer_arrive(&item->line, 0);
        item->difference_milli = transfer_difference(&item->line);
    }
    transfer_update(tx, transfer);
    if (step->previous == TRANSFER_IN_TRANSIT)
        transfer_store_received(tx, transfer);
    transfer_publish(request, tx, transfer, step->previous, move ? move->outlet_id : UUID_NIL, drafts, count);
    reply(request, transfer);
    return CODE_OK;
}

/* ---- Approve, ship ---- */

static enum code approve(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct step step;
    enum code code = begin(request, tx, *id, TRANSFER_APPROVE, &step);
    if (code)
        return code;
    step.transfer.approved_by = request->who.employee_id;
    step.transfer.approved_at = request->received_ms;
    return finish(request, tx, &step, NULL);
}

enum code transfers_approve(struct request *request) { return write_by_id(request, approve); }

static enum code ship(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct step step;
    enum code code = begin(request, tx, *id, TRANSFER_SHIP, &step);
    if (code)
        return code;
    struct transfer *transfer = &step.transfer;
    for (size_t i = 0; i < transfer->items.count; i++)
        step.deltas[i] = -transfer->items.at[i].line.shipped_milli;
    struct transfer_move move = {.outlet_id = transfer->source_outlet_id,
                                 .type = STOCK_TRANSFER_OUT,
                                 .deltas = step.deltas,
                                 .field = "quantity",
                                 .reason = transfer->notes};
    transfer->shipped_by = request->who.employee_id;
    transfer->shipped_at = request->received_ms;
    return finish(request, tx, &step, &move);
}

enum code transfers_ship(struct request *request) { return write_by_id(request, ship); }

/* ---- Receive ---- */

static struct transfer_item *find_line(const struct transfer *transfer, const struct transfer_item *told)
{
    struct stock_key wanted = transfer_item_key(told, UUID_NIL);
    for (size_t i = 0; i < transfer->items.count; i++) {
        struct stock_key key = transfer_item_key(&transfer->items.at[i], UUID_NIL);
        if (key.is_ingredient == wanted.is_ingredient && stock_key_compare(&key, &wanted) == 0)
            return &transfer->items.at[i];
    }
    return NULL;
}

static enum code take_told(struct request *request, const struct transfer_receipt *receipt, struct step *step)
{
    enum code code = CODE_OK;
    for (size_t i = 0; i < receipt->items.count; i++) {
        const struct transfer_item *told = &receipt->items.at[i];
        struct transfer_item *item = find_line(&step->transfer, told);
        if (!item) {
            bool is_ingredient = !uuid_is_nil(told->ingredient_id);
            code = request_refuse(
                request, CODE_NOT_FOUND,
                str_format(request->arena, "items[%zu].%s", i, is_ingredient ? "ingredientId" : "productId"),
                STR("is not in this transfer"), STR_NONE);
            continue;
        }
        transfer_arrive(&item->line, told->line.received_milli);
        step->deltas[item - step->transfer.items.at] = told->line.received_milli;
    }
    return code;
}

static void take_all(struct step *step)
{
    for (size_t i = 0; i < step->transfer.items.count; i++) {
        struct transfer_line *line = &step->transfer.items.at[i].line;
        step->deltas[i] = transfer_rest(line);
        transfer_arrive(line, step->deltas[i]);
    }
}

static bool closes(const struct transfer_receipt *receipt, const struct transfer *transfer)
{
    size_t untold = 0;
    for (size_t i = 0; i < transfer->items.count; i++)
        untold += transfer->items.at[i].line.received_milli == TRANSFER_UNTOLD;
    return transfer_closes(receipt->is_final     ? TRANSFER_CLOSE
                           : receipt->is_partial ? TRANSFER_LEAVE_OPEN
                                                 : TRANSFER_CLOSE_WHEN_TOLD,
                           untold);
}

static enum code receive(struct request *request, struct db_tx *tx, void *arg)
{
    const struct transfer_receipt *receipt = request->body;
    const struct uuid *id = arg;
    struct step step;
    enum code code = begin(request, tx, *id, TRANSFER_RECEIVE, &step);
    if (!code && receipt->items.at)
        code = take_told(request, receipt, &step);
    else if (!code)
        take_all(&step);
    if (code)
        return code;
    struct transfer *transfer = &step.transfer;
    struct transfer_move move = {.outlet_id = transfer->destination_outlet_id,
                                 .type = STOCK_TRANSFER_IN,
                                 .deltas = step.deltas,
                                 .field = "receivedQuantity",
                                 .reason = receipt->notes};
    if (receipt->notes.data)
        transfer->receipt_notes = receipt->notes;
    if (closes(receipt, transfer)) {
        transfer->received_by = request->who.employee_id;
        transfer->received_at = request->received_ms;
    } else {
        step.next = TRANSFER_IN_TRANSIT;
    }
    return finish(request, tx, &step, &move);
}

enum code transfers_receive(struct request *request) { return write_by_id(request, receive); }

/* ---- Cancel: what is on its way comes back to the source ---- */

static enum code cancel(struct request *request, struct db_tx *tx, void *arg)
{
    const struct transfer_cancel *body = request->body;
    const struct uuid *id = arg;
    struct step step;
    enum code code = begin(request, tx, *id, TRANSFER_CANCEL, &step);
    if (code)
        return code;
    struct transfer *transfer = &step.transfer;
    for (size_t i = 0; step.previous == TRANSFER_IN_TRANSIT && i < transfer->items.count; i++)
        step.deltas[i] = transfer->items.at[i].line.shipped_milli;
    struct transfer_move move = {.outlet_id = transfer->source_outlet_id,
                                 .type = STOCK_TRANSFER_IN,
                                 .deltas = step.deltas,
                                 .field = "quantity",
                                 .reason = body->reason.data ? body->reason : STR("transfer cancelled")};
    transfer->cancel_reason = body->reason;
    transfer->cancelled_by = request->who.employee_id;
    transfer->cancelled_at = request->received_ms;
    return finish(request, tx, &step, &move);
}

enum code transfers_cancel(struct request *request) { return write_by_id(request, cancel); }
