/* Rules of kitchen orders: see order.h. */
#include "domain/order.h"

const char *const ORDER_STATUS_NAMES[] = {"pending",   "cooking",   "ready", "served",
                                          "completed", "cancelled", 0};

bool order_is_open(enum order_status status) { return status < ORDER_COMPLETED; }

bool order_may_move(enum order_status from, enum order_status to)
{
    return order_is_open(from) && to > from && to < ORDER_STATUSES;
}

static void reach(int64_t *at, bool reached, int64_t now_ms)
{
    if (reached && *at == INT64_MIN)
        *at = now_ms;
}

void order_move(struct order_progress *progress, enum order_status to, int64_t now_ms)
{
    bool cancelled = to == ORDER_CANCELLED;
    reach(&progress->started_at, !cancelled && to >= ORDER_COOKING, now_ms);
    reach(&progress->ready_at, !cancelled && to >= ORDER_READY, now_ms);
    reach(&progress->served_at, !cancelled && to >= ORDER_SERVED, now_ms);
    reach(&progress->closed_at, !order_is_open(to), now_ms);
    progress->status = to;
}

bool order_may_be_recalled(enum order_status status)
{
    return status >= ORDER_READY && status <= ORDER_COMPLETED;
}

void order_recall(struct order_progress *progress)
{
    progress->status = ORDER_COOKING;
    progress->ready_at = progress->served_at = progress->closed_at = INT64_MIN;
}

enum order_status order_item_follows(enum order_status item, enum order_status order)
{
    return order_may_move(item, order) ? order : item;
}

enum order_status order_follows(enum order_status order, const enum order_status *items, size_t count)
{
    enum order_status last = ORDER_CANCELLED, first = ORDER_PENDING;
    for (size_t i = 0; i < count; i++) {
        if (items[i] == ORDER_CANCELLED)
            continue;
        last = items[i] < last ? items[i] : last;
        first = items[i] > first ? items[i] : first;
    }
    if (last == ORDER_PENDING && first > ORDER_PENDING)
        last = ORDER_COOKING;
    return order_may_move(order, last) ? last : order;
}

enum order_need order_needed(const struct order_sale *sale)
{
    if (!sale->is_sale || sale->is_voided || sale->is_retail || sale->settles_orders)
        return ORDER_NOT_NEEDED;
    bool is_stale =
        sale->client_created_at != INT64_MIN && sale->created_at - sale->client_created_at > ORDER_STALE_MS;
    return is_stale ? ORDER_FOR_THE_RECORD : ORDER_TO_COOK;
}
