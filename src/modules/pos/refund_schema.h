/* Voids and refunds as JSON: what is asked for, and what others are told. */
#pragma once
#include "modules/pos/pos.h"

struct void_request {
    struct str reason;
};

struct refund_item_request {
    struct uuid transaction_item_id; /* a line of the sale */
    int64_t quantity_milli;
    bool restock; /* the goods go back on the shelf */
};

struct refund_request {
    JSON_ARRAY_OF(struct refund_item_request) items;
    int64_t method; /* enum payment_method: how the money is given back */
    struct str reason;
};

extern const struct json_schema VOID_REQUEST_SCHEMA, REFUND_REQUEST_SCHEMA;

/* The data of transaction.voided. */
struct void_event {
    struct uuid transaction_id, employee_id, approved_by;
    struct str receipt_number, reason;
    int64_t grand_total_minor;
    struct str order_status; /* of its kitchen order at the void; absent: it has none */
};

/* The data of transaction.refunded. */
struct refund_event {
    struct uuid transaction_id, original_transaction_id, employee_id, approved_by;
    struct str receipt_number, reason;
    int64_t amount_minor; /* what was given back */
    int64_t method;
};

struct event_draft void_event_draft(struct arena *arena, const struct json_units *units,
                                    const struct void_event *event);
struct event_draft refund_event_draft(struct arena *arena, const struct json_units *units,
                                      const struct refund_event *event);
