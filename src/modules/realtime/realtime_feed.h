/* From the log to the rooms. Streams of the log are followed while somebody looks at them; each of their
 * events goes out once for each view.
 *
 * A view is what a screen looks at: one outlet with what its business has in common, or (owners) all outlets
 * of the business. All screens of a view are told the same in the same order, so one text of positions holds
 * for all of them. Rooms are named after views: nobody else is in them. */
#pragma once
#include "modules/realtime/realtime_map.h"
#include "modules/realtime/realtime_position.h"
#include "platform/auth/identity.h"
#include "platform/platform.h"
#include "platform/socketio/socketio.h"

struct feed;
struct view;

struct feed *feed_open(struct platform *platform);
/* The sockets that are told; set once, before the first view_enter. */
void feed_use(struct feed *feed, struct sio *sio);
void feed_quiet(struct feed *feed); /* tells nothing more; any number of times */
void feed_close(struct feed *feed);

/* A screen begins to look, on a worker: nothing that happens from its view_snapshot on is missed. `outlet`
 * nil: all. Answers what the database answered; the view on OK only. */
enum code view_enter(struct feed *feed, struct uuid business, struct uuid outlet, enum screen_namespace nsp,
                     struct view **ret_view);
void view_leave(struct feed *feed, struct view *view,
                enum screen_namespace nsp); /* any thread, never waits */

/* What the view was told by now, in `arena`, and the number of the last broadcast of it. */
struct position view_snapshot(struct feed *feed, struct view *view, struct arena *arena,
                              int64_t *ret_broadcast);
/* Outlets were added: the views of all outlets look at them, too. May read the database. */
void feed_refresh(struct feed *feed, struct uuid business);

/* ---- Rooms ---- */

/* The room of a view for an audience: of managers, a user, a station; or of everybody. `station` STR_NONE:
 * those that watch all stations. */
struct str view_room(struct arena *arena, struct uuid business, struct uuid outlet);
struct str view_room_of_managers(struct arena *arena, struct str view_room);
struct str view_room_of_user(struct arena *arena, struct str view_room, struct uuid user);
struct str view_room_of_station(struct arena *arena, struct str view_room, struct str station);
