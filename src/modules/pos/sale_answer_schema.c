/* What /pos answers: quotes, sales, refunds. */
#include "modules/pos/sale_schema.h"

#include "base/decimal.h"

/* A refund's amounts are negative, and so may the rounding be. */
#define SIGNED .min = -MONEY_MAX_MINOR, .max = MONEY_MAX_MINOR

#define TOTALS_FIELDS(type)                                                             \
    {"subtotal", JSON_MONEY, 0, offsetof(type, subtotal_minor), SIGNED},                \
        {"discountAmount", JSON_MONEY, 0, offsetof(type, discount_minor), SIGNED},      \
        {"serviceCharge", JSON_MONEY, 0, offsetof(type, service_charge_minor), SIGNED}, \
    {                                                                                   \
        "taxAmount", JSON_MONEY, 0, offsetof(type, tax_minor), SIGNED                   \
    }
#define PAID_FIELDS(type)                                                         \
    {"rounding", JSON_MONEY, 0, offsetof(type, rounding_minor), SIGNED},          \
        {"grandTotal", JSON_MONEY, 0, offsetof(type, grand_total_minor), SIGNED}, \
        {"paid", JSON_MONEY, 0, offsetof(type, paid_minor), SIGNED},              \
    {                                                                             \
        "change", JSON_MONEY, 0, offsetof(type, change_minor), SIGNED             \
    }

static const struct json_field SALE_RESULT_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct sale_result, id)},
    {"transactionId", JSON_UUID, 0, offsetof(struct sale_result, transaction_id)},
    {"receiptNumber", JSON_STRING, 0, offsetof(struct sale_result, receipt_number)},
    TOTALS_FIELDS(struct sale_result),
    PAID_FIELDS(struct sale_result),
    {"createdAt", JSON_TIME, 0, offsetof(struct sale_result, created_at)},
};
const struct json_schema SALE_RESULT_SCHEMA = JSON_SCHEMA("Sale", struct sale_result, SALE_RESULT_FIELDS);

static const struct json_field SALE_MODIFIER_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct sale_modifier, id)},
    {"name", JSON_STRING, 0, offsetof(struct sale_modifier, name)},
    {"price", JSON_MONEY, 0, offsetof(struct sale_modifier, price_minor)},
};
const struct json_schema SALE_MODIFIER_SCHEMA =
    JSON_SCHEMA("SaleModifier", struct sale_modifier, SALE_MODIFIER_FIELDS);

#define ITEM_FIELDS                                                                                  \
    {"productId", JSON_UUID, 0, offsetof(struct sale_item, product_id)},                             \
        {"productName", JSON_STRING, 0, offsetof(struct sale_item, product_name)},                   \
        {"variantId", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_item, variant_id)},             \
        {"variantName", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_item, variant_name)},       \
        {"quantity", JSON_QUANTITY, 0, offsetof(struct sale_item, quantity_milli)},                  \
        {"unitPrice", JSON_MONEY, 0, offsetof(struct sale_item, unit_price_minor),                   \
         .summary = "of product or variant, without modifiers"},                                     \
        {"modifiers", JSON_ARRAY, 0, offsetof(struct sale_item, modifiers),                          \
         .schema = &SALE_MODIFIER_SCHEMA},                                                           \
        {"discountAmount", JSON_MONEY, 0, offsetof(struct sale_item, discount_minor),                \
         .summary = "the line's own"},                                                               \
        {"discountReason", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_item, discount_reason)}, \
        {"subtotal", JSON_MONEY, 0, offsetof(struct sale_item, subtotal_minor)},                     \
        {"billDiscountAmount", JSON_MONEY, 0, offsetof(struct sale_item, bill_discount_minor),       \
         .summary = "the line's share of the bill's discounts"},                                     \
        {"serviceCharge", JSON_MONEY, 0, offsetof(struct sale_item, service_charge_minor)},          \
        {"taxAmount", JSON_MONEY, 0, offsetof(struct sale_item, tax_minor)},                         \
    {                                                                                                \
        "notes", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_item, notes)                       \
    }

