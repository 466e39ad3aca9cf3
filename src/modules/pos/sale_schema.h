/* Sales as JSON: the structs behind the answers of /pos, and their tables. */
#pragma once
#include "modules/pos/pos.h"

struct sale_modifier {
    struct uuid id;
    struct str name;
    int64_t price_minor;
};

/* A line: of a stored sale, or of a quote. */
struct sale_item {
    struct uuid id, product_id, variant_id;
    struct str product_name, variant_name, discount_reason, notes;
    int64_t quantity_milli;
    int64_t unit_price_minor; /* of product or variant, without modifiers; as on the shelf */
    JSON_ARRAY_OF(struct sale_modifier) modifiers;
    int64_t discount_minor, subtotal_minor, bill_discount_minor, service_charge_minor, tax_minor;
    int64_t cost_minor;              /* of the goods; JSON_NONE: not known, or not for the caller */
    int64_t refunded_milli;          /* came back so far */
    struct uuid transaction_item_id; /* of a refund: the line that it gives back */
    bool restock;                    /* of a refund */
};

/* A discount of the bill and what it came to (on shelf prices). */
struct sale_discount {
    int64_t type, value;
    struct str reason;
    int64_t amount_minor;
};

struct sale_payment {
    int64_t method, amount_minor;
    struct str reference_number;
};

struct sale_header {
    struct uuid id, transaction_id, outlet_id, shift_id, employee_id, customer_id, table_id;
    struct uuid refund_of; /* of a refund: the sale */
    struct str receipt_number, notes;
    int64_t type, status, channel, order_type, business_date;
    int64_t subtotal_minor, discount_minor, service_charge_minor, tax_minor, rounding_minor,
        grand_total_minor, paid_minor, change_minor;
    int64_t points_redeemed;
    bool needs_review, late;
    struct str review_reasons; /* a JSON array */
    int64_t created_at, client_created_at;
};

/* A refund as its sale tells of it. */
struct sale_refund {
    struct sale_header header; /* first: the tables share its offsets */
    struct str refund_reason;
    JSON_ARRAY_OF(struct sale_item) items;
};

struct sale_detail {
    struct sale_header header; /* first: the tables share its offsets */
    struct str void_reason, refund_reason;
    struct str order_ids; /* a JSON array */
    int64_t voided_at;
    struct uuid voided_by, approved_by;
    JSON_ARRAY_OF(struct sale_discount) discounts;
    JSON_ARRAY_OF(struct sale_item) items;
    JSON_ARRAY_OF(struct sale_payment) payments;
    JSON_ARRAY_OF(struct sale_refund) refunds;
};

struct sale_quote {
    int64_t subtotal_minor, discount_minor, service_charge_minor, tax_minor, rounding_minor;
    int64_t grand_total_minor, cash_total_minor;
    bool override_required;
    JSON_ARRAY_OF(struct sale_item) items;
};

/* The query of the list. */
struct sale_filter {
    struct str from, to; /* a day of the outlet (2026-02-06, inclusive) or an instant */
    struct uuid outlet_id, employee_id, customer_id;
    int64_t status, type, needs_review; /* needs_review: index in false, true */
    struct str search;
};

extern const char *const DISCOUNT_TYPE_NAMES[]; /* by enum discount_type; ended by NULL */

extern const struct json_schema QUOTE_REQUEST_SCHEMA, SALE_RESULT_SCHEMA, QUOTE_SCHEMA, SALE_HEADER_SCHEMA,
    SALE_DETAIL_SCHEMA, SALE_FILTER_SCHEMA, SALE_MODIFIER_SCHEMA, SALE_DISCOUNT_SCHEMA;

/* A fixed discount in minor units; false: more decimals than the currency has, or too much money. */
bool discount_minor(const struct discount_request *discount, int currency_decimals, int64_t *ret_minor);
