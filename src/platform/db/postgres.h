/* PostgreSQL: a pool of connections in libpq's pipeline mode, and a thread that listens.
 *
 * What is asked is put into the pipeline and counted in `ops`; postgres_collect sends a Sync and reads the
 * answers of all of it. A transaction's BEGIN travels with its first statement and its COMMIT with the last
 * ones, so a closure that only writes costs one round trip. An INSERT stays `pending` until the next
 * statement shows whether they can be gathered. The end of a transaction whose answer nobody waits for
 * (ROLLBACK, a read's COMMIT) is left in the pipeline and read when the connection is taken the next time. */
#pragma once
#include "platform/db/driver.h"
#include "platform/db/pool.h"

#include <libpq-fe.h>

enum {
    POOL_DEFAULT = 16,
    POOL_WAIT_MS = 5000, /* for a free connection */
    CONNECT_WAIT_MS = 5000,
    ANSWER_WAIT_MS = 20000,             /* for the server's answer; longer than its statement_timeout */
    PATIENT_WAIT_MS = 24 * 3600 * 1000, /* the same where there is no statement_timeout */
    IS_UP_WAIT_MS = 1000,
    REPLAN_FIRST = 8,
    REPLAN_FACTOR = 4, /* plans are made anew after so many transactions, then so many times more */
    OPS_MAX = 512,     /* unanswered; then they are collected whether or not somebody asked */
    GATHER_MAX = 8,    /* rows of one INSERT */
};

enum postgres_control {
    CONTROL_BEGIN_WRITE,
    CONTROL_BEGIN_READ,
    CONTROL_COMMIT,
    CONTROL_ROLLBACK,
    CONTROL_NOTIFY,
    CONTROL_REPLAN,
    CONTROL_PING,
    CONTROL_COUNT,
};

struct postgres_op {
    enum { OP_PREPARE, OP_RUN, OP_SYNC } kind;
    int id;               /* a statement's, or text_count + control; for several rows: see id_count */
    struct db_rows *rows; /* NULL: nobody wants them */
};

/* The statement that was asked last, before it is sent. */
struct postgres_pending {
    int id, rows;           /* rows 0: none; more than 1: gathered */
    struct db_rows *answer; /* NULL: nobody wants it */
    const char *values[STATEMENT_PARAMETERS_MAX];
    int lengths[STATEMENT_PARAMETERS_MAX];
    union {
        uint64_t integer; /* in network order */
        struct uuid uuid;
    } copies[STATEMENT_PARAMETERS_MAX];
    uint8_t types[STATEMENT_PARAMETERS_MAX];
    int count;
};

struct postgres;

/* Used by one thread at a time. */
struct postgres_connection {
    struct postgres *postgres;
    enum pool_end end; /* of the pool, where it was taken and goes back */
    PGconn *pg;
    struct arena memory;
    uint8_t **prepared; /* by id: NULL, or the types of its parameters as it was prepared */
    struct postgres_pending pending;
    struct postgres_op ops[OPS_MAX + 16]; /* a last statement or two, and how the transaction ends */
    size_t op_count;
    enum postgres_control begin;
    bool begun;       /* BEGIN was sent, and neither COMMIT nor ROLLBACK since */
    bool commit_sent; /* and may have been run: a connection lost now leaves the outcome unknown */
    bool committed;
    bool broken;    /* of no use any more */
    bool timed_out; /* broken because the server did not answer */
    int last_tuples;
    int64_t transactions, replan_at; /* so many were run; when there are so many */
};

struct postgres {
    struct db db;
    const char *url;
    struct pool pool;
    bool patient;
    size_t id_count;              /* statements and controls; so far apart are the forms of a statement */
    const char **names;           /* of prepared statements, by id */
    const char **rows;            /* by statement: where the row of its text begins; NULL: it is sent alone */
    atomic_llong last_success_ns; /* INT64_MIN: a connection was refused since */
    atomic_llong quiet_until_ns;  /* for the log: a failed connection was told lately */
    bool listening;
    int stop; /* eventfd: the listener shall end */
    pthread_t listener;
};

