/* POST /pos/transactions/{id}/refund: load the sale and what came back of it, decide, store a refund on the
 * caller's shift. */
#include "base/clock.h"
#include "modules/pos/pos_routes.h"
#include "modules/pos/refund_store.h"
#include "modules/pos/sale_read.h"
#include "modules/shifts/shifts.h"
#include "platform/platform.h"

struct refund {
    struct uuid sale_id;
    const struct outlet *outlet; /* where it happens: the caller's */
    struct held_sale sale;
    struct held_line *lines;
    struct refund_facts facts;
    size_t *line_of; /* by item of the request: index in lines */
    struct refund_draft draft;
    struct event_draft events[2];
    size_t event_count;
};

/* ---- What is asked for ---- */

static enum code conflict(struct request *request, const char *message)
{
    return request_refuse(request, CODE_CONFLICT, STR(""), str_of(message), STR_NONE);
}

static enum code check_refundable(struct request *request, const struct held_sale *sale)
{
    if (sale->type != SALE_TYPE_SALE)
        return conflict(request, "a refund can't be refunded");
    if (sale->status == SALE_VOIDED)
        return conflict(request, "the sale is voided");
    if (sale->status == SALE_PENDING)
        return conflict(request, "the sale is not completed");
    return CODE_OK;
}

static enum code find_lines(struct request *request, struct refund *refund)
{
    const struct refund_request *body = request->body;
    enum code code = CODE_OK;
    refund->line_of = arena_array(request->arena, size_t, body->items.count);
    for (size_t i = 0; i < body->items.count; i++) {
        const struct refund_item_request *item = &body->items.at[i];
        size_t line = 0;
        while (line < refund->facts.line_count && !uuid_eq(refund->lines[line].id, item->transaction_item_id))
            line++;
        refund->line_of[i] = line;
        if (line < refund->facts.line_count)
            refund->facts.lines[line].requested_milli = item->quantity_milli;
        else
            code = request_refuse(request, CODE_NOT_FOUND,
                                  str_format(request->arena, "items[%zu].transactionItemId", i),
                                  STR("the sale has no such line"), STR_NONE);
    }
    return code;
}

static struct str quantity(struct request *request, int64_t milli)
{
    char text[DECIMAL_TEXT_MAX];
    size_t len = decimal_format(milli, 3, text);
    return str_copy(request->arena, (struct str){text, len});
}

static void refuse_line(struct request *request, size_t item, const struct held_line *line,
                        const struct refund_line *amounts)
{
    struct arena *arena = request->arena;
    struct str sold = quantity(request, amounts->sold_milli);
    struct str refunded = quantity(request, amounts->refunded_milli);
    struct str requested = quantity(request, amounts->requested_milli);
    request_refuse(
        request, CODE_REFUND_EXCEEDS_SOLD, str_format(arena, "items[%zu].quantity", item),
        str_format(arena, "%.*s: %.*s sold, %.*s refunded already, %.*s requested",
                   STR_ARG(line->product_name), STR_ARG(sold), STR_ARG(refunded), STR_ARG(requested)),
        str_format(arena,
                   ",\"transactionItemId\":\"%.*s\",\"sold\":%.*s,\"refunded\":%.*s,\"requested\":%.*s",
                   STR_ARG(uuid_str(arena, line->id)), STR_ARG(sold), STR_ARG(refunded), STR_ARG(requested)));
}

static enum code decide(struct request *request, struct refund *refund)
{
    const struct refund_request *body = request->body;
    enum code code = refund_decide(&refund->facts, &refund->draft.decision);
    for (size_t i = 0; i < body->items.count && code == CODE_REFUND_EXCEEDS_SOLD; i++) {
        size_t line = refund->line_of[i];
        if (refund_exceeds(&refund->facts.lines[line]))
            refuse_line(request, i, &refund->lines[line], &refund->facts.lines[line]);
    }
    return code;
}

/* ---- Where it goes ---- */

/* Held against a close. One that closed between the search and the hold is searched for again. */
static enum code take_shift(struct request *request, struct db_tx *tx, struct refund *refund)
{
    struct uuid shift_id = shift_find_open(tx, refund->outlet->id, request->who.employee_id);
    if (uuid_is_nil(shift_id))
        return request_refuse(request, CODE_SHIFT_NOT_OPEN, STR(""),
                              STR("no shift is open in your outlet to pay the refund out"), STR_NONE);
    struct db_rows *rows = shift_ask(tx, shift_id);
    db_sync(tx);
    refund->draft.shift_id = shift_id;
    return shift_state_of(rows).is_open ? CODE_OK : CODE_RETRY;
}

