/* How dining tables look as JSON. Private to the module. */
#pragma once
#include "base/json.h"

extern const struct json_schema TABLE_SCHEMA, TABLE_CREATE_SCHEMA, TABLE_CHANGE_SCHEMA, TABLE_QUERY_SCHEMA,
    TABLE_STATUS_REQUEST_SCHEMA;

struct dining_table {
    struct uuid id, outlet_id;
    struct str name;
    int64_t capacity;
    struct str section;
    int64_t x_milli, y_milli;
    int64_t status; /* enum table_status */
    int64_t active_orders;
    bool is_active;
    int64_t version, created_at;
};

struct table_query {
    struct uuid outlet_id;
    struct str section;
    int64_t status;
    int64_t is_active; /* JSON_NONE, 0 or 1 */
};

struct table_status_request {
    int64_t status, version; /* version: JSON_NONE, whatever it is */
};
