/* A statement on PostgreSQL: values and rows in binary. */
#include "base/log.h"
#include "platform/db/postgres.h"

enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_VARCHAR = 1043,
    OID_VOID = 2278,
    OID_UUID = 2950
};

static void begin(struct db_tx *tx)
{
    struct postgres_connection *connection = tx->connection;
    if (connection->op_count >= OPS_MAX)
        postgres_collect(connection, tx, postgres_answer_deadline(connection));
    if (!connection->begun && !tx->failure)
        connection->begun = postgres_send_control(connection, connection->begin);
}

/* `kept`: where texts are copied to, NULL: they need not last. */
static void add(struct postgres_pending *pending, struct arena *kept, const struct db_value *value)
{
    int i = pending->count++;
    pending->types[i] = (uint8_t)value->type;
    pending->values[i] = NULL;
    pending->lengths[i] = 0;
    if (value->is_null)
        return;
    switch (value->type) {
    case DB_TYPE_INT:
        pending->copies[i].integer = __builtin_bswap64((uint64_t)value->integer);
        pending->values[i] = (const char *)&pending->copies[i].integer;
        pending->lengths[i] = sizeof pending->copies[i].integer;
        break;
    case DB_TYPE_UUID:
        pending->copies[i].uuid = value->uuid;
        pending->values[i] = (const char *)pending->copies[i].uuid.bytes;
        pending->lengths[i] = sizeof pending->copies[i].uuid;
        break;
    case DB_TYPE_TEXT:
    case DB_TYPE_BYTES:
        pending->values[i] = kept ? str_copy(kept, value->text).data : value->text.data;
        pending->lengths[i] = (int)value->text.len;
        break;
    }
}

void postgres_pending_add(struct db_tx *tx, const struct db_value *values, size_t count)
{
    const struct postgres *postgres = (const struct postgres *)tx->db;
    struct postgres_pending *pending = &((struct postgres_connection *)tx->connection)->pending;
    struct arena *kept = postgres->rows[pending->id] ? tx->arena : NULL;
    for (size_t i = 0; i < count; i++)
        add(pending, kept, &values[i]);
}

static bool types_fit(const struct postgres_connection *connection, int id)
{
    const uint8_t *prepared = connection->prepared[id];
    const struct postgres_pending *pending = &connection->pending;
    if (!prepared || memcmp(prepared, pending->types, (size_t)pending->count) == 0)
        return true;
    log_error("db.value_of_another_type_than_before",
              LOG_TEXT("statement", postgres_name_of(connection, id)));
    return false;
}

bool postgres_send_pending(struct postgres_connection *connection)
{
    struct postgres_pending *pending = &connection->pending;
    if (pending->rows == 0)
        return true;
    int id = pending->id + (pending->rows - 1) * (int)connection->postgres->id_count;
    struct postgres_op op = {OP_RUN, id, pending->answer};
    pending->rows = 0;
    return types_fit(connection, id) &&
           postgres_send(connection, op, pending->count, pending->values, pending->lengths, pending->types);
}

bool postgres_tx_send_pending(struct db_tx *tx)
{
    struct postgres_connection *connection = tx->connection;
    if (!tx->failure && !postgres_send_pending(connection))
        tx_fail(tx, connection->broken ? CODE_UNAVAILABLE : CODE_INTERNAL);
    return !tx->failure;
}

static void set_pending(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                        size_t count, struct db_rows *rows)
{
    struct postgres_pending *pending = &((struct postgres_connection *)tx->connection)->pending;
    struct db_value tenant = DB_UUID(tx->business);
    pending->id = statement->id;
    pending->rows = 1;
    pending->answer = rows;
    pending->count = 0;
    postgres_pending_add(tx, &tenant, statement->global_reason ? 0 : 1);
    postgres_pending_add(tx, values, count);
}

void postgres_ask(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                  size_t count, struct db_rows *rows)
{
    const struct postgres *postgres = (const struct postgres *)tx->db;
    if (postgres_gather(tx, statement, values, count, rows))
        return;
    begin(tx);
    if (postgres_tx_send_pending(tx)) {
        set_pending(tx, statement, values, count, rows);
        if (!postgres->rows[statement->id])
            postgres_tx_send_pending(tx);
    }
    if (tx->failure)
        rows->lost = true;
}

void postgres_notify(struct db_tx *tx, struct uuid business)
{
    struct postgres_connection *connection = tx->connection;
    char text[UUID_TEXT_LEN + 1];
    uuid_format(business, text);
    const char *values[] = {text};
    const int lengths[] = {UUID_TEXT_LEN};
    const uint8_t types[] = {DB_TYPE_TEXT};
    struct postgres_op op = {OP_RUN, (int)tx->db->text_count + CONTROL_NOTIFY, NULL};
    begin(tx);
    if (postgres_tx_send_pending(tx) && !postgres_send(connection, op, 1, values, lengths, types))
        tx_fail(tx, CODE_UNAVAILABLE);
}

static int64_t read_integer(const char *data, size_t size)
{
    uint64_t integer = size > 0 && (unsigned char)data[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++)
        integer = integer << 8 | (unsigned char)data[i];
    return (int64_t)integer;
}

static bool read_value(struct arena *arena, Oid type, const char *data, size_t size,
                       struct db_value *ret_value)
{
    switch (type) {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        ret_value->integer = read_integer(data, size);
        return true;
    case OID_UUID:
    case OID_BYTEA:
        ret_value->type = type == OID_UUID ? DB_TYPE_UUID : DB_TYPE_BYTES;
        if (size == sizeof ret_value->uuid)
            memcpy(&ret_value->uuid, data, sizeof ret_value->uuid);
        break;
    case OID_TEXT:
    case OID_VARCHAR:
        ret_value->type = DB_TYPE_TEXT;
        break;
    case OID_VOID:
        ret_value->is_null = true;
        return true;
    default:
        return false;
    }
    ret_value->text = size ? str_copy(arena, (struct str){data, size}) : STR("");
    return true;
}

static bool is_read(Oid type)
{
    struct arena none = {0};
    struct db_value value = {0};
    return read_value(&none, type, "", 0, &value);
}

bool postgres_read_rows(struct arena *arena, const char *name, const PGresult *result, struct db_rows *rows)
{
    int count = PQntuples(result), columns = PQnfields(result);
    for (int column = 0; column < columns; column++) {
        if (is_read(PQftype(result, column)))
            continue;
        log_error("db.column_type_is_not_read", LOG_TEXT("statement", name), LOG_INT("column", column),
                  LOG_INT("type_oid", PQftype(result, column)));
        return false;
    }
    rows->count = (size_t)count;
    rows->columns = (size_t)columns;
    if (count == 0 || columns == 0)
        return true;
    rows->values = arena_array(arena, struct db_value, (size_t)count * (size_t)columns);
    struct db_value *value = rows->values;
    for (int row = 0; row < count; row++) {
        for (int column = 0; column < columns; column++, value++) {
            value->is_null = PQgetisnull(result, row, column);
            if (!value->is_null)
                read_value(arena, PQftype(result, column), PQgetvalue(result, row, column),
                           (size_t)PQgetlength(result, row, column), value);
        }
    }
    return true;
}
