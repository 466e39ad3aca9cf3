/* The rows of transfers, and what others are told of them. Private to the module. */
#pragma once
#include "modules/inventory/inventory.h"
#include "modules/inventory/transfer_schema.h"
#include "modules/period.h"

/* Absent filters are nil, JSON_NONE. */
struct transfer_filter {
    struct uuid outlet_id; /* its source or destination */
    int64_t status;
    struct period made;
    int64_t limit;
};

bool transfer_find(struct db_tx *tx, struct uuid id, struct transfer *ret_transfer);
/* The same with the row locked until the commit. */
bool transfer_find_locked(struct db_tx *tx, struct uuid id, struct transfer *ret_transfer);
/* Newest first. */
struct transfer *transfer_list(struct db_tx *tx, const struct transfer_filter *filter, size_t *ret_count);

/* Ask only. */
void transfer_add(struct db_tx *tx, const struct transfer *transfer);
void transfer_update(struct db_tx *tx, const struct transfer *transfer); /* status, notes, who and when */
void transfer_store_received(struct db_tx *tx,
                             const struct transfer *transfer); /* what arrived of each line */

/* What it counts in an outlet. */
struct stock_key transfer_item_key(const struct transfer_item *item, struct uuid outlet_id);

/* previous: −1 when it was just made. For the streams of both outlets. */
struct event_draft transfer_status_event(struct arena *arena, const struct transfer *transfer,
                                         int64_t previous, struct uuid employee_id);
