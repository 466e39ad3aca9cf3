/* To many sockets, from any thread. The frame is built once and shared; each loop that may have a member gets
 * one mail. Mails of a loop arrive in the order they were posted. */
#include "platform/socketio/sio_joining.h"

#include "base/check.h"

/* ---- One broadcast ---- */

void sio_cast_unref(struct sio_cast *cast)
{
    if (--cast->references > 0)
        return;
    if (cast->frame)
        eio_frame_unref(cast->frame);
    free(cast);
}

static struct sio_cast *make_cast(size_t loops, const struct str *rooms, size_t room_count)
{
    size_t mails = loops * sizeof(struct sio_cast_mail), texts = 0;
    for (size_t i = 0; i < room_count; i++)
        texts += rooms[i].len;
    size_t bytes = sizeof(struct sio_cast) + mails + room_count * sizeof(struct str) + texts;
    struct sio_cast *cast = calloc(1, bytes);
    check(cast != NULL);
    cast->references = 1;
    cast->bytes = bytes;
    cast->rooms = (struct str *)((char *)cast->mails + mails);
    cast->room_count = room_count;
    char *text = (char *)(cast->rooms + room_count);
    for (size_t i = 0; i < room_count; i++) {
        if (rooms[i].len > 0)
            memcpy(text, rooms[i].data, rooms[i].len);
        cast->rooms[i] = (struct str){text, rooms[i].len};
        text += rooms[i].len;
    }
    return cast;
}

bool sio_cast_wanted(const struct sio_cast *cast, const struct sio_socket *socket)
{
    struct sio_rooms *rooms = &socket->client->loop->rooms;
    for (size_t i = 0; i < cast->room_count; i++) {
        const struct sio_room *room = sio_rooms_find(rooms, cast->nsp, cast->rooms[i]);
        for (uint32_t k = 0; room && k < socket->places.count; k++) {
            if (socket->places.list[k].room == room)
                return true;
        }
    }
    return false;
}

/* ---- On a loop ---- */

/* The socket at the walk's place; NULL at its end. Members may have left since the last step. */
static struct sio_socket *step(const struct sio_room *room, size_t *at)
{
    if (*at > room->count)
        *at = room->count;
    return *at > 0 ? SIO_FROM(room->members[--*at].places, struct sio_socket, places) : NULL;
}

static int64_t send_to_room(struct sio_loop *loop, const struct sio_cast *cast, struct str name)
{
    int64_t sent = 0;
    struct sio_room *room = sio_rooms_find(&loop->rooms, cast->nsp, name);
    if (!room)
        return 0;
    sio_room_walk(room);
    size_t at = room->count;
    for (struct sio_socket *socket; (socket = step(room, &at));) {
        if (socket->stamp == loop->stamp || cast->number <= socket->after)
            continue;
        socket->stamp = loop->stamp;
        sent++;
        eio_send(socket->client->session, cast->frame);
    }
    sio_room_walked(&loop->rooms, room);
    return sent;
}

static void deliver_event(struct sio_loop *loop, struct sio_cast *cast)
{
    int64_t sent = 0;
    loop->stamp++;
    for (size_t i = 0; i < cast->room_count; i++)
        sent += send_to_room(loop, cast, cast->rooms[i]);
    for (struct sio_joining *joining = loop->joinings; joining; joining = joining->next_of_loop) {
        if (joining->nsp == cast->nsp)
            sio_connect_hold(joining, cast);
    }
    atomic_fetch_add_explicit(&loop->sio->counts.deliveries, sent, memory_order_relaxed);
}

static void disconnect_room(struct sio_loop *loop, size_t nsp, struct str name)
{
    struct sio_room *room = sio_rooms_find(&loop->rooms, nsp, name);
    if (!room)
        return;
    sio_room_walk(room);
    size_t at = room->count;
    for (struct sio_socket *socket; (socket = step(room, &at));)
        sio_disconnect(socket, true);
    sio_room_walked(&loop->rooms, room);
}

static void discard(struct mail *mail) { sio_cast_unref(SIO_FROM(mail, struct sio_cast_mail, mail)->cast); }

static void deliver(struct mail *mail)
{
    struct sio_cast_mail *own = SIO_FROM(mail, struct sio_cast_mail, mail);
    if (own->cast->frame) {
        deliver_event(own->loop, own->cast);
    } else {
        for (size_t nsp = 0; nsp < own->loop->sio->namespace_count; nsp++)
            disconnect_room(own->loop, nsp, own->cast->rooms[0]);
    }
    discard(mail);
}

/* ---- Any thread ---- */

static void post(struct sio *sio, struct sio_cast *cast, size_t loop)
{
    struct sio_cast_mail *mail = &cast->mails[loop];
    *mail = (struct sio_cast_mail){
        .mail = {.deliver = deliver, .discard = discard}, .cast = cast, .loop = &sio->loops[loop]};
    cast->references++;
    eio_post_loop(sio->eio, loop, &mail->mail);
}

static struct eio_frame *event_frame(const struct sio *sio, size_t nsp, struct str args, struct str offset)
{
    struct arena arena = {0};
    struct sio_packet packet = {.type = SIO_EVENT,
                                .nsp = sio->names[nsp],
                                .id = SIO_ID_NONE,
                                .json = sio_event_text(&arena, args, offset)};
    struct eio_frame *frame = sio_packet_frame(&packet);
    arena_free(&arena);
    return frame;
}

int64_t sio_broadcast(struct sio *sio, const char *nsp, const struct str *rooms, size_t room_count,
                      struct str args, struct str offset)
{
    int64_t number = atomic_fetch_add(&sio->last_broadcast, 1) + 1; /* before it is asked who is joining */
    size_t space = sio_namespace_find(sio, str_of(nsp)), loops = eio_loop_count(sio->eio);
    struct sio_cast *cast = NULL;
    check(space < sio->namespace_count && loops <= SIO_LOOPS_MAX);
    atomic_fetch_add_explicit(&sio->counts.events_sent, 1, memory_order_relaxed);
    for (size_t i = 0; i < loops; i++) {
        struct sio_loop *loop = &sio->loops[i];
        /* In this order: who has joined by now is in the room. */
        if (atomic_load(&loop->joining[space]) == 0 && !sio_rooms_any(&loop->rooms, space, rooms, room_count))
            continue;
        if (!cast) {
            cast = make_cast(loops, rooms, room_count);
            cast->number = number;
            cast->nsp = space;
            cast->frame = event_frame(sio, space, args, offset);
            cast->bytes += args.len;
        }
        post(sio, cast, i);
    }
    if (cast)
        sio_cast_unref(cast);
    return number;
}

int64_t sio_last_broadcast(const struct sio *sio) { return atomic_load(&sio->last_broadcast); }

void sio_disconnect_room(struct sio *sio, struct str room)
{
    size_t loops = eio_loop_count(sio->eio);
    struct sio_cast *cast = make_cast(loops, &room, 1);
    for (size_t i = 0; i < loops; i++)
        post(sio, cast, i);
    sio_cast_unref(cast);
}

size_t sio_room_size(struct sio *sio, const char *nsp, struct str room)
{
    size_t space = sio_namespace_find(sio, str_of(nsp)), size = 0;
    for (size_t i = 0; i < eio_loop_count(sio->eio); i++)
        size += sio_rooms_size(&sio->loops[i].rooms, space, room);
    return size;
}
