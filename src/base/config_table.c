/* The table of configuration keys: what there is, its default, its meaning, and what is taken for it. */
#include "base/config_internal.h"

#include <arpa/inet.h>
#include <stddef.h>

#define SECRET_BYTES_MIN 32

/* ---- Checks: NULL, or what the value must be ---- */

bool config_is_printable(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.data[i] < 0x20 || value.data[i] == 0x7F)
            return false;
    }
    return str_is_utf8(value);
}

static const char *check_host(struct str value)
{
    char text[INET6_ADDRSTRLEN + 1] = "";
    unsigned char address[sizeof(struct in6_addr)];
    if (value.len > 0 && value.len < sizeof text)
        memcpy(text, value.data, value.len);
    bool ok = inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
    return ok ? NULL : "must be an IP address such as 0.0.0.0, 127.0.0.1 or ::";
}

static const char *check_filled(struct str value) { return value.len > 0 ? NULL : "must not be empty"; }

static bool has_scheme(struct str value, struct str scheme)
{
    return str_starts_with(value, scheme) && value.len > scheme.len;
}

static const char *check_database_url(struct str value)
{
    bool ok = value.len == 0 || has_scheme(value, STR("sqlite:")) || has_scheme(value, STR("postgres://")) ||
              has_scheme(value, STR("postgresql://"));
    return ok ? NULL : "must be sqlite:FILE or postgres://user:password@host:port/database";
}

static const char *check_redis_url(struct str value)
{
    bool ok = value.len == 0 || has_scheme(value, STR("redis://")) || has_scheme(value, STR("rediss://"));
    return ok ? NULL : "must be redis://host:port";
}

static const char *check_amqp_url(struct str value)
{
    bool ok = value.len == 0 || has_scheme(value, STR("amqp://")) || has_scheme(value, STR("amqps://"));
    return ok ? NULL : "must be amqp://user:password@host:port/vhost";
}

static const char *check_jwt_secret(struct str value)
{
    return value.len == 0 || value.len >= SECRET_BYTES_MIN ? NULL : "must have at least 32 characters";
}

static const char *check_token(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] <= ' ' || value.data[i] > '~')
            return "must be ASCII without spaces";
    }
    return NULL;
}

static bool is_origin(struct str origin)
{
    struct str rest = origin;
    struct str scheme = str_cut(&rest, ':');
    if (!str_eq(scheme, STR("http")) && !str_eq(scheme, STR("https")))
        return false;
    if (!has_scheme(rest, STR("//")))
        return false;
    return !memchr(rest.data + 2, '/', rest.len - 2) && !check_token(origin);
}

static const char *check_origins(struct str value)
{
    if (value.len == 0 || str_eq(value, STR("*")))
        return NULL;
    while (value.data) {
        if (!is_origin(str_trim(str_cut(&value, ','))))
            return "must be * or origins such as https://pos.example.com, separated by commas";
    }
    return NULL;
}

/* ---- The table ---- */

static const char *const REGISTRATIONS[] = {"open", "closed", NULL};
static const char *const LOG_LEVELS[] = {"debug", "info", "warn", "error", NULL};
static const char *const LOG_FORMATS[] = {"auto", "human", "json", NULL};

#define NUMBER(member, standard_text, least, most, meaning_text)                              \
    {                                                                                         \
        .name = #member, .kind = CONFIG_INTEGER, .offset = offsetof(struct config, member),   \
        .standard = (standard_text), .min = (least), .max = (most), .meaning = (meaning_text) \
    }
#define ON_OFF(member, standard_text, meaning_text)                                        \
    {                                                                                      \
        .name = #member, .kind = CONFIG_SWITCH, .offset = offsetof(struct config, member), \
        .standard = (standard_text), .meaning = (meaning_text)                             \
    }
#define STRING(member, standard_text, meaning_text, ...)                                 \
    {                                                                                    \
        .name = #member, .kind = CONFIG_TEXT, .offset = offsetof(struct config, member), \
        .standard = (standard_text), .meaning = (meaning_text), ##__VA_ARGS__            \
    }

