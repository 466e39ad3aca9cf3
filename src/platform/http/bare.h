/* A server with nothing but endpoints: no routes, no accounts, no database. For what is built on the HTTP
 * server and is tried alone: conformance programs, tests, benches. */
#pragma once
#include "platform/http/server.h"

/* First of all, before there are threads: the signals that end it wait for bare_wait. */
void bare_signals(void);
/* NULL: logged. One server a process. `config` and the endpoints live as long as it. */
struct http_server *bare_start(const struct config *config, const struct http_endpoint *const *endpoints,
                               size_t count);
void bare_wait(void);                       /* for SIGTERM or SIGINT */
void bare_stop(struct http_server *server); /* ends the process when a handler hangs */
