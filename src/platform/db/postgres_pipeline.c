/* The pipeline: what was sent and not yet answered, in order. An error makes the server skip all up to the
 * next Sync, so a skipped PREPARE has to be sent again. */
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/db/postgres.h"

#include <poll.h>

static const struct {
    const char *name, *sql;
} CONTROLS[CONTROL_COUNT] = {
    [CONTROL_BEGIN_WRITE] = {"begin", "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE"},
    [CONTROL_BEGIN_READ] = {"begin", "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"},
    [CONTROL_COMMIT] = {"commit", "COMMIT"},
    [CONTROL_ROLLBACK] = {"rollback", "ROLLBACK"},
    [CONTROL_NOTIFY] = {"notify", "SELECT pg_notify('tilopos_reference', $1)"},
    [CONTROL_REPLAN] = {"replan", "DISCARD PLANS"},
    [CONTROL_PING] = {"ping", "SELECT 1 WHERE NOT pg_is_in_recovery()"},
};

static const Oid OIDS[] = {
    [DB_TYPE_INT] = 20, [DB_TYPE_TEXT] = 25, [DB_TYPE_UUID] = 2950, [DB_TYPE_BYTES] = 17};

/* The statement or control, whatever the number of rows. */
static int base_of(const struct postgres_connection *connection, int id)
{
    return id % (int)connection->postgres->id_count;
}

static int control_of(const struct postgres_connection *connection, int id)
{
    return base_of(connection, id) - (int)connection->postgres->db.text_count;
}

const char *postgres_name_of(const struct postgres_connection *connection, int id)
{
    int control = control_of(connection, id);
    return id < 0         ? "sync"
           : control >= 0 ? CONTROLS[control].name
                          : statements_at((size_t)base_of(connection, id))->name;
}

static const char *sql_of(const struct postgres_connection *connection, struct arena *arena, int id)
{
    const struct postgres *postgres = connection->postgres;
    int control = control_of(connection, id), rows = id / (int)postgres->id_count + 1;
    if (control >= 0)
        return CONTROLS[control].sql;
    return rows == 1 ? postgres->db.texts[id].sql
                     : postgres_gather_sql(postgres, arena, base_of(connection, id), rows);
}

static bool sent(struct postgres_connection *connection, struct postgres_op op, int success)
{
    check(connection->op_count < sizeof connection->ops / sizeof connection->ops[0]);
    if (success)
        connection->ops[connection->op_count++] = op;
    else
        connection->broken = true;
    return success;
}

static bool send_prepare(struct postgres_connection *connection, int id, int count, const uint8_t *types)
{
    Oid oids[STATEMENT_PARAMETERS_MAX];
    for (int i = 0; i < count; i++)
        oids[i] = OIDS[types[i]];
    connection->prepared[id] = arena_copy(&connection->memory, types, (size_t)count);
    struct arena scratch = {0};
    bool success = sent(connection, (struct postgres_op){OP_PREPARE, id, NULL},
                        PQsendPrepare(connection->pg, connection->postgres->names[id],
                                      sql_of(connection, &scratch, id), count, oids));
    arena_free(&scratch);
    return success;
}

bool postgres_send(struct postgres_connection *connection, struct postgres_op op, int count,
                   const char *const *values, const int *lengths, const uint8_t *types)
{
    static const int binary[STATEMENT_PARAMETERS_MAX] = {[0 ... STATEMENT_PARAMETERS_MAX - 1] = 1};
    if (connection->broken)
        return false;
    if (!connection->prepared[op.id] && !send_prepare(connection, op.id, count, types))
        return false;
    return sent(connection, op,
                PQsendQueryPrepared(connection->pg, connection->postgres->names[op.id], count, values,
                                    lengths, binary, 1));
}

bool postgres_send_control(struct postgres_connection *connection, enum postgres_control control)
{
    int id = (int)connection->postgres->db.text_count + (int)control;
    return postgres_send_pending(connection) &&
           postgres_send(connection, (struct postgres_op){OP_RUN, id, NULL}, 0, NULL, NULL, NULL);
}

static bool send_sync(struct postgres_connection *connection)
{
    return !connection->broken &&
           sent(connection, (struct postgres_op){OP_SYNC, -1, NULL}, PQpipelineSync(connection->pg));
}

void postgres_leave(struct postgres_connection *connection, enum postgres_control control)
{
    connection->pending.rows = 0;
    /* What is still unanswered may fail, and would take the ROLLBACK with it. */
    if (connection->op_count > 0 && connection->ops[connection->op_count - 1].kind != OP_SYNC)
        send_sync(connection);
    for (size_t i = 0; i < connection->op_count; i++)
        connection->ops[i].rows = NULL; /* they are gone with the transaction's arena */
    if (postgres_send_control(connection, control))
        send_sync(connection);
    connection->begun = false;
}

