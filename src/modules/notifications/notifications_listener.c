/* The listener: whom an event is told, once each, with the names of what it speaks of. */
#include "base/json_raw.h"
#include "modules/notifications/notifications_internal.h"
#include "platform/platform.h"

#define PEOPLE_MAX 200
#define DATA_MAX ((size_t)8 * 1024)
#define EVENT_MAX ((size_t)64 * 1024)

DB_STATEMENT(NOTICE_PEOPLE, "SELECT id, outlet_id, role FROM employees WHERE business_id = $1 "
                            "AND is_active = 1 AND (role = 'owner' OR outlet_id = $2) ORDER BY id LIMIT $3");
DB_STATEMENT(NOTICE_OF_BUSINESS, "SELECT id, outlet_id, role FROM employees WHERE business_id = $1 "
                                 "AND is_active = 1 AND role IN ('owner', 'manager') ORDER BY id LIMIT $2");
DB_STATEMENT(NOTICE_NAMES, "SELECT b.currency, "
                           "(SELECT name FROM outlets WHERE business_id = $1 AND id = $2), "
                           "(SELECT name FROM products WHERE business_id = $1 AND id = $3), "
                           "(SELECT name FROM ingredients WHERE business_id = $1 AND id = $4), "
                           "(SELECT name FROM product_variants WHERE business_id = $1 AND id = $5), "
                           "(SELECT name FROM employees WHERE business_id = $1 AND id = $6), "
                           "(SELECT name FROM outlets WHERE business_id = $1 AND id = $7), "
                           "(SELECT name FROM outlets WHERE business_id = $1 AND id = $8) "
                           "FROM businesses b WHERE b.business_id = $1");
DB_STATEMENT(NOTICE_INSERT,
             "INSERT INTO notifications (business_id, employee_id, id, key, outlet_id, type, data, "
             "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
             "ON CONFLICT (business_id, employee_id, key) DO NOTHING");

/* The names, as members of the notification's data. `name` is the product's or the ingredient's. */
static const char *const NAMES[] = {
    "currency",         "outletName",           "name", "name", "variantName", "employeeName",
    "sourceOutletName", "destinationOutletName"};
#define NAME_COUNT (sizeof NAMES / sizeof NAMES[0])

struct person {
    struct uuid id, outlet_id, notice_id;
    bool is_owner;
    struct db_rows *stored;
};

struct sending {
    struct db_tx *tx;
    const struct event *event;
    const struct notice_kind *kind;
    struct uuid outlet_id; /* nil: of the whole business */
    struct person *people;
    size_t count;
    struct notice notice;
};

/* What the event says, and the names beside it. */
static struct str data_of(const struct event *event, const struct db_rows *names, struct arena *arena)
{
    struct buf out = buf_make(arena, 512, DATA_MAX);
    struct str name, value;
    buf_put_char(&out, '{');
    for (size_t at = 0; json_raw_next(event->data, &at, &name, &value);)
        buf_format(&out, "%s\"%.*s\":%.*s", out.len > 1 ? "," : "", STR_ARG(name), STR_ARG(value));
    for (size_t i = 0; names->count > 0 && i < NAME_COUNT; i++) {
        struct str text = db_text(names, 0, i);
        if (!text.data || json_raw_member(event->data, NAMES[i]).data)
            continue;
        buf_format(&out, "%s\"%s\":", out.len > 1 ? "," : "", NAMES[i]);
        json_put_string(&out, text);
    }
    buf_put_char(&out, '}');
    return out.overflowed ? STR("{}") : buf_str(&out);
}

static struct db_rows *ask_names(const struct sending *sending)
{
    struct str data = sending->event->data;
    return db_ask(sending->tx, &NOTICE_NAMES, DB_UUID_OR_NULL(sending->outlet_id),
                  DB_UUID_OR_NULL(json_raw_uuid(data, "productId")),
                  DB_UUID_OR_NULL(json_raw_uuid(data, "ingredientId")),
                  DB_UUID_OR_NULL(json_raw_uuid(data, "variantId")),
                  DB_UUID_OR_NULL(json_raw_uuid(data, "employeeId")),
                  DB_UUID_OR_NULL(json_raw_uuid(data, "sourceOutletId")),
                  DB_UUID_OR_NULL(json_raw_uuid(data, "destinationOutletId")));
}

