/* What others are told of transfers. */
#include "modules/inventory/transfer_store.h"

#define EVENT_MAX_BYTES 2048

struct status_changed {
    struct uuid transfer_id, source_outlet_id, destination_outlet_id, employee_id;
    int64_t previous, next;
    bool has_difference;
};
static const struct json_field STATUS_CHANGED_FIELDS[] = {
    {"transferId", JSON_UUID, 0, offsetof(struct status_changed, transfer_id)},
    {"sourceOutletId", JSON_UUID, 0, offsetof(struct status_changed, source_outlet_id)},
    {"destinationOutletId", JSON_UUID, 0, offsetof(struct status_changed, destination_outlet_id)},
    {"previousStatus", JSON_ENUM, JSON_NULLABLE, offsetof(struct status_changed, previous),
     .values = TRANSFER_STATUS_NAMES},
    {"newStatus", JSON_ENUM, 0, offsetof(struct status_changed, next), .values = TRANSFER_STATUS_NAMES},
    {"hasDifference", JSON_BOOLEAN, 0, offsetof(struct status_changed, has_difference)},
    {"employeeId", JSON_UUID, 0, offsetof(struct status_changed, employee_id)},
};
static const struct json_schema STATUS_CHANGED_SCHEMA =
    JSON_SCHEMA("StockTransferStatusChanged", struct status_changed, STATUS_CHANGED_FIELDS);

struct event_draft transfer_status_event(struct arena *arena, const struct transfer *transfer,
                                         int64_t previous, struct uuid employee_id)
{
    struct status_changed data = {.transfer_id = transfer->id,
                                  .source_outlet_id = transfer->source_outlet_id,
                                  .destination_outlet_id = transfer->destination_outlet_id,
                                  .employee_id = employee_id,
                                  .previous = previous < 0 ? JSON_NONE : previous,
                                  .next = transfer->status};
    for (size_t i = 0; transfer->status == TRANSFER_RECEIVED && i < transfer->items.count; i++)
        data.has_difference |= transfer_difference(&transfer->items.at[i].line) != 0;
    struct buf out = buf_make(arena, 512, EVENT_MAX_BYTES);
    json_encode(&out, &STATUS_CHANGED_SCHEMA, NULL, &data);
    return (struct event_draft){"stock.transfer_status_changed", transfer->id, buf_str(&out)};
}
