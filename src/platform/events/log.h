/* Reading entries of the log inside a transaction. */
#pragma once
#include "platform/events/entry.h"

/* Asks for what lies behind `after`, at most `limit` entries; the rows are for log_events. */
struct db_rows *log_ask(struct db_tx *tx, struct uuid stream_id, int64_t after, size_t limit);
/* The events behind `after` in those rows, at most `limit`, in the transaction's arena. False: a row was
 * damaged; `ret_events` holds what stands before it. */
bool log_events(struct db_tx *tx, const struct db_rows *rows, struct stream_key key, int64_t after,
                size_t limit, struct event **ret_events, size_t *ret_count);
struct db_rows *log_ask_end(struct db_tx *tx, struct uuid stream_id); /* its last sequence, or no row */
/* One event (NULL: it is gone); the row of log_ask_one. */
struct db_rows *log_ask_one(struct db_tx *tx, struct uuid stream_id, int64_t sequence);
const struct event *log_event(struct db_tx *tx, const struct db_rows *rows, struct stream_key key,
                              int64_t sequence);

/* The last sequence of each stream, 0: nothing was published yet. */
enum code log_ends(struct events *events, struct arena *arena, const struct stream_key *keys, size_t count,
                   int64_t *ret_ends);