static enum code return_stock(struct request *request, struct db_tx *tx, struct refund *refund)
{
    const struct refund_request *body = request->body;
    size_t count = body->items.count;
    struct stock_return stock = {.type = STOCK_REFUND,
                                 .reference_id = refund->draft.id,
                                 .reason = body->reason,
                                 .created_at = request->received_ms,
                                 .keys = arena_array(db_arena(tx), struct stock_key, count),
                                 .quantities_milli = arena_array(db_arena(tx), int64_t, count)};
    for (size_t i = 0; i < count; i++) {
        const struct held_line *line = &refund->lines[refund->line_of[i]];
        if (!line->counts_stock || !body->items.at[i].restock)
            continue;
        stock.keys[stock.count] = (struct stock_key){refund->outlet->id, line->product_id, line->variant_id};
        stock.quantities_milli[stock.count++] = body->items.at[i].quantity_milli;
    }
    return stock_return_store(request, tx, &stock, refund->events, &refund->event_count);
}

/* ---- Storing ---- */

static void draft_lines(struct request *request, struct refund *refund)
{
    const struct refund_request *body = request->body;
    struct refund_line_draft *lines =
        arena_array(request->arena, struct refund_line_draft, body->items.count);
    for (size_t i = 0; i < body->items.count; i++) {
        const struct refund_item_request *item = &body->items.at[i];
        const struct held_line *line = &refund->lines[refund->line_of[i]];
        const struct refund_line *amounts = &refund->facts.lines[refund->line_of[i]];
        bool returns = item->restock && line->counts_stock;
        lines[i] = (struct refund_line_draft){item->transaction_item_id, item->quantity_milli, amounts->given,
                                              item->restock,
                                              returns ? refund_cost(amounts, line->cost_minor) : JSON_NONE};
    }
    refund->draft.lines = lines;
    refund->draft.line_count = body->items.count;
}

static struct event_draft event_of(struct request *request, const struct refund *refund)
{
    const struct refund_draft *draft = &refund->draft;
    struct refund_event event = {.transaction_id = draft->id,
                                 .original_transaction_id = refund->sale_id,
                                 .employee_id = draft->employee_id,
                                 .approved_by = refund->sale.approved_by,
                                 .receipt_number = draft->number.text,
                                 .reason = draft->reason,
                                 .amount_minor = draft->decision.grand_total_minor,
                                 .method = draft->method};
    return refund_event_draft(request->arena, &request->who.units, &event);
}

/* Under the counter row, which is held to the commit. */
static enum code store(struct request *request, struct db_tx *tx, struct refund *refund)
{
    struct uuid outlet_id = refund->outlet->id;
    struct sale_detail detail;
    struct db_rows *held = outlet_counter_ask(tx, outlet_id);
    db_sync(tx);
    const struct outlet_counter was = outlet_counter_of(held);
    struct outlet_counter now = was;
    refund->draft.created_at = clock_now_ms();
    refund->draft.number =
        receipt_number_take(request->arena, refund->outlet, refund->draft.created_at, &now);
    refund->events[0] = event_of(request, refund);
    refund_store(tx, &refund->draft);
    outlet_counter_store(tx, outlet_id, &was, &now, refund->event_count);
    event_append(tx, request->platform->events, outlet_id, 0, request->id, refund->events,
                 refund->event_count);
    enum code code = sale_detail_read(tx, &request->who, refund->draft.id, &detail);
    if (!code)
        reply(request, &detail);
    return code;
}

static enum code refund_sale(struct request *request, struct db_tx *tx, void *arg)
{
    const struct refund *asked = arg;
    const struct refund_request *body = request->body;
    struct refund refund = {.sale_id = asked->sale_id, .outlet = asked->outlet, .event_count = 1};
    enum code code = held_sale_take(request, tx, APPROVAL_REFUND, refund.sale_id, &refund.sale);
    if (!code)
        code = check_refundable(request, &refund.sale);
    if (code)
        return code;
    held_sale_lines(tx, &refund.sale, &refund.lines, &refund.facts);
    refund.draft = (struct refund_draft){.id = uuid_new(),
                                         .outlet_id = refund.outlet->id,
                                         .employee_id = request->who.employee_id,
                                         .sale = &refund.sale,
                                         .method = body->method,
                                         .reason = body->reason,
                                         .idempotency_key = request_idempotency(request).key};
    code = find_lines(request, &refund);
    if (!code)
        code = decide(request, &refund);
    if (!code)
        code = take_shift(request, tx, &refund);
    if (!code)
        code = return_stock(request, tx, &refund);
    if (code)
        return code;
    draft_lines(request, &refund);
    return store(request, tx, &refund);
}

enum code sale_refund(struct request *request)
{
    struct refund refund = {0};
    struct cache_ref ref;
    if (!request_param_uuid(request, 0, &refund.sale_id))
        return CODE_NOT_FOUND;
    enum code code = directory_of(request, &ref);
    if (code)
        return code;
    refund.outlet = directory_outlet(ref.object, request->who.outlet_id);
    code = refund.outlet ? request_write(request, refund_sale, &refund) : CODE_NOT_FOUND;
    cache_release(&ref);
    return code;
}
