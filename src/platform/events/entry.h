/* An entry of the log: the events that one transaction published in one stream, as one row of the outbox.
 *
 * Its number is that of its last event; the first event's name and aggregate are columns, so that SQL can
 * find them; all the rest is packed. */
#pragma once
#include "platform/events/events.h"
#include "platform/events/stream_set.h"

#define ENTRY_NAME_SPELLED (-1) /* the first name has no number: it stands in the packed bytes */

/* Of `outbox o`, in the order entry_of_row reads them. */
#define ENTRY_COLUMNS "o.sequence, o.event_count, o.occurred_at, o.first_event, o.first_aggregate_id, o.entry"

struct entry {
    struct stream_key key;
    int64_t sequence, count; /* of its last event, known once it is stored; how many */
    int64_t occurred_ms;
    int64_t first_event; /* a word's number (pack_words.c), or ENTRY_NAME_SPELLED */
    struct uuid first_aggregate_id;
    struct str packed;
};

/* The packed bytes lie in `arena`. */
struct entry entry_make(struct arena *arena, struct stream_key key, int64_t occurred_ms,
                        struct str correlation_id, const struct event_draft *drafts, size_t count);
struct entry entry_of_row(const struct db_rows *rows, size_t row, struct stream_key key);
/* Its events, entry->count of them, in `arena`; NULL: the row was damaged (it is logged). */
struct event *entry_events(struct arena *arena, const struct entry *entry);

/* An event's id is not stored: it follows from its place in the log. Version 7: sorts by time, and by
 * sequence within a millisecond. */
struct uuid event_id_of(struct stream_key key, int64_t sequence, int64_t occurred_ms);
