/* The table, and the JSON that its rows make. */
#include "modules/realtime/realtime_map.h"

#include "base/json.h"
#include "base/json_raw.h"
#include "base/timefmt.h"

#define MESSAGE_MAX ((size_t)2 * 1024 * 1024)

const char *const SCREEN_NAMESPACE_NAMES[SCREEN_NAMESPACES] = {"/kds", "/notifications"};

/* Members are taken from the element of `each`, else from the event's data: "name", "name=other.name" under
 * another name, "name=" null. What is not there is null. */
struct row {
    const char *event;
    enum screen_namespace nsp;
    enum audience audience;
    const char *name;    /* of the socket event */
    const char *members; /* separated by spaces; NULL: none */
    const char *spread;  /* then all members of this one ("." the source itself) that are not there yet */
    const char *hide;    /* but these; separated by spaces */
    const char *each;    /* one message for each element of this array */
    const char *when[2]; /* only where this member of the data has this value */
    const char *home;    /* the event is published in several outlets; this member names the first of them */
};

#define STATUS "orderId orderNumber previousStatus newStatus"
#define CREATED "orderId orderNumber previousStatus= newStatus=order.status"

static const struct row ROWS[] = {
    /* The kitchen. */
    {"order.created", SCREEN_KDS, FOR_STATIONS, "order:created", "orderId", "order"},
    {"order.created", SCREEN_KDS, FOR_STATIONS, "order:status_changed", CREATED},
    {"order.status_changed", SCREEN_KDS, FOR_STATIONS, "order:status_changed", STATUS " items"},
    {"order.status_changed", SCREEN_KDS, FOR_STATIONS, "order:ready", "orderId orderNumber",
     .when = {"newStatus", "\"ready\""}},
    {"order.status_changed", SCREEN_KDS, FOR_STATIONS, "order:cancelled",
     "orderId orderNumber previousStatus", .when = {"newStatus", "\"cancelled\""}},
    {"order.item_status_changed", SCREEN_KDS, FOR_STATIONS, "order:item_status_changed",
     "orderId orderNumber itemId station previousStatus newStatus"},
    {"order.updated", SCREEN_KDS, FOR_STATIONS, "order:updated", "orderId", "order"},

    /* Everybody else. Cash figures of a shift are left out: an outlet may close blind. */
    {"transaction.created", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "transaction:created",
     "transactionId receiptNumber grandTotal customerId"},
    {"transaction.voided", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "transaction:voided",
     "transactionId receiptNumber grandTotal reason"},
    {"transaction.refunded", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "transaction:refunded",
     "transactionId originalTransactionId receiptNumber amount reason"},
    {"order.created", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "order:status_changed", CREATED},
    {"order.status_changed", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "order:status_changed", STATUS},
    {"stock.level_changed", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "stock:level_changed", .spread = ".",
     .each = "levels"},
    {"stock.low", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "stock:low", .spread = ".", .hide = "employeeId"},
    {"stock.transfer_status_changed", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "transfer:status_changed",
     .spread = ".", .hide = "employeeId", .home = "sourceOutletId"},
    {"shift.started", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "shift:started", "shiftId employeeId openedAt"},
    {"shift.ended", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "shift:ended",
     "shiftId employeeId closedAt zNumber"},
    {"table.status_changed", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "table:status_changed", .spread = ".",
     .hide = "employeeId"},
    {"payment.status_changed", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "payment:status_changed", .spread = "."},
    {"device.synced", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "sync:completed",
     "deviceId stored replayed review rejected"},
    {"catalog.changed", SCREEN_NOTIFICATIONS, FOR_EVERYBODY, "catalog:changed", "entity id change"},
    {"notification.created", SCREEN_NOTIFICATIONS, FOR_USER, "notification:new", "id userId", "notification",
     .each = "recipients"},
    {"ops.alert", SCREEN_NOTIFICATIONS, FOR_MANAGERS, "ops:alert", .spread = "."},
};
#define ROW_COUNT (sizeof ROWS / sizeof ROWS[0])

struct making {
    struct arena *arena;
    const struct event *event;
    struct screen_message *messages;
    size_t count, room;
    unsigned wanted;
};

/* ---- Which rows ---- */

static bool is_for(const struct row *row, const struct event *event)
{
    if (!str_eq(event->name, str_of(row->event)))
        return false;
    return !row->when[0] || str_eq(json_raw_member(event->data, row->when[0]), str_of(row->when[1]));
}

/* "stations": [...] of an order, or "station" of one of its items. */
static void take_stations(struct making *making, struct screen_message *message)
{
    struct str all = json_raw_member(making->event->data, "stations"), element;
    struct str one = json_raw_text(making->arena, making->event->data, "station");
    size_t count = one.data != NULL;
    for (size_t at = 0; json_raw_element(all, &at, &element);)
        count++;
    struct str *stations = arena_array(making->arena, struct str, count + 1);
    message->stations = stations;
    if (one.data)
        stations[message->station_count++] = one;
    for (size_t at = 0; json_raw_element(all, &at, &element);) {
        struct str text = json_raw_string(making->arena, element);
        if (text.data)
            stations[message->station_count++] = text;
    }
}

