/* One event in a listener's hands: what batches and retries share. */
#pragma once
#include "platform/events/dispatcher.h"
#include "platform/events/log.h"

/* Runs the listener as the event's business; `attempts`: how often it failed before. */
enum code event_handle_many(struct runner *runner, struct db_tx *tx, const struct event *const *events,
                            size_t count);
enum code event_handle(struct runner *runner, struct db_tx *tx, const struct event *event, int64_t attempts);
/* From here on event_publish in `tx` (on this thread) only gathers; at the end all of it is published, in the
 * order of the streams: a counter is held only when every other row of the batch is locked. */
void events_gather(struct db_tx *tx);
void events_gather_end(struct db_tx *tx, bool publish);

/* Logs and counts. `attempts`: this one included. */
void event_note_failure(struct runner *runner, const struct event *event, int64_t attempts, enum code reason);
