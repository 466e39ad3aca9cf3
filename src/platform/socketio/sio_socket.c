/* One socket: what its handlers may do with it. */
#include "platform/socketio/sio_internal.h"

#include "base/check.h"

/* ---- Sending ---- */

struct eio_frame *sio_packet_frame(const struct sio_packet *packet)
{
    struct sio_packet_space space;
    struct str parts[SIO_PACKET_PARTS];
    sio_packet_encode(packet, &space, parts);
    return eio_frame_text_of(parts, SIO_PACKET_PARTS);
}

static void send_frame(struct sio_client *client, struct eio_frame *frame)
{
    if (client->session) /* it may have been closed by what was sent before */
        eio_send(client->session, frame);
    eio_frame_unref(frame);
}

void sio_send_packet(struct sio_client *client, const struct sio_packet *packet)
{
    send_frame(client, sio_packet_frame(packet));
}

static void count(struct sio *sio)
{
    atomic_fetch_add_explicit(&sio->counts.events_sent, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&sio->counts.deliveries, 1, memory_order_relaxed);
}

static void send(struct sio_socket *socket, enum sio_type type, int64_t id, struct str args,
                 const struct str *attachments, size_t attachment_count)
{
    struct sio_client *client = socket->client;
    if (socket->is_leaving)
        return;
    check(attachment_count <= SIO_PACKET_ATTACHMENTS_MAX);
    if (attachment_count > 0)
        type = type == SIO_EVENT ? SIO_BINARY_EVENT : SIO_BINARY_ACK;
    struct sio_packet packet = {.type = type,
                                .attachments = attachment_count,
                                .nsp = client->sio->names[socket->nsp],
                                .id = id,
                                .json = args};
    sio_client_enter(client);
    count(client->sio);
    sio_send_packet(client, &packet);
    for (size_t i = 0; i < attachment_count; i++)
        send_frame(client, eio_frame_binary(attachments[i]));
    sio_client_leave(client);
}

void sio_emit(struct sio_socket *socket, struct str args, const struct str *attachments,
              size_t attachment_count)
{
    send(socket, SIO_EVENT, SIO_ID_NONE, args, attachments, attachment_count);
}

void sio_ack(struct sio_socket *socket, int64_t ack, struct str args, const struct str *attachments,
             size_t attachment_count)
{
    if (ack >= 0)
        send(socket, SIO_ACK, ack, args, attachments, attachment_count);
}

/* ---- Rooms ---- */

void sio_join(struct sio_socket *socket, struct str room)
{
    if (!socket->is_leaving)
        sio_rooms_join(&socket->client->loop->rooms, &socket->places, socket->nsp, room);
}

void sio_leave(struct sio_socket *socket, struct str room)
{
    if (!socket->is_leaving)
        sio_rooms_leave(&socket->client->loop->rooms, &socket->places, socket->nsp, room);
}

/* ---- Life ---- */

struct sio_socket *sio_socket_open(struct sio_client *client, size_t nsp, struct str sid, void *user)
{
    struct sio_socket *socket = calloc(1, sizeof *socket);
    check(socket != NULL && sid.len == sizeof socket->sid && !client->spaces[nsp].socket);
    socket->client = client;
    socket->nsp = nsp;
    socket->user = user;
    memcpy(socket->sid, sid.data, sizeof socket->sid);
    client->spaces[nsp].socket = socket;
    client->sio->counts.sockets++;
    return socket;
}

void sio_socket_drop(struct sio_socket *socket, const char *reason)
{
    struct sio_client *client = socket->client;
    struct sio *sio = client->sio;
    const struct sio_namespace *space = &sio->namespaces[socket->nsp];
    if (socket->is_leaving)
        return;
    socket->is_leaving = true;
    sio_rooms_leave_all(&client->loop->rooms, &socket->places);
    sio_seat_leave(&sio->registry, &socket->seat);
    client->spaces[socket->nsp].socket = NULL;
    if (space->disconnected)
        space->disconnected(socket->user, socket, reason);
    sio_user_leave(&sio->registry, socket->counted);
    sio->counts.sockets--;
    free(socket);
}

static void tell_of_leaving(struct sio_client *client, size_t nsp)
{
    struct sio_packet packet = {.type = SIO_DISCONNECT, .nsp = client->sio->names[nsp], .id = SIO_ID_NONE};
    client->spaces[nsp].was_dismissed = true;
    sio_send_packet(client, &packet);
}

static void close_client(struct sio_client *client)
{
    for (size_t i = 0; i < client->sio->namespace_count; i++) {
        if (client->spaces[i].socket)
            tell_of_leaving(client, i);
    }
    if (client->session)
        eio_close(client->session, "server namespace disconnect");
}

void sio_disconnect(struct sio_socket *socket, bool close_transport)
{
    struct sio_client *client = socket->client;
    size_t nsp = socket->nsp;
    if (socket->is_leaving)
        return;
    sio_client_enter(client);
    if (close_transport) {
        close_client(client);
    } else {
        tell_of_leaving(client, nsp);
        if (client->session) /* else it is gone with the session */
            sio_socket_drop(socket, "server namespace disconnect");
    }
    sio_client_leave(client);
}

struct str sio_sid(const struct sio_socket *socket) { return (struct str){socket->sid, sizeof socket->sid}; }

struct eio_session *sio_session(const struct sio_socket *socket) { return socket->client->session; }
