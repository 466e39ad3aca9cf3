/* Tables of products: names, columns, cells. See catalog_csv.h. */
#include "modules/catalog/catalog_csv.h"

#include "base/decimal.h"
#include "base/fold.h"

#define ROWS_MAX 2000

/* ---- Names of things ---- */

_Static_assert(offsetof(struct catalog_category, id) == offsetof(struct catalog_named, id) &&
                   offsetof(struct catalog_category, name) == offsetof(struct catalog_named, name) &&
                   offsetof(struct catalog_group, id) == offsetof(struct catalog_named, id) &&
                   offsetof(struct catalog_group, name) == offsetof(struct catalog_named, name),
               "catalog_names_of reads them there");

static int compare_keys(const void *a, const void *b)
{
    const struct catalog_named *left = a, *right = b;
    return str_compare(left->key, right->key);
}

struct catalog_names catalog_names_of(struct arena *arena, const void *items, size_t count, size_t size)
{
    struct catalog_names names = {arena_array(arena, struct catalog_named, count), count};
    for (size_t i = 0; i < count; i++) {
        memcpy(&names.at[i], (const char *)items + i * size, offsetof(struct catalog_named, key));
        names.at[i].key = fold(arena, names.at[i].name);
    }
    if (count > 0)
        qsort(names.at, count, sizeof *names.at, compare_keys);
    return names;
}

