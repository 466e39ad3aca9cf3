/* What others are told of a customer's points. */
#include "modules/customers/customers_store.h"

#define EVENT_MAX_BYTES 1024

struct points_changed {
    struct uuid customer_id, transaction_id, employee_id;
    int64_t type, points, balance_after;
};
#define POINTS .min = INT64_MIN + 1, .max = INT64_MAX
static const struct json_field POINTS_CHANGED_FIELDS[] = {
    {"customerId", JSON_UUID, 0, offsetof(struct points_changed, customer_id)},
    {"transactionId", JSON_UUID, JSON_NULLABLE, offsetof(struct points_changed, transaction_id)},
    {"type", JSON_ENUM, 0, offsetof(struct points_changed, type), .values = LEDGER_TYPE_NAMES},
    {"points", JSON_INTEGER, 0, offsetof(struct points_changed, points), POINTS},
    {"balanceAfter", JSON_INTEGER, 0, offsetof(struct points_changed, balance_after), POINTS},
    {"employeeId", JSON_UUID, JSON_OMIT_EMPTY, offsetof(struct points_changed, employee_id)},
};
static const struct json_schema POINTS_CHANGED_SCHEMA =
    JSON_SCHEMA("LoyaltyPointsChanged", struct points_changed, POINTS_CHANGED_FIELDS);

struct event_draft points_changed_event(struct arena *arena, struct uuid customer_id,
                                        const struct ledger_entry *entry)
{
    const struct points_changed changed = {customer_id, entry->transaction_id, entry->employee_id,
                                           entry->type, entry->points,         entry->balance_after};
    struct buf data = buf_make(arena, 256, EVENT_MAX_BYTES);
    json_encode(&data, &POINTS_CHANGED_SCHEMA, NULL, &changed);
    return (struct event_draft){"loyalty.points_changed", customer_id, buf_str(&data)};
}
