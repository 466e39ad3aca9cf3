/* What the protocols' own test suites are run against: an echo over Engine.IO, and two namespaces over
 * Socket.IO, with the timings that the suites expect. No database.
 *
 *     socketio_conformance --port N      ends on SIGTERM or SIGINT */
#include "base/check.h"
#include "base/config.h"
#include "base/log.h"
#include "platform/http/bare.h"
#include "platform/socketio/socketio.h"

#define GREETING_GAP_MS 40

static const struct eio_options ENGINE = {
    .ping_interval_ms = 300,
    .ping_timeout_ms = 200,
    .upgrade_timeout_ms = 10000,
    .max_payload = 1000000,
    .max_queue = (size_t)16 * 1024 * 1024,
    .max_sessions = 5000,
    .allow_any_origin = true,
};

/* ---- /engine.io/: everything comes back ---- */

static bool echo_opened(void *arg, struct eio_session *session, const struct eio_opening *opening,
                        void **ret_user)
{
    (void)arg, (void)session, (void)opening, (void)ret_user;
    return true;
}

static void echo_message(void *user, struct eio_session *session, bool is_binary, struct str bytes)
{
    (void)user;
    struct eio_frame *frame = is_binary ? eio_frame_binary(bytes) : eio_frame_text(bytes);
    eio_send(session, frame);
    eio_frame_unref(frame);
}

static void echo_closed(void *user, struct eio_session *session, const char *reason)
{
    (void)user, (void)session, (void)reason;
}

/* ---- /socket.io/: who connects is told what it authenticated with ----
 *
 * The suites wait for the greeting only once they have read the CONNECT packet; both in one read would be one
 * too many for them. So on a WebSocket the greeting comes a moment later, though before any other answer. */

struct guest {
    struct guest *next; /* of those that are still to be greeted */
    struct sio_socket *socket;
    struct eio_session *session;
    size_t auth_len;
    char auth[];
};

static _Thread_local struct guest *to_greet;

static void guest_connect(void *arg, struct sio_connect *connect)
{
    (void)arg;
    struct guest *guest = calloc(1, sizeof *guest + connect->auth.len);
    check(guest != NULL);
    guest->auth_len = connect->auth.len;
    memcpy(guest->auth, connect->auth.data, connect->auth.len);
    connect->user = guest;
}

/* False: it is not on the list. */
static bool strike_off(const struct guest *guest)
{
    struct guest **at = &to_greet;
    while (*at && *at != guest)
        at = &(*at)->next;
    if (!*at)
        return false;
    *at = guest->next;
    return true;
}

/* `["name",…arguments]` */
static void emit(struct sio_socket *socket, const char *name, struct str arguments,
                 const struct str *attachments, size_t attachment_count)
{
    struct arena arena = {0};
    struct str text =
        str_format(&arena, "[\"%s\"%s%.*s]", name, arguments.len > 0 ? "," : "", STR_ARG(arguments));
    sio_emit(socket, text, attachments, attachment_count);
    arena_free(&arena);
}

static void greet(struct guest *guest)
{
    if (strike_off(guest))
        emit(guest->socket, "auth", (struct str){guest->auth, guest->auth_len}, NULL, 0);
}

static void greet_all(void *user, struct eio_session *session)
{
    (void)user;
    for (struct guest *guest = to_greet, *next; guest; guest = next) {
        next = guest->next;
        if (guest->session == session)
            greet(guest);
    }
}

static void guest_connected(void *user, struct sio_socket *socket)
{
    struct guest *guest = user;
    guest->socket = socket;
    guest->session = sio_session(socket);
    guest->next = to_greet;
    to_greet = guest;
    if (eio_is_websocket(guest->session))
        eio_alarm(guest->session, GREETING_GAP_MS, greet_all);
    else
        greet(guest);
}

static void guest_event(void *user, struct sio_socket *socket, struct str name, struct str args,
                        const struct str *attachments, size_t attachment_count, int64_t ack)
{
    greet(user);
    struct str inside = {args.data + 1, args.len - 2};
    if (str_eq(name, STR("message")))
        emit(socket, "message-back", inside, attachments, attachment_count);
    else if (str_eq(name, STR("message-with-ack")))
        sio_ack(socket, ack, args, attachments, attachment_count);
}

static void guest_disconnected(void *user, struct sio_socket *socket, const char *reason)
{
    (void)socket, (void)reason;
    strike_off(user);
    free(user);
}

static const struct sio_namespace NAMESPACES[] = {
    {.name = "/",
     .connect = guest_connect,
     .connected = guest_connected,
     .event = guest_event,
     .disconnected = guest_disconnected},
    {.name = "/custom",
     .connect = guest_connect,
     .connected = guest_connected,
     .disconnected = guest_disconnected},
};

/* ---- The server ---- */

static struct http_server *start(struct config *config, const struct http_endpoint *const *endpoints,
                                 size_t count)
{
    struct http_server *server = bare_start(config, endpoints, count);
    if (server)
        return server;
    config->host = STR("0.0.0.0"); /* a machine without IPv6 */
    return bare_start(config, endpoints, count);
}

static bool take_port(int argc, char **argv, int64_t *ret_port)
{
    if (argc != 3 || strcmp(argv[1], "--port") != 0 || !str_parse_int(str_of(argv[2]), ret_port) ||
        *ret_port < 0 || *ret_port > 65535) {
        fprintf(stderr, "usage: %s --port N\n", argv[0]);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct config config = {.host = STR("::"),
                            .cors_origins = STR("*"),
                            /* What the suites send by two connections arrives in their order on one only. */
                            .http_threads = 1,
                            .worker_threads = 8,
                            .max_connections = 5000,
                            .header_timeout_ms = 10000,
                            .request_timeout_ms = 30000,
                            .keep_alive_ms = 60000,
                            .drain_timeout_ms = 2000,
                            .body_limit = 1000000};
    if (!take_port(argc, argv, &config.port))
        return 2;
    log_setup(LOG_ERROR, false); /* requests that are wrong on purpose are no news */
    bare_signals();
    struct eio_options echo = ENGINE;
    echo.path = "/engine.io/";
    echo.handlers =
        (struct eio_handlers){.opened = echo_opened, .message = echo_message, .closed = echo_closed};
    struct sio_options options = {.engine = ENGINE,
                                  .namespaces = NAMESPACES,
                                  .namespace_count = sizeof NAMESPACES / sizeof *NAMESPACES,
                                  .connect_timeout_ms = 1000};
    options.engine.path = "/socket.io/";
    struct eio *engine = eio_open(&echo);
    struct sio *sio = sio_open(&options);
    const struct http_endpoint *endpoints[] = {eio_endpoint(engine), eio_endpoint(sio_engine(sio))};
    struct http_server *server = start(&config, endpoints, 2);
    if (!server)
        return 1;
    fprintf(stderr, "listening on port %d\n", http_server_port(server));
    bare_wait();
    bare_stop(server);
    sio_close(sio);
    eio_free(engine);
    return 0;
}