/* ---- Its JSON ---- */

static bool is_listed(const char *list, struct str name)
{
    struct str rest = str_of(list);
    while (rest.data) {
        struct str word = str_cut(&rest, ' ');
        if (str_eq(str_cut(&word, '='), name))
            return true;
    }
    return false;
}

static void put_value(struct buf *out, struct str name, struct str value)
{
    buf_put(out, STR(",\""));
    buf_put(out, name);
    buf_put(out, STR("\":"));
    buf_put(out, value.data ? value : STR("null"));
}

static struct str look_up(struct arena *arena, struct str source, struct str path)
{
    struct str step = str_cut(&path, '.');
    struct str value = json_raw_member(source, str_to_cstr(arena, step));
    return path.data ? look_up(arena, value, path) : value;
}

static void put_members(const struct making *making, const struct row *row, struct str source,
                        struct buf *out)
{
    struct str rest = str_of(row->members);
    while (rest.data) {
        struct str path = str_cut(&rest, ' '), name = str_cut(&path, '=');
        put_value(out, name, look_up(making->arena, source, path.data ? path : name));
    }
}

static void put_spread(const struct making *making, const struct row *row, struct str source, struct buf *out)
{
    bool is_source = strcmp(row->spread, ".") == 0;
    struct str object = is_source ? source : json_raw_member(making->event->data, row->spread), name, value;
    for (size_t at = 0; json_raw_next(object, &at, &name, &value);) {
        if (!is_listed("eventId outletId timestamp", name) && !is_listed(row->members, name) &&
            !is_listed(row->hide, name))
            put_value(out, name, value);
    }
}

static void put_envelope(const struct event *event, struct buf *out)
{
    char id[UUID_TEXT_LEN + 1], outlet[UUID_TEXT_LEN + 1], at[TIME_TEXT_LEN + 1];
    uuid_format(event->event_id, id);
    uuid_format(event->stream_id, outlet);
    time_format(event->occurred_ms, at);
    bool of_business = uuid_eq(event->stream_id, event->business_id);
    buf_put(out, STR("{\"eventId\":\""));
    buf_put(out, (struct str){id, UUID_TEXT_LEN});
    buf_put(out, of_business ? STR("\",\"outletId\":null") : STR("\",\"outletId\":\""));
    if (!of_business) {
        buf_put(out, (struct str){outlet, UUID_TEXT_LEN});
        buf_put_char(out, '"');
    }
    buf_put(out, STR(",\"timestamp\":\""));
    buf_put(out, (struct str){at, TIME_TEXT_LEN});
    buf_put_char(out, '"');
}

static struct str args_of(const struct making *making, const struct row *row, struct str source)
{
    struct buf out = buf_make(making->arena, 256 + source.len, MESSAGE_MAX);
    buf_put(&out, STR("[\""));
    buf_put(&out, str_of(row->name));
    buf_put(&out, STR("\","));
    put_envelope(making->event, &out);
    put_members(making, row, source, &out);
    if (row->spread)
        put_spread(making, row, source, &out);
    buf_put(&out, STR("}]"));
    return out.overflowed ? STR_NONE : buf_str(&out);
}

/* ---- All of them ---- */

static void add(struct making *making, const struct row *row, struct str source)
{
    if (making->count == making->room) {
        size_t room = making->room ? making->room * 2 : 8;
        struct screen_message *grown = arena_array(making->arena, struct screen_message, room);
        if (making->count > 0)
            memcpy(grown, making->messages, making->count * sizeof *grown);
        making->messages = grown;
        making->room = room;
    }
    struct screen_message *message = &making->messages[making->count++];
    *message = (struct screen_message){.nsp = row->nsp, .audience = row->audience};
    if (!(making->wanted & (1u << row->nsp)))
        return;
    message->args = args_of(making, row, source);
    message->is_copy =
        row->home && !uuid_eq(json_raw_uuid(making->event->data, row->home), making->event->stream_id);
    if (row->audience == FOR_STATIONS)
        take_stations(making, message);
    if (row->audience == FOR_USER)
        message->user = json_raw_uuid(source, "userId");
}

size_t screen_messages(struct arena *arena, const struct event *event, unsigned wanted,
                       struct screen_message **ret_messages)
{
    struct making making = {.arena = arena, .event = event, .wanted = wanted};
    for (const struct row *row = ROWS; row < ROWS + ROW_COUNT; row++) {
        if (!is_for(row, event))
            continue;
        struct str element, array = row->each ? json_raw_member(event->data, row->each) : STR_NONE;
        if (!row->each)
            add(&making, row, event->data);
        for (size_t at = 0; row->each && json_raw_element(array, &at, &element);)
            add(&making, row, element);
    }
    *ret_messages = making.messages;
    return making.count;
}
