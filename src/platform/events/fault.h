/* A way to make a listener fail on purpose, compiled in by `-Dfault_points=true` (test builds) only.
 * TILOPOS_FAULT_EVENT="audit.log transaction.created 2": the first two tries of every such event fail. */
#pragma once
#include "platform/events/events.h"

#ifdef TILOPOS_FAULT_POINTS
enum code event_fault(const char *listener, const struct event *event, int64_t attempts);
#else
static inline enum code event_fault(const char *listener, const struct event *event, int64_t attempts)
{
    (void)listener, (void)event, (void)attempts;
    return CODE_OK;
}
#endif
