/* Socket.IO 5 (https://github.com/socketio/socket.io-protocol) for Socket.IO v4 clients: namespaces, rooms,
 * acknowledgements, binary, connection state recovery; over engineio.h.
 *
 * A socket is a client in a namespace. It belongs to a loop thread; its handlers run there but `connect`,
 * which runs on a worker and may block (a token is checked against the database). Room names are the
 * application's only: nothing that a client sends joins it to a room. */
#pragma once
#include "base/arena.h"
#include "platform/socketio/engineio.h"

#define SIO_ATTACHMENTS_MAX 10
#define SIO_NAMESPACES_MAX 8

struct sio;
struct sio_socket;

/* A client asks to join a namespace; worker thread. What is not set stays zero. Texts in `arena`, which lives
 * until the client was answered. */
struct sio_connect {
    /* In. */
    struct arena *arena;
    struct str nsp, auth; /* auth: JSON text of an object, "{}" when none was sent */
    struct str query, address;
    struct str pid, offset; /* of a client that wants to be recovered: pid is authentic (its MAC was checked);
                               else STR_NONE. The offset is as the client sent it: of its last event under
                               this pid or an earlier one, or any text; STR_NONE: it saw no event */
    struct str start;       /* what `position` of the pid's first connect was */
    /* Out. */
    struct str refusal;      /* "unauthorized": connect_error with this message; STR_NONE: welcome */
    struct str refusal_code; /* data.code of it; STR_NONE: no data */
    void *user;              /* of the socket, freed by `disconnected` */
    struct str user_key;     /* counts sockets of one user against the limit; STR_NONE: uncounted */
    const struct str *rooms;
    size_t room_count;
    struct str
        position; /* kept in the client's recovery id: where it starts in the log; STR_NONE: no recovery */
    const struct str *missed; /* encoded events (as sio_event_text makes them) that a recovered client gets
                                 before the CONNECT reply, in order */
    size_t missed_count;
    bool recovered; /* the client keeps its sid and pid; an older socket of it is disconnected */
    /* Number of the last broadcast that `position` and `missed` cover (sio_last_broadcast while nothing is
     * being broadcast): the socket gets every later one to its rooms, also those that come between `connect`
     * and its join, and none up to it. So each loop keeps what is broadcast while a `connect` runs; when that
     * is too much, the connection is closed (the client comes again). 0: what is broadcast from the join on.
     */
    int64_t after;
};

struct sio_namespace {
    const char *name; /* "/", "/kds" */
    /* Welcomes or refuses. Worker thread. */
    void (*connect)(void *arg, struct sio_connect *connect);
    /* The client was told that it is connected. Loop thread. May be NULL. */
    void (*connected)(void *user, struct sio_socket *socket);
    /* An event of the client: `args` is the JSON array text behind the name ("[1,2]"), `attachments` its
     * binaries; `ack` −1: none wanted. Loop thread. May be NULL: all are ignored. */
    void (*event)(void *user, struct sio_socket *socket, struct str name, struct str args,
                  const struct str *attachments, size_t attachment_count, int64_t ack);
    /* Always the last call for a `user` whose connect said welcome. `socket` is NULL when the client left
     * before it could be told so. Loop thread; when the server has ended meanwhile, the thread of sio_close
     * or of http_server_stop. */
    void (*disconnected)(void *user, struct sio_socket *socket, const char *reason);
    void *arg;
};

struct sio_options {
    struct eio_options engine; /* its handlers are set by sio_open */
    const struct sio_namespace *namespaces;
    size_t namespace_count;
    int64_t connect_timeout_ms; /* a client that has joined no namespace by then is dropped */
    size_t sockets_per_user;    /* refused beyond, "too many connections"; 0: no limit */
    size_t connects_at_once;    /* how many workers may run `connect`; 0: 4 */
    struct str recovery_key;    /* ≥ 16 secret bytes, the same on all nodes; STR_NONE: no recovery */
};

/* Stops the process when the options are inconsistent. The namespaces must live on; the rest is copied. */
struct sio *sio_open(const struct sio_options *options);
/* To be given to the HTTP server at its start. */
struct eio *sio_engine(struct sio *sio);
/* After the HTTP server has stopped. */
void sio_close(struct sio *sio);

/* ---- One socket: its loop's thread ---- */

/* `args`: JSON array text with the name first (["w",{"n":1}]); binaries are placeholders of it. */
void sio_emit(struct sio_socket *socket, struct str args, const struct str *attachments,
              size_t attachment_count);
void sio_ack(struct sio_socket *socket, int64_t ack, struct str args, const struct str *attachments,
             size_t attachment_count);
void sio_join(struct sio_socket *socket, struct str room);
void sio_leave(struct sio_socket *socket, struct str room);
/* `disconnected` is called before it returns; the socket is gone then. */
void sio_disconnect(struct sio_socket *socket, bool close_transport);
struct str sio_sid(const struct sio_socket *socket);
struct eio_session *sio_session(const struct sio_socket *socket);

/* ---- Many: any thread ---- */

/* To every socket of the namespace in any of the rooms, once each. Built once, handed to each loop by one
 * mail, in order of the calls of one thread. `offset`: the extra last argument for recovery; STR_NONE: none.
 * The offset is plain text with nothing to escape. Answers its number: they count up over all threads. */
int64_t sio_broadcast(struct sio *sio, const char *nsp, const struct str *rooms, size_t room_count,
                      struct str args, struct str offset);
int64_t sio_last_broadcast(const struct sio *sio); /* number of the last one; ≥ 1 even before the first */
/* Disconnects every socket of all namespaces in the room (a token was revoked), and closes its connection. */
void sio_disconnect_room(struct sio *sio, struct str room);
size_t sio_room_size(struct sio *sio, const char *nsp,
                     struct str room); /* over all loops; for metrics and tests */

struct sio_stats {
    struct eio_stats engine;
    int64_t sockets, events_sent, deliveries, recovered, refused;
};
struct sio_stats sio_stats_of(struct sio *sio);

/* ---- Texts ---- */

/* The array `args` with the offset as one more argument; without one (STR_NONE) `args` itself. */
struct str sio_event_text(struct arena *arena, struct str args, struct str offset);
/* The JSON text of an argument of what `event` got; STR_NONE: there are fewer. */
struct str sio_argument(struct str args, size_t index);
