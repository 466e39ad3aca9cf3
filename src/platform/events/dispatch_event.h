/* One event in a listener's hands: what batches and retries share. */
#pragma once
#include "platform/events/dispatcher.h"

/* Of `outbox o`, in the order event_of_row reads them. */
#define EVENT_COLUMNS \
    "o.sequence, o.event_id, o.event_name, o.aggregate_id, o.correlation_id, o.data, o.occurred_at"

/* Its texts lie in `arena`, or in the rows'. */
struct event event_of_row(struct arena *arena, const struct db_rows *rows, size_t row, struct stream_key key);
/* Runs the listener as the event's business; `attempts`: how often it failed before. */
enum code event_handle(struct runner *runner, struct db_tx *tx, const struct event *event, int64_t attempts);
void event_log_failure(struct runner *runner, const struct event *event, int64_t attempts, enum code reason);
