/* The listener that writes the audit log. */
#include "modules/audit/audit.h"

#define DATA_MAX 2000 /* bytes; longer data is not kept */

DB_STATEMENT(
    AUDIT_INSERT,
    "INSERT INTO audit_log (business_id, id, outlet_id, employee_id, action, entity_type, entity_id, "
    "data, request_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");

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

struct uuid audit_employee_of(struct str data)
{
    /* Inside a string a quote is escaped, so this can only be a member's name. */
    static const char member[] = "\"employeeId\":\"";
    const char *found = data.len ? memmem(data.data, data.len, member, sizeof member - 1) : NULL;
    struct uuid id = UUID_NIL;
    if (!found)
        return UUID_NIL;
    const char *text = found + sizeof member - 1;
    bool fits = (size_t)(data.data + data.len - text) >= UUID_TEXT_LEN;
    return fits && uuid_parse((struct str){text, UUID_TEXT_LEN}, &id) ? id : UUID_NIL;
}

static enum code write_row(struct db_tx *tx, const struct event *event)
{
    bool of_business = uuid_eq(event->stream_id, event->business_id);
    bool with_data = audit_keeps_data(event->name) && event->data.len <= DATA_MAX;
    struct str rest = event->name, entity = str_cut(&rest, '.');
    db_ask(tx, &AUDIT_INSERT, DB_UUID(event->event_id),
           DB_UUID_OR_NULL(of_business ? UUID_NIL : event->stream_id),
           DB_UUID_OR_NULL(audit_employee_of(event->data)), DB_TEXT(event->name), DB_TEXT(entity),
           DB_UUID(event->aggregate_id), DB_TEXT(with_data ? event->data : STR_NONE),
           DB_TEXT(event->correlation_id), DB_INT(event->occurred_ms));
    return CODE_OK;
}

static const struct listener LISTENERS[] = {
    {"audit.log", "*", write_row, "Writes every event into the audit log."},
    {NULL},
};

const struct module AUDIT_MODULE = {
    .name = "audit",
    .routes = AUDIT_ROUTES,
    .listeners = LISTENERS,
};
