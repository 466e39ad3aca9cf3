/* A receipt for printers that speak ESC/POS. What users typed reaches the printer only through
 * receipt_encode, which lets no control character through, or counted, in the QR code. */
#include "domain/receipt_internal.h"

#include "base/check.h"

#define QR_BYTES_MAX 500
#define FEED_LINES 4 /* from the print head past the knife */

#define ESC "\x1B"
#define FS "\x1C"
#define GS "\x1D"

static bool is_ascii(const struct receipt_page *page)
{
    for (const struct receipt_row *row = page->first; row; row = row->next) {
        for (size_t i = 0; i < row->text.len; i++) {
            if ((unsigned char)row->text.data[i] >= 0x80)
                return false;
        }
    }
    return true;
}

static void put_start(struct buf *out, const struct receipt_page *page, bool open_drawer)
{
    buf_put(out, STR(ESC "@")); /* as after power on */
    if (open_drawer)
        buf_put(out, STR(ESC "p\0\x19\xFA")); /* pin 2, 50 ms on, 500 ms off */
    if (!is_ascii(page))
        buf_put(out, STR(FS ".")); /* many printers start with two-byte characters, which would eat ours */
    buf_put(out, page->code_page == RECEIPT_CP1252 ? STR(ESC "t\x10") : STR(ESC "t\0"));
}

static void put_style(struct buf *out, unsigned style, unsigned before)
{
    if ((style ^ before) & STYLE_STRONG)
        buf_put(out, style & STYLE_STRONG ? STR(ESC "E\1") : STR(ESC "E\0"));
    if ((style ^ before) & STYLE_TALL)
        buf_put(out, style & STYLE_TALL ? STR(GS "!\1") : STR(GS "!\0"));
}

static void put_rows(struct buf *out, const struct receipt_page *page)
{
    unsigned style = STYLE_PLAIN;
    for (const struct receipt_row *row = page->first; row; row = row->next) {
        put_style(out, row->style, style);
        style = row->style;
        receipt_encode(out, row->text, page->code_page);
        buf_put_char(out, '\n');
    }
    put_style(out, STYLE_PLAIN, style);
}

/* GS ( k: model 2, dots per module, error correction M, the data, print. */
static void put_qr(struct buf *out, struct str data, size_t columns)
{
    size_t len = data.len + 3;
    if (data.len == 0 || data.len > QR_BYTES_MAX)
        return;
    buf_put(out, STR("\n" ESC "a\1"));
    buf_put(out, STR(GS "(k\4\0"
                        "1A2\0"));
    buf_put(out, STR(GS "(k\3\0"
                        "1C"));
    buf_put_char(out, columns < RECEIPT_COLUMNS_80_MM ? 5 : 6);
    buf_put(out, STR(GS "(k\3\0"
                        "1E1"));
    buf_put(out, STR(GS "(k"));
    buf_put_char(out, (char)(len & 0xFF));
    buf_put_char(out, (char)(len >> 8));
    buf_put(out, STR("1P0"));
    buf_put(out, data);
    buf_put(out, STR(GS "(k\3\0"
                        "1Q0"));
    buf_put(out, STR("\n" ESC "a\0"));
}

void receipt_escpos(struct buf *out, const struct receipt *receipt, const struct receipt_printer *printer)
{
    struct receipt_page page = {
        .arena = out->arena, .columns = printer->columns, .code_page = printer->code_page};
    check(printer->code_page != RECEIPT_UTF8);
    receipt_rows(&page, receipt);
    put_start(out, &page, printer->open_drawer);
    put_rows(out, &page);
    put_qr(out, printer->qr, printer->columns);
    buf_put(out, STR(ESC "d"));
    buf_put_char(out, FEED_LINES);
    buf_put(out, STR(GS "V\0"));
}
