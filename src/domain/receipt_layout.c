/* Rows of columns: wrapping, centring, amounts at the right. No row is ever wider than the page. */
#include "domain/receipt_internal.h"

#include "base/check.h"

#define ROW_TEXT_MAX 1024 /* bytes: there is no end to the marks that a character can carry */
#define ROW_BYTES_MAX 4096

static void add_row(struct receipt_page *page, struct str text, unsigned style)
{
    struct receipt_row *row = arena_new(page->arena, struct receipt_row);
    *row = (struct receipt_row){NULL, text, style};
    *(page->last ? &page->last->next : &page->first) = row;
    page->last = row;
}

/* ---- Wrapping ---- */

static struct str without(struct str text, size_t bytes)
{
    return (struct str){text.data + bytes, text.len - bytes};
}

/* The bytes of `text` that fit in so many columns: at least one character, and the marks on the last. */
static size_t fitting(struct str text, size_t columns)
{
    size_t at = 0, used = 0, step;
    while (at < text.len) {
        size_t width = receipt_char_width(receipt_char(without(text, at), &step));
        if (at > 0 && (used + width > columns || at + step > ROW_TEXT_MAX))
            break;
        used += width;
        at += step;
    }
    return at;
}

/* Cuts one row's worth off the front, after a word where there is one. */
static struct str take_row(struct str *rest, size_t columns)
{
    size_t end = fitting(*rest, columns);
    struct str row = {rest->data, end};
    if (end < rest->len && rest->data[end] != ' ') {
        size_t blank = end;
        while (blank > 0 && rest->data[blank - 1] != ' ')
            blank--;
        if (blank > 0)
            row.len = blank;
    }
    *rest = str_trim(without(*rest, row.len));
    return str_trim(row);
}

/* ---- Rows ---- */

static struct str clean(const struct receipt_page *page, struct str text)
{
    return str_trim(receipt_clean(page->arena, text, page->code_page));
}

static void put_blanks(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_put_char(out, ' ');
}

/* `indent` blanks, `left`, and `right` so that it ends in the last column. */
static void add_columns(struct receipt_page *page, size_t indent, struct str left, struct str right,
                        unsigned style)
{
    size_t used = indent + receipt_width(left) + receipt_width(right);
    size_t gap = right.len > 0 && used < page->columns ? page->columns - used : 0;
    struct buf row = buf_make(page->arena, indent + left.len + gap + right.len, ROW_BYTES_MAX);
    put_blanks(&row, indent);
    buf_put(&row, left);
    put_blanks(&row, gap);
    buf_put(&row, right);
    check(!row.overflowed);
    add_row(page, buf_str(&row), style);
}

void layout_lines(struct receipt_page *page, struct str text, unsigned style)
{
    struct str rest = str_trim(text);
    if (rest.len == 0)
        return;
    while (rest.data) {
        struct str line = clean(page, str_cut(&rest, '\n'));
        if (line.len == 0)
            layout_blank(page);
        while (line.len > 0) {
            struct str row = take_row(&line, page->columns);
            add_columns(page, (page->columns - receipt_width(row)) / 2, row, STR(""), style);
        }
    }
}

void layout_text(struct receipt_page *page, size_t indent, size_t hanging, struct str text, unsigned style)
{
    struct str rest = clean(page, text);
    while (rest.len > 0) {
        add_columns(page, indent, take_row(&rest, page->columns - indent), STR(""), style);
        indent = hanging;
    }
}

void layout_pair(struct receipt_page *page, size_t indent, struct str label, struct str value, unsigned style)
{
    struct str left = clean(page, label), right = clean(page, value);
    size_t columns = page->columns - indent;
    while (left.len > 0) {
        struct str row = take_row(&left, columns);
        bool is_last = left.len == 0 && receipt_width(row) + 1 + receipt_width(right) <= columns;
        add_columns(page, indent, row, is_last ? right : STR(""), style);
        if (is_last)
            return;
    }
    while (right.len > 0)
        add_columns(page, indent, STR(""), take_row(&right, columns), style);
}

void layout_fact(struct receipt_page *page, size_t label_columns, struct str label, struct str value)
{
    struct str rest = clean(page, value);
    size_t columns = page->columns - label_columns;
    if (rest.len == 0)
        return;
    struct buf first = buf_make(page->arena, page->columns, ROW_BYTES_MAX);
    buf_put(&first, label);
    for (size_t used = receipt_width(label); used < label_columns; used++)
        buf_put_char(&first, ' ');
    buf_put(&first, take_row(&rest, columns));
    check(!first.overflowed);
    add_row(page, buf_str(&first), STYLE_PLAIN);
    while (rest.len > 0)
        add_columns(page, label_columns, take_row(&rest, columns), STR(""), STYLE_PLAIN);
}

void layout_rule(struct receipt_page *page, char c)
{
    char *text = arena_alloc(page->arena, page->columns);
    memset(text, c, page->columns);
    add_row(page, (struct str){text, page->columns}, STYLE_PLAIN);
}

void layout_blank(struct receipt_page *page) { add_row(page, STR(""), STYLE_PLAIN); }
