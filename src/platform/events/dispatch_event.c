/* One event in a listener's hands. */
#include "platform/events/dispatch_event.h"

#include "base/log.h"
#include "platform/events/fault.h"

enum code event_handle(struct runner *runner, struct db_tx *tx, const struct event *event, int64_t attempts)
{
    db_become(tx, event->business_id);
    enum code verdict = event_fault(runner->listener->name, event, attempts);
    if (!verdict)
        verdict = runner->listener->handle(runner->events->platform, tx, event);
    /* When a statement failed, the database's own answer tells more than what the listener made of it. */
    return db_failed(tx) ? CODE_OK : verdict;
}

enum code event_handle_many(struct runner *runner, struct db_tx *tx, const struct event *const *events,
                            size_t count)
{
    enum code verdict = CODE_OK;
    db_become(tx, events[0]->business_id);
    for (size_t i = 0; i < count && !verdict; i++)
        verdict = event_fault(runner->listener->name, events[i], 0);
    if (!verdict)
        verdict = runner->listener->handle_many(runner->events->platform, tx, events, count);
    return db_failed(tx) ? CODE_OK : verdict;
}

void event_note_failure(struct runner *runner, const struct event *event, int64_t attempts, enum code reason)
{
    char id[UUID_TEXT_LEN + 1];
    uuid_format(event->event_id, id);
    log_warn("event.failed", LOG_TEXT("listener", runner->listener->name), LOG_TEXT("eventId", id),
             LOG_INT("sequence", event->sequence), LOG_INT("attempts", attempts),
             LOG_TEXT("reason", code_name(reason)));
    runner_count(runner, (struct stream_key){event->business_id, event->stream_id}, 0, 1);
}
