/* Reading an answer. A wrong row, column or type is a bug of the reader and stops the process. */
#include "base/check.h"
#include "platform/db/db.h"

static const struct db_value null_value = {.is_null = true};

static const struct db_value *value_at(const struct db_rows *rows, size_t row, size_t column)
{
    if (rows->lost)
        return &null_value;
    check(row < rows->count && column < rows->columns);
    return &rows->values[row * rows->columns + column];
}

int64_t db_int(const struct db_rows *rows, size_t row, size_t column)
{
    const struct db_value *value = value_at(rows, row, column);
    if (value->is_null)
        return INT64_MIN;
    check(value->type == DB_TYPE_INT);
    return value->integer;
}

bool db_bool(const struct db_rows *rows, size_t row, size_t column)
{
    int64_t integer = db_int(rows, row, column);
    return integer != INT64_MIN && integer != 0;
}

struct str db_text(const struct db_rows *rows, size_t row, size_t column)
{
    const struct db_value *value = value_at(rows, row, column);
    if (value->is_null)
        return STR_NONE;
    check(value->type != DB_TYPE_INT);
    return value->text;
}

struct uuid db_uuid(const struct db_rows *rows, size_t row, size_t column)
{
    const struct db_value *value = value_at(rows, row, column);
    if (value->is_null)
        return UUID_NIL;
    check(value->type != DB_TYPE_INT && value->type != DB_TYPE_TEXT && value->text.len == sizeof value->uuid);
    return value->uuid;
}

bool db_is_null(const struct db_rows *rows, size_t row, size_t column)
{
    return value_at(rows, row, column)->is_null;
}
