/* Socket.IO 5 (https://github.com/socketio/socket.io-protocol) for Socket.IO v4 clients: namespaces, rooms,
 * acknowledgements, binary, connection state recovery; over engineio.h.
 *
 * A socket is a client in a namespace. It belongs to a loop thread; its handlers run there but `connect`,
 * which runs on a worker and may block (a token is checked against the database). Room names are the
 * application's only: nothing that a client sends joins it to a room. */
#pragma once
#include "base/arena.h"
#include "platform/socketio/engineio.h"

struct sio;
struct sio_socket;

/* A client asks to join a namespace; worker thread. What is not set stays zero. Texts in `arena`. */
struct sio_connect {
    /* In. */
    struct arena *arena;
    struct str nsp, auth; /* auth: JSON text of an object, "{}" when none was sent */
    struct str query, address;
    struct str pid, offset; /* of a client that wants to be recovered: pid is authentic (its MAC was checked);
                               else STR_NONE */
    struct str start;       /* what `start` of the first connect answered */
    /* Out. */
    struct str refusal;      /* "unauthorized": connect_error with this message; STR_NONE: welcome */
    struct str refusal_code; /* data.code of it; STR_NONE: no data */
    void *user;              /* of the socket, freed by `disconnected` */
    struct str user_key;     /* counts sockets of one user against the limit; STR_NONE: uncounted */
    const struct str *rooms;
    size_t room_count;
    struct str
        position; /* kept in the client's recovery id: where it starts in the log; STR_NONE: no recovery */
    const struct str *missed; /* encoded events ("w",{…} as sio_event_text makes them) that a recovered client
                                 gets before the CONNECT reply, in order */
    size_t missed_count;
    bool recovered; /* the client keeps its sid */
    /* Number of the last broadcast that `position` and `missed` cover (sio_last_broadcast while nothing is
     * being broadcast): the socket gets every later one to its rooms, also those that come between `connect`
     * and its join, and none up to it. So each loop keeps the broadcasts of the last seconds; when they are
     * gone, the connection is closed (the client comes again). 0: what is broadcast from the join on. */
    int64_t after;
};

struct sio_namespace {
    const char *name; /* "/", "/kds" */
    void (*connect)(void *arg, struct sio_connect *connect);
    /* An event of the client: `args` is the JSON array text behind the name ("[1,2]"), `attachments` its
     * binaries; `ack` −1: none wanted. Loop thread. May be NULL: all are ignored. */
    void (*event)(void *user, struct sio_socket *socket, struct str name, struct str args,
                  const struct str *attachments, size_t attachment_count, int64_t ack);
    /* Always the last call for a socket whose connect said welcome. Loop thread. */
    void (*disconnected)(void *user, struct sio_socket *socket, const char *reason);
    void *arg;
};

/* ---- One socket: its loop's thread ---- */

/* `args`: JSON array text with the name first (["w",{"n":1}]); binaries are placeholders of it. */
void sio_emit(struct sio_socket *socket, struct str args, const struct str *attachments,
              size_t attachment_count);
void sio_ack(struct sio_socket *socket, int64_t ack, struct str args, const struct str *attachments,
             size_t attachment_count);
void sio_join(struct sio_socket *socket, struct str room);
void sio_leave(struct sio_socket *socket, struct str room);
void sio_disconnect(struct sio_socket *socket, bool close_transport);

/* ---- Many: any thread ---- */

/* To every socket of the namespace in any of the rooms, once each. Built once, handed to each loop by one
 * mail, in order of the calls of one thread. `offset`: the extra last argument for recovery; STR_NONE: none.
 * Answers its number: they count up over all threads. */
int64_t sio_broadcast(struct sio *sio, const char *nsp, const struct str *rooms, size_t room_count,
                      struct str args, struct str offset);
int64_t sio_last_broadcast(const struct sio *sio); /* number of the last one; ≥ 1 even before the first */
/* Disconnects every socket of all namespaces in the room (a token was revoked). */
void sio_disconnect_room(struct sio *sio, struct str room);
size_t sio_room_size(struct sio *sio, const char *nsp,
                     struct str room); /* over all loops; for metrics and tests */

struct sio_stats {
    struct eio_stats engine;
    int64_t sockets, events_sent, deliveries, recovered, refused;
};
struct sio_stats sio_stats_of(struct sio *sio);
