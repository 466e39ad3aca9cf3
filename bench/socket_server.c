/* Our Socket.IO server with nothing behind it: everybody who connects is in one room, and ["go", N] is
 * answered by N broadcasts to the room. bench/lib/socket_server.mjs is the same over the npm package
 * socket.io.
 *
 *     socket_server      prints its port; ends on SIGTERM */
#include "base/config.h"
#include "base/log.h"
#include "platform/http/bare.h"
#include "platform/socketio/socketio.h"

#define ROOM STR_INIT("all")
#define BROADCASTS_MAX 10000

static struct sio *sio;
static const struct str ROOMS[] = {ROOM};

/* As long as a kitchen order of three items. */
static char event_text[640];

static void join(void *arg, struct sio_connect *connect)
{
    (void)arg;
    connect->rooms = ROOMS;
    connect->room_count = 1;
}

static void go(void *user, struct sio_socket *socket, struct str name, struct str args,
               const struct str *attachments, size_t attachment_count, int64_t ack)
{
    int64_t count;
    (void)user, (void)socket, (void)attachments, (void)attachment_count, (void)ack;
    if (!str_eq(name, STR("go")) || !str_parse_int(sio_argument(args, 0), &count) || count > BROADCASTS_MAX)
        return;
    for (int64_t i = 0; i < count; i++)
        sio_broadcast(sio, "/", ROOMS, 1, str_of(event_text), STR_NONE);
}

static void left(void *user, struct sio_socket *socket, const char *reason)
{
    (void)user, (void)socket, (void)reason;
}

int main(void)
{
    static const struct sio_namespace namespaces[] = {
        {.name = "/", .connect = join, .event = go, .disconnected = left}};
    struct config config = {.host = STR("127.0.0.1"),
                            .cors_origins = STR("*"),
                            .worker_threads = 8,
                            .max_connections = 9000,
                            .header_timeout_ms = 10000,
                            .request_timeout_ms = 30000,
                            .keep_alive_ms = 60000,
                            .drain_timeout_ms = 2000,
                            .body_limit = 1000000};
    bare_signals();
    log_setup(LOG_WARN, false);
    snprintf(event_text, sizeof event_text, "[\"order:created\",{\"order\":\"%0500d\"}]", 0);
    sio = sio_open(&(struct sio_options){.engine = {.path = "/socket.io/",
                                                    .ping_interval_ms = 25000,
                                                    .ping_timeout_ms = 20000,
                                                    .upgrade_timeout_ms = 10000,
                                                    .max_payload = 1000000,
                                                    .max_queue = (size_t)8 * 1024 * 1024,
                                                    .max_sessions = 20000,
                                                    .allow_any_origin = true},
                                         .namespaces = namespaces,
                                         .namespace_count = 1,
                                         .connect_timeout_ms = 45000});
    const struct http_endpoint *endpoints[] = {eio_endpoint(sio_engine(sio))};
    struct http_server *server = bare_start(&config, endpoints, 1);
    if (!server)
        return 1;
    printf("%d\n", http_server_port(server));
    fflush(stdout);
    bare_wait();
    bare_stop(server);
    sio_close(sio);
    return 0;
}
