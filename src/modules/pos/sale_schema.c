/* What /pos is asked: carts, sales, late sales, parked carts, filters. Its answers: sale_answer_schema.c. */
#include "modules/pos/held_bill_store.h"
#include "modules/pos/sync_schema.h"

#include "base/decimal.h"
#include "domain/pricing.h"
#include "modules/period.h"

#define PAYMENTS_MAX 20
#define DISCOUNTS_MAX 20
#define MODIFIERS_MAX 50
#define ORDERS_MAX 50
#define REASON_MAX 200
#define REFERENCE_MAX 100
#define NOTES_MAX 500
#define HELD_NAME_MAX 100
#define SEARCH_MAX 100

const char *const ORDER_TYPE_NAMES[] = {"dine_in", "takeaway", "delivery", "retail", NULL};
const char *const PAYMENT_METHOD_NAMES[] = {"cash",      "card",    "debit_card",    "credit_card",
                                            "qris",      "gopay",   "ovo",           "dana",
                                            "shopeepay", "linkaja", "bank_transfer", NULL};
const char *const CHANNEL_NAMES[] = {"pos", "self_order", "offline", NULL};
const char *const SALE_TYPE_NAMES[] = {"sale", "refund", NULL};
const char *const SALE_STATUS_NAMES[] = {"pending",  "completed",          "voided",
                                         "refunded", "partially_refunded", NULL};
const char *const DISCOUNT_TYPE_NAMES[] = {"percentage", "fixed", NULL};
static const char *const BOOLEAN_NAMES[] = {"false", "true", NULL};

/* ---- Requests ---- */

bool discount_minor(const struct discount_request *discount, int currency_decimals, int64_t *ret_minor)
{
    int64_t value = discount->value;
    for (int decimals = 2; decimals > currency_decimals; decimals--) {
        if (value % 10 != 0)
            return false;
        value /= 10;
    }
    for (int decimals = 2; decimals < currency_decimals && value <= MONEY_MAX_MINOR; decimals++)
        value *= 10;
    *ret_minor = value;
    return value <= MONEY_MAX_MINOR;
}

static void check_discount(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct discount_request *discount = object;
    int64_t minor;
    if (discount->type == DISCOUNT_FIXED && discount->value != JSON_NONE &&
        !discount_minor(discount, units->currency_decimals, &minor))
        json_error_add(errors, "value", "is not an amount of the currency: it has at most %d decimals",
                       units->currency_decimals);
}

static const struct json_field DISCOUNT_REQUEST_FIELDS[] = {
    {"type", JSON_ENUM, JSON_REQUIRED, offsetof(struct discount_request, type),
     .values = DISCOUNT_TYPE_NAMES},
    {"value", JSON_AMOUNT, JSON_REQUIRED, offsetof(struct discount_request, value),
     .summary = "percent, or an amount of the currency"},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct discount_request, reason), .max = REASON_MAX},
};
static const struct json_schema DISCOUNT_REQUEST_SCHEMA =
    JSON_SCHEMA("Discount", struct discount_request, DISCOUNT_REQUEST_FIELDS, .check = check_discount);

static const struct json_field ITEM_REQUEST_FIELDS[] = {
    {"productId", JSON_UUID, JSON_REQUIRED, offsetof(struct sale_item_request, product_id)},
    {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_item_request, variant_id)},
    {"quantity", JSON_QUANTITY, JSON_REQUIRED, offsetof(struct sale_item_request, quantity_milli)},
    {"modifierIds", JSON_ARRAY, JSON_NULLABLE, offsetof(struct sale_item_request, modifier_ids),
     .max = MODIFIERS_MAX, .element = JSON_UUID, .summary = "the same one twice counts twice"},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_item_request, notes), .max = NOTES_MAX},
    {"discount", JSON_OBJECT, JSON_NULLABLE, offsetof(struct sale_item_request, discount),
     .schema = &DISCOUNT_REQUEST_SCHEMA, .summary = "on the whole line"},
};
static const struct json_schema ITEM_REQUEST_SCHEMA =
    JSON_SCHEMA("SaleItemRequest", struct sale_item_request, ITEM_REQUEST_FIELDS);

static const struct json_field PAYMENT_REQUEST_FIELDS[] = {
    {"method", JSON_ENUM, JSON_REQUIRED, offsetof(struct payment_request, method),
     .values = PAYMENT_METHOD_NAMES},
    {"amount", JSON_MONEY, JSON_REQUIRED, offsetof(struct payment_request, amount_minor)},
    {"referenceNumber", JSON_STRING, JSON_NULLABLE, offsetof(struct payment_request, reference_number),
     .max = REFERENCE_MAX},
};
static const struct json_schema PAYMENT_REQUEST_SCHEMA =
    JSON_SCHEMA("PaymentRequest", struct payment_request, PAYMENT_REQUEST_FIELDS);

