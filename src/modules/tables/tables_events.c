/* What others are told of tables. */
#include "modules/tables/tables_store.h"

#define EVENT_MAX_BYTES 2048

struct status_changed {
    struct uuid table_id, employee_id;
    struct str table_name;
    int64_t previous, next;
};
static const struct json_field STATUS_CHANGED_FIELDS[] = {
    {"tableId", JSON_UUID, 0, offsetof(struct status_changed, table_id)},
    {"tableName", JSON_STRING, 0, offsetof(struct status_changed, table_name)},
    {"previousStatus", JSON_ENUM, 0, offsetof(struct status_changed, previous), .values = TABLE_STATUS_NAMES},
    {"newStatus", JSON_ENUM, 0, offsetof(struct status_changed, next), .values = TABLE_STATUS_NAMES},
    {"employeeId", JSON_UUID, JSON_NULLABLE, offsetof(struct status_changed, employee_id)},
};
static const struct json_schema STATUS_CHANGED_SCHEMA =
    JSON_SCHEMA("TableStatusChanged", struct status_changed, STATUS_CHANGED_FIELDS);

struct event_draft table_status_event(struct arena *arena, const struct dining_table *table,
                                      enum table_status previous, struct uuid employee_id)
{
    struct status_changed data = {table->id, employee_id, table->name, previous, table->status};
    struct buf out = buf_make(arena, 512, EVENT_MAX_BYTES);
    json_encode(&out, &STATUS_CHANGED_SCHEMA, NULL, &data);
    return (struct event_draft){"table.status_changed", table->id, buf_str(&out)};
}
