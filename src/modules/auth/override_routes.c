/* POST /auth/override: the PIN of one who may approve, for a token that approves one action. */
#include "modules/auth/auth_internal.h"

#include "platform/auth/auth.h"
#include "platform/platform.h"

struct override_request {
    struct str pin;
    int64_t action; /* enum approval_action */
};

static const struct json_field OVERRIDE_REQUEST_FIELDS[] = {
    {"pin", JSON_STRING, JSON_REQUIRED | JSON_WRITE_ONLY, offsetof(struct override_request, pin),
     .min = PIN_LEAST, .max = PIN_MOST, .wrong = pin_wrong,
     .summary = "Of a supervisor, manager or owner of this outlet."},
    {"action", JSON_ENUM, JSON_REQUIRED, offsetof(struct override_request, action),
     .values = APPROVAL_ACTION_NAMES, .summary = "What the token is good for, once."},
};

const struct json_schema OVERRIDE_REQUEST_SCHEMA =
    JSON_SCHEMA("OverrideRequest", struct override_request, OVERRIDE_REQUEST_FIELDS);

struct override {
    struct str token;
    int64_t expires_in;
    struct uuid approved_by;
};

static const struct json_field OVERRIDE_FIELDS[] = {
    {"overrideToken", JSON_STRING, 0, offsetof(struct override, token),
     .summary = "Sent as X-Override-Token with the action; good for one."},
    {"expiresIn", JSON_INTEGER, 0, offsetof(struct override, expires_in), .summary = "Seconds."},
    {"approvedBy", JSON_UUID, 0, offsetof(struct override, approved_by), .summary = "The employee."},
};

const struct json_schema OVERRIDE_SCHEMA = JSON_SCHEMA("Override", struct override, OVERRIDE_FIELDS);

struct approving {
    struct pin_key key;
    struct override override;
};

static enum code store_override(struct request *request, struct db_tx *tx, void *arg)
{
    const struct override_request *body = request->body;
    struct approving *approving = arg;
    struct account approver;
    if (!account_find_by_pin(tx, &approving->key, request->who.outlet_id, true, &approver))
        return request_refuse(request, CODE_INVALID_CREDENTIALS, STR("pin"),
                              STR("is nobody's in this outlet"), STR_NONE);
    if (!(ROLES(approver.role) & ROLES_SUPERVISORS))
        return request_refuse(request, CODE_FORBIDDEN, STR("pin"),
                              STR("is of an employee who may not approve this"), STR_NONE);
    struct override_draft draft = {
        .action = (enum approval_action)body->action,
        .outlet_id = request->who.outlet_id,
        .requested_by = request->who.employee_id,
        .approved_by = approver.employee_id,
        .created_at = request->received_ms,
        .expires_at = request->received_ms + OVERRIDE_LIFETIME_MS,
    };
    approving->override =
        (struct override){override_add(tx, &draft), OVERRIDE_LIFETIME_MS / 1000, approver.employee_id};
    reply(request, &approving->override);
    return CODE_OK;
}

enum code auth_override(struct request *request)
{
    const struct override_request *body = request->body;
    struct pin_attempt attempt;
    enum code code = pin_brake(request, &attempt);
    if (code)
        return code;
    struct approving approving = {
        .key = pin_key(request->platform->auth->pin_secret, request->who.business_id, body->pin)};
    code = request_write(request, store_override, &approving);
    if (!code)
        pin_right(request, &attempt);
    return code;
}
