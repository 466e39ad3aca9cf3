/* What an SQLSTATE means to the caller. */
#include "base/log.h"
#include "platform/db/postgres.h"

#define NOT_NULL_VIOLATION "23502"

static const struct {
    const char *state; /* or its beginning; the first that fits */
    enum code code;
    enum log_level level;
} STATES[] = {
    {"23505", CODE_CONFLICT, LOG_DEBUG},         /* a unique key: an answer, not a fault */
    {NOT_NULL_VIOLATION, CODE_RETRY, LOG_DEBUG}, /* see db.h */
    {"40001", CODE_RETRY, LOG_INFO},             /* serialization failure */
    {"40P01", CODE_RETRY, LOG_INFO},             /* deadlock */
    {"55P03", CODE_TIMED_OUT, LOG_WARN},         /* lock_timeout */
    {"57014", CODE_TIMED_OUT, LOG_ERROR},        /* statement_timeout, or an operator cancelled it */
    {"22021", CODE_VALIDATION_FAILED, LOG_INFO}, /* text with a zero byte */
    {"53100", CODE_STORAGE_FULL, LOG_ERROR},     /* disk full */
    {"53", CODE_UNAVAILABLE, LOG_ERROR},         /* out of memory, too many connections */
    {"57", CODE_UNAVAILABLE, LOG_ERROR},         /* shutting down, starting up */
    {"58", CODE_UNAVAILABLE, LOG_ERROR},         /* I/O error */
    {"08", CODE_UNAVAILABLE, LOG_ERROR},         /* connection */
    {"25P03", CODE_UNAVAILABLE, LOG_ERROR},      /* idle in a transaction for too long */
    {"", CODE_INTERNAL, LOG_ERROR},
};

/* Messages of these classes name things, not values. */
static const char *const SPEAKABLE[] = {"08", "25", "26", "3D", "40", "42",
                                        "53", "54", "55", "57", "58", "XX"};

static struct str message_of(const PGresult *result, struct str state)
{
    for (size_t i = 0; i < sizeof SPEAKABLE / sizeof SPEAKABLE[0]; i++) {
        if (str_starts_with(state, str_of(SPEAKABLE[i])))
            return str_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    }
    return STR("");
}

enum code postgres_failure(const char *name, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!state) /* libpq's own: the connection is gone */
        state = "08006";
    size_t i = 0;
    while (!str_starts_with(str_of(state), str_of(STATES[i].state)))
        i++;
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    log_at(STATES[i].level, "db.statement_failed", LOG_TEXT("statement", name), LOG_TEXT("sqlstate", state),
           LOG_TEXT("constraint", constraint ? constraint : ""),
           LOG_STR("reason", message_of(result, str_of(state))),
           LOG_TEXT("answer", code_name(STATES[i].code)));
    return STATES[i].code;
}

bool postgres_is_unmet(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state && strcmp(state, NOT_NULL_VIOLATION) == 0;
}

bool postgres_ends_connection(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return !severity || strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}
