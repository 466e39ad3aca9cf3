/* Idempotency-Key: the key is claimed in the transaction whose reply is stored with it; see README.md. */
#pragma once
#include "platform/http/exchange.h"

#define IDEMPOTENCY_KEEP_MS (INT64_C(7) * 24 * 60 * 60 * 1000)

/* Reads the header of a ROUTE_IDEMPOTENT request. False: it is no key (one detail was added). */
bool idempotency_read(struct request *request);
/* Waits until no other request of this process runs with the key. REQUEST_IN_FLIGHT when that takes too long.
 */
enum code idempotency_enter(struct request *request);
void idempotency_leave(struct request *request); /* harmless when nothing was entered */

/* Deletes keys older than IDEMPOTENCY_KEEP_MS but those of sales, a few at a time. For a daily job. */
enum code idempotency_prune(struct db *db, int64_t now_ms);
