/* Comma-separated values, RFC 4180. What spreadsheets make of it is read, too: a byte order mark, line ends
 * of LF or CR alone, quotes inside of cells that are not quoted, and `;` between the cells where the first
 * line has one and no comma. */
#pragma once
#include "base/buf.h"

#define CSV_CELLS_MAX 64 /* of a record */

struct csv_record {
    const struct str *cells;
    size_t count;
    size_t row; /* as a spreadsheet counts: from 1, empty lines too */
};

struct csv {
    const struct csv_record *records; /* lines that are empty are left out */
    size_t count;
};

/* NULL: it was read; otherwise what is wrong, in row `ret_row`. Cells point into `text` or the arena. */
const char *csv_parse(struct arena *arena, struct str text, size_t records_max, struct csv *ret_csv,
                      size_t *ret_row);

/* One cell, quoted where it must be. */
void csv_put(struct buf *out, struct str cell);

/* The same for text that people typed: a spreadsheet takes a cell that begins with = + - or @ for a formula
 * and runs it, so it gets an apostrophe in front, which csv_text takes off again. */
void csv_put_text(struct buf *out, struct str text);
struct str csv_text(struct str cell);