/* ---- postgres_connect.c ---- */

/* NULL: failed (logged), or `stop` (an eventfd, −1: none) was written to. The handle is in plain mode.
 * `quiet_until_ns` (may be NULL) keeps the log from repeating itself. */
PGconn *postgres_connect_plain(const char *url, int stop, atomic_llong *quiet_until_ns);
/* Ready for transactions. */
struct postgres_connection *postgres_connect(struct postgres *postgres);
void postgres_disconnect(struct postgres_connection *connection);
int64_t postgres_deadline(int64_t wait_ms); /* so long from now, on the monotonic clock */
int64_t postgres_answer_deadline(const struct postgres_connection *connection); /* for what was sent now */
/* Waits until the socket is ready; false: the deadline passed (INT64_MAX: none), or `stop` was written to. */
bool postgres_wait(PGconn *pg, short events, int64_t deadline_ns, int stop);
/* Runs SQL text in plain mode and answers the last result, NULL when the connection was lost or too slow. */
PGresult *postgres_execute(PGconn *pg, const char *sql, int64_t deadline_ns);

/* ---- postgres_pipeline.c ---- */

/* Both answer false when the connection is broken. */
bool postgres_send(struct postgres_connection *connection, struct postgres_op op, int count,
                   const char *const *values, const int *lengths, const uint8_t *types);
bool postgres_send_control(struct postgres_connection *connection, enum postgres_control control);
/* Reads the answers of all that was sent; failures go to `tx` (NULL: a failure makes the connection broken).
 */
void postgres_collect(struct postgres_connection *connection, struct db_tx *tx, int64_t deadline_ns);
/* Sends what ends a transaction, or what is to be done after one, without waiting for the answer. */
void postgres_leave(struct postgres_connection *connection, enum postgres_control control);
const char *postgres_name_of(const struct postgres_connection *connection, int id);

/* ---- postgres_gather.c ---- */

void postgres_gather_init(struct postgres *postgres);
/* Puts the row to those of the pending statement; false: it does not go with them. */
bool postgres_gather(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                     size_t count, struct db_rows *rows);
/* The statement for so many rows, in `arena`. */
const char *postgres_gather_sql(const struct postgres *postgres, struct arena *arena, int id, int rows);

/* ---- postgres_statement.c ---- */

void postgres_ask(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                  size_t count, struct db_rows *rows);
void postgres_notify(struct db_tx *tx, struct uuid business);
void postgres_pending_add(struct db_tx *tx, const struct db_value *values, size_t count);
/* Sends what is pending. False: the connection is broken, or the values do not fit. */
bool postgres_send_pending(struct postgres_connection *connection);
bool postgres_tx_send_pending(struct db_tx *tx); /* the same; false: the transaction is lost */
/* False (logged): a type that is not read. */
bool postgres_read_rows(struct arena *arena, const char *name, const PGresult *result, struct db_rows *rows);

/* ---- postgres_error.c ---- */

/* What an error means; logs it without values. CODE_RETRY: the transaction may be run again. */
enum code postgres_failure(const char *name, const PGresult *result);
bool postgres_is_unmet(const PGresult *result); /* what the statement relied on is not so */
bool postgres_ends_connection(const PGresult *result);

/* ---- postgres_pool.c ---- */

/* NULL: none became free, or none could be opened (logged). */
struct postgres_connection *postgres_take(struct postgres *postgres, enum pool_end end, int64_t deadline_ns);
/* A broken one is closed, and the idle ones with it. */
void postgres_put_back(struct postgres_connection *connection);
void postgres_close_idle(struct postgres *postgres);

/* ---- postgres_run.c ---- */

enum code postgres_write(struct db *db, const struct db_work *work);
enum code postgres_read(struct db *db, const struct db_work *work);
void postgres_sync(struct db_tx *tx);
bool postgres_is_up(struct db *db);

/* ---- postgres_listen.c ---- */

void postgres_listen(struct db *db);
void postgres_listen_stop(struct postgres *postgres);

/* ---- postgres_migrate.c ---- */

bool postgres_migrate(const char *url, bool apply);
