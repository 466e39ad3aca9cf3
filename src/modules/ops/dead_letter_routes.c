/* Dead letters: a manager sees those of the own outlet and of what has no outlet, an owner all. */
#include "modules/handlers.h"
#include "modules/ops/ops.h"
#include "platform/events/dead_letters.h"
#include "platform/platform.h"

enum letter_status { LETTER_DEAD, LETTER_RETRYING, LETTER_DISCARDED };
static const char *const STATUS_NAMES[] = {"dead", "retrying", "discarded", NULL};

struct letter {
    struct uuid id;
    struct str listener, reason, event_name, correlation_id, data;
    int64_t status, sequence, attempts, waiting, failed_at, occurred_at;
    struct uuid event_id, outlet_id, aggregate_id;
};
static const struct json_field LETTER_FIELDS[] = {
    {"id", JSON_UUID, JSON_REQUIRED, offsetof(struct letter, id)},
    {"status", JSON_ENUM, JSON_REQUIRED, offsetof(struct letter, status), .values = STATUS_NAMES},
    {"listener", JSON_STRING, JSON_REQUIRED, offsetof(struct letter, listener)},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct letter, reason),
     .summary = "What the last attempt failed with"},
    {"attempts", JSON_INTEGER, JSON_REQUIRED, offsetof(struct letter, attempts)},
    {"waiting", JSON_INTEGER, JSON_REQUIRED, offsetof(struct letter, waiting),
     .summary = "Later events of its subject that wait behind it"},
    {"failedAt", JSON_TIME, JSON_REQUIRED, offsetof(struct letter, failed_at)},
    {"eventId", JSON_UUID, JSON_NULLABLE, offsetof(struct letter, event_id)},
    {"eventName", JSON_STRING, JSON_NULLABLE, offsetof(struct letter, event_name)},
    {"outletId", JSON_UUID, JSON_NULLABLE, offsetof(struct letter, outlet_id)},
    {"sequence", JSON_INTEGER, JSON_REQUIRED, offsetof(struct letter, sequence)},
    {"aggregateId", JSON_UUID, JSON_REQUIRED, offsetof(struct letter, aggregate_id)},
    {"occurredOn", JSON_TIME, JSON_NULLABLE, offsetof(struct letter, occurred_at)},
    {"correlationId", JSON_STRING, JSON_NULLABLE, offsetof(struct letter, correlation_id)},
    {"data", JSON_RAW, JSON_NULLABLE, offsetof(struct letter, data), .summary = "The event's own data"},
};
const struct json_schema DEAD_LETTER_SCHEMA = JSON_SCHEMA("DeadLetter", struct letter, LETTER_FIELDS);

struct letter_query {
    struct str listener;
};
static const struct json_field QUERY_FIELDS[] = {
    {"listener", JSON_STRING, 0, offsetof(struct letter_query, listener), .max = 100,
     .summary = "Of this listener only"},
};
const struct json_schema DEAD_LETTER_QUERY_SCHEMA =
    JSON_SCHEMA("DeadLetterQuery", struct letter_query, QUERY_FIELDS);

struct retried {
    int64_t count;
};
static const struct json_field RETRIED_FIELDS[] = {
    {"retried", JSON_INTEGER, JSON_REQUIRED, offsetof(struct retried, count)},
};
const struct json_schema DEAD_LETTERS_RETRIED_SCHEMA =
    JSON_SCHEMA("DeadLettersRetried", struct retried, RETRIED_FIELDS);

static struct uuid reach_of(const struct request *request)
{
    return request->who.role == ROLE_OWNER ? UUID_NIL : request->who.outlet_id;
}

