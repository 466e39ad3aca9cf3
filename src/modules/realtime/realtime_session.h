/* The tokens that sockets came with. A socket lives no longer than its token: one thread closes the sockets
 * of a token when it expires, when its login or employee is no more, and when the employee's role or outlet
 * became another. What this process is told of at once counts at once, the rest within AUTH_RECHECK_MS, as
 * for REST. */
#pragma once
#include "modules/realtime/realtime_feed.h"

struct sessions;
struct session;

struct sessions *sessions_open(struct platform *platform, struct feed *feed);
/* Starts the thread; false: the log says why. Before the first session_enter. */
bool sessions_start(struct sessions *sessions, struct sio *sio);
void sessions_quiet(struct sessions *sessions); /* ends the thread; any number of times */
void sessions_close(struct sessions *sessions);

/* A socket of this token; `who` as auth_authenticate gave it. Any thread. */
struct session *session_enter(struct sessions *sessions, struct str token, const struct identity *who);
/* The socket stands in its rooms now: had its login ended meanwhile, it would have gone unheard. */
void session_confirm(struct sessions *sessions, struct session *session);
void session_leave(struct sessions *sessions, struct session *session);
struct str session_room(const struct session *session); /* lives as long as the session */

/* Rooms that are closed when a login or an employee's logins end. */
struct str login_room(struct arena *arena, struct uuid family_or_employee);
