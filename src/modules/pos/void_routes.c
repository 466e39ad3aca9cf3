/* POST /pos/transactions/{id}/void: takes a sale back while its shift is open. */
#include "modules/orders/orders.h"
#include "modules/pos/pos_routes.h"
#include "modules/pos/refund_store.h"
#include "modules/pos/sale_read.h"
#include "modules/shifts/shifts.h"
#include "platform/platform.h"

static enum code check_voidable(struct request *request, struct db_tx *tx, const struct held_sale *sale)
{
    if (sale->type != SALE_TYPE_SALE)
        return request_refuse(request, CODE_CONFLICT, STR(""), STR("a refund can't be voided"), STR_NONE);
    if (sale->status != SALE_COMPLETED)
        return request_refuse(request, CODE_CONFLICT, STR(""),
                              str_format(request->arena, "the sale is %s", SALE_STATUS_NAMES[sale->status]),
                              STR_NONE);
    struct db_rows *rows = shift_ask(tx, sale->shift_id);
    db_sync(tx);
    return shift_state_of(rows).is_open ? CODE_OK : CODE_SHIFT_CLOSED;
}

static enum code return_stock(struct request *request, struct db_tx *tx, const struct held_sale *sale,
                              struct event_draft *ret_drafts, size_t *ret_draft_count)
{
    const struct void_request *body = request->body;
    struct held_line *lines;
    struct refund_facts facts;
    held_sale_lines(tx, sale, &lines, &facts);
    struct stock_return stock = {.type = STOCK_VOID,
                                 .reference_id = sale->id,
                                 .reason = body->reason,
                                 .created_at = request->received_ms,
                                 .keys = arena_array(db_arena(tx), struct stock_key, facts.line_count),
                                 .quantities_milli = arena_array(db_arena(tx), int64_t, facts.line_count)};
    for (size_t i = 0; i < facts.line_count; i++) {
        if (!lines[i].counts_stock)
            continue;
        stock.keys[stock.count] =
            (struct stock_key){sale->outlet_id, lines[i].product_id, lines[i].variant_id};
        stock.quantities_milli[stock.count++] = facts.lines[i].sold_milli;
    }
    return stock_return_store(request, tx, &stock, ret_drafts, ret_draft_count);
}

static enum code void_sale(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    const struct void_request *body = request->body;
    struct held_sale sale;
    struct sale_detail detail;
    struct event_draft drafts[2];
    enum order_status order_status;
    size_t draft_count = 1;
    enum code code = held_sale_take(request, tx, APPROVAL_VOID, *id, &sale);
    if (!code)
        code = check_voidable(request, tx, &sale);
    if (code)
        return code;
    bool has_order = order_status_of_sale(tx, sale.id, &order_status);
    code = return_stock(request, tx, &sale, drafts, &draft_count);
    if (code)
        return code;
    sale_void_store(tx, &sale, request->who.employee_id, body->reason, request->received_ms);
    code = sale_detail_read(tx, &request->who, sale.id, &detail);
    if (code)
        return code;
    reply(request, &detail);
    struct void_event event = {sale.id,
                               request->who.employee_id,
                               sale.approved_by,
                               sale.receipt_number,
                               body->reason,
                               sale.grand_total_minor,
                               str_of(has_order ? ORDER_STATUS_NAMES[order_status] : NULL)};
    drafts[0] = void_event_draft(request->arena, &request->who.units, &event);
    event_publish(tx, request->platform->events, sale.outlet_id, request->id, drafts, draft_count);
    return CODE_OK;
}

enum code sale_void(struct request *request) { return write_by_id(request, void_sale); }
