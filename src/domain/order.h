/* A kitchen order: which sales make one, how it moves, and how it follows its items. Pure.
 *
 * pending → cooking → ready → served → completed; skipping forward is allowed, and cancelled from any but
 * completed. Items move by the same rule. Nothing moves back by itself: an order that was bumped by mistake
 * is recalled as a whole. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum order_status {
    ORDER_PENDING,
    ORDER_COOKING,
    ORDER_READY,
    ORDER_SERVED,
    ORDER_COMPLETED,
    ORDER_CANCELLED,
    ORDER_STATUSES,
};
extern const char *const ORDER_STATUS_NAMES[ORDER_STATUSES + 1]; /* "pending", …, NULL */

bool order_may_move(enum order_status from, enum order_status to);
bool order_is_open(enum order_status status); /* neither completed nor cancelled */

/* Where an order stands and since when; INT64_MIN: not yet. What is skipped happened at the same moment. */
struct order_progress {
    enum order_status status;
    int64_t started_at, ready_at, served_at, closed_at; /* UTC, ms */
};

/* The move must be allowed. */
void order_move(struct order_progress *progress, enum order_status to, int64_t now_ms);

/* The kitchen has let go of it: it may be recalled, to be cooking again with all its items but the cancelled
 * ones. */
bool order_may_be_recalled(enum order_status status);
/* It must be allowed. */
void order_recall(struct order_progress *progress);

/* An item of an order that was moved to `order`: it never stays behind. */
enum order_status order_item_follows(enum order_status item, enum order_status order);

/* The order after one of its items has moved: cooking with the first, from then on where the last of them is.
 * Cancelled items don't count; when all are, so is the order. */
enum order_status order_follows(enum order_status order, const enum order_status *items, size_t count);

/* ---- Which sales make an order ---- */

enum order_need {
    ORDER_NOT_NEEDED,
    ORDER_TO_COOK,
    ORDER_FOR_THE_RECORD, /* completed from the start: it was eaten long ago, no kitchen shall see it */
};

/* A till without a line told the kitchen by itself; after this time nobody waits for the meal any more. */
#define ORDER_STALE_MS (INT64_C(15) * 60 * 1000)

/* A sale as it stands now. */
struct order_sale {
    bool is_sale; /* no refund */
    bool is_voided, is_retail;
    bool settles_orders;                   /* the kitchen has them already */
    int64_t created_at, client_created_at; /* UTC, ms; the second INT64_MIN: sold at a till with a line */
};
enum order_need order_needed(const struct order_sale *sale);
