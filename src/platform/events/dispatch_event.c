/* One event in a listener's hands. */
#include "platform/events/dispatch_event.h"

#include "base/log.h"
#include "platform/events/fault.h"

struct event event_of_row(struct arena *arena, const struct db_rows *rows, size_t row, struct stream_key key)
{
    (void)arena;
    return (struct event){
        .business_id = key.business_id,
        .stream_id = key.stream_id,
        .sequence = db_int(rows, row, 0),
        .event_id = db_uuid(rows, row, 1),
        .name = db_text(rows, row, 2),
        .aggregate_id = db_uuid(rows, row, 3),
        .correlation_id = db_text(rows, row, 4),
        .data = db_text(rows, row, 5),
        .occurred_ms = db_int(rows, row, 6),
    };
}

enum code event_handle(struct runner *runner, struct db_tx *tx, const struct event *event, int64_t attempts)
{
    db_become(tx, event->business_id);
    enum code verdict = event_fault(runner->listener->name, event, attempts);
    if (!verdict)
        verdict = runner->listener->handle(runner->events->platform, tx, event);
    /* When a statement failed, the database's own answer tells more than what the listener made of it. */
    return db_failed(tx) ? CODE_OK : verdict;
}

void event_log_failure(struct runner *runner, const struct event *event, int64_t attempts, enum code reason)
{
    char id[UUID_TEXT_LEN + 1];
    uuid_format(event->event_id, id);
    atomic_fetch_add(&runner->failed, 1);
    log_warn("event.failed", LOG_TEXT("listener", runner->listener->name), LOG_TEXT("eventId", id),
             LOG_INT("sequence", event->sequence), LOG_INT("attempts", attempts),
             LOG_TEXT("reason", code_name(reason)));
}
