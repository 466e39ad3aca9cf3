/* GET /audit. */
#include "modules/audit/audit.h"
#include "platform/auth/directory.h"
#include "platform/http/request.h"

/* Ids sort by time, so newest first is the key's own order. Ids and times may differ by a moment. */
DB_STATEMENT(
    AUDIT_LIST,
    "SELECT id, outlet_id, employee_id, action, entity_type, entity_id, data, request_id, created_at, "
    "approved_by "
    "FROM audit_log WHERE business_id = $1 AND id < $2 AND id >= $3 AND created_at >= $4 "
    "AND created_at < $5 AND ($6 IS NULL OR outlet_id = $6) AND ($7 IS NULL OR employee_id = $7) "
    "AND ($8 IS NULL OR action = $8) AND ($9 IS NULL OR entity_id = $9) ORDER BY id DESC LIMIT $10");

#define ID_TIME_SLACK_MS 60000

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
    int64_t from, to;
    struct uuid outlet_id, employee_id, entity_id;
    struct str action;
};

static const struct json_field QUERY_FIELDS[] = {
    {"from", JSON_TIME, 0, offsetof(struct audit_query, from), .summary = "Not before this instant"},
    {"to", JSON_TIME, 0, offsetof(struct audit_query, to), .summary = "Before this instant"},
    {"outletId", JSON_UUID, 0, offsetof(struct audit_query, outlet_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct audit_query, employee_id)},
    {"action", JSON_STRING, 0, offsetof(struct audit_query, action), .max = 100},
    {"entityId", JSON_UUID, 0, offsetof(struct audit_query, entity_id)},
};
static const struct json_schema QUERY = JSON_SCHEMA("AuditQuery", struct audit_query, QUERY_FIELDS);

struct listing {
    const struct audit_query *query;
    struct uuid before, not_before, outlet_id;
    struct audit_entry *entries;
    size_t count;
};

static struct audit_entry entry_of_row(const struct db_rows *rows, size_t row)
{
    return (struct audit_entry){
        .id = db_uuid(rows, row, 0),
        .outlet_id = db_uuid(rows, row, 1),
        .employee_id = db_uuid(rows, row, 2),
        .action = db_text(rows, row, 3),
        .entity_type = db_text(rows, row, 4),
        .entity_id = db_uuid(rows, row, 5),
        .data = db_text(rows, row, 6),
        .request_id = db_text(rows, row, 7),
        .created_at = db_int(rows, row, 8),
        .approved_by = db_uuid(rows, row, 9),
    };
}

static enum code load_entries(struct request *request, struct db_tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct audit_query *query = listing->query;
    int64_t from = query->from == JSON_NONE ? 0 : query->from;
    int64_t to = query->to == JSON_NONE ? INT64_MAX : query->to;
    struct db_rows *rows =
        db_query(tx, &AUDIT_LIST, DB_UUID(listing->before), DB_UUID(listing->not_before), DB_INT(from),
                 DB_INT(to), DB_UUID_OR_NULL(listing->outlet_id), DB_UUID_OR_NULL(query->employee_id),
                 DB_TEXT(query->action), DB_UUID_OR_NULL(query->entity_id), DB_INT(request->page.limit + 1));
    listing->count = rows->count;
    listing->entries = arena_array(request->arena, struct audit_entry, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        listing->entries[i] = entry_of_row(rows, i);
    return CODE_OK;
}

static enum code audit_list(struct request *request)
{
    const struct audit_query *query = request->query;
    struct listing listing = {.query = query, .outlet_id = query->outlet_id};
    if (request->who.role != ROLE_OWNER)
        listing.outlet_id = request->who.outlet_id;
    enum code code = directory_reach(request, query->outlet_id);
    if (code)
        return code;
    memset(listing.before.bytes, 0xFF, sizeof listing.before.bytes);
    if (query->to != JSON_NONE)
        listing.before = uuid_floor(query->to + ID_TIME_SLACK_MS);
    struct uuid cursor;
    if (request->page.cursor.data) {
        if (!uuid_parse(request->page.cursor, &cursor))
            return request_invalid(request, "cursor", "is not one of this list's");
        if (uuid_compare(cursor, listing.before) < 0)
            listing.before = cursor;
    }
    if (query->from != JSON_NONE)
        listing.not_before = uuid_floor(query->from - ID_TIME_SLACK_MS);
    code = request_read(request, load_entries, &listing);
    if (!code)
        reply_page(request, listing.entries, listing.count, cursor_of_id);
    return code;
}

const struct route AUDIT_ROUTES[] = {
    {"GET", "/audit", ROLES_MANAGERS, ROUTE_LIST, &QUERY, NULL, &ENTRY, 200, audit_list,
     "Who did what, newest first"},
    {NULL},
};
