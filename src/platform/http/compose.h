/* The bytes of an answer's header block. Any thread that has the exchange in hand. */
#pragma once
#include "platform/http/exchange.h"

/* Makes the reply a problem (RFC 9457) of this code, with the details that request_refuse added. */
void compose_problem(struct http_exchange *exchange, enum code code);
/* The cross-origin rules that hold for it. */
const struct cors *compose_cors(const struct http_exchange *exchange);
/* Fills reply->head from the reply; counts and logs the request. Call once, when the reply is final. */
void compose_head(struct http_exchange *exchange);
