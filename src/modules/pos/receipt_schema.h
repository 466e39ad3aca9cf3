/* The receipt of a transaction as JSON, and what a request for it may ask. */
#pragma once
#include "domain/receipt.h"
#include "modules/pos/sale_schema.h"

enum receipt_format { RECEIPT_FORMAT_JSON, RECEIPT_FORMAT_HTML, RECEIPT_FORMAT_TEXT, RECEIPT_FORMAT_ESCPOS };
enum receipt_width { RECEIPT_WIDTH_58, RECEIPT_WIDTH_80 };
enum receipt_code_page_name { RECEIPT_PAGE_CP437, RECEIPT_PAGE_CP1252 };

struct receipt_query {
    int64_t format, width, code_page; /* the enums above */
    int64_t language;                 /* enum receipt_language; JSON_NONE: by the currency */
    bool print, drawer, qr;
};

/* What was printed of it so far. */
struct receipt_prints {
    int64_t count, first_at, last_at; /* 0 and JSON_NONE: nothing yet */
};

struct receipt_answer {
    struct receipt receipt;
    struct uuid transaction_id;
    struct str local_time; /* 2026-02-06T14:03:59+07:00 */
    int64_t created_at, paid_minor;
    struct receipt_prints prints;
};

extern const struct json_schema RECEIPT_QUERY_SCHEMA, RECEIPT_SCHEMA;