/* The first that has the key, or would stand behind it. */
static size_t first_of(const struct catalog_names *names, struct str key)
{
    size_t low = 0, high = names->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(names->at[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t catalog_names_find(const struct catalog_names *names, struct arena *arena, struct str text,
                          struct uuid *ret_id)
{
    size_t found = 0;
    if (uuid_parse(text, ret_id)) {
        for (size_t i = 0; i < names->count && !found; i++)
            found = uuid_eq(names->at[i].id, *ret_id);
        return found;
    }
    struct str key = fold(arena, text);
    for (size_t i = first_of(names, key); i < names->count && str_eq(names->at[i].key, key); i++) {
        *ret_id = names->at[i].id;
        found++;
    }
    return found;
}

void catalog_names_add(struct catalog_names *names, struct arena *arena, struct uuid id, struct str name)
{
    struct str key = fold(arena, name);
    size_t at = first_of(names, key);
    memmove(&names->at[at + 1], &names->at[at], (names->count - at) * sizeof *names->at);
    names->at[at] = (struct catalog_named){id, str_copy(arena, name), key};
    names->count++;
}

struct str catalog_names_text(const struct catalog_names *names, struct arena *arena, struct uuid id,
                              struct str name)
{
    struct uuid found;
    bool is_plain = !memchr(name.data, CATALOG_CSV_SEPARATOR, name.len);
    if (is_plain && catalog_names_find(names, arena, name, &found) == 1 && uuid_eq(found, id))
        return name;
    return uuid_str(arena, id);
}

/* ---- Columns ---- */

/* What a line of a variant has of its own. */
static bool is_of_variant(enum catalog_column column)
{
    return column <= COLUMN_BARCODE || column == COLUMN_PRICE;
}

static enum catalog_column column_named(struct str name)
{
    static const struct {
        const char *name;
        enum catalog_column column;
    } others[] = {{"categoryId", COLUMN_CATEGORY},
                  {"outletId", COLUMN_OUTLET},
                  {"modifierGroupIds", COLUMN_MODIFIER_GROUPS}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (str_eq_ignore_case(name, str_of(others[i].name)))
            return others[i].column;
    }
    enum catalog_column column = 0;
    while (column < CATALOG_COLUMNS &&
           !str_eq_ignore_case(name, str_of(CATALOG_ROW_SCHEMA.fields[column].name)))
        column++;
    return column;
}

static enum code read_columns(struct request *request, struct catalog_table *table)
{
    const struct csv_record *names = &table->csv.records[0];
    enum code code = CODE_OK;
    table->width = names->count;
    for (size_t i = 0; i < names->count; i++) {
        struct str name = str_trim(names->cells[i]);
        enum catalog_column column = table->column_of[i] = column_named(name);
        if (column == CATALOG_COLUMNS && name.len > 0)
            code = request_refuse(request, CODE_VALIDATION_FAILED, name, STR("is no column of the catalogue"),
                                  STR_NONE);
        else if (column < CATALOG_COLUMNS && table->has[column])
            code = request_refuse(request, CODE_VALIDATION_FAILED, name, STR("is there twice"), STR_NONE);
        else if (column < CATALOG_COLUMNS)
            table->has[column] = true;
    }
    return code;
}

/* ---- Rows ---- */

size_t catalog_table_rows(const struct catalog_table *table) { return table->csv.count - 1; }

const struct csv_record *catalog_table_row(const struct catalog_table *table, size_t row)
{
    return &table->csv.records[row + 1];
}

enum code catalog_row_refuse(struct request *request, const struct catalog_table *table, size_t row,
                             const char *field, enum code code, struct str message)
{
    struct str path = str_format(request->arena, "rows[%zu]%s%s", row, field[0] ? "." : "", field);
    struct str place = str_format(request->arena, ",\"row\":%zu", catalog_table_row(table, row)->row);
    return request_refuse(request, code, path, message, place);
}

bool catalog_row_is_variant(const struct catalog_table *table, size_t row)
{
    const struct csv_record *record = catalog_table_row(table, row);
    for (size_t i = 0; i < record->count && i < table->width; i++) {
        if (table->column_of[i] == COLUMN_VARIANT)
            return str_trim(record->cells[i]).len > 0;
    }
    return false;
}

static bool is_number(struct str text)
{
    int64_t value;
    return decimal_parse(text.data, text.len, 0, &value) != DECIMAL_MALFORMED;
}

/* A cell as JSON: what is no number or truth value goes as text, and the decoder says what it should be. */
static void put_json(struct buf *out, const struct json_field *field, struct str cell)
{
    struct str text = str_trim(cell);
    if (field->type == JSON_BOOLEAN && str_eq_ignore_case(text, STR("true")))
        buf_put(out, STR("true"));
    else if (field->type == JSON_BOOLEAN && str_eq_ignore_case(text, STR("false")))
        buf_put(out, STR("false"));
    else if ((field->type == JSON_MONEY || field->type == JSON_QUANTITY) && is_number(text))
        buf_put(out, text);
    else
        json_put_string(out, csv_text(field->type == JSON_STRING ? cell : text));
}

static struct str row_json(struct request *request, const struct catalog_table *table, size_t row)
{
    const struct csv_record *record = catalog_table_row(table, row);
    struct buf out = buf_make(request->arena, 512, request->body_text.len * 6 + 4096);
    const char *before = "{";
    for (size_t i = 0; i < record->count && i < table->width; i++) {
        if (table->column_of[i] == CATALOG_COLUMNS)
            continue;
        const struct json_field *field = &CATALOG_ROW_SCHEMA.fields[table->column_of[i]];
        bool is_empty = str_trim(record->cells[i]).len == 0;
        if (is_empty && !(field->flags & JSON_NULLABLE))
            continue;
        buf_format(&out, "%s\"%s\":", before, field->name);
        if (is_empty)
            buf_put(&out, STR("null"));
        else
            put_json(&out, field, record->cells[i]);
        before = ",";
    }
    buf_put(&out, before[0] == '{' ? STR("{}") : STR("}"));
    return buf_str(&out);
}

/* Nothing is passed over in silence: a cell that nobody reads was meant to say something. */
static enum code check_cells(struct request *request, const struct catalog_table *table, size_t row)
{
    const struct csv_record *record = catalog_table_row(table, row);
    bool is_variant = catalog_row_is_variant(table, row);
    enum code code = CODE_OK;
    for (size_t i = 0; i < record->count; i++) {
        enum catalog_column column = i < table->width ? table->column_of[i] : CATALOG_COLUMNS;
        if (str_trim(record->cells[i]).len == 0)
            continue;
        if (column == CATALOG_COLUMNS)
            code = catalog_row_refuse(request, table, row, "", CODE_VALIDATION_FAILED,
                                      STR("a cell stands in a column without a name"));
        else if (is_variant && !is_of_variant(column))
            code = catalog_row_refuse(request, table, row, CATALOG_ROW_SCHEMA.fields[column].name,
                                      CODE_VALIDATION_FAILED, STR("is the product's: leave it empty here"));
    }
    return code;
}

static void decode(struct request *request, const struct catalog_table *table, size_t row,
                   enum json_mode mode, struct catalog_row *ret_row, struct json_errors *errors)
{
    struct json_doc *doc = json_parse(row_json(request, table, row), errors);
    if (doc)
        json_decode(doc, &CATALOG_ROW_SCHEMA, mode, &request->who.units, ret_row, errors);
    json_doc_free(doc);
}

void catalog_row_peek(struct request *request, const struct catalog_table *table, size_t row,
                      struct catalog_row *ret_row)
{
    struct json_errors ignored = {.arena = request->arena};
    *ret_row = (struct catalog_row){0};
    decode(request, table, row, JSON_PATCH, ret_row, &ignored);
}

enum code catalog_row_decode(struct request *request, const struct catalog_table *table, size_t row,
                             enum json_mode mode, struct catalog_row *ret_row)
{
    struct json_errors errors = {.arena = request->arena};
    enum code code = check_cells(request, table, row);
    decode(request, table, row, mode, ret_row, &errors);
    for (size_t i = 0; i < errors.count; i++)
        code = catalog_row_refuse(request, table, row, str_to_cstr(request->arena, errors.list[i].path),
                                  CODE_VALIDATION_FAILED, errors.list[i].message);
    return code;
}

enum code catalog_table_read(struct request *request, struct catalog_table *ret_table)
{
    size_t place;
    *ret_table = (struct catalog_table){0};
    if (!str_is_utf8(request->body_text))
        return request_invalid(request, "", "must be UTF-8");
    const char *fault = csv_parse(request->arena, request->body_text, ROWS_MAX + 1, &ret_table->csv, &place);
    if (fault)
        return request_invalid(request, "", "row %zu: %s (a table has at most %d rows of %d cells)", place,
                               fault, ROWS_MAX, CSV_CELLS_MAX);
    if (ret_table->csv.count == 0)
        return request_invalid(request, "",
                               "must be a table with the names of the columns in its first line");
    return read_columns(request, ret_table);
}

/* ---- Writing ---- */

void catalog_row_put_names(struct buf *out)
{
    for (size_t i = 0; i < CATALOG_COLUMNS; i++) {
        buf_put(out, i > 0 ? STR(",") : STR(""));
        csv_put(out, str_of(CATALOG_ROW_SCHEMA.fields[i].name));
    }
    buf_put(out, STR("\r\n"));
}

static void put_value(struct buf *out, const struct json_units *units, const struct json_field *field,
                      const void *member)
{
    char number[DECIMAL_TEXT_MAX], id[UUID_TEXT_LEN + 1];
    int decimals = field->type == JSON_MONEY ? units->currency_decimals : 3;
    if (field->type == JSON_STRING) {
        csv_put_text(out, *(const struct str *)member);
    } else if (field->type == JSON_UUID) {
        uuid_format(*(const struct uuid *)member, id);
        csv_put(out, str_of(id));
    } else if (field->type == JSON_BOOLEAN) {
        csv_put(out, *(const bool *)member ? STR("true") : STR("false"));
    } else if (*(const int64_t *)member != JSON_NONE) {
        size_t len = decimal_format(*(const int64_t *)member, decimals, number);
        csv_put(out, (struct str){number, len});
    }
}

void catalog_row_put(struct buf *out, const struct json_units *units, const struct catalog_row *row)
{
    for (enum catalog_column i = 0; i < CATALOG_COLUMNS; i++) {
        const struct json_field *field = &CATALOG_ROW_SCHEMA.fields[i];
        buf_put(out, i > 0 ? STR(",") : STR(""));
        if (!row->variant.data || is_of_variant(i))
            put_value(out, units, field, (const char *)row + field->offset);
    }
    buf_put(out, STR("\r\n"));
}