/* Hands everything to the network; what comes in meanwhile is taken, or both sides could wait for each other.
 */
static bool flush(struct postgres_connection *connection, int64_t deadline_ns)
{
    int unsent;
    while ((unsent = PQflush(connection->pg)) > 0) {
        if (!postgres_wait(connection->pg, POLLIN | POLLOUT, deadline_ns, -1)) {
            connection->timed_out = true;
            return false;
        }
        if (!PQconsumeInput(connection->pg))
            return false;
    }
    return unsent == 0;
}

/* The next result; NULL with `ret_end`: that was the operation's last. NULL without: the connection is lost.
 */
static PGresult *next_result(struct postgres_connection *connection, int64_t deadline_ns, bool *ret_end)
{
    *ret_end = false;
    while (PQisBusy(connection->pg)) {
        if (!postgres_wait(connection->pg, POLLIN, deadline_ns, -1)) {
            connection->timed_out = true;
            return NULL;
        }
        if (!PQconsumeInput(connection->pg) && PQisBusy(connection->pg))
            return NULL;
    }
    PGresult *result = PQgetResult(connection->pg);
    *ret_end = !result;
    return result;
}

static bool writes_rows(const PGresult *result)
{
    const char *tag = PQcmdStatus((PGresult *)result);
    return tag[0] == 'I' || tag[0] == 'U' || tag[0] == 'D';
}

static void take_rows(struct postgres_connection *connection, const struct postgres_op *op, struct db_tx *tx,
                      PGresult *result)
{
    connection->last_tuples = PQntuples(result);
    if (control_of(connection, op->id) == CONTROL_COMMIT)
        connection->committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (!tx || !op->rows || op->rows->lost)
        return;
    const char *name = postgres_name_of(connection, op->id);
    if (!postgres_read_rows(tx->arena, name, result, op->rows)) {
        *op->rows = (struct db_rows){.lost = true};
        tx_fail(tx, CODE_INTERNAL);
        return;
    }
    int64_t affected;
    if (writes_rows(result) && str_parse_int(str_of(PQcmdTuples(result)), &affected))
        op->rows->affected = affected;
}

static void take_error(struct postgres_connection *connection, const struct postgres_op *op, struct db_tx *tx,
                       const PGresult *result)
{
    if (op->kind == OP_PREPARE)
        connection->prepared[op->id] = NULL;
    if (op->rows)
        op->rows->lost = true;
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return; /* an earlier error, already told */
    /* What the server itself refused before COMMIT kept it from being run. */
    if (PQresultErrorField(result, PG_DIAG_SQLSTATE) && control_of(connection, op->id) != CONTROL_COMMIT)
        connection->commit_sent = false;
    if (PQstatus(connection->pg) == CONNECTION_BAD || postgres_ends_connection(result) || !tx)
        connection->broken = true;
    const char *name = postgres_name_of(connection, op->id);
    enum code code = postgres_failure(name, result);
    if (tx && postgres_is_unmet(result))
        tx->unmet = name;
    if (tx)
        tx_fail(tx, code);
}

/* False: the connection is lost. */
static bool take_op(struct postgres_connection *connection, const struct postgres_op *op, struct db_tx *tx,
                    int64_t deadline_ns)
{
    for (;;) {
        bool end;
        PGresult *result = next_result(connection, deadline_ns, &end);
        if (!result)
            return end && op->kind != OP_SYNC;
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
            take_rows(connection, op, tx, result);
        else if (status != PGRES_PIPELINE_SYNC)
            take_error(connection, op, tx, result);
        PQclear(result);
        if (op->kind == OP_SYNC)
            return status == PGRES_PIPELINE_SYNC;
        if (connection->broken)
            return false;
    }
}

static void lose(struct postgres_connection *connection, struct db_tx *tx, size_t from)
{
    if (!connection->broken || connection->timed_out)
        log_warn("db.connection_lost", LOG_TEXT("because", connection->timed_out ? "no answer" : "closed"));
    connection->broken = true;
    for (size_t i = from; i < connection->op_count; i++) {
        if (connection->ops[i].rows)
            connection->ops[i].rows->lost = true;
    }
    if (tx)
        tx_fail(tx, CODE_UNAVAILABLE);
}

void postgres_collect(struct postgres_connection *connection, struct db_tx *tx, int64_t deadline_ns)
{
    size_t taken = 0;
    if (tx)
        postgres_tx_send_pending(tx);
    if (connection->op_count > 0 && connection->ops[connection->op_count - 1].kind != OP_SYNC)
        send_sync(connection);
    bool good = !connection->broken && flush(connection, deadline_ns);
    while (good && taken < connection->op_count) {
        good = take_op(connection, &connection->ops[taken], tx, deadline_ns);
        if (good)
            taken++;
    }
    if (!good)
        lose(connection, tx, taken);
    connection->op_count = 0;
}
