/* A server with one namespace that does as its clients say, to be driven by tests/api/rooms.test.mjs and by
 * load generators: rooms, broadcasts from other threads, refusals, limits, recovery from a log in memory.
 *
 *     socketio_room_server PORT      ends on SIGTERM or SIGINT
 *
 * auth: {rooms: [], user, during: rooms that are broadcast to from within connect, delayMs, refuse, code};
 * events: see EVENTS below. */
#include "base/check.h"
#include "base/config.h"
#include "base/log.h"
#include "platform/http/bare.h"
#include "platform/socketio/sio_json.h"
#include "platform/socketio/socketio.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define ROOMS_MAX 16
#define LOG_MAX 100000
#define BURSTS_MAX 64

static struct sio *sio;

/* ---- The log: broadcasts are made under its lock, so that a position is behind or before all of one ---- */

struct entry {
    struct str args, rooms; /* JSON */
};

static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct arena log_memory;
static struct entry entries[LOG_MAX];
static size_t entry_count;

static struct str number_text(struct arena *arena, size_t number) { return str_format(arena, "%zu", number); }

static size_t read_rooms(struct str json, struct str *ret_rooms)
{
    size_t count = 0;
    for (struct str rest = sio_json_inside(json), room;
         count < ROOMS_MAX && (room = sio_json_cut(&rest)).data;)
        ret_rooms[count++] = sio_json_plain(room);
    return count;
}

static void cast(struct str rooms_json, struct str args)
{
    struct str rooms[ROOMS_MAX];
    struct arena arena = {0};
    pthread_mutex_lock(&log_mutex);
    check(entry_count < LOG_MAX);
    struct entry *entry = &entries[entry_count++];
    *entry = (struct entry){str_copy(&log_memory, args), str_copy(&log_memory, rooms_json)};
    sio_broadcast(sio, "/rooms", rooms, read_rooms(entry->rooms, rooms), args,
                  number_text(&arena, entry_count));
    pthread_mutex_unlock(&log_mutex);
    arena_free(&arena);
}

static bool meet(struct str rooms_json, const struct str *rooms, size_t count)
{
    struct str others[ROOMS_MAX];
    size_t other_count = read_rooms(rooms_json, others);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < other_count; k++) {
            if (str_eq(rooms[i], others[k]))
                return true;
        }
    }
    return false;
}

/* ---- Connect ---- */

static int64_t number_of(struct str text)
{
    int64_t value = 0;
    return text.data && str_parse_int(text, &value) ? value : 0;
}

