/* The listener that writes the audit log. */
#include "modules/audit/audit.h"

#define DATA_MAX 2000 /* bytes; longer data is not kept */
#define LINGER_MS 50  /* nobody waits for the log: it shall not cost a commit for every sale */

DB_STATEMENT(
    AUDIT_INSERT,
    "INSERT INTO audit_log (business_id, id, outlet_id, employee_id, action, entity_type, entity_id, "
    "data, request_id, created_at, approved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

/* What these say stands in transactions, payments and stock_movements. */
static const char *const KEPT_ELSEWHERE[] = {"transaction.created", "payment.received",
                                             "stock.level_changed"};

bool audit_keeps_data(struct str event_name)
{
    for (size_t i = 0; i < sizeof KEPT_ELSEWHERE / sizeof KEPT_ELSEWHERE[0]; i++) {
        if (str_eq(event_name, str_of(KEPT_ELSEWHERE[i])))
            return false;
    }
    return true;
}

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
struct uuid audit_approver_of(struct str data) { return id_of(data, STR("\"approvedBy\":\"")); }

static enum code write_row(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    (void)platform;
    bool of_business = uuid_eq(event->stream_id, event->business_id);
    bool with_data = audit_keeps_data(event->name) && event->data.len <= DATA_MAX;
    struct str rest = event->name, entity = str_cut(&rest, '.');
    db_ask(tx, &AUDIT_INSERT, DB_UUID(event->event_id),
           DB_UUID_OR_NULL(of_business ? UUID_NIL : event->stream_id),
           DB_UUID_OR_NULL(audit_employee_of(event->data)), DB_TEXT(event->name), DB_TEXT(entity),
           DB_UUID(event->aggregate_id), DB_TEXT(with_data ? event->data : STR_NONE),
           DB_TEXT(event->correlation_id), DB_INT(event->occurred_ms),
           DB_UUID_OR_NULL(audit_approver_of(event->data)));
    return CODE_OK;
}

static const struct listener LISTENERS[] = {
    {"audit.log", "*", write_row, "Writes every event into the audit log.", LINGER_MS},
    {NULL},
};

const struct module AUDIT_MODULE = {
    .name = "audit",
    .routes = AUDIT_ROUTES,
    .listeners = LISTENERS,
};
