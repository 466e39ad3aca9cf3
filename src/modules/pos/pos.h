/* Selling: quotes and sales. What other modules may use: making a sale (self-order, sync, demo), and its
 * types. */
#pragma once
#include "modules/module.h"
#include "platform/http/request.h"
#include "platform/platform.h"

extern const struct module POS_MODULE;

/* The words of the wire, in the order of their enums; also what is stored. */
enum order_type { ORDER_DINE_IN, ORDER_TAKEAWAY, ORDER_DELIVERY, ORDER_RETAIL, ORDER_TYPES };
enum payment_method {
    PAYMENT_CASH,
    PAYMENT_CARD,
    PAYMENT_DEBIT_CARD,
    PAYMENT_CREDIT_CARD,
    PAYMENT_QRIS,
    PAYMENT_GOPAY,
    PAYMENT_OVO,
    PAYMENT_DANA,
    PAYMENT_SHOPEEPAY,
    PAYMENT_LINKAJA,
    PAYMENT_BANK_TRANSFER,
    PAYMENT_METHODS,
};
enum sale_channel { CHANNEL_POS, CHANNEL_SELF_ORDER, CHANNEL_OFFLINE, CHANNELS };
enum sale_type { SALE_TYPE_SALE, SALE_TYPE_REFUND, SALE_TYPES };
enum sale_status {
    SALE_PENDING,
    SALE_COMPLETED,
    SALE_VOIDED,
    SALE_REFUNDED,
    SALE_PARTIALLY_REFUNDED,
    SALE_STATUSES,
};
extern const char *const ORDER_TYPE_NAMES[ORDER_TYPES + 1];
extern const char *const PAYMENT_METHOD_NAMES[PAYMENT_METHODS + 1];
extern const char *const CHANNEL_NAMES[CHANNELS + 1];
extern const char *const SALE_TYPE_NAMES[SALE_TYPES + 1];
extern const char *const SALE_STATUS_NAMES[SALE_STATUSES + 1];

/* A discount as the client sends it. */
struct discount_request {
    int64_t type;  /* enum discount_type */
    int64_t value; /* hundredths: of a percent, or of the currency */
    struct str reason;
};

struct sale_item_request {
    struct uuid product_id, variant_id;
    int64_t quantity_milli;
    JSON_ARRAY_OF(struct uuid) modifier_ids;
    struct str notes;
    const struct discount_request *discount;
};

struct payment_request {
    int64_t method; /* enum payment_method */
    int64_t amount_minor;
    struct str reference_number;
};

/* The body of a sale or a quote, as decoded; absent members are NIL, STR_NONE, JSON_NONE. */
struct sale_request {
    struct uuid outlet_id, shift_id, table_id, customer_id, employee_id;
    int64_t order_type; /* enum order_type */
    JSON_ARRAY_OF(struct sale_item_request) items;
    JSON_ARRAY_OF(struct discount_request) discounts;
    int64_t points_redeemed;
    JSON_ARRAY_OF(struct uuid) order_ids;
    JSON_ARRAY_OF(struct payment_request) payments;
    struct str notes;
    int64_t client_created_at;
};

extern const struct json_schema SALE_REQUEST_SCHEMA;

/* Who makes the sale, and how it came in. */
struct sale_caller {
    const struct identity *who;
    struct str correlation_id;
    struct idempotency idempotency; /* key STR_NONE: none */
    enum sale_channel channel;
    struct str override_hash; /* approval_token_hash; STR_NONE: nobody approved anything */
};

struct sale_result {
    struct uuid id;
    struct uuid transaction_id; /* the same */
    struct str receipt_number;  /* in the arena of the call */
    int64_t subtotal_minor, discount_minor, service_charge_minor, tax_minor, rounding_minor,
        grand_total_minor, paid_minor, change_minor;
    int64_t created_at;
    bool needs_review; /* not of the API */
    bool replayed;     /* it was made by an earlier request with the same key */
};

/* Entries of a refusal: a path into the request, a sentence, further JSON members or STR_NONE. */
struct sale_fault {
    struct str path, message, extra;
};
struct sale_faults {
    struct sale_fault *list;
    size_t count;
};

/* Makes a sale: durable when it answers OK. Otherwise `ret_faults` names what was refused (it may be empty).
 * Everything lives in `arena`. Blocks; any thread. */
enum code sale_create(struct platform *platform, struct arena *arena, const struct sale_caller *caller,
                      const struct sale_request *request, struct sale_result *ret_result,
                      struct sale_faults *ret_faults);

/* One of several sales that are made together. */
struct sale_call {
    const struct sale_caller *caller;
    const struct sale_request *request;
    /* Out. */
    enum code code;
    struct sale_result result;
    struct sale_faults faults;
    struct uuid key_owner; /* IDEMPOTENCY_KEY_REUSED: the sale that has the key, NIL when it is no sale's */
};

/* As sale_create, for sales of one business: queued in order, so that they commit together; each on its own.
 */
void sale_create_all(struct platform *platform, struct arena *arena, struct sale_call *calls, size_t count);
