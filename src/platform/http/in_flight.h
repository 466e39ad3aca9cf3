/* The idempotency keys whose requests run in this process now. The second request with a key waits for the
 * first. */
#pragma once
#include "base/uuid.h"

struct in_flight; /* a key that is held */
struct in_flight_table;

struct in_flight_table *in_flight_new(size_t waiters_max);
void in_flight_free(struct in_flight_table *table);
/* Blocks up to `timeout_ms` while another holds the key. NULL: it still does, or too many wait already. */
struct in_flight *in_flight_enter(struct in_flight_table *table, struct uuid business, struct str key,
                                  int64_t timeout_ms);
void in_flight_leave(struct in_flight_table *table, struct in_flight *held);
