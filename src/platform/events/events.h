/* Domain events: written to the outbox in the transaction that makes them true, then handed to listeners,
 * each its own durable subscription, in the order of their stream (an outlet's events, or the business's
 * own).
 *
 * Delivery is at least once, effects are exactly once: a listener's effects and its cursor (for
 * an event tried again, the row of its failure) commit together. A listener decides from the present state of
 * what the event names, not from the event's data. A failure is tried again after 1 s, 2 s and 4 s, then kept
 * as a dead letter; meanwhile only later events of the same aggregate wait. Each listener has threads of its
 * own: a slow or failing one delays no other. */
#pragma once
#include "base/json.h"
#include "platform/db/db.h"

struct events;
struct platform;

/* An event to be published. `data` is JSON text (an object). */
struct event_draft {
    const char *name; /* "transaction.created" */
    struct uuid aggregate_id;
    struct str data;
};

/* An event as a listener gets it. */
struct event {
    struct uuid business_id, stream_id; /* stream: the outlet, or the business */
    int64_t sequence;
    struct uuid event_id, aggregate_id;
    struct str name, correlation_id, data;
    int64_t occurred_ms;
};

struct listener {
    const char *name;    /* "audit.log": durable, never renamed */
    const char *pattern; /* "transaction.*", "*" or an exact name; several separated by a space */
    /* In the transaction of its effects; anything but CODE_OK is a failure. */
    enum code (*handle)(struct platform *platform, struct db_tx *tx, const struct event *event);
    const char *summary;
    int64_t linger_ms; /* how late its effects may be: what comes meanwhile shares a commit; 0: at once */
    int concurrency;   /* streams at once, each in its order; 0: one. At most 16. On SQLite writes are one by
                          one anyway */
    /* As handle, for the next events of one stream together, so that they can share round trips and locks;
     * NULL: none such. What fails is handed to `handle` again, one by one. */
    enum code (*handle_many)(struct platform *platform, struct db_tx *tx, const struct event *const *events,
                             size_t count);
    /* A hint, from the event as it is published: false: nothing will come of it, so there is no hurry to read
     * it. NULL: all of the pattern matter. In the publisher's transaction: quick, no I/O. */
    bool (*matters)(const struct event_draft *draft);
};

/* Publishes in the transaction `tx`. stream_id: the outlet, or db_business(tx). Asks for the
 * stream's counter row, which is held until the commit: call it after all other locks, at the end of the
 * closure. In a listener that is seen to: what it publishes is written at the end of its transaction. */
void event_publish(struct db_tx *tx, struct events *events, struct uuid stream_id, struct str correlation_id,
                   const struct event_draft *drafts, size_t count);

/* For writers that move the stream's counter row on themselves (sales), before this, by all that the
 * transaction publishes there. `behind`: how many of those events follow these. Wakes the listeners after the
 * commit. */
void event_append(struct db_tx *tx, struct events *events, struct uuid stream_id, size_t behind,
                  struct str correlation_id, const struct event_draft *drafts, size_t count);

/* `platform` is what the listeners get. `listeners`: rows of all modules. Starts nothing yet: publishing
 * works from here on. */
struct events *events_open(struct db *db, struct platform *platform, const struct listener *const *listeners,
                           size_t count);
bool events_start(struct events *events); /* threads; finds what an earlier process left */
void events_stop(struct events *events);  /* finishes the event in hand; the rest waits in the outbox */
void events_close(struct events *events);
/* Blocks until no listener has anything left to do: neither of what was committed before the call, nor of
 * what listeners published of it, nor a retry to come (dead letters are done). False: timeout. */
bool events_drain(struct events *events, int64_t timeout_ms);

/* What is known about a listener: of one business, or of all. Rates are of this process, since its start. */
struct listener_stats {
    const char *name, *summary;
    int64_t pending, lag_ms;         /* events not read yet, and the age of the oldest of them */
    int64_t dead, retrying, waiting; /* events put aside */
    struct {
        int64_t minutes, handled, failed; /* attempts */
    } rates[3];                           /* of the last 1, 5 and 60 minutes */
};
#define LISTENERS_MAX 64
/* Room for LISTENERS_MAX. UUID_NIL: all businesses. */
enum code events_stats(struct events *events, struct uuid business, struct listener_stats *ret_stats,
                       size_t *ret_count);

/* `fn` is told when more than 1 % of a listener's attempts for a business failed in 5 minutes (and at least
 * 3), once until that is over. Called on a listener's thread, outside of any transaction and lock.
 * Set before events_start; NULL, after events_stop, takes it off. */
struct listener_alert {
    const char *listener;
    struct uuid business_id;
    struct uuid stream_id;   /* of the event that failed last */
    int64_t handled, failed; /* in the last 5 minutes */
};
void events_on_alert(struct events *events, void (*fn)(void *arg, const struct listener_alert *alert),
                     void *arg);
