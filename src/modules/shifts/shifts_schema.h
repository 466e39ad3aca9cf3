/* How shifts look as JSON. Private to the module. */
#pragma once
#include "base/json.h"

enum shift_status { SHIFT_OPEN, SHIFT_CLOSED };
enum cash_direction { CASH_IN, CASH_OUT };
extern const char *const SHIFT_STATUS_NAMES[];   /* "open", "closed", NULL */
extern const char *const CASH_DIRECTION_NAMES[]; /* "in", "out", NULL */

extern const struct json_schema SHIFT_OPEN_SCHEMA, SHIFT_CLOSE_SCHEMA, SHIFT_SCHEMA, SHIFT_QUERY_SCHEMA,
    SHIFT_CURRENT_QUERY_SCHEMA, CASH_MOVEMENT_REQUEST_SCHEMA, CASH_MOVEMENT_SCHEMA, SHIFT_REPORT_SCHEMA;

struct shift {
    struct uuid id, outlet_id, employee_id;
    struct str employee_name;
    int64_t status; /* enum shift_status */
    int64_t opening_cash_minor;
    int64_t expected_cash_minor, closing_cash_minor, cash_difference_minor; /* JSON_NONE while open */
    struct str notes;
    int64_t opened_at, closed_at;
    int64_t z_number; /* JSON_NONE while open */

    /* Not of the API. */
    bool is_blind; /* its outlet's cashiers don't see what the drawer should hold */
};

struct shift_open_request {
    struct uuid outlet_id;
    int64_t opening_cash_minor;
};

struct shift_close_request {
    int64_t closing_cash_minor;
    struct str notes;
};

struct shift_query {
    struct uuid outlet_id, employee_id;
    int64_t status;
    struct str from, to;
};

struct shift_current_query {
    struct uuid outlet_id;
};

struct cash_movement_request {
    int64_t type; /* enum cash_direction */
    int64_t amount_minor;
    struct str reason;
};

struct cash_movement {
    struct uuid id, shift_id, employee_id;
    int64_t type, amount_minor;
    struct str reason;
    int64_t created_at;
};

/* ---- The X and Z report ---- */

enum shift_report_kind { SHIFT_REPORT_X, SHIFT_REPORT_Z };

struct count_and_amount {
    int64_t count, amount_minor;
};

struct method_total {
    struct str method;
    int64_t count, received_minor, change_minor, refund_count, refunded_minor;
    int64_t amount_minor; /* what was kept: received − change − refunded */
};

struct shift_report {
    int64_t kind; /* enum shift_report_kind */
    const struct shift *shift;
    int64_t sales_count, gross_sales_minor, line_discount_minor, subtotal_minor, discount_minor,
        net_sales_minor, service_charge_minor, tax_minor, rounding_minor, grand_total_minor;
    const struct count_and_amount *voids, *refunds;
    int64_t net_total_minor; /* sales and refunds */
    struct method_totals {
        struct method_total *at;
        size_t count;
    } payments;
    const struct count_and_amount *late_sales;
    struct method_totals late_payments;
    int64_t opening_cash_minor, cash_received_minor, change_given_minor, cash_refunded_minor, cash_in_count,
        cash_in_minor, cash_out_count, cash_out_minor, expected_cash_minor, closing_cash_minor,
        cash_difference_minor;
    JSON_ARRAY_OF(struct cash_movement) cash_movements;
    int64_t generated_at;
};
