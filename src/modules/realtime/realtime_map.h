/* From a domain event to what the screens are told: a table, without I/O. What a screen gets is decided by
 * the event alone, so a client that comes back is told the same from the log. */
#pragma once
#include "base/uuid.h"
#include "platform/events/events.h"

enum screen_namespace { SCREEN_KDS, SCREEN_NOTIFICATIONS, SCREEN_NAMESPACES };
extern const char *const SCREEN_NAMESPACE_NAMES[SCREEN_NAMESPACES]; /* "/kds", … */

enum audience {
    FOR_EVERYBODY, /* of the outlet, or of the business for an event that has no outlet */
    FOR_MANAGERS,  /* managers and owners of those */
    FOR_USER,      /* one of them */
    FOR_STATIONS,  /* whom one of the stations concerns, and those that watch all */
};

struct screen_message {
    enum screen_namespace nsp;
    enum audience audience;
    struct str args;            /* ["order:ready",{…}]; STR_NONE where its namespace is not wanted */
    bool is_copy;               /* told in another outlet, too: not for who sees all of them */
    struct uuid user;           /* FOR_USER */
    const struct str *stations; /* FOR_STATIONS */
    size_t station_count;
};

#define SCREENS_ALL ((1u << SCREEN_NAMESPACES) - 1)

/* The messages of an event, in their order; `wanted`: a set of 1 << namespace, for the others no text is made
 * (their number and order are the same). */
size_t screen_messages(struct arena *arena, const struct event *event, unsigned wanted,
                       struct screen_message **ret_messages);
