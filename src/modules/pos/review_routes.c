/* POST /pos/transactions/{id}/review: somebody has looked at a sale that was stored though a rule spoke
 * against it. The flag goes, the reasons stay, the audit log says who found out what. */
#include "modules/pos/pos_routes.h"
#include "modules/pos/sale_read.h"
#include "modules/pos/sync_schema.h"

#define EVENT_MAX 8192

DB_STATEMENT(REVIEW_CLEAR, "UPDATE transactions SET needs_review = 0 WHERE business_id = $1 AND id = $2 "
                           "AND needs_review = 1");

static const struct json_field REVIEW_FIELDS[] = {
    {"note", JSON_STRING, JSON_REQUIRED, offsetof(struct review_request, note), .min = 1, .max = 500,
     .summary = "what was found out"},
};
const struct json_schema REVIEW_REQUEST_SCHEMA =
    JSON_SCHEMA("ReviewRequest", struct review_request, REVIEW_FIELDS);

struct reviewed {
    struct uuid transaction_id, employee_id;
    struct str note, reasons;
};
static const struct json_field REVIEWED_FIELDS[] = {
    {"transactionId", JSON_UUID, 0, offsetof(struct reviewed, transaction_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct reviewed, employee_id)},
    {"reasons", JSON_RAW, 0, offsetof(struct reviewed, reasons)},
    {"note", JSON_STRING, 0, offsetof(struct reviewed, note)},
};
static const struct json_schema REVIEWED_SCHEMA =
    JSON_SCHEMA("TransactionReviewed", struct reviewed, REVIEWED_FIELDS);

static enum code review(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    const struct review_request *body = request->body;
    struct sale_detail detail;
    struct db_rows *cleared = db_query(tx, &REVIEW_CLEAR, DB_UUID(*id));
    enum code code = sale_detail_read(tx, &request->who, *id, &detail);
    if (code)
        return code;
    if (!request_may_use_outlet(request, detail.header.outlet_id))
        return CODE_NOT_FOUND;
    if (cleared->affected == 0)
        return request_refuse(request, CODE_CONFLICT, STR(""), STR("the sale needs no review"), STR_NONE);
    struct reviewed reviewed = {*id, request->who.employee_id, body->note, detail.header.review_reasons};
    struct buf data = buf_make(db_arena(tx), 512, EVENT_MAX);
    json_encode(&data, &REVIEWED_SCHEMA, &request->who.units, &reviewed);
    struct event_draft draft = {"transaction.reviewed", *id, buf_str(&data)};
    event_publish(tx, request->platform->events, detail.header.outlet_id, request->id, &draft, 1);
    reply(request, &detail);
    return CODE_OK;
}

enum code sale_review(struct request *request) { return write_by_id(request, review); }