/* What a sale and a quote have in common. */
#define CART_FIELDS(client_time_flags)                                                                     \
    {"outletId", JSON_UUID, JSON_REQUIRED, offsetof(struct sale_request, outlet_id)},                      \
        {"orderType", JSON_ENUM, JSON_REQUIRED, offsetof(struct sale_request, order_type),                 \
         .values = ORDER_TYPE_NAMES},                                                                      \
        {"tableId", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_request, table_id)},                    \
        {"customerId", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_request, customer_id)},              \
        {"employeeId", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_request, employee_id),               \
         .summary = "may be left out; the token's employee"},                                              \
        {"items",                                                                                          \
         JSON_ARRAY,                                                                                       \
         JSON_REQUIRED,                                                                                    \
         offsetof(struct sale_request, items),                                                             \
         .min = 1,                                                                                         \
         .max = PRICING_LINES_MAX,                                                                         \
         .schema = &ITEM_REQUEST_SCHEMA},                                                                  \
        {"discounts",                                                                                      \
         JSON_ARRAY,                                                                                       \
         JSON_NULLABLE,                                                                                    \
         offsetof(struct sale_request, discounts),                                                         \
         .max = DISCOUNTS_MAX,                                                                             \
         .schema = &DISCOUNT_REQUEST_SCHEMA,                                                               \
         .summary = "of the bill, each on the subtotal"},                                                  \
        {"loyaltyPointsRedeemed", JSON_INTEGER, JSON_NULLABLE,                                             \
         offsetof(struct sale_request, points_redeemed)},                                                  \
        {"orderIds",                                                                                       \
         JSON_ARRAY,                                                                                       \
         JSON_NULLABLE,                                                                                    \
         offsetof(struct sale_request, order_ids),                                                         \
         .max = ORDERS_MAX,                                                                                \
         .element = JSON_UUID,                                                                             \
         .summary = "kitchen orders that this sale settles"},                                              \
        {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_request, notes), .max = NOTES_MAX},     \
    {                                                                                                      \
        "clientCreatedAt", JSON_TIME, client_time_flags, offsetof(struct sale_request, client_created_at), \
            .summary = "set by a till that sold offline: priced as it was then, never refused by a rule"   \
    }
#define PAID_CART_FIELDS(client_time_flags)                                                \
    CART_FIELDS(client_time_flags),                                                        \
        {"shiftId", JSON_UUID, JSON_REQUIRED, offsetof(struct sale_request, shift_id),     \
         .summary = "any open shift of the outlet; one that was open at clientCreatedAt"}, \
    {                                                                                      \
        "payments", JSON_ARRAY, JSON_REQUIRED, offsetof(struct sale_request, payments),    \
            .min = 1, .max = PAYMENTS_MAX, .schema = &PAYMENT_REQUEST_SCHEMA               \
    }

/* Whose points? A till without a line has given their worth away already: that is reviewed, not refused. */
static void check_redeeming(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct sale_request *request = object;
    (void)units;
    if (request->points_redeemed > 0 && uuid_is_nil(request->customer_id) &&
        request->client_created_at == JSON_NONE)
        json_error_add(errors, "customerId", "is required where loyaltyPointsRedeemed is above 0");
}

static const struct json_field SALE_REQUEST_FIELDS[] = {PAID_CART_FIELDS(JSON_NULLABLE)};
const struct json_schema SALE_REQUEST_SCHEMA =
    JSON_SCHEMA("SaleRequest", struct sale_request, SALE_REQUEST_FIELDS, .check = check_redeeming);

/* ---- Sync: a sale with its key; what is wrong in one is its own matter ---- */

static const char *key_wrong(struct str key)
{
    for (size_t i = 0; i < key.len; i++) {
        if (key.data[i] < ' ' || key.data[i] > '~')
            return "must be printable ASCII characters";
    }
    return NULL;
}

_Static_assert(offsetof(struct sync_sale, request) == 0, "the tables share its offsets");
static const struct json_field SYNC_SALE_FIELDS[] = {
    {"idempotencyKey", JSON_STRING, JSON_REQUIRED, offsetof(struct sync_sale, key), .min = 1,
     .max = SYNC_KEY_MAX, .wrong = key_wrong, .summary = "as the header's, and of the same namespace"},
    PAID_CART_FIELDS(JSON_REQUIRED),
};
static const struct json_schema SYNC_SALE_SCHEMA =
    JSON_SCHEMA("SyncSale", struct sync_sale, SYNC_SALE_FIELDS, .faults = offsetof(struct sync_sale, faults));

static const struct json_field SYNC_REQUEST_FIELDS[] = {
    {"deviceId", JSON_STRING, JSON_REQUIRED, offsetof(struct sync_request, device_id), .min = 1,
     .max = SYNC_DEVICE_MAX},
    {"final", JSON_BOOLEAN, 0, offsetof(struct sync_request, is_final),
     .summary = "the till has no more: device.synced is published"},
    {"sales", JSON_ARRAY, JSON_REQUIRED, offsetof(struct sync_request, sales), .min = 1,
     .max = SYNC_SALES_MAX, .schema = &SYNC_SALE_SCHEMA},
};
const struct json_schema SYNC_REQUEST_SCHEMA =
    JSON_SCHEMA("SyncRequest", struct sync_request, SYNC_REQUEST_FIELDS);

