/* The handlers of transfers, for the route table, and what they share. Private to the module. */
#pragma once
#include "modules/handlers.h"
#include "modules/inventory/transfer_store.h"
#include "platform/platform.h"

enum code transfers_create(struct request *request);
enum code transfers_list(struct request *request);
enum code transfers_get(struct request *request);
enum code transfers_approve(struct request *request);
enum code transfers_ship(struct request *request);
enum code transfers_receive(struct request *request);
enum code transfers_cancel(struct request *request);

/* Moves stock of one outlet by what `deltas` says of each line (0: nothing), explained by movements of one
 * type. The transfer's row is locked before. Answers the events of that outlet's stream. */
struct transfer_move {
    struct uuid outlet_id;
    enum stock_movement_type type;
    const int64_t *deltas;
    const char *field; /* of the line, for refusals */
    struct str reason;
};
enum code transfer_move_stock(struct request *request, struct db_tx *tx, const struct transfer *transfer,
                              const struct transfer_move *move, struct event_draft **ret_drafts,
                              size_t *ret_count);

/* The last thing that a write does: tells both outlets, in the order of their counters, of the new status
 * (unless it is `previous`), and one of them, `moved`, of its stock too. */
void transfer_publish(struct request *request, struct db_tx *tx, const struct transfer *transfer,
                      int64_t previous, struct uuid moved, const struct event_draft *drafts, size_t count);
