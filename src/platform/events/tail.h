/* Following streams of the log from memory: for what only shows events (screens), needs every one of them in
 * order, soon, and keeps no place in the database. One thread for all tails of the process.
 *
 * A stream that is followed is read from the outbox behind the last event handed on, when a commit of this
 * process names it (and by the sweep, for those of other processes). So order and completeness come from the
 * log, not from the order in which commits return. */
#pragma once
#include "platform/events/events.h"

struct tail;

/* `on_events` is called on the tail's thread, with events of one stream in their order; `events` lives until
 * it returns. It must not close the tail. NULL: no thread could be started. */
struct tail *tail_open(struct events *events,
                       void (*on_events)(void *arg, const struct event *events, size_t count), void *arg);
void tail_close(struct tail *tail); /* when it returns, on_events runs no more */

/* Counted: every follow that answered CODE_OK wants its unfollow. The first starts behind the stream's
 * present last event. `ret_position` (may be NULL): every event behind it is handed on by a call of on_events
 * that begins later; those up to it are in the log (events_read), and may be in the hands of on_events right
 * now. May read the database: not from a loop thread. Any other thread. */
enum code tail_follow(struct tail *tail, struct uuid business, struct uuid stream, int64_t *ret_position);
void tail_unfollow(struct tail *tail, struct uuid business, struct uuid stream); /* any thread, never waits */

/* Reads the log: events of the stream behind `after`, at most `limit`, oldest first, in `arena`.
 * CODE_NOT_FOUND: some of them are pruned already, or the stream never came as far as `after`. */
enum code events_read(struct events *events, struct arena *arena, struct uuid business, struct uuid stream,
                      int64_t after, size_t limit, struct event **ret_events, size_t *ret_count);