static struct db_rows *ask_people(const struct sending *sending)
{
    if (uuid_is_nil(sending->outlet_id))
        return db_ask(sending->tx, &NOTICE_OF_BUSINESS, DB_INT(PEOPLE_MAX));
    return db_ask(sending->tx, &NOTICE_PEOPLE, DB_UUID(sending->outlet_id), DB_INT(PEOPLE_MAX));
}

static void take_people(struct sending *sending, const struct db_rows *rows)
{
    sending->people = arena_array(db_arena(sending->tx), struct person, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        enum role role;
        if (role_parse(db_text(rows, i, 2), &role) && (sending->kind->roles & ROLES(role)))
            sending->people[sending->count++] = (struct person){db_uuid(rows, i, 0), db_uuid(rows, i, 1),
                                                                uuid_new(), role == ROLE_OWNER, NULL};
    }
}

static void store(struct sending *sending)
{
    const struct event *event = sending->event;
    const struct notice *notice = &sending->notice;
    struct str key = notice_key(db_arena(sending->tx), sending->kind, event);
    for (size_t i = 0; i < sending->count; i++) {
        struct person *person = &sending->people[i];
        person->stored = db_ask(sending->tx, &NOTICE_INSERT, DB_UUID(person->id), DB_UUID(person->notice_id),
                                DB_TEXT(key), DB_UUID_OR_NULL(sending->outlet_id), DB_TEXT(notice->type),
                                DB_TEXT(notice->data), DB_INT(notice->created_at));
    }
    db_sync(sending->tx);
}

/* What the screens are told: the notification, and whose it is under which id. */
static void publish(const struct sending *sending, struct events *events)
{
    struct arena *arena = db_arena(sending->tx);
    struct buf out = buf_make(arena, 1024, EVENT_MAX);
    bool any = false;
    buf_put(&out, STR("{\"recipients\":["));
    for (size_t i = 0; i < sending->count; i++) {
        if (sending->people[i].stored->affected == 0)
            continue;
        buf_format(&out, "%s{\"id\":\"%s\",\"userId\":\"%s\"}", any ? "," : "",
                   uuid_str(arena, sending->people[i].notice_id).data,
                   uuid_str(arena, sending->people[i].id).data);
        any = true;
    }
    buf_put(&out, STR("],\"notification\":"));
    json_encode(&out, &NOTICE_SCHEMA, NULL, &sending->notice);
    buf_put_char(&out, '}');
    if (!any || out.overflowed)
        return;
    struct event_draft draft = {"notification.created", sending->event->aggregate_id, buf_str(&out)};
    event_publish(sending->tx, events, sending->event->stream_id, sending->event->correlation_id, &draft, 1);
}

enum code notifications_send(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    struct sending sending = {.tx = tx, .event = event, .kind = notice_kind_of_event(event->name)};
    if (!sending.kind || (sending.kind->matters && !sending.kind->matters(event->data)))
        return CODE_OK;
    if (!uuid_eq(event->stream_id, event->business_id))
        sending.outlet_id = event->stream_id;
    struct db_rows *names = ask_names(&sending), *people = ask_people(&sending);
    db_sync(tx);
    if (db_failed(tx))
        return CODE_OK; /* the transaction is lost: it answers for itself */
    take_people(&sending, people);
    sending.notice = (struct notice){.outlet_id = sending.outlet_id,
                                     .type = str_of(sending.kind->type),
                                     .data = data_of(event, names, db_arena(tx)),
                                     .read_at = JSON_NONE,
                                     .created_at = event->occurred_ms};
    struct str currency = names->count > 0 ? db_text(names, 0, 0) : STR_NONE;
    notice_translate(db_arena(tx), notice_language(STR_NONE, currency), &sending.notice);
    store(&sending);
    if (!db_failed(tx))
        publish(&sending, platform->events);
    return CODE_OK;
}
