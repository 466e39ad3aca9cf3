/* What a client sends: packets are put together and handed to where they belong. Anything that is not of the
 * protocol closes the connection. */
#include "platform/socketio/sio_internal.h"
#include "platform/socketio/sio_json.h"

#include "base/check.h"

/* A packet whose attachments are still to come. */
struct sio_assembly {
    struct sio_packet packet; /* its texts lie in `text` */
    size_t nsp, count;
    bool is_ignored;
    struct str attachments[SIO_PACKET_ATTACHMENTS_MAX]; /* allocated, unless it is ignored */
    char text[];
};

/* ---- Events ---- */

static struct str args_text(struct arena *arena, struct str inside)
{
    char *text = arena_alloc(arena, inside.len + 2);
    text[0] = '[';
    memcpy(text + 1, inside.data, inside.len);
    text[inside.len + 1] = ']';
    return (struct str){text, inside.len + 2};
}

static void hand_on_event(struct sio_client *client, size_t nsp, const struct sio_packet *packet,
                          const struct str *attachments)
{
    const struct sio_namespace *space = &client->sio->namespaces[nsp];
    struct sio_socket *socket = client->spaces[nsp].socket;
    if (!socket || !space->event)
        return;
    struct arena arena = {0};
    struct str name = sio_json_string(&arena, packet->name);
    if (name.data) /* a number is no event of ours */
        space->event(socket->user, socket, name, args_text(&arena, packet->args), attachments,
                     packet->attachments, packet->id);
    arena_free(&arena);
}

/* ---- Attachments ---- */

static struct str moved(struct str text, struct str from, const char *to)
{
    bool is_inside = text.len > 0 && text.data >= from.data && text.data < from.data + from.len;
    return is_inside ? (struct str){to + (text.data - from.data), text.len} : text;
}

static void begin_assembly(struct sio_client *client, size_t nsp, const struct sio_packet *packet,
                           struct str text, bool is_ignored)
{
    struct sio_assembly *assembly = calloc(1, sizeof *assembly + (is_ignored ? 0 : text.len));
    check(assembly != NULL);
    assembly->packet = *packet;
    assembly->nsp = nsp;
    assembly->is_ignored = is_ignored;
    if (!is_ignored) {
        memcpy(assembly->text, text.data, text.len);
        assembly->packet.name = moved(packet->name, text, assembly->text);
        assembly->packet.args = moved(packet->args, text, assembly->text);
    }
    client->assembly = assembly;
}

static void free_assembly(struct sio_assembly *assembly)
{
    for (size_t i = 0; assembly && !assembly->is_ignored && i < assembly->count; i++)
        free((void *)assembly->attachments[i].data);
    free(assembly);
}

static struct str kept(struct str bytes)
{
    char *copy = malloc(bytes.len + 1);
    check(copy != NULL);
    if (bytes.len > 0)
        memcpy(copy, bytes.data, bytes.len);
    return (struct str){copy, bytes.len};
}

static const char *take_binary(struct sio_client *client, struct str bytes)
{
    struct sio_assembly *assembly = client->assembly;
    if (!assembly)
        return "binary that no packet announced";
    if (!assembly->is_ignored)
        assembly->attachments[assembly->count] = kept(bytes);
    if (++assembly->count < assembly->packet.attachments)
        return NULL;
    client->assembly = NULL;
    if (!assembly->is_ignored)
        hand_on_event(client, assembly->nsp, &assembly->packet, assembly->attachments);
    free_assembly(assembly);
    return NULL;
}

/* ---- Packets ---- */

static const char *take_connect(struct sio_client *client, size_t nsp, const struct sio_packet *packet)
{
    if (nsp == client->sio->namespace_count) {
        sio_connect_refuse(client, packet->nsp, STR("Invalid namespace"), STR_NONE);
        return NULL;
    }
    if (client->spaces[nsp].socket || client->spaces[nsp].joining)
        return "a second connect";
    client->spaces[nsp].was_dismissed = false;
    sio_connect_begin(client, nsp, packet->json);
    return NULL;
}