const char *const SYNC_STATUS_NAMES[] = {"stored", "replayed", "review", "rejected", NULL};

static const struct json_field SYNC_OUTCOME_FIELDS[] = {
    {"idempotencyKey", JSON_STRING, JSON_NULLABLE, offsetof(struct sync_outcome, key),
     .summary = "null: it had none that could be read"},
    {"status", JSON_ENUM, 0, offsetof(struct sync_outcome, status), .values = SYNC_STATUS_NAMES},
    {"transactionId", JSON_UUID, JSON_OMIT_EMPTY, offsetof(struct sync_outcome, transaction_id)},
    {"problem", JSON_RAW, JSON_OMIT_EMPTY, offsetof(struct sync_outcome, problem),
     .summary = "why it was rejected: as application/problem+json"},
};
const struct json_schema SYNC_OUTCOME_SCHEMA =
    JSON_SCHEMA("SyncOutcome", struct sync_outcome, SYNC_OUTCOME_FIELDS);

/* ---- Quotes, parked carts, lists ---- */

static const struct json_field QUOTE_REQUEST_FIELDS[] = {CART_FIELDS(JSON_NULLABLE)};
const struct json_schema QUOTE_REQUEST_SCHEMA =
    JSON_SCHEMA("QuoteRequest", struct sale_request, QUOTE_REQUEST_FIELDS, .check = check_redeeming);

/* A parked cart is a quote's body with a name, and read back as one. */
static void check_held(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct held_bill *bill = object;
    check_redeeming(&bill->cart, units, errors);
}

#define HELD(member) (offsetof(struct held_bill, cart) + offsetof(struct sale_request, member))
static const struct json_field HELD_BILL_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, offsetof(struct held_bill, id)},
    {"name", JSON_STRING, JSON_NULLABLE, offsetof(struct held_bill, name), .max = HELD_NAME_MAX},
    {"outletId", JSON_UUID, JSON_REQUIRED, HELD(outlet_id)},
    {"orderType", JSON_ENUM, JSON_REQUIRED, HELD(order_type), .values = ORDER_TYPE_NAMES},
    {"tableId", JSON_UUID, JSON_NULLABLE, HELD(table_id)},
    {"customerId", JSON_UUID, JSON_NULLABLE, HELD(customer_id)},
    {"items", JSON_ARRAY, JSON_REQUIRED, HELD(items), .min = 1, .max = PRICING_LINES_MAX,
     .schema = &ITEM_REQUEST_SCHEMA},
    {"discounts", JSON_ARRAY, JSON_NULLABLE, HELD(discounts), .max = DISCOUNTS_MAX,
     .schema = &DISCOUNT_REQUEST_SCHEMA},
    {"loyaltyPointsRedeemed", JSON_INTEGER, JSON_NULLABLE, HELD(points_redeemed)},
    {"orderIds", JSON_ARRAY, JSON_NULLABLE, HELD(order_ids), .max = ORDERS_MAX, .element = JSON_UUID,
     .summary = "kitchen orders that the bill is of"},
    {"notes", JSON_STRING, JSON_NULLABLE, HELD(notes), .max = NOTES_MAX},
    {"employeeId", JSON_UUID, JSON_READ_ONLY, HELD(employee_id), .summary = "who parked it"},
    {"createdAt", JSON_TIME, JSON_READ_ONLY, offsetof(struct held_bill, created_at)},
};
static const struct held_bill HELD_BILL_DEFAULTS = {
    .cart = {.order_type = JSON_NONE, .points_redeemed = JSON_NONE, .client_created_at = JSON_NONE},
    .created_at = JSON_NONE};
const struct json_schema HELD_BILL_SCHEMA = JSON_SCHEMA("HeldBill", struct held_bill, HELD_BILL_FIELDS,
                                                        .defaults = &HELD_BILL_DEFAULTS, .check = check_held);

static const struct json_field SALE_FILTER_FIELDS[] = {
    PERIOD_FIELDS(struct sale_filter),
    {"outletId", JSON_UUID, 0, offsetof(struct sale_filter, outlet_id)},
    {"status", JSON_ENUM, 0, offsetof(struct sale_filter, status), .values = SALE_STATUS_NAMES},
    {"type", JSON_ENUM, 0, offsetof(struct sale_filter, type), .values = SALE_TYPE_NAMES},
    {"employeeId", JSON_UUID, 0, offsetof(struct sale_filter, employee_id)},
    {"customerId", JSON_UUID, 0, offsetof(struct sale_filter, customer_id)},
    {"search", JSON_STRING, 0, offsetof(struct sale_filter, search), .max = SEARCH_MAX,
     .summary = "part of the receipt number"},
    {"needsReview", JSON_ENUM, 0, offsetof(struct sale_filter, needs_review), .values = BOOLEAN_NAMES},
};
const struct json_schema SALE_FILTER_SCHEMA =
    JSON_SCHEMA("TransactionFilter", struct sale_filter, SALE_FILTER_FIELDS);
