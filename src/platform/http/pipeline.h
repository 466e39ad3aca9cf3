/* From a request that arrived whole to its composed reply, in the contract's order of checks. */
#pragma once
#include "platform/http/exchange.h"

/* Blocks as its handler does. On return exchange->reply is final. */
void pipeline_run(struct http_exchange *exchange);
/* The reply for a request that gets no handler, with `code`; never blocks. */
void pipeline_refuse(struct http_exchange *exchange, enum code code);
/* OPTIONS: a preflight, or what the path allows. Never blocks. */
void pipeline_options(struct http_exchange *exchange);
/* Answers a ROUTE_CACHED request from memory when it can; false: a worker must. Never blocks. */
bool pipeline_cached(struct http_exchange *exchange);
