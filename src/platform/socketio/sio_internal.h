/* What the parts of the Socket.IO layer share.
 *
 * Clients, their sockets and what they wait for belong to the loop thread of their session. What is handed to
 * the application may make it close that very client: so a client that is in the middle of something is
 * `busy` and outlives its session until that is done. */
#pragma once
#include "platform/socketio/sio_packet.h"
#include "platform/socketio/sio_recovery.h"
#include "platform/socketio/sio_registry.h"
#include "platform/socketio/sio_rooms.h"
#include "platform/socketio/socketio.h"

#include <stdatomic.h>

#define SIO_LOOPS_MAX 64
#define SIO_FROM(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

struct sio_joining;
struct sio_cast;

/* ---- One of a loop thread ---- */

struct sio_loop {
    struct sio *sio;
    struct sio_rooms rooms;
    struct sio_joining *joinings;               /* all that are under way */
    _Atomic size_t joining[SIO_NAMESPACES_MAX]; /* how many of each namespace; read by broadcasts */
    uint64_t stamp;                             /* of the broadcast in hand */
};

/* ---- The endpoint ---- */

struct sio_runner {
    struct work work;
    struct sio *sio;
    bool is_running;
};

struct sio_counts {
    _Atomic int64_t sockets, events_sent, deliveries, recovered, refused;
};

struct sio {
    struct eio *eio;
    const struct sio_namespace *namespaces;
    struct str names[SIO_NAMESPACES_MAX];
    size_t namespace_count;
    int64_t connect_timeout_ms;
    size_t sockets_per_user;
    struct sio_recovery_key key;
    struct sio_registry registry;
    _Atomic int64_t last_broadcast;
    struct sio_counts counts;
    pthread_mutex_t queue_mutex; /* joinings that no worker has yet */
    struct sio_joining *queue, **queue_end;
    struct sio_runner *runners;
    size_t runner_count;
    struct sio_loop loops[SIO_LOOPS_MAX];
};

/* The number of a namespace; namespace_count: there is none of this name. */
size_t sio_namespace_find(const struct sio *sio, struct str name);

/* ---- Clients and sockets ---- */

struct sio_space {
    struct sio_socket *socket;
    struct sio_joining *joining;
    bool was_dismissed; /* by the server: what the client sends until it knows is ignored */
};

struct sio_client {
    struct sio *sio;
    struct sio_loop *loop;
    struct eio_session *session; /* NULL: closed */
    unsigned busy;
    bool has_joined;               /* a namespace, once */
    struct sio_assembly *assembly; /* a packet that waits for its attachments */
    struct str query, address;
    struct sio_space spaces[]; /* one a namespace */
};

struct sio_socket {
    struct sio_places places; /* first: rooms know sockets by it */
    struct sio_client *client;
    size_t nsp;
    void *user;
    int64_t after; /* broadcasts up to this number are none of its */
    uint64_t stamp;
    struct sio_user *counted; /* NULL: not */
    struct sio_seat seat;     /* with recovery */
    bool is_leaving;
    char sid[SIO_SID_TEXT];
};

void sio_client_enter(struct sio_client *client); /* busy */
void sio_client_leave(struct sio_client *client); /* frees it when it is closed and nobody is at it */
struct eio_handlers sio_client_handlers(struct sio *sio);

/* sio_socket.c. `sid` has SIO_SID_TEXT bytes. */
struct sio_socket *sio_socket_open(struct sio_client *client, size_t nsp, struct str sid, void *user);
void sio_socket_drop(struct sio_socket *socket, const char *reason); /* tells the application, frees it */
void sio_send_packet(struct sio_client *client, const struct sio_packet *packet);
struct eio_frame *sio_packet_frame(const struct sio_packet *packet);

/* ---- Joining a namespace: sio_connect.c ---- */

/* No socket, no joining there yet. `auth`: an object, or STR_NONE. */
void sio_connect_begin(struct sio_client *client, size_t nsp, struct str auth);
void sio_connect_refuse(struct sio_client *client, struct str nsp, struct str message, struct str code);
void sio_connect_abandon(struct sio_joining *joining); /* the client is gone */

/* ---- Broadcasts: sio_broadcast.c ---- */

struct sio_cast_mail {
    struct mail mail;
    struct sio_cast *cast;
    struct sio_loop *loop;
};

struct sio_cast {
    _Atomic unsigned references;
    int64_t number;
    size_t nsp;
    struct eio_frame *frame; /* NULL: those in the room are to be disconnected */
    struct str *rooms;
    size_t room_count, bytes;
    struct sio_cast_mail mails[]; /* one a loop; the rooms' texts behind them */
};

void sio_cast_unref(struct sio_cast *cast);
bool sio_cast_wanted(const struct sio_cast *cast,
                     const struct sio_socket *socket); /* is it in a room of it? */