#define HOUR_MS 3600000
#define DAY_S 86400

const struct config_key CONFIG_KEYS[] = {
    NUMBER(port, "3001", 0, 65535, "TCP port; 0 lets the system choose one, the log names it"),
    STRING(host, "0.0.0.0", "IP address to listen on", .wrong = check_host),
    STRING(data_dir, "./tilopos-data", "folder of the SQLite database", .wrong = check_filled),
    STRING(database_url, "", "sqlite:FILE or postgres://…; empty: SQLite in data_dir",
           .wrong = check_database_url, .url = true),
    STRING(redis_url, "", "redis://…; empty: cache and limits in memory", .wrong = check_redis_url,
           .url = true),
    STRING(amqp_url, "", "amqp://…; empty: events stay in the own durable queue", .wrong = check_amqp_url,
           .url = true),
    STRING(jwt_secret, "", "signs access tokens, ≥ 32 characters; empty: made once, kept in the database",
           .wrong = check_jwt_secret, .secret = true),
    STRING(metrics_token, "", "bearer token of /metrics; empty: from this machine only", .wrong = check_token,
           .secret = true),
    STRING(registration, "open", "whether new businesses may register: open or closed",
           .values = REGISTRATIONS),
    ON_OFF(rate_limit, "on", "off takes every throttle away, for tests"),
    STRING(cors_origins, "", "browser origins that may call, separated by commas, or *; empty: the own only",
           .wrong = check_origins),
    STRING(log_level, "info", "debug, info, warn or error", .values = LOG_LEVELS),
    STRING(log_format, "auto", "human, json, or auto: human on a terminal", .values = LOG_FORMATS),
    NUMBER(http_threads, "0", 0, 64, "threads that own connections; 0: one per core, at most 4"),
    NUMBER(worker_threads, "64", 1, 1024, "most threads that run requests; started on demand"),
    NUMBER(max_connections, "10000", 1, 1000000, "open connections at most; more are answered 503"),
    NUMBER(header_timeout_ms, "10000", 100, HOUR_MS, "a request's header must be there within"),
    NUMBER(request_timeout_ms, "30000", 100, HOUR_MS, "a whole request must be there within"),
    NUMBER(keep_alive_ms, "65000", 0, HOUR_MS, "an idle connection is kept for"),
    NUMBER(drain_timeout_ms, "10000", 0, HOUR_MS, "time for running requests when the server stops"),
    NUMBER(max_sockets, "10000", 0, 1000000, "open sockets (/socket.io/) at most; more are answered 503"),
    NUMBER(max_sockets_per_user, "50", 1, 1000000, "sockets of one user at most"),
    NUMBER(new_sockets_per_second, "20", 1, 1000000, "new sockets of one address in a second at most"),
    NUMBER(socket_ping_interval_ms, "25000", 100, HOUR_MS, "a socket is asked whether it is there every"),
    NUMBER(socket_ping_timeout_ms, "20000", 100, HOUR_MS, "and closed when it has not answered within"),
    NUMBER(socket_recovery_events, "2000", 0, 100000,
           "events that a socket which lost its line may have missed and still gets; 0: none"),
    NUMBER(body_limit, "1048576", 1024, INT64_C(1) << 30,
           "largest request body in bytes, where a route sets no other"),
    NUMBER(access_token_s, "900", 1, DAY_S, "lifetime of an access token"),
    NUMBER(refresh_token_s, "2592000", 1, 366 * DAY_S, "lifetime of a refresh token"),
    NUMBER(db_pool, "8", 1, 256, "PostgreSQL connections or SQLite readers"),
    NUMBER(db_batch, "64", 1, 1024, "sales in one commit at most"),
};

const size_t CONFIG_KEY_COUNT = sizeof CONFIG_KEYS / sizeof CONFIG_KEYS[0];
_Static_assert(sizeof CONFIG_KEYS / sizeof CONFIG_KEYS[0] <= CONFIG_KEYS_MAX, "each key has an origin");
