/* Transactions on PostgreSQL.
 *
 * Run again, from the start: what the server refused for concurrency's sake (40001, 40P01) or the closure
 * wanted (CODE_RETRY), a few times; and once on a new connection when the old one was lost before COMMIT was
 * sent. When it was lost after that the outcome is unknown: UNAVAILABLE, never again. */
#include "base/clock.h"
#include "base/log.h"
#include "platform/db/fault.h"
#include "platform/db/postgres.h"

#include <time.h>

void postgres_sync(struct db_tx *tx)
{
    struct postgres_connection *connection = tx->connection;
    if (connection->op_count > 0 || connection->pending.rows > 0)
        postgres_collect(connection, tx, postgres_answer_deadline(connection));
}

static enum code commit_write(struct db_tx *tx)
{
    struct postgres_connection *connection = tx->connection;
    if (!postgres_tx_send_pending(tx))
        return tx->failure;
    connection->commit_sent = true;
    if (!postgres_send_control(connection, CONTROL_COMMIT))
        return CODE_UNAVAILABLE;
    postgres_collect(connection, tx, postgres_answer_deadline(connection));
    if (connection->broken || connection->committed)
        connection->begun = false;
    if (connection->committed) {
        tx->failure = CODE_OK; /* what came after it, the end of the connection, is the next one's business */
        return CODE_OK;
    }
    if (!tx->failure && !connection->broken)
        tx_fail(tx, CODE_INTERNAL);
    return tx->failure ? tx->failure : CODE_UNAVAILABLE;
}

/* Commits or rolls back; answers what becomes of the transaction. */
static enum code finish(struct db_tx *tx, enum code code)
{
    struct postgres_connection *connection = tx->connection;
    bool writes = connection->begin == CONTROL_BEGIN_WRITE && !fault_planted("answer_before_commit");
    if (connection->begun && code == CODE_OK && writes)
        code = commit_write(tx);
    else if (code == CODE_OK)
        postgres_sync(tx);
    if (tx->failure)
        code = tx->failure;
    if (connection->begun && !connection->broken)
        postgres_leave(connection, code == CODE_OK ? CONTROL_COMMIT : CONTROL_ROLLBACK);
    return code;
}

static void back_off(int try)
{
    uint32_t chance;
    clock_random(&chance, sizeof chance);
    long most_us = 2000L << try;
    struct timespec pause = {0, (long)(chance % (uint32_t)most_us) * 1000};
    nanosleep(&pause, NULL);
}

/* A plan made while a table was nearly empty is as good by any index, the server keeps it, and behind a
 * foreign key it would read through all that a business sold that day, until autovacuum comes by. */
static void renew_plans(struct postgres_connection *connection)
{
    if (connection->broken || ++connection->transactions < connection->replan_at)
        return;
    connection->replan_at *= REPLAN_FACTOR;
    postgres_leave(connection, CONTROL_REPLAN);
}

struct attempt {
    enum code code;
    bool lost;         /* the connection, before anything could be committed */
    const char *unmet; /* see struct db_tx */
};

static struct attempt attempt(struct postgres *postgres, const struct db_work *work,
                              enum postgres_control begin)
{
    struct postgres_connection *connection =
        postgres_take(postgres, work->is_batch ? POOL_BACK : POOL_FRONT, postgres_deadline(POOL_WAIT_MS));
    if (!connection)
        return (struct attempt){.code = CODE_UNAVAILABLE};
    struct db_tx tx;
    tx_open(&tx, &postgres->db, work, connection);
    connection->begin = begin;
    enum code code = finish(&tx, tx_run(&tx, work));
    renew_plans(connection);
    bool unknown = connection->commit_sent && connection->broken;
    bool lost = connection->broken && !connection->commit_sent && !connection->timed_out && code != CODE_OK;
    postgres_put_back(connection);
    if (code == CODE_OK) {
        atomic_store_explicit(&postgres->last_success_ns, clock_monotonic_ns(), memory_order_relaxed);
        if (begin == CONTROL_BEGIN_WRITE)
            atomic_fetch_add_explicit(&postgres->db.commits, 1, memory_order_relaxed);
        tx_committed(&tx);
    } else if (unknown) {
        db_tell(&postgres->db, UUID_NIL);
        code = CODE_UNAVAILABLE;
    }
    return (struct attempt){code, lost, tx.unmet};
}

static enum code run(struct postgres *postgres, const struct db_work *work, enum postgres_control begin)
{
    bool renewed = false;
    for (int try = 1;;) {
        struct attempt done = attempt(postgres, work, begin);
        if (done.lost && !renewed) {
            renewed = true;
            continue;
        }
        if (done.code != CODE_RETRY)
            return done.code;
        if (try++ == DB_TRIES_MAX)
            return tx_give_up(done.unmet);
        atomic_fetch_add_explicit(&postgres->db.retries, 1, memory_order_relaxed);
        if (try > 2) /* mostly the other one is done by now */
            back_off(try);
    }
}

enum code postgres_write(struct db *db, const struct db_work *work)
{
    return run((struct postgres *)db, work, CONTROL_BEGIN_WRITE);
}

enum code postgres_read(struct db *db, const struct db_work *work)
{
    return run((struct postgres *)db, work, CONTROL_BEGIN_READ);
}

static bool ping(struct postgres_connection *connection, int64_t deadline_ns)
{
    connection->last_tuples = 0;
    postgres_send_control(connection, CONTROL_PING);
    postgres_collect(connection, NULL, deadline_ns);
    return !connection->broken && connection->last_tuples == 1;
}

bool postgres_is_up(struct db *db)
{
    struct postgres *postgres = (struct postgres *)db;
    int64_t deadline_ns = postgres_deadline(IS_UP_WAIT_MS);
    bool is_up = false;
    for (int try = 0; try < 2 && !is_up; try++) { /* the first connection may be one that was ended */
        struct postgres_connection *connection = postgres_take(postgres, POOL_FRONT, deadline_ns);
        if (!connection) /* it may be busy rather than down */
            return postgres_deadline(-IS_UP_WAIT_MS) <
                   atomic_load_explicit(&postgres->last_success_ns, memory_order_relaxed);
        is_up = ping(connection, deadline_ns);
        postgres_put_back(connection);
    }
    return is_up;
}
