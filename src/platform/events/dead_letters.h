/* Dead letters: events that a listener failed to handle in all its attempts. Somebody looks at them, and has
 * them tried again or given up. All of it within the transaction's business. */
#pragma once
#include "platform/events/events.h"

struct dead_letter {
    struct uuid id;
    struct str listener, reason; /* reason: the code of the last failure */
    struct uuid stream_id, aggregate_id;
    int64_t sequence, attempts, failed_ms;
    int64_t waiting;           /* later events of its aggregate that wait behind it */
    const struct event *event; /* NULL: it is not in the log any more */
};

/* What the caller reaches: streams of this outlet and of the business itself; nil: all of the business. */
struct dead_letter_filter {
    struct uuid outlet_id;
    struct str listener; /* STR_NONE: any */
    struct uuid before;  /* ids below this one */
    int64_t limit;
};

/* Newest first, in the transaction's arena. */
size_t dead_letters_list(struct db_tx *tx, const struct dead_letter_filter *filter,
                         struct dead_letter **ret_letters);

/* Has it tried again, as if it had never failed; CODE_NOT_FOUND: no such dead letter in reach. The listeners
 * are told after the commit. */
enum code dead_letter_retry(struct db_tx *tx, struct events *events, struct uuid outlet_id, struct uuid id,
                            struct dead_letter *ret_letter);
/* The same for all of them; `listener` as in the filter. Answers how many. */
int64_t dead_letters_retry_all(struct db_tx *tx, struct events *events, struct uuid outlet_id,
                               struct str listener);
/* Gives it up: its listener never handles it. The next event of its aggregate is let go. */
enum code dead_letter_discard(struct db_tx *tx, struct events *events, struct uuid outlet_id, struct uuid id,
                              struct dead_letter *ret_letter);
