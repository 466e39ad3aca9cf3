/* One event in a listener's hands: what batches and retries share. */
#pragma once
#include "platform/events/dispatcher.h"
#include "platform/events/log.h"

/* Runs the listener as the event's business; `attempts`: how often it failed before. */
enum code event_handle(struct runner *runner, struct db_tx *tx, const struct event *event, int64_t attempts);
/* Logs and counts. `attempts`: this one included. */
void event_note_failure(struct runner *runner, const struct event *event, int64_t attempts, enum code reason);
