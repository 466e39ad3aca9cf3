/* Configuration: one table (config_table.c) with every key, its meaning, default, and check. A value comes
 * from, strongest first: the flag `--data-dir`, the environment `TILOPOS_DATA_DIR`, the file `tilopos.conf`
 * (`data_dir = …`), the default. Read once at start, read-only afterwards. `tilopos config` prints the table.
 */
#pragma once
#include "base/str.h"

#include <stdio.h>

#define CONFIG_KEYS_MAX 32

enum config_origin { CONFIG_DEFAULT, CONFIG_FILE, CONFIG_ENVIRONMENT, CONFIG_FLAG };

struct config {
    int64_t port;             /* 3001; 0 lets the system choose, the log names it */
    struct str host;          /* address to listen on */
    struct str data_dir;      /* where the SQLite file lives by default */
    struct str database_url;  /* sqlite:FILE or postgres://…; empty: sqlite in data_dir */
    struct str redis_url;     /* empty: memory */
    struct str amqp_url;      /* empty: the own queue */
    struct str jwt_secret;    /* empty: made once and kept in the database; ≥ 32 bytes */
    struct str metrics_token; /* empty: /metrics on loopback only */
    struct str registration;  /* open | closed */
    bool rate_limit;          /* off: every throttle off, for tests */
    struct str cors_origins;  /* comma-separated origins, or *; empty: none */
    struct str log_level;     /* debug | info | warn | error */
    struct str log_format;    /* auto | human | json */
    int64_t http_threads;     /* loop threads; 0: one per core, at most 4 */
    int64_t worker_threads;   /* most worker threads; started on demand */
    int64_t max_connections;  /* open HTTP connections */
    int64_t header_timeout_ms, request_timeout_ms, keep_alive_ms, drain_timeout_ms;
    int64_t max_sockets, max_sockets_per_user, new_sockets_per_second;
    int64_t socket_ping_interval_ms, socket_ping_timeout_ms;
    int64_t socket_recovery_events;          /* of the log, for a client that comes back; 0: no recovery */
    int64_t body_limit;                      /* bytes, routes may take less or more */
    int64_t access_token_s, refresh_token_s; /* lifetimes */
    int64_t db_pool;                         /* PostgreSQL connections or SQLite readers */
    int64_t db_batch;                        /* sales per commit at most */

    /* For config_print: where each row of the table got its value, and the name of the file that was read. */
    enum config_origin origins[CONFIG_KEYS_MAX];
    const char *file;
    struct arena memory; /* of the file and the values */
};

/* Reads flags from argv (those it knows are removed; `*argc` shrinks), environment and file (`--config FILE`,
 * `TILOPOS_CONFIG`, or `tilopos.conf` in the working directory when there is one). An empty environment
 * variable counts as not set; behind `--` there are no flags. On bad input prints one clear line per fault to
 * stderr and answers false. Values live as long as the process, or until `config->memory` is freed. No texts
 * are NULL, "" is "not set"; all end with a NUL. */
bool config_load(struct config *ret_config, int *argc, char **argv);
void config_print(const struct config *config, FILE *out); /* key, value (secrets as ***), origin, meaning */
