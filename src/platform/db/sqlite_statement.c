/* A statement on SQLite: bind, step to the end, read the rows. On every write's path: no allocation but the
 * rows. */
#include "base/log.h"
#include "platform/db/sqlite.h"

static sqlite3_stmt *prepared(struct sqlite_connection *connection, int id)
{
    sqlite3_stmt **statement = &connection->statements[id];
    if (!*statement)
        sqlite3_prepare_v3(connection->handle, connection->db->texts[id].sql, -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL);
    return *statement;
}

/* Values stay where they are: they outlive the step, and every parameter is bound anew the next time. */
static void bind(sqlite3_stmt *statement, int index, const struct db_value *value)
{
    if (value->is_null) {
        sqlite3_bind_null(statement, index);
        return;
    }
    switch (value->type) {
    case DB_TYPE_INT:
        sqlite3_bind_int64(statement, index, value->integer);
        break;
    case DB_TYPE_UUID:
        sqlite3_bind_blob(statement, index, value->uuid.bytes, sizeof value->uuid, SQLITE_STATIC);
        break;
    case DB_TYPE_TEXT:
        sqlite3_bind_text64(statement, index, value->text.data, value->text.len, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case DB_TYPE_BYTES:
        sqlite3_bind_blob64(statement, index, value->text.data, value->text.len, SQLITE_STATIC);
        break;
    }
}

/* False: a fraction, which none of our columns holds. */
static bool read_value(sqlite3_stmt *statement, int column, struct arena *arena, struct db_value *ret_value)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        ret_value->integer = sqlite3_column_int64(statement, column);
        return true;
    case SQLITE_NULL:
        ret_value->is_null = true;
        return true;
    case SQLITE_TEXT:
        ret_value->type = DB_TYPE_TEXT;
        ret_value->text.data = (const char *)sqlite3_column_text(statement, column);
        break;
    case SQLITE_BLOB:
        ret_value->type = DB_TYPE_BYTES;
        ret_value->text.data = sqlite3_column_blob(statement, column);
        break;
    default:
        return false;
    }
    ret_value->text.len = (size_t)sqlite3_column_bytes(statement, column);
    if (ret_value->type == DB_TYPE_BYTES && ret_value->text.len == sizeof ret_value->uuid) {
        memcpy(&ret_value->uuid, ret_value->text.data, sizeof ret_value->uuid);
        ret_value->text.data = arena_copy(arena, ret_value->text.data, ret_value->text.len);
        return true;
    }
    ret_value->text = ret_value->text.len ? str_copy(arena, ret_value->text) : STR("");
    return true;
}

static struct db_value *add_row(struct arena *arena, struct db_rows *rows, size_t *capacity)
{
    if (rows->count == *capacity) {
        size_t larger = *capacity < 4 ? *capacity * 4 + 1 : *capacity * 2;
        struct db_value *values = arena_array(arena, struct db_value, larger * rows->columns);
        if (rows->count)
            memcpy(values, rows->values, rows->count * rows->columns * sizeof *values);
        rows->values = values;
        *capacity = larger;
    }
    return rows->values + rows->count++ * rows->columns;
}

static bool read_row(struct db_tx *tx, const struct db_statement *statement, sqlite3_stmt *stepped,
                     struct db_rows *rows, size_t *capacity)
{
    struct db_value *row = add_row(tx->arena, rows, capacity);
    for (size_t column = 0; column < rows->columns; column++) {
        if (read_value(stepped, (int)column, tx->arena, &row[column]))
            continue;
        log_error("db.column_is_a_fraction", LOG_TEXT("statement", statement->name),
                  LOG_INT("column", (int64_t)column));
        return false;
    }
    return true;
}

static void lose(struct db_tx *tx, struct db_rows *rows, enum code code)
{
    *rows = (struct db_rows){.lost = true};
    tx_fail(tx, code);
}

void sqlite_ask(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                size_t count, struct db_rows *rows)
{
    struct sqlite_connection *connection = tx->connection;
    sqlite3_stmt *step = prepared(connection, statement->id);
    int result = SQLITE_ERROR, first = 1;
    size_t capacity = 0;
    if (step) {
        if (!statement->global_reason)
            sqlite3_bind_blob(step, first++, tx->business.bytes, sizeof tx->business, SQLITE_STATIC);
        for (size_t i = 0; i < count; i++)
            bind(step, first + (int)i, &values[i]);
        rows->columns = (size_t)sqlite3_column_count(step);
        while ((result = sqlite3_step(step)) == SQLITE_ROW && read_row(tx, statement, step, rows, &capacity))
            ;
    }
    if (result == SQLITE_DONE) {
        rows->affected = sqlite3_stmt_readonly(step) ? 0 : sqlite3_changes64(connection->handle);
    } else if (result == SQLITE_ROW) {
        lose(tx, rows, CODE_INTERNAL);
    } else {
        int extended = sqlite3_extended_errcode(connection->handle);
        if (extended == SQLITE_CONSTRAINT_NOTNULL)
            tx->unmet = statement->name;
        lose(tx, rows, sqlite_failure(connection, statement->name, extended));
    }
    sqlite3_reset(step);
}
