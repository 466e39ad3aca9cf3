/* A client on its way into a namespace. It belongs to the client's loop, but while `connect` runs `connect`
 * and `arena` are the worker's. */
#pragma once
#include "platform/socketio/sio_internal.h"

struct sio_joining {
    struct sio_joining *next; /* in the queue for a worker */
    struct sio_joining *next_of_loop, **from_loop;
    struct sio_loop *loop;
    struct sio_client *client; /* NULL: it has left */
    size_t nsp;
    struct mail mail;
    struct arena arena;
    struct sio_connect connect;
    struct str sid; /* of a client that wants to be recovered */
    struct sio_cast **held;
    size_t held_count, held_cap, held_bytes;
    bool held_too_much;
};

void sio_connect_hold(struct sio_joining *joining, struct sio_cast *cast); /* takes a reference */
void sio_joining_free(struct sio_joining *joining);

/* sio_queue.c: waits for a worker. */
void sio_queue_open(struct sio *sio, size_t at_once);
void sio_queue_close(struct sio *sio); /* what still waits is forgotten */
/* False: no worker is to be had, and none will come to it. */
bool sio_queue_add(struct sio *sio, struct sio_joining *joining);

/* sio_takeover.c: an older socket with this one's sid is disconnected, wherever it is. */
void sio_take_over(struct sio_client *client, struct sio_socket *socket);