static const struct json_field SALE_ITEM_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct sale_item, id)},
    ITEM_FIELDS,
    {"cost", JSON_MONEY, JSON_OMIT_EMPTY, offsetof(struct sale_item, cost_minor),
     .summary = "of the goods, where it is known; for managers and owners"},
    {"refundedQuantity", JSON_QUANTITY, 0, offsetof(struct sale_item, refunded_milli),
     .summary = "over all refunds of the sale"},
    {"transactionItemId", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_item, transaction_item_id),
     .summary = "of a refund: the line that it gives back"},
    {"restock", JSON_BOOLEAN, 0, offsetof(struct sale_item, restock),
     .summary = "of a refund: the goods went back into stock"},
};
static const struct json_schema SALE_ITEM_SCHEMA =
    JSON_SCHEMA("TransactionItem", struct sale_item, SALE_ITEM_FIELDS);

static const struct json_field QUOTE_ITEM_FIELDS[] = {ITEM_FIELDS};
static const struct json_schema QUOTE_ITEM_SCHEMA =
    JSON_SCHEMA("QuoteItem", struct sale_item, QUOTE_ITEM_FIELDS);

static const struct json_field QUOTE_FIELDS[] = {
    TOTALS_FIELDS(struct sale_quote),
    {"rounding", JSON_MONEY, 0, offsetof(struct sale_quote, rounding_minor), SIGNED},
    {"grandTotal", JSON_MONEY, 0, offsetof(struct sale_quote, grand_total_minor), SIGNED, .summary = "exact"},
    {"cashTotal", JSON_MONEY, 0, offsetof(struct sale_quote, cash_total_minor),
     .summary = "what is due when all is paid in cash"},
    {"overrideRequired", JSON_BOOLEAN, 0, offsetof(struct sale_quote, override_required),
     .summary = "the discounts are above the caller's limit"},
    {"items", JSON_ARRAY, 0, offsetof(struct sale_quote, items), .schema = &QUOTE_ITEM_SCHEMA},
};
const struct json_schema QUOTE_SCHEMA = JSON_SCHEMA("Quote", struct sale_quote, QUOTE_FIELDS);

static const struct json_field SALE_DISCOUNT_FIELDS[] = {
    {"type", JSON_ENUM, 0, offsetof(struct sale_discount, type), .values = DISCOUNT_TYPE_NAMES},
    {"value", JSON_AMOUNT, 0, offsetof(struct sale_discount, value)},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_discount, reason)},
    {"amount", JSON_MONEY, 0, offsetof(struct sale_discount, amount_minor), .summary = "as on the shelf"},
};
const struct json_schema SALE_DISCOUNT_SCHEMA =
    JSON_SCHEMA("TransactionDiscount", struct sale_discount, SALE_DISCOUNT_FIELDS);

static const struct json_field SALE_PAYMENT_FIELDS[] = {
    {"method", JSON_ENUM, 0, offsetof(struct sale_payment, method), .values = PAYMENT_METHOD_NAMES},
    {"amount", JSON_MONEY, 0, offsetof(struct sale_payment, amount_minor)},
    {"referenceNumber", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_payment, reference_number)},
};
static const struct json_schema SALE_PAYMENT_SCHEMA =
    JSON_SCHEMA("TransactionPayment", struct sale_payment, SALE_PAYMENT_FIELDS);

