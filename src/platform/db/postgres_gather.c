/* Rows that are inserted one after the other by the same statement travel as one: the server's work for a
 * statement is most of what a row costs.
 *
 * A statement that only inserts one row (INSERT … VALUES (…), no RETURNING, no ON CONFLICT) waits until
 * another one is asked, or somebody waits for answers. Its forms of several rows are statements of their own,
 * with the ids `id + (rows − 1) × postgres->id_count`, prepared when they are first used. */
#include "base/buf.h"
#include "base/check.h"
#include "platform/db/postgres.h"
#include "platform/db/sql_scan.h"

/* The place of the row's '(' where all of the text is INSERT … VALUES (…); NULL: it is more than that. */
static const char *row_of(const char *sql)
{
    struct str rest = str_of(sql);
    struct sql_token token = sql_next(&rest);
    const char *row = NULL;
    if (!sql_is(token, "INSERT"))
        return NULL;
    int depth = 0;
    for (token = sql_next(&rest); token.kind != SQL_END; token = sql_next(&rest)) {
        if (sql_is(token, "SELECT") || sql_is(token, "RETURNING") || sql_is(token, "CONFLICT"))
            return NULL;
        if (sql_is(token, "VALUES"))
            row = rest.data;
        depth += sql_is(token, "(") - sql_is(token, ")");
    }
    check(depth == 0);
    return row;
}

void postgres_gather_init(struct postgres *postgres)
{
    struct db *db = &postgres->db;
    postgres->rows = arena_array(&db->memory, const char *, db->text_count);
    for (size_t id = 0; id < db->text_count; id++) {
        bool fits = (db->texts[id].parameters - 1) * GATHER_MAX < STATEMENT_PARAMETERS_MAX;
        if (fits && !statements_at(id)->global_reason)
            postgres->rows[id] = row_of(db->texts[id].sql);
    }
}

/* $1 is the tenant of all rows; the others count on from row to row. */
static void put_row(struct buf *out, const char *row, int parameters, int number)
{
    struct str rest = str_of(row);
    for (;;) {
        const char *from = rest.data;
        struct sql_token token = sql_next(&rest);
        if (token.kind == SQL_END)
            return;
        if (token.kind == SQL_PARAMETER && token.number > 1)
            buf_format(out, " $%d", token.number + number * (parameters - 1));
        else
            buf_put(out, (struct str){from, (size_t)(rest.data - from)});
    }
}

const char *postgres_gather_sql(const struct postgres *postgres, struct arena *arena, int id, int rows)
{
    const char *sql = postgres->db.texts[id].sql, *row = postgres->rows[id];
    struct buf out = buf_make(arena, 1024, 64 * 1024);
    buf_put(&out, (struct str){sql, (size_t)(row - sql)});
    for (int i = 0; i < rows; i++) {
        if (i > 0)
            buf_put_char(&out, ',');
        put_row(&out, row, postgres->db.texts[id].parameters, i);
    }
    buf_put_char(&out, '\0');
    check(!out.overflowed);
    return out.data;
}

static bool same_types(const struct postgres_pending *pending, const struct db_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pending->types[i + 1] != (uint8_t)values[i].type)
            return false;
    }
    return true;
}

bool postgres_gather(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                     size_t count, struct db_rows *rows)
{
    struct postgres_connection *connection = tx->connection;
    struct postgres_pending *pending = &connection->pending;
    if (pending->rows == 0 || pending->rows == GATHER_MAX || pending->id != statement->id ||
        !uuid_eq(pending->copies[0].uuid, tx->business) || !same_types(pending, values, count))
        return false;
    postgres_pending_add(tx, values, count);
    pending->rows++;
    if (pending->answer)
        pending->answer->affected = 1;
    pending->answer = NULL;
    rows->affected = 1;
    return true;
}
