/* Who may look at what: a token, a role, an outlet; which rooms that comes to; and what was missed. */
#include "modules/realtime/realtime_gateway.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/json_raw.h"
#include "base/log.h"
#include "base/metrics.h"
#include "modules/realtime/realtime_recover.h"
#include "platform/auth/auth.h"

METRIC_GAUGE(KDS_SOCKETS, "tilopos_sockets_kds", "Sockets of /kds.");
METRIC_GAUGE(NOTIFICATION_SOCKETS, "tilopos_sockets_notifications", "Sockets of /notifications.");
METRIC_COUNTER(WELCOMED, "tilopos_socket_connects_total", "Sockets that were let in.");
METRIC_COUNTER(REFUSED, "tilopos_socket_refusals_total", "Sockets that were refused.");
METRIC_COUNTER(RECOVERED, "tilopos_socket_recoveries_total",
               "Sockets that came back and got what they had missed.");
METRIC_COUNTER(MISSED, "tilopos_socket_missed_messages_total", "Messages that were sent to them late.");

#define STATION_MAX 100
#define ROOMS_MAX 6
#define ROLES_KITCHEN_SCREENS (ROLES_ALL & ~ROLES(ROLE_INVENTORY))

/* A socket. */
struct screen {
    struct gate *gate;
    struct looker looker;
    struct view *view;
    struct session *session;
    char station[STATION_MAX + 1];
};

static struct metric *sockets_of(enum screen_namespace nsp)
{
    return nsp == SCREEN_KDS ? &KDS_SOCKETS : &NOTIFICATION_SOCKETS;
}

/* ---- Who ---- */

static void refuse(struct sio_connect *connect, struct str message, struct str code)
{
    connect->refusal = message;
    connect->refusal_code = code;
    metric_add(&REFUSED, 1);
}

/* False: refused. */
static bool authenticate(struct platform *platform, struct sio_connect *connect, struct str *ret_token,
                         struct identity *ret_who)
{
    *ret_token = json_raw_text(connect->arena, connect->auth, "token");
    enum code code = ret_token->len ? auth_authenticate(platform, *ret_token, ret_who) : CODE_UNAUTHORIZED;
    if (!code)
        return true;
    if (code != CODE_UNAUTHORIZED)
        refuse(connect, STR("unavailable"), str_of(code_name(code)));
    else if (ret_token->len == 0)
        refuse(connect, STR("unauthorized"), STR("TOKEN_MISSING"));
    else if (auth_is_expired(platform->auth, *ret_token))
        refuse(connect, STR("unauthorized"), STR("TOKEN_EXPIRED"));
    else
        refuse(connect, STR("unauthorized"), STR("TOKEN_INVALID"));
    return false;
}

/* ---- What ---- */

static struct str query_member(struct str query, struct str name)
{
    while (query.data) {
        struct str value = str_cut(&query, '&');
        if (str_eq(str_cut(&value, '='), name))
            return value;
    }
    return STR_NONE;
}

/* The outlet that the client asks for: auth.outletId, else query.outletId. False: it is no id; who wanted
 * less than all must not be shown all. */
static bool asked_outlet(const struct sio_connect *connect, struct uuid *ret_outlet)
{
    struct str value = json_raw_member(connect->auth, "outletId");
    struct str text = json_raw_string(connect->arena, value);
    *ret_outlet = UUID_NIL;
    if (value.data && !text.data && !str_eq(value, STR("null")))
        return false;
    if (text.len == 0)
        text = query_member(connect->query, STR("outletId"));
    return text.len == 0 || uuid_parse(text, ret_outlet);
}

static enum code is_outlet(struct platform *platform, struct uuid business, struct uuid outlet)
{
    struct cache_ref ref;
    enum code code = cache_acquire(platform->cache, &DIRECTORY, business, &ref);
    if (code)
        return code;
    bool exists = directory_outlet(ref.object, outlet) != NULL;
    cache_release(&ref);
    return exists ? CODE_OK : CODE_NOT_FOUND;
}

