/* See receipt_schema.h. */
#include "modules/pos/receipt_schema.h"

#include "base/decimal.h"

/* The words of the wire stand for both enums. */
_Static_assert((int)RECEIPT_REFUND == (int)SALE_TYPE_REFUND, "one list of names");
_Static_assert((int)RECEIPT_PARTIALLY_REFUNDED == (int)SALE_PARTIALLY_REFUNDED, "one list of names");

/* ---- The query ---- */

static const char *const FORMAT_NAMES[] = {"json", "html", "text", "escpos", NULL};
static const char *const WIDTH_NAMES[] = {"58", "80", NULL};
static const char *const LANGUAGE_NAMES[] = {"id", "en", NULL};
static const char *const CODE_PAGE_NAMES[] = {"cp437", "cp1252", NULL};

static const struct receipt_query QUERY_DEFAULTS = {
    .format = RECEIPT_FORMAT_JSON,
    .width = RECEIPT_WIDTH_80,
    .code_page = RECEIPT_PAGE_CP437,
    .language = JSON_NONE,
    .drawer = true,
    .qr = true,
};

static void check_query(const void *object, const struct json_units *units, struct json_errors *errors)
{
    static const char only_escpos[] = "is for format=escpos";
    const struct receipt_query *query = object;
    (void)units;
    if (query->format == RECEIPT_FORMAT_ESCPOS)
        return;
    if (!query->drawer)
        json_error_add(errors, "drawer", only_escpos);
    if (!query->qr)
        json_error_add(errors, "qr", only_escpos);
    if (query->code_page != QUERY_DEFAULTS.code_page)
        json_error_add(errors, "codePage", only_escpos);
}

static const struct json_field QUERY_FIELDS[] = {
    {"format", JSON_ENUM, 0, offsetof(struct receipt_query, format), .values = FORMAT_NAMES,
     .summary = "json, unless told: html (text/html), text (text/plain), escpos (application/octet-stream)"},
    {"width", JSON_ENUM, 0, offsetof(struct receipt_query, width), .values = WIDTH_NAMES,
     .summary = "of the paper in mm: 80, unless told; 32 or 48 columns"},
    {"lang", JSON_ENUM, 0, offsetof(struct receipt_query, language), .values = LANGUAGE_NAMES,
     .summary = "unless told, id where the currency is IDR, else en"},
    {"print", JSON_BOOLEAN, 0, offsetof(struct receipt_query, print),
     .summary = "counts a print: the first is the original, all later ones are marked as copies"},
    {"drawer", JSON_BOOLEAN, 0, offsetof(struct receipt_query, drawer),
     .summary = "escpos: opens the cash drawer for what was paid in cash, but not with a copy; false: never"},
    {"qr", JSON_BOOLEAN, 0, offsetof(struct receipt_query, qr),
     .summary = "escpos: the receipt number as a QR code, to find the sale by a scanner; false: without"},
    {"codePage", JSON_ENUM, 0, offsetof(struct receipt_query, code_page), .values = CODE_PAGE_NAMES,
     .summary = "escpos: of the printer; cp437, unless told"},
};
const struct json_schema RECEIPT_QUERY_SCHEMA = JSON_SCHEMA(
    "ReceiptQuery", struct receipt_query, QUERY_FIELDS, .defaults = &QUERY_DEFAULTS, .check = check_query);

/* ---- The answer ---- */

#define SIGNED .min = -MONEY_MAX_MINOR, .max = MONEY_MAX_MINOR

static const struct json_field MODIFIER_FIELDS[] = {
    {"name", JSON_STRING, 0, offsetof(struct receipt_modifier, name)},
    {"price", JSON_MONEY, 0, offsetof(struct receipt_modifier, price_minor), .summary = "of one"},
    {"quantity", JSON_INTEGER, 0, offsetof(struct receipt_modifier, count)},
};
static const struct json_schema MODIFIER_SCHEMA =
    JSON_SCHEMA("ReceiptModifier", struct receipt_modifier, MODIFIER_FIELDS);

static const struct json_field DISCOUNT_FIELDS[] = {
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct receipt_discount, reason)},
    {"percentage", JSON_AMOUNT, JSON_NULLABLE, offsetof(struct receipt_discount, percent)},
    {"amount", JSON_MONEY, 0, offsetof(struct receipt_discount, amount_minor), SIGNED},
};
static const struct json_schema DISCOUNT_SCHEMA =
    JSON_SCHEMA("ReceiptDiscount", struct receipt_discount, DISCOUNT_FIELDS);

static const struct json_field LINE_FIELDS[] = {
    {"name", JSON_STRING, 0, offsetof(struct receipt_line, name)},
    {"variantName", JSON_STRING, JSON_NULLABLE, offsetof(struct receipt_line, variant)},
    {"quantity", JSON_QUANTITY, 0, offsetof(struct receipt_line, quantity_milli)},
    {"unitPrice", JSON_MONEY, 0, offsetof(struct receipt_line, unit_price_minor),
     .summary = "of one piece with its modifiers"},
    {"total", JSON_MONEY, 0, offsetof(struct receipt_line, total_minor), SIGNED,
     .summary = "before the line's discounts"},
    {"modifiers", JSON_ARRAY, 0, offsetof(struct receipt_line, modifiers), .schema = &MODIFIER_SCHEMA},
    {"discounts", JSON_ARRAY, 0, offsetof(struct receipt_line, discounts), .schema = &DISCOUNT_SCHEMA},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct receipt_line, notes)},
};
static const struct json_schema LINE_SCHEMA = JSON_SCHEMA("ReceiptLine", struct receipt_line, LINE_FIELDS);

