/* What a request brings, decoded and checked by its row of the route table. */
#pragma once
#include "platform/http/exchange.h"

/* Path parameters, query, content type, body and Idempotency-Key. VALIDATION_FAILED with a detail for each
 * faulty field of query and body at once, MALFORMED_REQUEST, UNSUPPORTED_MEDIA_TYPE or OK. */
enum code input_read(struct http_exchange *exchange);