/* An owner sees all outlets, or the one asked for; the others their own. */
static bool choose_outlet(struct platform *platform, struct sio_connect *connect, const struct identity *who,
                          struct uuid *ret_outlet)
{
    struct uuid asked;
    bool in_reach = asked_outlet(connect, &asked);
    *ret_outlet = who->role == ROLE_OWNER ? asked : who->outlet_id;
    if (in_reach && !uuid_is_nil(asked) && who->role != ROLE_OWNER)
        in_reach = uuid_eq(asked, who->outlet_id);
    else if (in_reach && !uuid_is_nil(asked))
        in_reach = is_outlet(platform, who->business_id, asked) == CODE_OK;
    if (!in_reach)
        refuse(connect, STR("forbidden"), STR("OUTLET_NOT_IN_REACH"));
    return in_reach;
}

static bool set_station(struct screen *screen, struct str station)
{
    station = str_trim(station);
    if (station.len > STATION_MAX)
        return false;
    if (station.len > 0)
        memcpy(screen->station, station.data, station.len);
    screen->looker.station = station.len > 0 ? (struct str){screen->station, station.len} : STR_NONE;
    return true;
}

static bool choose(struct screen *screen, struct sio_connect *connect, const struct identity *who)
{
    struct platform *platform = screen->gate->gateway->platform;
    screen->looker = (struct looker){
        .nsp = screen->gate->nsp,
        .business = who->business_id,
        .user = who->employee_id,
        .is_manager = (ROLES_MANAGERS & ROLES(who->role)) != 0,
    };
    if (screen->looker.nsp == SCREEN_KDS && !(ROLES_KITCHEN_SCREENS & ROLES(who->role))) {
        refuse(connect, STR("forbidden"), STR("FORBIDDEN"));
        return false;
    }
    if (!choose_outlet(platform, connect, who, &screen->looker.outlet))
        return false;
    if (screen->looker.nsp == SCREEN_KDS &&
        !set_station(screen, json_raw_text(connect->arena, connect->auth, "station"))) {
        refuse(connect, STR("the station's name is too long"), STR("VALIDATION_FAILED"));
        return false;
    }
    return true;
}

/* ---- In ---- */

static struct str room_of_view(struct arena *arena, const struct looker *looker)
{
    return view_room(arena, looker->business, looker->outlet);
}

static void put_rooms(struct sio_connect *connect, const struct screen *screen, struct uuid family)
{
    struct arena *arena = connect->arena;
    const struct looker *looker = &screen->looker;
    struct str *rooms = arena_array(arena, struct str, ROOMS_MAX), view = room_of_view(arena, looker);
    size_t count = 0;
    rooms[count++] = login_room(arena, looker->user);
    rooms[count++] = login_room(arena, family);
    rooms[count++] = str_copy(arena, session_room(screen->session));
    if (looker->nsp == SCREEN_KDS) {
        rooms[count++] = view_room_of_station(arena, view, looker->station);
    } else {
        rooms[count++] = view;
        rooms[count++] = view_room_of_user(arena, view, looker->user);
        if (looker->is_manager)
            rooms[count++] = view_room_of_managers(arena, view);
    }
    connect->rooms = rooms;
    connect->room_count = count;
}

/* What it gets from here on, and what it has missed. */
static void place(struct sio_connect *connect, const struct screen *screen)
{
    const struct gateway *gateway = screen->gate->gateway;
    size_t limit = (size_t)gateway->platform->config->socket_recovery_events;
    struct position now = view_snapshot(gateway->feed, screen->view, connect->arena, &connect->after);
    if (limit == 0)
        return;
    connect->position = start_text(connect->arena, &screen->looker, clock_now_ms(), &now);
    struct str *missed = NULL;
    if (!connect->pid.data ||
        !missed_messages(gateway->platform, connect->arena, &screen->looker, connect->start, connect->offset,
                         &now, limit, &missed, &connect->missed_count))
        return;
    connect->missed = missed;
    connect->recovered = true;
    metric_add(&RECOVERED, 1);
    metric_add(&MISSED, (int64_t)connect->missed_count);
}

