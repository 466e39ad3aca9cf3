/* Comma-separated values: see csv.h. */
#include "base/csv.h"

struct reader {
    struct arena *arena;
    const char *next, *end;
    char separator;
};

/* ---- Reading ---- */

static bool ends_cell(const struct reader *reader)
{
    char c = reader->next == reader->end ? '\n' : *reader->next;
    return c == reader->separator || c == '\n' || c == '\r';
}

/* Behind the opening quote. A quote that is part of the text is written twice. */
static const char *read_quoted(struct reader *reader, struct str *ret_cell)
{
    const char *begin = reader->next;
    bool has_quotes = false;
    for (;; reader->next++) {
        if (reader->next == reader->end)
            return "a quoted cell does not end";
        if (*reader->next != '"')
            continue;
        if (reader->next + 1 == reader->end || reader->next[1] != '"')
            break;
        has_quotes = true;
        reader->next++;
    }
    *ret_cell = (struct str){begin, (size_t)(reader->next++ - begin)};
    if (!ends_cell(reader))
        return "there is text behind a quoted cell";
    if (!has_quotes)
        return NULL;
    char *text = arena_alloc(reader->arena, ret_cell->len);
    size_t len = 0;
    for (size_t i = 0; i < ret_cell->len; i++) {
        text[len++] = begin[i];
        i += begin[i] == '"';
    }
    *ret_cell = (struct str){text, len};
    return NULL;
}

static const char *read_cell(struct reader *reader, struct str *ret_cell)
{
    if (reader->next < reader->end && *reader->next == '"') {
        reader->next++;
        return read_quoted(reader, ret_cell);
    }
    const char *begin = reader->next;
    while (!ends_cell(reader))
        reader->next++;
    *ret_cell = (struct str){begin, (size_t)(reader->next - begin)};
    return NULL;
}

static void skip_line_end(struct reader *reader)
{
    if (reader->next < reader->end && *reader->next == '\r')
        reader->next++;
    if (reader->next < reader->end && *reader->next == '\n')
        reader->next++;
}

/* Reads up to the end of the line, which is passed. */
static const char *read_record(struct reader *reader, struct str *cells, size_t *ret_count)
{
    for (*ret_count = 0;;) {
        if (*ret_count == CSV_CELLS_MAX)
            return "there are too many cells";
        const char *fault = read_cell(reader, &cells[(*ret_count)++]);
        if (fault)
            return fault;
        if (reader->next == reader->end || *reader->next != reader->separator) {
            skip_line_end(reader);
            return NULL;
        }
        reader->next++;
    }
}

static char separator_of(struct str text)
{
    bool has_semicolon = false;
    for (size_t i = 0; i < text.len && text.data[i] != '\n' && text.data[i] != '\r'; i++) {
        if (text.data[i] == ',')
            return ',';
        has_semicolon = has_semicolon || text.data[i] == ';';
    }
    return has_semicolon ? ';' : ',';
}

const char *csv_parse(struct arena *arena, struct str text, size_t records_max, struct csv *ret_csv,
                      size_t *ret_row)
{
    static const struct str mark = STR_INIT("\xEF\xBB\xBF");
    if (str_starts_with(text, mark))
        text = (struct str){text.data + mark.len, text.len - mark.len};
    struct reader reader = {arena, text.data, text.data + text.len, separator_of(text)};
    struct csv_record *records = arena_array(arena, struct csv_record, records_max);
    struct str cells[CSV_CELLS_MAX];
    size_t count = 0;
    for (*ret_row = 1; reader.next < reader.end; ++*ret_row) {
        size_t cell_count;
        const char *fault = read_record(&reader, cells, &cell_count);
        if (fault)
            return fault;
        if (cell_count == 1 && cells[0].len == 0)
            continue;
        if (count == records_max)
            return "there are too many rows";
        records[count++] =
            (struct csv_record){arena_copy(arena, cells, cell_count * sizeof *cells), cell_count, *ret_row};
    }
    *ret_csv = (struct csv){records, count};
    return NULL;
}

/* ---- Writing ---- */

static bool is_one_of(char c, struct str set) { return memchr(set.data, c, set.len); }

static void put(struct buf *out, const char *before, struct str cell)
{
    bool quoted = false;
    for (size_t i = 0; i < cell.len && !quoted; i++)
        quoted = is_one_of(cell.data[i], STR(",;\"\r\n"));
    buf_put(out, quoted ? STR("\"") : STR(""));
    buf_put(out, str_of(before));
    for (size_t i = 0; i < cell.len; i++) {
        buf_put_char(out, cell.data[i]);
        if (cell.data[i] == '"')
            buf_put_char(out, '"');
    }
    buf_put(out, quoted ? STR("\"") : STR(""));
}

void csv_put(struct buf *out, struct str cell) { put(out, "", cell); }

/* Would a spreadsheet take it for a formula, or is it what stands for such a text? */
static bool is_guarded(struct str text)
{
    size_t i = 0;
    while (i < text.len && text.data[i] == '\'')
        i++;
    return i < text.len && is_one_of(text.data[i], STR("=+-@\t\r"));
}

void csv_put_text(struct buf *out, struct str text) { put(out, is_guarded(text) ? "'" : "", text); }

struct str csv_text(struct str cell)
{
    if (cell.len > 1 && cell.data[0] == '\'' && is_guarded(cell))
        return (struct str){cell.data + 1, cell.len - 1};
    return cell;
}
