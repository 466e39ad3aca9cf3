/* How dining tables look as JSON: tables. */
#include "modules/tables/tables_schema.h"

#include "modules/tables/tables.h"

#define POSITION_MAX_MILLI INT64_C(1000000000)
#define VERSION_MAX (INT64_C(1) << 53)

const char *const TABLE_STATUS_NAMES[TABLE_STATUSES + 1] = {
    [TABLE_AVAILABLE] = "available",
    [TABLE_OCCUPIED] = "occupied",
    [TABLE_RESERVED] = "reserved",
    [TABLE_CLEANING] = "cleaning",
};

#define AT(member) offsetof(struct dining_table, member)

/* clang-format off */
#define NAME_FIELD(flags) {"name", JSON_STRING, flags, AT(name), .min = 1, .max = 100}
#define POSITION_FIELD(field, member, ...)                                                   \
    {field, JSON_QUANTITY, JSON_NULLABLE, AT(member), .min = -POSITION_MAX_MILLI,           \
     .max = POSITION_MAX_MILLI, ##__VA_ARGS__}
#define PLACE_FIELDS                                                                         \
    {"capacity", JSON_INTEGER, JSON_NULLABLE, AT(capacity), .min = 1, .max = 1000,           \
     .summary = "seats"},                                                                    \
    {"section", JSON_STRING, JSON_NULLABLE, AT(section), .min = 1, .max = 100},              \
    POSITION_FIELD("x", x_milli, .summary = "where it stands on the client's plan"),         \
    POSITION_FIELD("y", y_milli)
/* clang-format on */

static const struct json_field TABLE_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, AT(id)},
    {"outletId", JSON_UUID, 0, AT(outlet_id)},
    NAME_FIELD(0),
    PLACE_FIELDS,
    {"status", JSON_ENUM, 0, AT(status), .values = TABLE_STATUS_NAMES},
    {"activeOrders", JSON_INTEGER, 0, AT(active_orders), .summary = "how many orders are open on it"},
    {"isActive", JSON_BOOLEAN, 0, AT(is_active)},
    {"version", JSON_INTEGER, 0, AT(version), .summary = "counts up with every change"},
    {"createdAt", JSON_TIME, 0, AT(created_at)},
};
const struct json_schema TABLE_SCHEMA = JSON_SCHEMA("Table", struct dining_table, TABLE_FIELDS);

static const struct dining_table DEFAULTS = {.status = TABLE_AVAILABLE,
                                             .capacity = JSON_NONE,
                                             .x_milli = JSON_NONE,
                                             .y_milli = JSON_NONE,
                                             .is_active = true};

static const struct json_field CREATE_FIELDS[] = {
    {"outletId", JSON_UUID, JSON_REQUIRED, AT(outlet_id)},
    NAME_FIELD(JSON_REQUIRED),
    PLACE_FIELDS,
    {"status", JSON_ENUM, 0, AT(status), .values = TABLE_STATUS_NAMES},
};
const struct json_schema TABLE_CREATE_SCHEMA =
    JSON_SCHEMA("TableCreate", struct dining_table, CREATE_FIELDS, .defaults = &DEFAULTS);

static const struct json_field CHANGE_FIELDS[] = {
    {"outletId", JSON_UUID, 0, AT(outlet_id), .summary = "its own: a table stays in its outlet"},
    NAME_FIELD(0),
    PLACE_FIELDS,
    {"status", JSON_ENUM, 0, AT(status), .values = TABLE_STATUS_NAMES},
    {"isActive", JSON_BOOLEAN, 0, AT(is_active)},
    {"version", JSON_INTEGER, 0, AT(version), .min = 1, .max = VERSION_MAX,
     .summary = "of what was read: 409 when the table changed since"},
};
const struct json_schema TABLE_CHANGE_SCHEMA =
    JSON_SCHEMA("TableChange", struct dining_table, CHANGE_FIELDS, .defaults = &DEFAULTS);

static const struct json_field STATUS_FIELDS[] = {
    {"status", JSON_ENUM, JSON_REQUIRED, offsetof(struct table_status_request, status),
     .values = TABLE_STATUS_NAMES},
    {"version", JSON_INTEGER, JSON_NULLABLE, offsetof(struct table_status_request, version), .min = 1,
     .max = VERSION_MAX, .summary = "of what was read: 409 when the table changed since"},
};
const struct json_schema TABLE_STATUS_REQUEST_SCHEMA =
    JSON_SCHEMA("TableStatusChange", struct table_status_request, STATUS_FIELDS);

static const char *const BOOLEAN_NAMES[] = {"false", "true", NULL};
static const struct json_field QUERY_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct table_query, outlet_id),
     .summary = "default: the caller's outlet, of an owner all"},
    {"section", JSON_STRING, 0, offsetof(struct table_query, section), .max = 100},
    {"status", JSON_ENUM, 0, offsetof(struct table_query, status), .values = TABLE_STATUS_NAMES},
    {"isActive", JSON_ENUM, 0, offsetof(struct table_query, is_active), .values = BOOLEAN_NAMES},
};
const struct json_schema TABLE_QUERY_SCHEMA = JSON_SCHEMA("TableQuery", struct table_query, QUERY_FIELDS);