static void welcome(struct sio_connect *connect, struct screen *screen, struct str token,
                    const struct identity *who)
{
    struct gateway *gateway = screen->gate->gateway;
    screen->session = session_enter(gateway->sessions, token, who);
    put_rooms(connect, screen, who->family_id);
    place(connect, screen);
    connect->user = screen;
    connect->user_key = uuid_str(connect->arena, who->employee_id);
    metric_add(&WELCOMED, 1);
    metric_add(sockets_of(screen->looker.nsp), 1);
}

/* Worker thread. */
static void gate_connect(void *arg, struct sio_connect *connect)
{
    struct gate *gate = arg;
    struct gateway *gateway = gate->gateway;
    struct identity who;
    struct str token;
    if (!authenticate(gateway->platform, connect, &token, &who))
        return;
    struct screen *screen = calloc(1, sizeof *screen);
    check(screen);
    screen->gate = gate;
    enum code code = CODE_OK;
    bool chosen = choose(screen, connect, &who);
    if (chosen)
        code = view_enter(gateway->feed, who.business_id, screen->looker.outlet, gate->nsp, &screen->view);
    if (code)
        refuse(connect, STR("unavailable"), str_of(code_name(code)));
    if (!chosen || code)
        free(screen);
    else
        welcome(connect, screen, token, &who);
}

/* ---- There, and out: the socket's loop ---- */

static void gate_connected(void *user, struct sio_socket *socket)
{
    struct screen *screen = user;
    (void)socket;
    session_confirm(screen->gate->gateway->sessions, screen->session);
}

static void gate_disconnected(void *user, struct sio_socket *socket, const char *reason)
{
    struct screen *screen = user;
    struct gateway *gateway = screen->gate->gateway;
    (void)socket, (void)reason;
    metric_add(sockets_of(screen->looker.nsp), -1);
    session_leave(gateway->sessions, screen->session);
    view_leave(gateway->feed, screen->view, screen->looker.nsp);
    free(screen);
}

/* ---- joinStation ---- */

static struct str station_answer(struct arena *arena, const struct screen *screen, bool ok)
{
    struct buf out = buf_make(arena, 64, 2 * STATION_MAX + 256);
    buf_put(&out,
            ok ? STR("[{\"ok\":true,\"station\":")
               : STR("[{\"ok\":false,\"error\":\"station must be a text of at most 100 bytes, or null\","
                     "\"station\":"));
    json_put_string(&out, screen->looker.station);
    buf_put(&out, STR("}]"));
    return buf_str(&out);
}

static bool is_station(struct str value)
{
    return value.data && (value.data[0] == '"' || str_eq(value, STR("null")));
}

/* emit('joinStation', {station}, ack): that station's orders only; null: all of them again. */
static void join_station(struct screen *screen, struct sio_socket *socket, struct str args, int64_t ack)
{
    struct arena arena = {0};
    struct str view = room_of_view(&arena, &screen->looker);
    struct str left = view_room_of_station(&arena, view, screen->looker.station);
    struct str value = json_raw_member(sio_argument(args, 0), "station");
    bool ok = is_station(value) && set_station(screen, json_raw_string(&arena, value));
    if (ok) {
        sio_leave(socket, left);
        sio_join(socket, view_room_of_station(&arena, view, screen->looker.station));
    }
    if (ack >= 0)
        sio_ack(socket, ack, station_answer(&arena, screen, ok), NULL, 0);
    arena_free(&arena);
}

static void kds_event(void *user, struct sio_socket *socket, struct str name, struct str args,
                      const struct str *attachments, size_t attachment_count, int64_t ack)
{
    (void)attachments, (void)attachment_count;
    if (str_eq(name, STR("joinStation")))
        join_station(user, socket, args, ack);
}

/* ---- The namespaces ---- */

void gateway_init(struct gateway *gateway)
{
    for (enum screen_namespace nsp = 0; nsp < SCREEN_NAMESPACES; nsp++) {
        gateway->gates[nsp] = (struct gate){gateway, nsp};
        gateway->namespaces[nsp] = (struct sio_namespace){
            .name = SCREEN_NAMESPACE_NAMES[nsp],
            .connect = gate_connect,
            .connected = gate_connected,
            .event = nsp == SCREEN_KDS ? kds_event : NULL,
            .disconnected = gate_disconnected,
            .arg = &gateway->gates[nsp],
        };
    }
}
