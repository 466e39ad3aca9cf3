/* GET /notifications and what marks them read: everybody their own. */
#include "modules/notifications/notifications_internal.h"

#include "modules/handlers.h"
#include "platform/auth/directory.h"
#include "platform/platform.h"

DB_STATEMENT(NOTICE_LIST,
             "SELECT id, outlet_id, type, data, read_at, created_at FROM notifications "
             "WHERE business_id = $1 AND employee_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4");
DB_STATEMENT(NOTICE_LIST_UNREAD,
             "SELECT id, outlet_id, type, data, read_at, created_at FROM notifications "
             "WHERE business_id = $1 AND employee_id = $2 AND id < $3 AND read_at IS NULL "
             "ORDER BY id DESC LIMIT $4");
DB_STATEMENT(NOTICE_LIST_READ,
             "SELECT id, outlet_id, type, data, read_at, created_at FROM notifications "
             "WHERE business_id = $1 AND employee_id = $2 AND id < $3 AND read_at IS NOT NULL "
             "ORDER BY id DESC LIMIT $4");
DB_STATEMENT(NOTICE_COUNT_UNREAD, "SELECT COUNT(*) FROM notifications WHERE business_id = $1 "
                                  "AND employee_id = $2 AND read_at IS NULL");
/* The first reading counts. */
DB_STATEMENT(NOTICE_MARK,
             "UPDATE notifications SET read_at = COALESCE(read_at, $4) WHERE business_id = $1 "
             "AND employee_id = $2 AND id = $3 RETURNING id, outlet_id, type, data, read_at, created_at");
DB_STATEMENT(NOTICE_MARK_ALL, "UPDATE notifications SET read_at = $3 WHERE business_id = $1 "
                              "AND employee_id = $2 AND read_at IS NULL");

/* ---- Tables ---- */

static const struct json_field NOTICE_FIELDS[] = {
    {"id", JSON_UUID, JSON_OMIT_EMPTY, offsetof(struct notice, id)},
    {"type", JSON_STRING, JSON_REQUIRED, offsetof(struct notice, type)},
    {"title", JSON_STRING, JSON_REQUIRED, offsetof(struct notice, title),
     .summary = "In the language that Accept-Language asks for (id or en), else the business's"},
    {"message", JSON_STRING, JSON_REQUIRED, offsetof(struct notice, message)},
    {"data", JSON_RAW, JSON_REQUIRED, offsetof(struct notice, data), .summary = "What the texts are made of"},
    {"outletId", JSON_UUID, JSON_NULLABLE, offsetof(struct notice, outlet_id)},
    {"readAt", JSON_TIME, JSON_NULLABLE, offsetof(struct notice, read_at), .summary = "null: unread"},
    {"createdAt", JSON_TIME, JSON_REQUIRED, offsetof(struct notice, created_at)},
};
const struct json_schema NOTICE_SCHEMA = JSON_SCHEMA("Notification", struct notice, NOTICE_FIELDS);

struct notice_query {
    int64_t unread; /* enum answer */
};
enum answer { ANSWER_NO, ANSWER_YES };
static const char *const ANSWERS[] = {"false", "true", NULL};
static const struct notice_query QUERY_DEFAULTS = {JSON_NONE};
static const struct json_field QUERY_FIELDS[] = {
    {"unread", JSON_ENUM, 0, offsetof(struct notice_query, unread), .values = ANSWERS,
     .summary = "true: unread ones only; false: read ones only"},
};
static const struct json_schema QUERY_SCHEMA =
    JSON_SCHEMA("NotificationQuery", struct notice_query, QUERY_FIELDS, .defaults = &QUERY_DEFAULTS);

struct marked {
    int64_t count;
};
static const struct json_field MARKED_FIELDS[] = {
    {"updated", JSON_INTEGER, JSON_REQUIRED, offsetof(struct marked, count),
     .summary = "How many were unread"},
};
static const struct json_schema MARKED_SCHEMA =
    JSON_SCHEMA("NotificationsMarked", struct marked, MARKED_FIELDS);

static enum code notifications_list(struct request *request);
static enum code notifications_mark(struct request *request);
static enum code notifications_mark_all(struct request *request);

