/* GET /audit. */
#include "modules/audit/audit.h"
#include "modules/period.h"

/* An event's id is its instant first, so newest first is the key's own order, and a span of time one of ids.
 */
DB_STATEMENT(AUDIT_LIST, "SELECT id, outlet_id, employee_id, approved_by, entity_id, action, details "
                         "FROM audit_log WHERE business_id = $1 AND id < $2 AND id >= $3 "
                         "AND ($4 IS NULL OR outlet_id = $4) AND ($5 IS NULL OR employee_id = $5) "
                         "AND ($6 IS NULL OR action = $6) AND ($7 IS NULL OR entity_id = $7) "
                         "ORDER BY id DESC LIMIT $8");

struct audit_entry {
    struct uuid id, outlet_id, employee_id, approved_by, entity_id;
    struct str action, entity_type, data, request_id;
    int64_t created_at;
};

static const struct json_field ENTRY_FIELDS[] = {
    {"id", JSON_UUID, JSON_REQUIRED, offsetof(struct audit_entry, id)},
    {"action", JSON_STRING, JSON_REQUIRED, offsetof(struct audit_entry, action),
     .summary = "The event's name: transaction.created"},
    {"entityType", JSON_STRING, JSON_REQUIRED, offsetof(struct audit_entry, entity_type)},
    {"entityId", JSON_UUID, JSON_REQUIRED, offsetof(struct audit_entry, entity_id)},
    {"outletId", JSON_UUID, JSON_NULLABLE, offsetof(struct audit_entry, outlet_id)},
    {"employeeId", JSON_UUID, JSON_NULLABLE, offsetof(struct audit_entry, employee_id)},
    {"approvedBy", JSON_UUID, JSON_NULLABLE, offsetof(struct audit_entry, approved_by),
     .summary = "Who approved what the employee did"},
    {"requestId", JSON_STRING, JSON_NULLABLE, offsetof(struct audit_entry, request_id)},
    {"data", JSON_RAW, JSON_NULLABLE, offsetof(struct audit_entry, data),
     .summary = "What the event said, where no other resource keeps it"},
    {"createdAt", JSON_TIME, JSON_REQUIRED, offsetof(struct audit_entry, created_at)},
};
static const struct json_schema ENTRY = JSON_SCHEMA("AuditEntry", struct audit_entry, ENTRY_FIELDS);

struct audit_query {
    struct str from, to, action;
    struct uuid outlet_id, employee_id, entity_id;
};

static const struct json_field QUERY_FIELDS[] = {
    PERIOD_FIELDS(struct audit_query),
    {"outletId", JSON_UUID, 0, offsetof(struct audit_query, outlet_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct audit_query, employee_id)},
    {"action", JSON_STRING, 0, offsetof(struct audit_query, action), .max = 100},
    {"entityId", JSON_UUID, 0, offsetof(struct audit_query, entity_id)},
};
static const struct json_schema QUERY = JSON_SCHEMA("AuditQuery", struct audit_query, QUERY_FIELDS);

struct listing {
    struct uuid outlet_id;
    struct period period;
};

static int64_t time_of(struct uuid id)
{
    int64_t ms = 0;
    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    return ms;
}

/* False: a packed column is damaged. */
static bool entry_of_row(struct arena *arena, const struct db_rows *rows, size_t row,
                         struct audit_entry *ret_entry)
{
    struct audit_ids ids = {db_uuid(rows, row, 1), db_uuid(rows, row, 2), db_uuid(rows, row, 3),
                            db_uuid(rows, row, 4)};
    struct str action = audit_unpack_action(arena, db_text(rows, row, 5)), rest = action;
    *ret_entry = (struct audit_entry){
        .id = db_uuid(rows, row, 0),
        .outlet_id = ids.outlet_id,
        .employee_id = ids.employee_id,
        .approved_by = ids.approved_by,
        .entity_id = ids.entity_id,
        .action = action,
        .entity_type = str_cut(&rest, '.'),
        .created_at = time_of(db_uuid(rows, row, 0)),
    };
    return action.data &&
           audit_unpack_details(arena, &ids, db_text(rows, row, 6), &ret_entry->request_id, &ret_entry->data);
}

static enum code read_page(struct request *request, struct db_tx *tx, void *arg)
{
    const struct listing *listing = arg;
    const struct period *period = &listing->period;
    const struct audit_query *query = request->query;
    struct str action = query->action.data ? audit_pack_action(request->arena, query->action) : STR_NONE;
    /* The instant of the id is the row's own. */
    struct uuid before = uuid_floor(period->last_ms < INT64_MAX ? period->last_ms + 1 : INT64_MAX);
    if (uuid_compare(period->below_id, before) < 0)
        before = period->below_id;
    struct db_rows *rows =
        db_query(tx, &AUDIT_LIST, DB_UUID(before), DB_UUID(uuid_floor(period->first_ms)),
                 DB_UUID_OR_NULL(listing->outlet_id), DB_UUID_OR_NULL(query->employee_id), DB_BYTES(action),
                 DB_UUID_OR_NULL(query->entity_id), DB_INT(request->page.limit + 1));
    struct audit_entry *entries = arena_array(request->arena, struct audit_entry, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        if (!entry_of_row(request->arena, rows, i, &entries[i]))
            return CODE_INTERNAL;
    }
    reply_page(request, entries, rows->count, cursor_of_id);
    return CODE_OK;
}

static enum code audit_list(struct request *request)
{
    const struct audit_query *query = request->query;
    struct listing listing = {.outlet_id = query->outlet_id};
    enum code code = period_page_of(request, &listing.outlet_id, query->from, query->to, &listing.period);
    return code ? code : request_read(request, read_page, &listing);
}

const struct route AUDIT_ROUTES[] = {
    {"GET", "/audit", ROLES_MANAGERS, ROUTE_LIST, &QUERY, NULL, &ENTRY, 200, audit_list,
     "Who did what, newest first"},
    {NULL},
};