static void sleep_ms(int64_t ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void recover(struct sio_connect *connect)
{
    int64_t from = number_of(connect->start), seen = number_of(connect->offset);
    struct str *missed = arena_array(connect->arena, struct str, entry_count + 1);
    for (size_t i = (size_t)(seen > from ? seen : from); i < entry_count; i++) {
        if (meet(entries[i].rooms, connect->rooms, connect->room_count))
            missed[connect->missed_count++] =
                sio_event_text(connect->arena, entries[i].args, number_text(connect->arena, i + 1));
    }
    connect->missed = missed;
    connect->recovered = true;
}

static void on_connect(void *arg, struct sio_connect *connect)
{
    (void)arg;
    struct str *rooms = arena_array(connect->arena, struct str, ROOMS_MAX);
    struct str wanted = sio_json_member(connect->auth, STR("rooms"));
    connect->refusal = sio_json_plain(sio_json_member(connect->auth, STR("refuse")));
    connect->refusal_code = sio_json_plain(sio_json_member(connect->auth, STR("code")));
    connect->user_key = sio_json_plain(sio_json_member(connect->auth, STR("user")));
    connect->rooms = rooms;
    connect->room_count = wanted.data ? read_rooms(wanted, rooms) : 0;
    pthread_mutex_lock(&log_mutex);
    connect->after = sio_last_broadcast(sio);
    connect->position = number_text(connect->arena, entry_count);
    if (connect->pid.data && !sio_json_member(connect->auth, STR("forget")).data)
        recover(connect);
    pthread_mutex_unlock(&log_mutex);
    connect->user = connect->refusal.data ? NULL : calloc(1, 1); /* a leak if it is not taken back */
    struct str during = sio_json_member(connect->auth, STR("during"));
    if (during.data)
        cast(during, STR("[\"during\"]"));
    sleep_ms(number_of(sio_json_member(connect->auth, STR("delayMs"))));
}

/* ---- Events ---- */

struct call {
    struct sio_socket *socket;
    struct str args;
    const struct str *attachments;
    size_t attachment_count;
    int64_t ack;
};

static struct str plain(const struct call *call, size_t index)
{
    return sio_json_plain(sio_argument(call->args, index));
}

static void do_cast(const struct call *call)
{
    cast(sio_argument(call->args, 0), sio_argument(call->args, 1));
}
static void do_join(const struct call *call) { sio_join(call->socket, plain(call, 0)); }
static void do_leave(const struct call *call) { sio_leave(call->socket, plain(call, 0)); }
static void do_kick(const struct call *call) { sio_disconnect_room(sio, plain(call, 0)); }
static void do_echo(const struct call *call)
{
    sio_emit(call->socket, sio_argument(call->args, 0), call->attachments, call->attachment_count);
}

static void do_bye(const struct call *call)
{
    sio_disconnect(call->socket, str_eq(sio_argument(call->args, 0), STR("true")));
}

static void do_size(const struct call *call)
{
    struct arena arena = {0};
    size_t size = sio_room_size(sio, "/rooms", plain(call, 0));
    sio_ack(call->socket, call->ack, str_format(&arena, "[%zu]", size), NULL, 0);
    arena_free(&arena);
}

static void do_stats(const struct call *call)
{
    struct arena arena = {0};
    struct sio_stats stats = sio_stats_of(sio);
    sio_ack(call->socket, call->ack,
            str_format(&arena, "[{\"sockets\":%lld,\"deliveries\":%lld,\"recovered\":%lld,\"refused\":%lld}]",
                       (long long)stats.sockets, (long long)stats.deliveries, (long long)stats.recovered,
                       (long long)stats.refused),
            NULL, 0);
    arena_free(&arena);
}

/* Broadcasts from a thread of its own. */
struct burst {
    pthread_t thread;
    char rooms[256];
    size_t rooms_len;
    int64_t count;
};

static struct burst bursts[BURSTS_MAX];
static _Atomic size_t burst_count;

static void *burst_main(void *arg)
{
    struct burst *burst = arg;
    for (int64_t i = 0; i < burst->count; i++) {
        struct arena arena = {0};
        cast((struct str){burst->rooms, burst->rooms_len}, str_format(&arena, "[\"n\",%lld]", (long long)i));
        arena_free(&arena);
    }
    return NULL;
}

static void do_burst(const struct call *call)
{
    struct str rooms = sio_argument(call->args, 0);
    size_t index = burst_count++;
    check(index < BURSTS_MAX && rooms.len <= sizeof bursts[index].rooms);
    struct burst *burst = &bursts[index];
    memcpy(burst->rooms, rooms.data, rooms.len);
    burst->rooms_len = rooms.len;
    burst->count = number_of(sio_argument(call->args, 1));
    check(pthread_create(&burst->thread, NULL, burst_main, burst) == 0);
}

static const struct {
    struct str name;
    void (*run)(const struct call *call);
} EVENTS[] = {
    {STR_INIT("cast"), do_cast},   /* rooms, ["name", …]: a broadcast */
    {STR_INIT("burst"), do_burst}, /* rooms, count: ["n", 0], ["n", 1] … from another thread */
    {STR_INIT("join"), do_join},   {STR_INIT("leave"), do_leave},
    {STR_INIT("kick"), do_kick},   {STR_INIT("echo"), do_echo}, /* ["name", …] */
    {STR_INIT("bye"), do_bye},                                  /* close the connection? */
    {STR_INIT("size"), do_size},   {STR_INIT("stats"), do_stats},
};

static void on_event(void *user, struct sio_socket *socket, struct str name, struct str args,
                     const struct str *attachments, size_t attachment_count, int64_t ack)
{
    (void)user;
    struct call call = {socket, args, attachments, attachment_count, ack};
    for (size_t i = 0; i < sizeof EVENTS / sizeof *EVENTS; i++) {
        if (str_eq(EVENTS[i].name, name)) {
            EVENTS[i].run(&call);
            return;
        }
    }
}

static void on_disconnected(void *user, struct sio_socket *socket, const char *reason)
{
    (void)reason;
    if (socket)
        sio_join(socket, STR("too late")); /* nothing must come of it */
    free(user);
}

static const struct sio_namespace NAMESPACES[] = {
    {.name = "/rooms", .connect = on_connect, .event = on_event, .disconnected = on_disconnected}};

/* ---- The server ---- */

int main(int argc, char **argv)
{
    struct config config = {.host = STR("127.0.0.1"),
                            .port = argc > 1 ? number_of(str_of(argv[1])) : 0,
                            .http_threads = 2,
                            .worker_threads = 8,
                            .max_connections = 2000,
                            .header_timeout_ms = 10000,
                            .request_timeout_ms = 30000,
                            .keep_alive_ms = 60000,
                            .drain_timeout_ms = 2000,
                            .body_limit = 1000000};
    struct sio_options options = {.engine = {.path = "/socket.io/",
                                             .ping_interval_ms = 25000,
                                             .ping_timeout_ms = 20000,
                                             .upgrade_timeout_ms = 10000,
                                             .max_payload = 1000000,
                                             .max_queue = 4 * 1024 * 1024,
                                             .max_sessions = 10000},
                                  .namespaces = NAMESPACES,
                                  .namespace_count = 1,
                                  .connect_timeout_ms = 20000,
                                  .sockets_per_user = 3,
                                  .connects_at_once = 4,
                                  .recovery_key = STR("only known to this test")};
    log_setup(LOG_INFO, false);
    bare_signals();
    sio = sio_open(&options);
    const struct http_endpoint *endpoints[] = {eio_endpoint(sio_engine(sio))};
    struct http_server *server = bare_start(&config, endpoints, 1);
    if (!server)
        return 1;
    bare_wait();
    bare_stop(server);
    for (size_t i = 0; i < burst_count; i++)
        pthread_join(bursts[i].thread, NULL);
    sio_close(sio);
    arena_free(&log_memory);
    return 0;
}