const struct route NOTIFICATIONS_ROUTES[] = {
    {"GET", "/notifications", ROLES_ALL, ROUTE_LIST, &QUERY_SCHEMA, NULL, &NOTICE_SCHEMA, 200,
     notifications_list,
     "The caller's notifications, newest first; X-Unread-Count tells how many are unread"},
    {"PATCH", "/notifications/{id}/read", ROLES_ALL, 0, NULL, NULL, &NOTICE_SCHEMA, 200, notifications_mark,
     "Mark a notification read"},
    {"POST", "/notifications/{id}/read", ROLES_ALL, 0, NULL, NULL, &NOTICE_SCHEMA, 200, notifications_mark,
     "The same, for clients without PATCH"},
    {"POST", "/notifications/read-all", ROLES_ALL, 0, NULL, NULL, &MARKED_SCHEMA, 200, notifications_mark_all,
     "Mark all of the caller's notifications read"},
    {NULL},
};

/* ---- Handlers ---- */

struct listing {
    struct uuid before;
    enum language language;
    const struct notice_query *query;
    struct notice *notices;
    size_t count;
};

static struct notice notice_of_row(struct request *request, enum language language,
                                   const struct db_rows *rows, size_t row)
{
    struct notice notice = {
        .id = db_uuid(rows, row, 0),
        .outlet_id = db_uuid(rows, row, 1),
        .type = db_text(rows, row, 2),
        .data = db_text(rows, row, 3),
        .read_at = db_int(rows, row, 4),
        .created_at = db_int(rows, row, 5),
    };
    notice_translate(request->arena, language, &notice);
    return notice;
}

static enum code language_of(struct request *request, enum language *ret_language)
{
    struct cache_ref ref;
    enum code code = directory_of(request, &ref);
    if (code)
        return code;
    const struct directory *directory = ref.object;
    *ret_language = notice_language(request_header(request, "Accept-Language"), directory->currency);
    cache_release(&ref);
    return CODE_OK;
}

static enum code read_list(struct request *request, struct db_tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct db_statement *statement = listing->query->unread == ANSWER_YES  ? &NOTICE_LIST_UNREAD
                                           : listing->query->unread == ANSWER_NO ? &NOTICE_LIST_READ
                                                                                 : &NOTICE_LIST;
    struct uuid me = request->who.employee_id;
    struct db_rows *unread = db_ask(tx, &NOTICE_COUNT_UNREAD, DB_UUID(me));
    struct db_rows *rows =
        db_query(tx, statement, DB_UUID(me), DB_UUID(listing->before), DB_INT(request->page.limit + 1));
    if (db_failed(tx))
        return CODE_OK;
    listing->count = rows->count;
    listing->notices = arena_array(request->arena, struct notice, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        listing->notices[i] = notice_of_row(request, listing->language, rows, i);
    reply_header(request, "X-Unread-Count",
                 str_format(request->arena, "%lld", (long long)db_int(unread, 0, 0)));
    reply_page(request, listing->notices, listing->count, cursor_of_id);
    return CODE_OK;
}

static enum code notifications_list(struct request *request)
{
    struct listing listing = {.query = request->query};
    enum code code = page_before(request, &listing.before);
    if (!code)
        code = language_of(request, &listing.language);
    return code ? code : request_read(request, read_list, &listing);
}

struct marking {
    struct uuid id;
    enum language language;
};

static enum code mark(struct request *request, struct db_tx *tx, void *arg)
{
    const struct marking *marking = arg;
    struct db_rows *rows = db_query(tx, &NOTICE_MARK, DB_UUID(request->who.employee_id), DB_UUID(marking->id),
                                    DB_INT(request->received_ms));
    if (rows->count == 0)
        return CODE_NOT_FOUND;
    struct notice notice = notice_of_row(request, marking->language, rows, 0);
    reply(request, &notice);
    return CODE_OK;
}

static enum code notifications_mark(struct request *request)
{
    struct marking marking;
    if (!request_param_uuid(request, 0, &marking.id))
        return CODE_NOT_FOUND;
    enum code code = language_of(request, &marking.language);
    return code ? code : request_write(request, mark, &marking);
}

static enum code mark_all(struct request *request, struct db_tx *tx, void *arg)
{
    (void)arg;
    struct db_rows *rows =
        db_query(tx, &NOTICE_MARK_ALL, DB_UUID(request->who.employee_id), DB_INT(request->received_ms));
    struct marked marked = {rows->affected};
    reply(request, &marked);
    return CODE_OK;
}

static enum code notifications_mark_all(struct request *request)
{
    return request_write(request, mark_all, NULL);
}
