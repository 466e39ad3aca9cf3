/* Joining a namespace. The application's `connect` may block, so it runs on a worker; meanwhile the client
 * may go away, and events may be broadcast that it has to get: they are held until the outcome is back on the
 * client's loop. */
#include "platform/socketio/sio_joining.h"
#include "platform/socketio/sio_json.h"

#include "base/check.h"
#include "base/json.h"

#define HELD_BYTES_MAX ((size_t)1 << 20)
#define REPLY_BYTES_MAX ((size_t)64 * 1024)

/* ---- What is broadcast meanwhile ---- */

void sio_connect_hold(struct sio_joining *joining, struct sio_cast *cast)
{
    joining->held_bytes += cast->bytes;
    joining->held_too_much = joining->held_too_much || joining->held_bytes > HELD_BYTES_MAX;
    if (joining->held_too_much)
        return;
    if (joining->held_count == joining->held_cap) {
        joining->held_cap = joining->held_cap ? joining->held_cap * 2 : 8;
        joining->held = realloc(joining->held, joining->held_cap * sizeof(struct sio_cast *));
        check(joining->held != NULL);
    }
    cast->references++;
    joining->held[joining->held_count++] = cast;
}

static void send_held(struct sio_joining *joining, struct sio_client *client, struct sio_socket *socket)
{
    for (size_t i = 0; i < joining->held_count && client->session; i++) {
        struct sio_cast *cast = joining->held[i];
        if (cast->number > socket->after && sio_cast_wanted(cast, socket))
            eio_send(client->session, cast->frame);
    }
}

/* ---- Life ---- */

static void enter_loop(struct sio_joining *joining)
{
    struct sio_loop *loop = joining->loop;
    joining->next_of_loop = loop->joinings;
    if (loop->joinings)
        loop->joinings->from_loop = &joining->next_of_loop;
    joining->from_loop = &loop->joinings;
    loop->joinings = joining;
    loop->joining[joining->nsp]++;
}

static void leave_loop(struct sio_joining *joining)
{
    *joining->from_loop = joining->next_of_loop;
    if (joining->next_of_loop)
        joining->next_of_loop->from_loop = joining->from_loop;
    joining->loop->joining[joining->nsp]--;
}

void sio_joining_free(struct sio_joining *joining)
{
    for (size_t i = 0; i < joining->held_count; i++)
        sio_cast_unref(joining->held[i]);
    free(joining->held);
    arena_free(&joining->arena);
    free(joining);
}

/* Nobody will be a socket: the application takes back what it gave. */
static void give_back(struct sio_joining *joining, const char *reason)
{
    struct sio *sio = joining->loop->sio;
    const struct sio_namespace *space = &sio->namespaces[joining->nsp];
    if (!joining->connect.refusal.data && space->disconnected)
        space->disconnected(joining->connect.user, NULL, reason);
}

void sio_connect_abandon(struct sio_joining *joining) { joining->client = NULL; }

/* ---- Answers ---- */

static void send_to(struct sio_client *client, enum sio_type type, struct str nsp, struct str json)
{
    struct sio_packet packet = {.type = type, .nsp = nsp, .id = SIO_ID_NONE, .json = json};
    sio_send_packet(client, &packet);
}

void sio_connect_refuse(struct sio_client *client, struct str nsp, struct str message, struct str code)
{
    struct arena arena = {0};
    struct buf out = buf_make(&arena, 128, REPLY_BYTES_MAX);
    buf_put(&out, STR("{\"message\":"));
    json_put_string(&out, message);
    if (code.data) {
        buf_put(&out, STR(",\"data\":{\"code\":"));
        json_put_string(&out, code);
        buf_put_char(&out, '}');
    }
    buf_put_char(&out, '}');
    client->sio->counts.refused++;
    send_to(client, SIO_CONNECT_ERROR, nsp, buf_str(&out));
    arena_free(&arena);
}

static void send_missed(struct sio_client *client, const struct sio_joining *joining)
{
    const struct sio_connect *connect = &joining->connect;
    for (size_t i = 0; i < connect->missed_count; i++)
        send_to(client, SIO_EVENT, connect->nsp, connect->missed[i]);
}

static void send_welcome(struct sio_client *client, struct sio_joining *joining, struct str sid)
{
    const struct sio_connect *connect = &joining->connect;
    struct buf out = buf_make(&joining->arena, 256, REPLY_BYTES_MAX);
    struct str pid = STR_NONE;
    if (connect->recovered)
        pid = connect->pid;
    else if (client->sio->key.is_set && connect->position.data)
        pid = sio_pid_make(&client->sio->key, &joining->arena, connect->nsp, sid, connect->position);
    buf_put(&out, STR("{\"sid\":"));
    json_put_string(&out, sid);
    if (pid.data) {
        buf_put(&out, STR(",\"pid\":"));
        json_put_string(&out, pid);
    }
    buf_put_char(&out, '}');
    send_to(client, SIO_CONNECT, connect->nsp, buf_str(&out));
}

