/* Failures on purpose, for tests. */
#include "platform/events/fault.h"

#ifdef TILOPOS_FAULT_POINTS
#include "platform/events/pattern.h"

enum code event_fault(const char *listener, const struct event *event, int64_t attempts)
{
    struct str rest = str_of(getenv("TILOPOS_FAULT_EVENT"));
    struct str wanted = str_cut(&rest, ' '), pattern = str_cut(&rest, ' ');
    int64_t tries = 0;
    bool hit = pattern.data && str_eq(wanted, str_of(listener)) &&
               event_pattern_matches(pattern, event->name) && str_parse_int(rest, &tries) && attempts < tries;
    return hit ? CODE_INTERNAL : CODE_OK;
}
#endif
