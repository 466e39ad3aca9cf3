/* Asking for a transfer, and reading transfers: staff of either outlet may. */
#include "modules/inventory/transfer_routes.h"

#include "modules/inventory/stock_items.h"
#include "platform/auth/directory.h"

/* ---- Asking for one ---- */

static enum code no_outlet(struct request *request, const char *path)
{
    return request_refuse(request, CODE_NOT_FOUND, str_of(path), STR("there is no such outlet"), STR_NONE);
}

/* Both must be there, one of them within reach; nothing is sent to an outlet that is closed for good. */
static enum code check_outlets(struct request *request, const struct transfer_request *body)
{
    struct cache_ref ref;
    enum code code = directory_of(request, &ref);
    if (code)
        return code;
    const struct outlet *source = directory_outlet(ref.object, body->source_outlet_id);
    const struct outlet *destination = directory_outlet(ref.object, body->destination_outlet_id);
    bool in_reach = request_may_use_outlet(request, body->source_outlet_id) ||
                    request_may_use_outlet(request, body->destination_outlet_id);
    if (!source || !in_reach)
        code = no_outlet(request, "sourceOutletId");
    if (!destination || !in_reach)
        code = no_outlet(request, "destinationOutletId");
    else if (!code && !destination->is_active)
        code = request_refuse(request, CODE_CONFLICT, STR("destinationOutletId"),
                              STR("the outlet is not active"), STR_NONE);
    cache_release(&ref);
    return code;
}

/* The destination must sell what it gets. */
static enum code check_places(struct request *request, const struct transfer *transfer,
                              const struct stock_items *items)
{
    enum code code = CODE_OK;
    for (size_t i = 0; i < items->count; i++) {
        struct uuid outlet_id = stock_items_outlet_of(items, i);
        if (!uuid_is_nil(outlet_id) && !uuid_eq(outlet_id, transfer->destination_outlet_id))
            code = stock_items_missing(request, items, i);
    }
    return code;
}

static enum code create(struct request *request, struct db_tx *tx, void *arg)
{
    const struct transfer *transfer = arg;
    struct transfer stored;
    struct stock_items items;
    size_t count = transfer->items.count;
    struct stock_key *keys = arena_array(request->arena, struct stock_key, count);
    for (size_t i = 0; i < count; i++)
        keys[i] = transfer_item_key(&transfer->items.at[i], transfer->source_outlet_id);
    enum code code =
        stock_items_load(request, tx, transfer->source_outlet_id, keys, count, STOCK_LINES_PLANNED, &items);
    if (!code)
        code = check_places(request, transfer, &items);
    if (code)
        return code;
    transfer_add(tx, transfer);
    if (!transfer_find(tx, transfer->id, &stored))
        return CODE_INTERNAL;
    transfer_publish(request, tx, &stored, -1, UUID_NIL, NULL, 0);
    reply(request, &stored);
    return CODE_OK;
}

enum code transfers_create(struct request *request)
{
    const struct transfer_request *body = request->body;
    struct transfer transfer = {.id = uuid_new(),
                                .source_outlet_id = body->source_outlet_id,
                                .destination_outlet_id = body->destination_outlet_id,
                                .status = TRANSFER_PENDING,
                                .notes = body->notes,
                                .items = {body->items.at, body->items.count},
                                .created_by = request->who.employee_id,
                                .created_at = request->received_ms};
    enum code code = check_outlets(request, body);
    return code ? code : request_write(request, create, &transfer);
}

/* ---- Reading ---- */

static enum code read_list(struct request *request, struct db_tx *tx, void *arg)
{
    size_t count;
    struct transfer *transfers = transfer_list(tx, arg, &count);
    reply_page(request, transfers, count, cursor_of_id);
    return CODE_OK;
}

enum code transfers_list(struct request *request)
{
    const struct transfer_query *query = request->query;
    struct transfer_filter filter = {
        .outlet_id = query->outlet_id, .status = query->status, .limit = request->page.limit + 1};
    enum code code = period_page_of(request, &filter.outlet_id, query->from, query->to, &filter.made);
    return code ? code : request_read(request, read_list, &filter);
}

static enum code read_one(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct transfer transfer;
    bool found = transfer_find(tx, *id, &transfer) &&
                 (request_may_use_outlet(request, transfer.source_outlet_id) ||
                  request_may_use_outlet(request, transfer.destination_outlet_id));
    if (found)
        reply(request, &transfer);
    return found ? CODE_OK : CODE_NOT_FOUND;
}

enum code transfers_get(struct request *request) { return read_by_id(request, read_one); }
