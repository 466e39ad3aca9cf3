/* Texts and amounts of any kind on a receipt: on paper no line is wider than the paper and no byte of a text
 * is a command to the printer; on the page no text becomes markup. */
#include "fuzz.h"

#include "domain/receipt_internal.h"

struct bytes {
    const uint8_t *at;
    size_t left;
};

static uint8_t take_byte(struct bytes *b)
{
    if (b->left == 0)
        return 0;
    b->left--;
    return *b->at++;
}

static int64_t take_amount(struct bytes *b)
{
    int64_t value = 0;
    for (int i = take_byte(b) % 6; i >= 0; i--)
        value = value * 256 + take_byte(b);
    return value % 10000000000000;
}

/* Texts reach the renderers as valid UTF-8: the JSON decoder and the database see to it. */
static struct str take_text(struct bytes *b)
{
    size_t len = take_byte(b) % 80;
    if (len > b->left)
        len = b->left;
    struct str text = {(const char *)b->at, len};
    b->at += len;
    b->left -= len;
    return str_is_utf8(text) ? text : STR("a<b>\x1b@c");
}

static void take_lines(struct bytes *b, struct arena *arena, struct receipt *receipt)
{
    receipt->lines.count = take_byte(b) % 4;
    receipt->lines.at = arena_array(arena, struct receipt_line, receipt->lines.count);
    for (size_t i = 0; i < receipt->lines.count; i++) {
        struct receipt_line *line = &receipt->lines.at[i];
        *line = (struct receipt_line){.name = take_text(b), .variant = take_text(b), .notes = take_text(b)};
        line->quantity_milli = take_amount(b) % 1000000000;
        line->unit_price_minor = take_amount(b);
        line->total_minor = take_amount(b);
        line->modifiers.count = take_byte(b) % 3;
        line->modifiers.at = arena_array(arena, struct receipt_modifier, line->modifiers.count);
        for (size_t j = 0; j < line->modifiers.count; j++)
            line->modifiers.at[j] =
                (struct receipt_modifier){take_text(b), take_amount(b), 1 + take_byte(b) % 3};
    }
}

static struct receipt take_receipt(struct bytes *b, struct arena *arena)
{
    struct receipt receipt = {
        .business_name = take_text(b),
        .outlet_name = take_text(b),
        .address = take_text(b),
        .header = take_text(b),
        .footer = take_text(b),
        .number = take_text(b),
        .cashier = take_text(b),
        .notes = take_text(b),
        .order_type = STR("dine_in"),
        .issued = {.date = 20260206, .hour = take_byte(b) % 24},
        .type = take_byte(b) % 2,
        .status = take_byte(b) % 5,
        .copy = take_byte(b) % 3,
        .currency = STR("IDR"),
        .currency_decimals = take_byte(b) % 3,
        .prices_include_tax = take_byte(b) % 2,
        .language = take_byte(b) % RECEIPT_LANGUAGES,
    };
    take_lines(b, arena, &receipt);
    receipt.subtotal_minor = take_amount(b);
    receipt.tax_minor = take_amount(b);
    receipt.tax_rate_bp = take_amount(b) % 10001;
    receipt.rounding_minor = -take_amount(b) % 1000;
    receipt.grand_total_minor = take_amount(b);
    receipt.payments.count = 1;
    receipt.payments.at = arena_new(arena, struct receipt_payment);
    *receipt.payments.at = (struct receipt_payment){STR("qris"), take_amount(b), take_text(b)};
    return receipt;
}

static void check_paper(struct str text, size_t columns)
{
    while (text.len > 0) {
        struct str line = str_cut(&text, '\n');
        check(str_is_utf8(line) && receipt_width(line) <= columns);
        for (size_t i = 0; i < line.len; i++)
            check((unsigned char)line.data[i] >= 0x20 && line.data[i] != 0x7f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct bytes b = {data, size};
    struct receipt receipt = take_receipt(&b, &arena);
    struct buf text = buf_make(&arena, 4096, 1 << 20), page = buf_make(&arena, 4096, 1 << 20),
               raw = buf_make(&arena, 4096, 1 << 20);
    size_t columns = take_byte(&b) % 2 ? RECEIPT_COLUMNS_58_MM : RECEIPT_COLUMNS_80_MM;
    receipt_text(&text, &receipt, columns);
    check_paper(buf_str(&text), columns);
    receipt_html(&page, &receipt, 80);
    check(!memmem(page.data, page.len, "a<b>", 4));
    struct receipt_printer printer = {.columns = columns, .code_page = RECEIPT_CP437};
    receipt_escpos(&raw, &receipt, &printer);
    check(!memmem(raw.data + 2, raw.len - 2, "\x1b@", 2)); /* one reset, our own */
    arena_free(&arena);
    return 0;
}
