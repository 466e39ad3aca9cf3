/* What all loops of an endpoint share, under locks: how many sockets a user has, and which socket has a sid
 * that a client may come back for. */
#pragma once
#include "platform/socketio/engineio.h"
#include "platform/socketio/sio_table.h"

#include <pthread.h>

struct sio_registry {
    pthread_mutex_t mutex;
    struct sio_table users, seats;
};

void sio_registry_init(struct sio_registry *registry);
void sio_registry_destroy(struct sio_registry *registry);

/* One more socket of this user. NULL: it has `limit` (0: none) already. */
struct sio_user;
struct sio_user *sio_user_enter(struct sio_registry *registry, struct str key, size_t limit);
void sio_user_leave(struct sio_registry *registry, struct sio_user *user); /* NULL is fine */

/* A seat is part of a socket; its owner's thread takes and leaves it. */
struct sio_seat {
    struct sio_node node;
    struct eio_ref ref;
};

bool sio_seat_is_taken(struct sio_registry *registry, struct str sid);
/* True: another socket sat there; it was pushed off, `ret_old` is its session. */
bool sio_seat_take(struct sio_registry *registry, struct sio_seat *seat, struct str sid, struct eio_ref ref,
                   struct eio_ref *ret_old);
void sio_seat_leave(struct sio_registry *registry, struct sio_seat *seat); /* also one that it has no more */
