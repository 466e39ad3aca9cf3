/* The listener that writes the audit log. */
#include "modules/audit/audit.h"

#include "platform/events/pack.h"

#define DATA_MAX 2000 /* bytes; longer data is not kept */
#define LINGER_MS 50  /* nobody waits for the log: it shall not cost a commit for every sale */

DB_STATEMENT(
    AUDIT_INSERT,
    "INSERT INTO audit_log (business_id, id, outlet_id, employee_id, approved_by, entity_id, action, "
    "details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

/* ---- What the data names ---- */

/* `member` is "name":" with its quotes: inside a string they are escaped, so it can only be a member. */
static struct uuid id_of(struct str data, struct str member)
{
    const char *found = data.len ? memmem(data.data, data.len, member.data, member.len) : NULL;
    struct uuid id = UUID_NIL;
    if (!found)
        return UUID_NIL;
    const char *text = found + member.len;
    bool fits = (size_t)(data.data + data.len - text) >= UUID_TEXT_LEN;
    return fits && uuid_parse((struct str){text, UUID_TEXT_LEN}, &id) ? id : UUID_NIL;
}

struct uuid audit_employee_of(struct str data) { return id_of(data, STR("\"employeeId\":\"")); }
static struct uuid transaction_of(struct str data) { return id_of(data, STR("\"transactionId\":\"")); }
struct uuid audit_approver_of(struct str data) { return id_of(data, STR("\"approvedBy\":\"")); }

/* ---- What is kept ---- */

bool audit_keeps(const struct event *event)
{
    if (str_eq(event->name, STR("payment.received")))
        return false;
    return !str_eq(event->name, STR("stock.level_changed")) || uuid_is_nil(transaction_of(event->data));
}

/* A sale itself stands in transactions. */
bool audit_keeps_data(struct str event_name) { return !str_eq(event_name, STR("transaction.created")); }

/* ---- Packed columns ---- */

struct str audit_pack_action(struct arena *arena, struct str event_name)
{
    struct pack_memory memory = {.count = 0};
    struct buf out = buf_make(arena, 8, 3 * event_name.len + 32);
    pack_text(&memory, &out, event_name);
    return buf_str(&out);
}

struct str audit_unpack_action(struct arena *arena, struct str action)
{
    struct pack_memory memory = {.count = 0};
    struct str name;
    return unpack_text(&memory, &action, arena, &name) ? name : STR_NONE;
}

static struct pack_memory memory_of(const struct audit_ids *ids)
{
    struct pack_memory memory = {.count = 0};
    pack_remember(&memory, ids->entity_id);
    pack_remember(&memory, ids->employee_id);
    pack_remember(&memory, ids->outlet_id);
    pack_remember(&memory, ids->approved_by);
    return memory;
}

struct str audit_pack_details(struct arena *arena, const struct audit_ids *ids, struct str request_id,
                              struct str data)
{
    struct pack_memory memory = memory_of(ids);
    struct buf out = buf_make(arena, 64 + data.len, 3 * (request_id.len + data.len) + 64);
    pack_text(&memory, &out, request_id);
    pack_text(&memory, &out, data);
    return buf_str(&out);
}

bool audit_unpack_details(struct arena *arena, const struct audit_ids *ids, struct str details,
                          struct str *ret_request_id, struct str *ret_data)
{
    struct pack_memory memory = memory_of(ids);
    return unpack_text(&memory, &details, arena, ret_request_id) &&
           unpack_text(&memory, &details, arena, ret_data);
}

/* ---- The listener ---- */

static enum code write_row(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    (void)platform;
    if (!audit_keeps(event))
        return CODE_OK;
    bool of_business = uuid_eq(event->stream_id, event->business_id);
    bool with_data = audit_keeps_data(event->name) && event->data.len <= DATA_MAX;
    struct audit_ids ids = {
        .outlet_id = of_business ? UUID_NIL : event->stream_id,
        .employee_id = audit_employee_of(event->data),
        .approved_by = audit_approver_of(event->data),
        .entity_id = event->aggregate_id,
    };
    struct str details =
        audit_pack_details(db_arena(tx), &ids, event->correlation_id, with_data ? event->data : STR_NONE);
    struct str action = audit_pack_action(db_arena(tx), event->name);
    db_ask(tx, &AUDIT_INSERT, DB_UUID(event->event_id), DB_UUID_OR_NULL(ids.outlet_id),
           DB_UUID_OR_NULL(ids.employee_id), DB_UUID_OR_NULL(ids.approved_by), DB_UUID(ids.entity_id),
           DB_BYTES(action), DB_BYTES(details));
    return CODE_OK;
}

static const struct listener LISTENERS[] = {
    {"audit.log", "*", write_row, "Writes who did what into the audit log.", LINGER_MS},
    {NULL},
};

const struct module AUDIT_MODULE = {
    .name = "audit",
    .routes = AUDIT_ROUTES,
    .listeners = LISTENERS,
};