static struct letter view_of(const struct request *request, const struct dead_letter *letter,
                             enum letter_status status)
{
    bool of_business = uuid_eq(letter->stream_id, request->who.business_id);
    const struct event *event = letter->event;
    return (struct letter){
        .id = letter->id,
        .listener = letter->listener,
        .reason = letter->reason,
        .status = status,
        .sequence = letter->sequence,
        .attempts = letter->attempts,
        .waiting = letter->waiting,
        .failed_at = letter->failed_ms,
        .outlet_id = of_business ? UUID_NIL : letter->stream_id,
        .aggregate_id = letter->aggregate_id,
        .event_id = event ? event->event_id : UUID_NIL,
        .event_name = event ? event->name : STR_NONE,
        .correlation_id = event ? event->correlation_id : STR_NONE,
        .data = event ? event->data : STR_NONE,
        .occurred_at = event ? event->occurred_ms : JSON_NONE,
    };
}

/* ---- Listing ---- */

struct listing {
    struct uuid before;
    struct letter *letters;
    size_t count;
};

static enum code load(struct request *request, struct db_tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct letter_query *query = request->query;
    struct dead_letter_filter filter = {reach_of(request), query->listener, listing->before,
                                        request->page.limit + 1};
    struct dead_letter *letters;
    listing->count = dead_letters_list(tx, &filter, &letters);
    listing->letters = arena_array(request->arena, struct letter, listing->count);
    for (size_t i = 0; i < listing->count; i++)
        listing->letters[i] = view_of(request, &letters[i], LETTER_DEAD);
    return CODE_OK;
}

enum code ops_dead_letters(struct request *request)
{
    struct listing listing = {0};
    enum code code = page_before(request, &listing.before);
    if (!code)
        code = request_read(request, load, &listing);
    if (!code)
        reply_page(request, listing.letters, listing.count, cursor_of_id);
    return code;
}

/* ---- Ending them ---- */

static enum code retry(struct request *request, struct db_tx *tx, void *arg)
{
    struct dead_letter letter;
    enum code code =
        dead_letter_retry(tx, request->platform->events, reach_of(request), *(struct uuid *)arg, &letter);
    if (code)
        return code;
    struct letter view = view_of(request, &letter, LETTER_RETRYING);
    reply(request, &view);
    return CODE_OK;
}

/* Who gave it up is for the audit log. */
static void publish_discard(struct request *request, struct db_tx *tx, const struct dead_letter *letter)
{
    struct buf data = buf_make(request->arena, 256, 4096);
    char employee[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    uuid_format(request->who.employee_id, employee);
    uuid_format(letter->id, id);
    buf_format(&data, "{\"id\":\"%s\",\"listener\":", id);
    json_put_string(&data, letter->listener);
    buf_put(&data, STR(",\"eventName\":"));
    json_put_string(&data, letter->event ? letter->event->name : STR(""));
    buf_format(&data, ",\"employeeId\":\"%s\"}", employee);
    struct event_draft draft = {"dead_letter.discarded", letter->id, buf_str(&data)};
    event_publish(tx, request->platform->events, letter->stream_id, request->id, &draft, 1);
}

static enum code discard(struct request *request, struct db_tx *tx, void *arg)
{
    struct dead_letter letter;
    enum code code =
        dead_letter_discard(tx, request->platform->events, reach_of(request), *(struct uuid *)arg, &letter);
    if (code)
        return code;
    struct letter view = view_of(request, &letter, LETTER_DISCARDED);
    reply(request, &view);
    publish_discard(request, tx, &letter);
    return CODE_OK;
}

enum code ops_dead_letter_retry(struct request *request) { return write_by_id(request, retry); }

enum code ops_dead_letter_discard(struct request *request) { return write_by_id(request, discard); }

static enum code retry_all(struct request *request, struct db_tx *tx, void *arg)
{
    const struct letter_query *query = arg;
    struct retried retried = {
        dead_letters_retry_all(tx, request->platform->events, reach_of(request), query->listener)};
    reply(request, &retried);
    return CODE_OK;
}

enum code ops_dead_letters_retry_all(struct request *request)
{
    struct letter_query query = *(const struct letter_query *)request->body;
    return request_write(request, retry_all, &query);
}