static const struct json_field PAYMENT_FIELDS[] = {
    {"method", JSON_STRING, 0, offsetof(struct receipt_payment, method)},
    {"amount", JSON_MONEY, 0, offsetof(struct receipt_payment, amount_minor), SIGNED},
    {"referenceNumber", JSON_STRING, JSON_NULLABLE, offsetof(struct receipt_payment, reference)},
};
static const struct json_schema PAYMENT_SCHEMA =
    JSON_SCHEMA("ReceiptPayment", struct receipt_payment, PAYMENT_FIELDS);

#define OF(member) offsetof(struct receipt_answer, receipt.member)

static const struct json_field RECEIPT_FIELDS[] = {
    {"transactionId", JSON_UUID, 0, offsetof(struct receipt_answer, transaction_id)},
    {"type", JSON_ENUM, 0, OF(type), .values = SALE_TYPE_NAMES},
    {"status", JSON_ENUM, 0, OF(status), .values = SALE_STATUS_NAMES},
    {"copy", JSON_INTEGER, 0, OF(copy), .summary = "0: the original; else which copy this is, or would be"},
    {"printedCount", JSON_INTEGER, 0, offsetof(struct receipt_answer, prints.count)},
    {"firstPrintedAt", JSON_TIME, JSON_NULLABLE, offsetof(struct receipt_answer, prints.first_at)},
    {"lastPrintedAt", JSON_TIME, JSON_NULLABLE, offsetof(struct receipt_answer, prints.last_at)},
    {"businessName", JSON_STRING, 0, OF(business_name)},
    {"outletName", JSON_STRING, 0, OF(outlet_name)},
    {"address", JSON_STRING, JSON_NULLABLE, OF(address)},
    {"phone", JSON_STRING, JSON_NULLABLE, OF(phone)},
    {"taxNumber", JSON_STRING, JSON_NULLABLE, OF(tax_number), .summary = "NPWP"},
    {"header", JSON_STRING, JSON_NULLABLE, OF(header)},
    {"footer", JSON_STRING, JSON_NULLABLE, OF(footer)},
    {"receiptNumber", JSON_STRING, 0, OF(number)},
    {"originalReceiptNumber", JSON_STRING, JSON_NULLABLE, OF(original_number),
     .summary = "of a refund: the receipt of the sale"},
    {"reason", JSON_STRING, JSON_NULLABLE, OF(reason), .summary = "of a refund or a void"},
    {"createdAt", JSON_TIME, 0, offsetof(struct receipt_answer, created_at)},
    {"localTime", JSON_STRING, 0, offsetof(struct receipt_answer, local_time),
     .summary = "of the outlet, when it was sold: 2026-02-06T14:03:59+07:00"},
    {"cashierName", JSON_STRING, JSON_NULLABLE, OF(cashier)},
    {"orderType", JSON_STRING, 0, OF(order_type)},
    {"tableName", JSON_STRING, JSON_NULLABLE, OF(table_name)},
    {"customerName", JSON_STRING, JSON_NULLABLE, OF(customer_name)},
    {"notes", JSON_STRING, JSON_NULLABLE, OF(notes)},
    {"currency", JSON_STRING, 0, OF(currency)},
    {"lines", JSON_ARRAY, 0, OF(lines), .schema = &LINE_SCHEMA},
    {"subtotal", JSON_MONEY, 0, OF(subtotal_minor), SIGNED,
     .summary = "as printed: where prices include tax and service charge, it does too"},
    {"discounts", JSON_ARRAY, 0, OF(discounts), .schema = &DISCOUNT_SCHEMA},
    {"pricesIncludeTax", JSON_BOOLEAN, 0, OF(prices_include_tax),
     .summary = "tax and service charge are in the subtotal; otherwise they are added to it"},
    {"serviceCharge", JSON_MONEY, 0, OF(service_charge_minor), SIGNED},
    {"serviceChargeRate", JSON_RATE, 0, OF(service_charge_rate_bp)},
    {"taxName", JSON_STRING, JSON_NULLABLE, OF(tax_name)},
    {"taxAmount", JSON_MONEY, 0, OF(tax_minor), SIGNED},
    {"taxRate", JSON_RATE, 0, OF(tax_rate_bp)},
    {"rounding", JSON_MONEY, 0, OF(rounding_minor), SIGNED},
    {"grandTotal", JSON_MONEY, 0, OF(grand_total_minor), SIGNED},
    {"payments", JSON_ARRAY, 0, OF(payments), .schema = &PAYMENT_SCHEMA},
    {"paid", JSON_MONEY, 0, offsetof(struct receipt_answer, paid_minor), SIGNED},
    {"change", JSON_MONEY, 0, OF(change_minor), SIGNED},
};
const struct json_schema RECEIPT_SCHEMA = JSON_SCHEMA("Receipt", struct receipt_answer, RECEIPT_FIELDS);