/* ---- The outcome, on the client's loop ---- */

static struct sio_socket *open_socket(struct sio_client *client, struct sio_joining *joining,
                                      struct sio_user *counted)
{
    const struct sio_connect *connect = &joining->connect;
    check(!connect->recovered || joining->sid.data);
    struct str sid = connect->recovered ? joining->sid : sio_sid_make(&joining->arena);
    struct sio_socket *socket = sio_socket_open(client, joining->nsp, sid, connect->user);
    socket->after = connect->after;
    socket->counted = counted;
    for (size_t i = 0; i < connect->room_count; i++)
        sio_join(socket, connect->rooms[i]);
    if (client->sio->key.is_set && (connect->recovered || connect->position.data))
        sio_take_over(client, socket);
    return socket;
}

static void welcome(struct sio_client *client, struct sio_joining *joining, struct sio_user *counted)
{
    struct sio *sio = client->sio;
    const struct sio_namespace *space = &sio->namespaces[joining->nsp];
    struct sio_socket *socket = open_socket(client, joining, counted);
    client->has_joined = true;
    eio_alarm(client->session, -1, NULL);
    if (joining->connect.recovered) {
        sio->counts.recovered++;
        send_missed(client, joining);
    }
    send_welcome(client, joining, sio_sid(socket));
    eio_flush(client->session); /* a poll that waits gets no more than the reply */
    if (client->session)
        send_held(joining, client, socket);
    if (client->session && space->connected)
        space->connected(socket->user, socket);
}

static void decide(struct sio_client *client, struct sio_joining *joining)
{
    struct sio *sio = client->sio;
    const struct sio_connect *connect = &joining->connect;
    if (connect->refusal.data) {
        sio_connect_refuse(client, connect->nsp, connect->refusal, connect->refusal_code);
        return;
    }
    if (joining->held_too_much) {
        give_back(joining, "slow to join");
        eio_close(client->session, "slow to join");
        return;
    }
    bool replaces = connect->recovered && sio_seat_is_taken(&sio->registry, joining->sid);
    size_t limit = replaces ? 0 : sio->sockets_per_user; /* its older socket goes at once */
    struct sio_user *counted = NULL;
    if (connect->user_key.data)
        counted = sio_user_enter(&sio->registry, connect->user_key, limit);
    if (connect->user_key.data && !counted) {
        give_back(joining, "too many connections");
        sio_connect_refuse(client, connect->nsp, STR("too many connections"), STR("TOO_MANY_CONNECTIONS"));
        return;
    }
    welcome(client, joining, counted);
}

static void deliver(struct mail *mail)
{
    struct sio_joining *joining = SIO_FROM(mail, struct sio_joining, mail);
    struct sio_client *client = joining->client;
    if (client) {
        sio_client_enter(client);
        client->spaces[joining->nsp].joining = NULL;
        decide(client, joining);
        sio_client_leave(client);
    } else {
        give_back(joining, "transport close");
    }
    leave_loop(joining); /* after the join: broadcasts see one of the two */
    sio_joining_free(joining);
}

/* The loop has ended. */
static void discard(struct mail *mail)
{
    struct sio_joining *joining = SIO_FROM(mail, struct sio_joining, mail);
    give_back(joining, "server shutting down");
    sio_joining_free(joining);
}

/* ---- On the client's loop ---- */

/* Texts of the client's packet are gone when this returns: they are copied. */
static void describe(struct sio_joining *joining, const struct sio_client *client, struct str auth)
{
    const struct sio *sio = client->sio;
    struct arena *arena = &joining->arena;
    struct sio_connect *connect = &joining->connect;
    connect->arena = arena;
    connect->nsp = sio->names[joining->nsp];
    connect->auth = auth.data ? str_copy(arena, auth) : STR("{}");
    connect->query = str_copy(arena, client->query);
    connect->address = str_copy(arena, client->address);
    struct str pid = sio->key.is_set ? sio_json_plain(sio_json_member(connect->auth, STR("pid"))) : STR_NONE;
    if (!pid.data || !sio_pid_read(&sio->key, arena, connect->nsp, pid, &joining->sid, &connect->start))
        return;
    connect->pid = pid;
    connect->offset = sio_json_plain(sio_json_member(connect->auth, STR("offset")));
}

void sio_connect_begin(struct sio_client *client, size_t nsp, struct str auth)
{
    struct sio_joining *joining = calloc(1, sizeof *joining);
    check(joining != NULL);
    joining->loop = client->loop;
    joining->client = client;
    joining->nsp = nsp;
    joining->mail = (struct mail){.deliver = deliver, .discard = discard};
    describe(joining, client, auth);
    client->spaces[nsp].joining = joining;
    enter_loop(joining); /* before `connect` runs */
    if (sio_queue_add(client->sio, joining))
        return;
    client->spaces[nsp].joining = NULL;
    leave_loop(joining);
    sio_joining_free(joining);
    eio_close(client->session, "server is busy");
}