#define HEADER_FIELDS                                                                                      \
    {"id", JSON_UUID, 0, offsetof(struct sale_header, id)},                                                \
        {"transactionId", JSON_UUID, 0, offsetof(struct sale_header, transaction_id)},                     \
        {"receiptNumber", JSON_STRING, 0, offsetof(struct sale_header, receipt_number)},                   \
        {"type", JSON_ENUM, 0, offsetof(struct sale_header, type), .values = SALE_TYPE_NAMES},             \
        {"status", JSON_ENUM, 0, offsetof(struct sale_header, status), .values = SALE_STATUS_NAMES},       \
        {"channel", JSON_ENUM, 0, offsetof(struct sale_header, channel), .values = CHANNEL_NAMES},         \
        {"orderType", JSON_ENUM, 0, offsetof(struct sale_header, order_type), .values = ORDER_TYPE_NAMES}, \
        {"outletId", JSON_UUID, 0, offsetof(struct sale_header, outlet_id)},                               \
        {"shiftId", JSON_UUID, 0, offsetof(struct sale_header, shift_id)},                                 \
        {"employeeId", JSON_UUID, 0, offsetof(struct sale_header, employee_id)},                           \
        {"customerId", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_header, customer_id)},               \
        {"tableId", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_header, table_id)},                     \
        TOTALS_FIELDS(struct sale_header), PAID_FIELDS(struct sale_header),                                \
        {"loyaltyPointsRedeemed", JSON_INTEGER, 0, offsetof(struct sale_header, points_redeemed)},         \
        {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_header, notes)},                        \
        {"needsReview", JSON_BOOLEAN, 0, offsetof(struct sale_header, needs_review)},                      \
        {"reviewReasons", JSON_RAW, 0, offsetof(struct sale_header, review_reasons),                       \
         .summary = "codes of what would have been refused at a till with a line; kept after the review"}, \
        {"clientCreatedAt", JSON_TIME, JSON_NULLABLE, offsetof(struct sale_header, client_created_at)},    \
        {"late", JSON_BOOLEAN, 0, offsetof(struct sale_header, late),                                      \
         .summary = "its shift was closed when it came in"},                                               \
        {"refundOf", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_header, refund_of)},                   \
        {"businessDate", JSON_DATE, 0, offsetof(struct sale_header, business_date)},                       \
    {                                                                                                      \
        "createdAt", JSON_TIME, 0, offsetof(struct sale_header, created_at)                                \
    }

static const struct json_field SALE_HEADER_FIELDS[] = {HEADER_FIELDS};
const struct json_schema SALE_HEADER_SCHEMA =
    JSON_SCHEMA("TransactionSummary", struct sale_header, SALE_HEADER_FIELDS);

static const struct json_field SALE_REFUND_FIELDS[] = {
    HEADER_FIELDS,
    {"refundReason", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_refund, refund_reason)},
    {"items", JSON_ARRAY, 0, offsetof(struct sale_refund, items), .schema = &SALE_ITEM_SCHEMA},
};
static const struct json_schema SALE_REFUND_SCHEMA =
    JSON_SCHEMA("TransactionRefund", struct sale_refund, SALE_REFUND_FIELDS);

static const struct json_field SALE_DETAIL_FIELDS[] = {
    HEADER_FIELDS,
    {"refundReason", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_detail, refund_reason)},
    {"voidReason", JSON_STRING, JSON_NULLABLE, offsetof(struct sale_detail, void_reason)},
    {"voidedAt", JSON_TIME, JSON_NULLABLE, offsetof(struct sale_detail, voided_at)},
    {"voidedBy", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_detail, voided_by)},
    {"approvedBy", JSON_UUID, JSON_NULLABLE, offsetof(struct sale_detail, approved_by),
     .summary = "of the void or the refund"},
    {"orderIds", JSON_RAW, 0, offsetof(struct sale_detail, order_ids),
     .summary = "an array: the kitchen orders that it settles"},
    {"discounts", JSON_ARRAY, 0, offsetof(struct sale_detail, discounts), .schema = &SALE_DISCOUNT_SCHEMA},
    {"items", JSON_ARRAY, 0, offsetof(struct sale_detail, items), .schema = &SALE_ITEM_SCHEMA},
    {"payments", JSON_ARRAY, 0, offsetof(struct sale_detail, payments), .schema = &SALE_PAYMENT_SCHEMA},
    {"refunds", JSON_ARRAY, 0, offsetof(struct sale_detail, refunds), .schema = &SALE_REFUND_SCHEMA,
     .summary = "the first 100"},
};
const struct json_schema SALE_DETAIL_SCHEMA =
    JSON_SCHEMA("Transaction", struct sale_detail, SALE_DETAIL_FIELDS);
