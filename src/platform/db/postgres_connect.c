/* Connecting to PostgreSQL with a deadline, and what every connection is told first. */
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/db/fault.h"
#include "platform/db/postgres.h"

#include <errno.h>
#include <poll.h>

/* A lock or a statement that takes longer than this is given up; a session that hangs in a transaction is
 * ended. */
static const char SETUP[] = "SET statement_timeout = '15s'; SET lock_timeout = '5s';"
                            "SET idle_in_transaction_session_timeout = '30s';"
                            "SET client_min_messages = warning";

/* Who looks at all there is for the few rows that are wrong, and mostly finds none: the planner takes their
 * LIMIT for a reason to stop early, and would go through one table for every row of another. */
static const char SETUP_PATIENT[] = "SET statement_timeout = 0; SET enable_nestloop = off";

enum { OLDEST_SERVER = 130000 };

int64_t postgres_deadline(int64_t wait_ms) { return clock_monotonic_ns() + wait_ms * 1000000; }

int64_t postgres_answer_deadline(const struct postgres_connection *connection)
{
    return postgres_deadline(connection->postgres->patient ? PATIENT_WAIT_MS : ANSWER_WAIT_MS);
}

bool postgres_wait(PGconn *pg, short events, int64_t deadline_ns, int stop)
{
    for (;;) {
        int64_t left_ms = (deadline_ns - clock_monotonic_ns()) / 1000000;
        if (deadline_ns == INT64_MAX)
            left_ms = -1;
        else if (left_ms <= 0)
            return false;
        struct pollfd polled[2] = {{.fd = PQsocket(pg), .events = events}, {.fd = stop, .events = POLLIN}};
        int ready = poll(polled, stop < 0 ? 1 : 2, left_ms > INT32_MAX ? INT32_MAX : (int)left_ms);
        if (ready < 0 && errno != EINTR)
            return false;
        if (ready > 0 && stop >= 0 && polled[1].revents)
            return false;
        if (ready > 0)
            return true;
    }
}

/* libpq would write them to stderr. What ends a connection shows when it is used. */
static void ignore_notice(void *arg, const PGresult *notice) { (void)arg, (void)notice; }

static PGconn *connect_start(const char *url)
{
    /* What stands before the URL can be overridden by it. A dead peer is noticed within 20 s. */
    static const char *const keys[] = {
        "application_name", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", "dbname",          "client_encoding",     NULL};
    const char *const values[] = {"tilopos", "10", "5", "2", "20000", url, "UTF8", NULL};
    PGconn *pg = PQconnectStartParams(keys, values, 1);
    check(pg);
    PQsetNoticeReceiver(pg, ignore_notice, NULL);
    return pg;
}

static bool connect_finish(PGconn *pg, int64_t deadline_ns, int stop)
{
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (PQstatus(pg) != CONNECTION_BAD && status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
        if (!postgres_wait(pg, status == PGRES_POLLING_WRITING ? POLLOUT : POLLIN, deadline_ns, stop))
            return false;
        status = PQconnectPoll(pg);
    }
    return status == PGRES_POLLING_OK && PQstatus(pg) == CONNECTION_OK;
}

PGresult *postgres_execute(PGconn *pg, const char *sql, int64_t deadline_ns)
{
    if (!PQsendQuery(pg, sql))
        return NULL;
    PGresult *last = NULL;
    for (;;) {
        int unsent = PQflush(pg);
        while (unsent == 0 && PQisBusy(pg)) {
            if (!postgres_wait(pg, POLLIN, deadline_ns, -1) || !PQconsumeInput(pg))
                goto lost;
        }
        if (unsent < 0 || (unsent > 0 && !postgres_wait(pg, POLLIN | POLLOUT, deadline_ns, -1)) ||
            (unsent > 0 && !PQconsumeInput(pg)))
            goto lost;
        if (unsent > 0)
            continue;
        PGresult *result = PQgetResult(pg);
        if (!result)
            return last;
        /* The first error of a script is its answer. */
        if (last && PQresultStatus(last) == PGRES_FATAL_ERROR) {
            PQclear(result);
            continue;
        }
        PQclear(last);
        last = result;
    }
lost:
    PQclear(last);
    return NULL;
}

static bool execute(PGconn *pg, const char *sql, int64_t deadline_ns)
{
    PGresult *result = postgres_execute(pg, sql, deadline_ns);
    bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return good;
}

static bool set_up(PGconn *pg, int64_t deadline_ns)
{
    if (PQsetnonblocking(pg, 1) != 0)
        return false;
    const char *encoding = PQparameterStatus(pg, "server_encoding");
    if (PQserverVersion(pg) < OLDEST_SERVER || !encoding || strcmp(encoding, "UTF8") != 0) {
        log_error("db.server_does_not_fit", LOG_TEXT("wanted", "PostgreSQL 13 or later, encoding UTF8"));
        return false;
    }
    return execute(pg, SETUP, deadline_ns) &&
           (!fault_planted("synchronous_off") || execute(pg, "SET synchronous_commit = off", deadline_ns));
}

/* While the server is away every request tries: one line a second tells as much. */
static bool may_log(atomic_llong *quiet_until_ns)
{
    if (!quiet_until_ns)
        return true;
    long long now_ns = clock_monotonic_ns(), until_ns = atomic_load(quiet_until_ns);
    return now_ns >= until_ns &&
           atomic_compare_exchange_strong(quiet_until_ns, &until_ns, now_ns + 1000000000);
}

PGconn *postgres_connect_plain(const char *url, int stop, atomic_llong *quiet_until_ns)
{
    int64_t deadline_ns = postgres_deadline(CONNECT_WAIT_MS);
    PGconn *pg = connect_start(url);
    if (connect_finish(pg, deadline_ns, stop) && set_up(pg, deadline_ns))
        return pg;
    struct pollfd stopped = {.fd = stop, .events = POLLIN};
    if ((stop < 0 || poll(&stopped, 1, 0) == 0) && may_log(quiet_until_ns))
        log_error("db.connection_failed", LOG_STR("reason", str_trim(str_of(PQerrorMessage(pg)))));
    PQfinish(pg);
    return NULL;
}

struct postgres_connection *postgres_connect(struct postgres *postgres)
{
    PGconn *pg = postgres_connect_plain(postgres->url, -1, &postgres->quiet_until_ns);
    if (pg && postgres->patient && !execute(pg, SETUP_PATIENT, postgres_deadline(CONNECT_WAIT_MS))) {
        PQfinish(pg);
        pg = NULL;
    }
    if (!pg)
        return NULL;
    struct postgres_connection *connection = calloc(1, sizeof *connection);
    check(connection);
    connection->postgres = postgres;
    connection->pg = pg;
    connection->replan_at = REPLAN_FIRST;
    connection->prepared = arena_array(&connection->memory, uint8_t *, postgres->id_count * GATHER_MAX);
    check(PQenterPipelineMode(pg));
    return connection;
}

void postgres_disconnect(struct postgres_connection *connection)
{
    PQfinish(connection->pg);
    arena_free(&connection->memory);
    free(connection);
}
