/* A receipt: what it says, and how it looks as text, on a page and on a thermal printer. Pure.
 *
 * Amounts are minor units as they are printed. Where prices include tax and service charge, lines, subtotal
 * and discounts are as on the shelf and the two are told below the total; elsewhere they are added to it. So
 * what stands in the right column always adds up:
 *     subtotal − discounts (+ service charge + tax) + rounding = grand total
 * A refund's amounts are negative. Texts come from users: nothing in them can reach the printer or the
 * browser but as text. */
#pragma once
#include "base/buf.h"
#include "base/json.h"
#include "base/zone.h"

enum receipt_language { RECEIPT_ID, RECEIPT_EN, RECEIPT_LANGUAGES };
enum receipt_type { RECEIPT_SALE, RECEIPT_REFUND };
enum receipt_status {
    RECEIPT_PENDING,
    RECEIPT_COMPLETED,
    RECEIPT_VOIDED,
    RECEIPT_REFUNDED,
    RECEIPT_PARTIALLY_REFUNDED
};

struct receipt_modifier {
    struct str name;
    int64_t price_minor; /* of one */
    int64_t count;       /* how often it was chosen for one piece */
};

struct receipt_discount {
    struct str reason;
    int64_t percent; /* hundredths of a percent; JSON_NONE: a fixed amount */
    int64_t amount_minor;
};

struct receipt_line {
    struct str name, variant, notes;
    int64_t quantity_milli;
    int64_t unit_price_minor; /* of one piece with its modifiers */
    int64_t total_minor;      /* unit price × quantity, before the line's discounts */
    JSON_ARRAY_OF(struct receipt_modifier) modifiers;
    JSON_ARRAY_OF(struct receipt_discount) discounts;
};

struct receipt_payment {
    struct str method; /* as on the wire: "cash", "qris" */
    int64_t amount_minor;
    struct str reference;
};

/* Absent texts are not printed. */
struct receipt {
    struct str business_name, outlet_name, address, phone;
    struct str tax_number;     /* NPWP */
    struct str header, footer; /* may have several lines; without a footer it says thanks */

    struct str number;
    struct str original_number; /* of a refund: the receipt of the sale */
    struct str reason;          /* of a refund or a void */
    struct local_time issued;   /* in the outlet's zone */
    struct str cashier, table_name, customer_name, notes;
    struct str order_type; /* as on the wire: "dine_in" */
    int64_t type;          /* enum receipt_type */
    int64_t status;        /* enum receipt_status */
    int64_t copy;          /* 0: the original; else which copy this is */

    struct str currency; /* ISO 4217 */
    int currency_decimals;
    JSON_ARRAY_OF(struct receipt_line) lines;
    int64_t subtotal_minor; /* Σ lines less their own discounts */
    JSON_ARRAY_OF(struct receipt_discount) discounts;
    int64_t service_charge_minor, service_charge_rate_bp;
    struct str tax_name; /* PPN, PBJT; absent: just "tax" */
    int64_t tax_minor, tax_rate_bp;
    bool prices_include_tax;
    int64_t rounding_minor, grand_total_minor;
    JSON_ARRAY_OF(struct receipt_payment) payments;
    int64_t change_minor;

    enum receipt_language language;
};

/* Columns of the usual fonts on the usual paper. */
enum receipt_columns { RECEIPT_COLUMNS_58_MM = 32, RECEIPT_COLUMNS_80_MM = 48 };

/* What a printer's bytes above 0x7F mean. */
enum receipt_code_page { RECEIPT_UTF8, RECEIPT_CP437, RECEIPT_CP1252 };

struct receipt_printer {
    size_t columns; /* at least 28 */
    enum receipt_code_page code_page;
    bool open_drawer;
    struct str qr; /* printed as a QR code; STR_NONE: none, and none above 500 bytes */
};

/* All append to `out` and use its arena; look at out->overflowed when done. */
void receipt_text(struct buf *out, const struct receipt *receipt,
                  size_t columns);                                               /* UTF-8, lines end in LF */
void receipt_html(struct buf *out, const struct receipt *receipt, int paper_mm); /* a whole document */
void receipt_escpos(struct buf *out, const struct receipt *receipt, const struct receipt_printer *printer);
