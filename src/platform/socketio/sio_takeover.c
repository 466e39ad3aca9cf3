/* A client that comes back may have a socket that is open still: its line broke, but nobody noticed. */
#include "platform/socketio/sio_joining.h"

#include "base/check.h"

struct push {
    struct eio_mail mail;
    struct sio *sio;
    size_t nsp;
    char sid[SIO_SID_TEXT];
};

static bool has_other_sockets(const struct sio_client *client, size_t nsp)
{
    for (size_t i = 0; i < client->sio->namespace_count; i++) {
        if (i != nsp && (client->spaces[i].socket || client->spaces[i].joining))
            return true;
    }
    return false;
}

static void push_off(struct eio_mail *mail, struct eio_session *session)
{
    struct push *push = SIO_FROM(mail, struct push, mail);
    struct sio_client *client = session ? eio_user(session) : NULL;
    struct sio_socket *socket = client ? client->spaces[push->nsp].socket : NULL;
    if (socket && memcmp(socket->sid, push->sid, sizeof push->sid) == 0)
        sio_disconnect(socket, !has_other_sockets(client, push->nsp));
    free(push);
}

static void discard_push(struct mail *mail) { free(SIO_FROM(mail, struct push, mail.mail)); }

void sio_take_over(struct sio_client *client, struct sio_socket *socket)
{
    struct sio *sio = client->sio;
    struct eio_ref old;
    if (!sio_seat_take(&sio->registry, &socket->seat, sio_sid(socket), eio_ref_of(client->session), &old))
        return;
    struct push *push = calloc(1, sizeof *push);
    check(push != NULL);
    push->mail.deliver = push_off;
    push->mail.mail.discard = discard_push;
    push->nsp = socket->nsp;
    memcpy(push->sid, socket->sid, sizeof push->sid);
    eio_post(sio->eio, old, &push->mail);
}
