/* A receipt as plain text. */
#include "domain/receipt_internal.h"

void receipt_text(struct buf *out, const struct receipt *receipt, size_t columns)
{
    struct receipt_page page = {.arena = out->arena, .columns = columns, .code_page = RECEIPT_UTF8};
    receipt_rows(&page, receipt);
    for (const struct receipt_row *row = page.first; row; row = row->next) {
        buf_put(out, row->text);
        buf_put_char(out, '\n');
    }
}
