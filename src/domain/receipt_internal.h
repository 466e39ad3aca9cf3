/* What the renderers of a receipt share: words and figures, characters, rows of columns. */
#pragma once
#include "domain/receipt.h"

/* ---- receipt_labels.c: words and figures in the receipt's language ---- */

enum receipt_label {
    LABEL_PHONE,
    LABEL_TAX_NUMBER,
    LABEL_NUMBER,
    LABEL_ORIGINAL,
    LABEL_REASON,
    LABEL_DATE,
    LABEL_CASHIER,
    LABEL_ORDER,
    LABEL_TABLE,
    LABEL_CUSTOMER,
    LABEL_NOTES,
    LABEL_ITEM,
    LABEL_AMOUNT,
    LABEL_SUBTOTAL,
    LABEL_DISCOUNT,
    LABEL_SERVICE_CHARGE,
    LABEL_TAX,
    LABEL_ROUNDING,
    LABEL_TOTAL,
    LABEL_REFERENCE,
    LABEL_CHANGE,
    LABEL_INCLUDED,
    LABEL_THANKS,
    LABEL_RECEIPT,
    LABEL_COPY,
    LABEL_REFUND,
    LABEL_PENDING,
    LABEL_VOIDED,
    LABEL_REFUNDED,
    LABEL_PARTIALLY_REFUNDED,
    LABELS
};

struct str receipt_label(const struct receipt *receipt, enum receipt_label label);
struct str receipt_order_type(const struct receipt *receipt); /* STR_NONE: not worth saying */
struct str receipt_method(const struct receipt *receipt, struct str method);

/* Texts in the arena. */
struct str receipt_amount(struct arena *arena, const struct receipt *receipt, int64_t minor); /* 13.700 */
struct str receipt_money(struct arena *arena, const struct receipt *receipt, int64_t minor);  /* Rp13.700 */
struct str receipt_quantity(struct arena *arena, const struct receipt *receipt, int64_t milli);
struct str receipt_date(struct arena *arena, const struct receipt *receipt);   /* 06 Feb 2026 14:03 */
struct str receipt_name(struct arena *arena, const struct receipt_line *line); /* with its variant */
struct str receipt_modifier_text(struct arena *arena, const struct receipt *receipt,
                                 const struct receipt_modifier *modifier); /* "2 x Shot @5.000" */
struct str receipt_discount_text(struct arena *arena, const struct receipt *receipt,
                                 const struct receipt_discount *discount); /* "Diskon 10% (Member)" */
struct str receipt_service_charge(struct arena *arena, const struct receipt *receipt);
struct str receipt_tax(struct arena *arena, const struct receipt *receipt);

struct str receipt_count(struct arena *arena, const struct receipt *receipt,
                         const struct receipt_line *line);    /* "2 x 37.000" */
bool receipt_has_parts(const struct receipt *receipt);        /* the total is more than the subtotal alone */
bool receipt_includes_charges(const struct receipt *receipt); /* told below the total, not added to it */

/* Number, date, cashier, …: what there is. */
#define RECEIPT_FACTS_MAX 9
struct receipt_fact {
    struct str label, value;
};
size_t receipt_facts(struct arena *arena, const struct receipt *receipt,
                     struct receipt_fact ret_facts[RECEIPT_FACTS_MAX]);

/* What must not be overlooked: copy, void, refund. */
#define RECEIPT_MARKS_MAX 3
size_t receipt_marks(struct arena *arena, const struct receipt *receipt,
                     struct str ret_marks[RECEIPT_MARKS_MAX]);

/* ---- receipt_chars.c: characters of users ---- */

/* Only what can be shown: control characters become blanks, invisible ones that turn or join text are
 * dropped; for a printer's code page what it lacks is spelled otherwise, at worst `?`. The answer is UTF-8
 * whose characters are all in the page. */
struct str receipt_clean(struct arena *arena, struct str text, enum receipt_code_page page);
/* The code point at the start of `text` (not empty) and its length; U+FFFD where the bytes are no UTF-8. */
uint32_t receipt_char(struct str text, size_t *ret_step);
size_t receipt_char_width(uint32_t code); /* 0, 1 or 2 */
size_t receipt_width(struct str text);    /* of clean text */
/* A clean text's bytes in the page. */
void receipt_encode(struct buf *out, struct str text, enum receipt_code_page page);

/* receipt_code_page.c */
int receipt_code_page_byte(enum receipt_code_page page, uint32_t code); /* 0x80–0xFF; −1: not in it */
#define RECEIPT_SPELLING_MAX 5
bool receipt_spell(uint32_t code, char ret_text[RECEIPT_SPELLING_MAX]); /* in ASCII; false: it has none */

/* ---- receipt_layout.c: rows of at most so many columns ---- */

enum receipt_style { STYLE_PLAIN = 0, STYLE_STRONG = 1, STYLE_TALL = 2 };

struct receipt_row {
    struct receipt_row *next;
    struct str text; /* clean */
    unsigned style;
};

struct receipt_page {
    struct arena *arena;
    size_t columns;
    enum receipt_code_page code_page;
    struct receipt_row *first, *last;
};

/* Texts are cleaned here; absent ones leave no row. */
void layout_lines(struct receipt_page *page, struct str text,
                  unsigned style); /* centred, as many as it has */
void layout_text(struct receipt_page *page, size_t indent, size_t hanging, struct str text, unsigned style);
/* The label at the left, the value at the right of the last row. */
void layout_pair(struct receipt_page *page, size_t indent, struct str label, struct str value,
                 unsigned style);
/* The label, and the value in a column of its own. */
void layout_fact(struct receipt_page *page, size_t label_columns, struct str label, struct str value);
void layout_rule(struct receipt_page *page, char c);
void layout_blank(struct receipt_page *page);

/* receipt_rows.c: the whole receipt as rows. */
void receipt_rows(struct receipt_page *page, const struct receipt *receipt);
