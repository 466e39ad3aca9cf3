/* What a client has missed, from the log. */
#pragma once
#include "modules/realtime/realtime_feed.h"

/* Who looks at what: all that decides which messages a socket gets. */
struct looker {
    enum screen_namespace nsp;
    struct uuid business, outlet; /* outlet nil: all */
    struct uuid user;
    bool is_manager;
    struct str station; /* STR_NONE: all */
};

/* Where a client begins, for its recovery id: whose it is, when and what it had been told. */
struct str start_text(struct arena *arena, const struct looker *looker, int64_t now_ms,
                      const struct position *position);

/* The messages between the place of the client (`start`, `offset`: see sio_connect) and `until`, each encoded
 * with its offset, in their order. At most `limit` events. False: it has to begin afresh, as it is another's
 * start, too much was missed, or the log does not reach back. */
bool missed_messages(struct platform *platform, struct arena *arena, const struct looker *looker,
                     struct str start, struct str offset, const struct position *until, size_t limit,
                     struct str **ret_messages, size_t *ret_count);
/* Is the message for this looker? */
bool looker_gets(const struct looker *looker, const struct screen_message *message);