/* A packet of a namespace that the client is in, or was until a moment ago. */
static void take_inside(struct sio_client *client, size_t nsp, const struct sio_packet *packet,
                        struct str text)
{
    struct sio_space *space = &client->spaces[nsp];
    bool is_event = packet->type == SIO_EVENT || packet->type == SIO_BINARY_EVENT;
    if (packet->type == SIO_DISCONNECT) {
        space->was_dismissed = false;
        if (space->socket)
            sio_socket_drop(space->socket, "client namespace disconnect");
    } else if (packet->attachments > 0) {
        begin_assembly(client, nsp, packet, text, !is_event || !space->socket);
    } else if (is_event) {
        hand_on_event(client, nsp, packet, NULL);
    } /* else it acknowledges something, which nobody asked for */
}

static const char *take_text(struct sio_client *client, struct str text)
{
    struct sio_packet packet;
    if (client->assembly)
        return "text where an attachment is due";
    const char *wrong = sio_packet_decode(text, &packet);
    if (wrong)
        return wrong;
    size_t nsp = sio_namespace_find(client->sio, packet.nsp);
    if (packet.type == SIO_CONNECT)
        return take_connect(client, nsp, &packet);
    bool is_inside = nsp < client->sio->namespace_count &&
                     (client->spaces[nsp].socket || client->spaces[nsp].was_dismissed);
    if (!is_inside)
        return "a packet for a namespace that was not joined";
    take_inside(client, nsp, &packet, text);
    return NULL;
}

/* ---- The session's handlers ---- */

void sio_client_enter(struct sio_client *client) { client->busy++; }

void sio_client_leave(struct sio_client *client)
{
    if (--client->busy == 0 && !client->session)
        free(client);
}

static void on_message(void *user, struct eio_session *session, bool is_binary, struct str bytes)
{
    struct sio_client *client = user;
    sio_client_enter(client);
    const char *wrong = is_binary ? take_binary(client, bytes) : take_text(client, bytes);
    if (wrong && client->session)
        eio_close(session, "parse error");
    sio_client_leave(client);
}

static void on_connect_timeout(void *user, struct eio_session *session)
{
    struct sio_client *client = user;
    if (!client->has_joined)
        eio_close(session, "connect timeout");
}

static struct str put_text(char **at, struct str text)
{
    char *copy = *at;
    if (text.len > 0)
        memcpy(copy, text.data, text.len);
    *at += text.len;
    return (struct str){copy, text.len};
}

static bool on_opened(void *arg, struct eio_session *session, const struct eio_opening *opening,
                      void **ret_user)
{
    struct sio *sio = arg;
    size_t spaces = sio->namespace_count * sizeof(struct sio_space);
    struct sio_client *client =
        calloc(1, sizeof *client + spaces + opening->query.len + opening->address.len);
    check(client != NULL);
    client->sio = sio;
    client->loop = &sio->loops[eio_ref_of(session).loop];
    client->session = session;
    char *texts = (char *)client->spaces + spaces;
    client->query = put_text(&texts, opening->query);
    client->address = put_text(&texts, opening->address);
    *ret_user = client;
    eio_alarm(session, sio->connect_timeout_ms, on_connect_timeout);
    return true;
}

static void on_closed(void *user, struct eio_session *session, const char *reason)
{
    struct sio_client *client = user;
    (void)session;
    sio_client_enter(client);
    client->session = NULL;
    for (size_t i = 0; i < client->sio->namespace_count; i++) {
        struct sio_space *space = &client->spaces[i];
        if (space->joining)
            sio_connect_abandon(space->joining);
        space->joining = NULL;
        if (space->socket)
            sio_socket_drop(space->socket, reason);
    }
    free_assembly(client->assembly);
    client->assembly = NULL;
    sio_client_leave(client);
}

struct eio_handlers sio_client_handlers(struct sio *sio)
{
    return (struct eio_handlers){.opened = on_opened, .message = on_message, .closed = on_closed, .arg = sio};
}
