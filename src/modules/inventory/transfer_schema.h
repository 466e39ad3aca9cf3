/* How transfers look as JSON. Private to the module. */
#pragma once
#include "base/json.h"
#include "domain/transfer.h"

extern const struct json_schema TRANSFER_SCHEMA, TRANSFER_QUERY_SCHEMA, TRANSFER_REQUEST_SCHEMA,
    TRANSFER_RECEIPT_SCHEMA, TRANSFER_CANCEL_SCHEMA;
extern const char *const TRANSFER_STATUS_NAMES[TRANSFER_STATUSES + 1];

struct transfer_item {
    struct uuid product_id, variant_id, ingredient_id;
    struct str product_name, variant_name, ingredient_name;
    struct transfer_line line;
    int64_t difference_milli; /* JSON_NONE until the transfer is received */
};

struct transfer {
    struct uuid id, source_outlet_id, destination_outlet_id;
    int64_t status; /* enum transfer_status */
    struct str notes, receipt_notes, cancel_reason;
    JSON_ARRAY_OF(struct transfer_item) items;
    struct uuid created_by, approved_by, shipped_by, received_by, cancelled_by;
    int64_t created_at, approved_at, shipped_at, received_at, cancelled_at;
};

struct transfer_query {
    struct uuid outlet_id;
    int64_t status;
    struct str from, to;
};

struct transfer_request {
    struct uuid source_outlet_id, destination_outlet_id;
    JSON_ARRAY_OF(struct transfer_item) items;
    struct str notes;
};

struct transfer_receipt {
    JSON_ARRAY_OF(struct transfer_item) items; /* at NULL: all that is on its way arrived */
    bool is_final, is_partial;
    struct str notes;
};

struct transfer_cancel {
    struct str reason;
};
