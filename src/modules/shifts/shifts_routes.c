/* The calls about shifts. */
#include "modules/auth/approval.h"
#include "modules/handlers.h"
#include "modules/shifts/shifts_store.h"
#include "platform/auth/directory.h"
#include "platform/platform.h"

static enum code shifts_open(struct request *request);
static enum code shifts_current(struct request *request);
static enum code shifts_list(struct request *request);
static enum code shifts_get(struct request *request);
static enum code shifts_close(struct request *request);
static enum code shifts_move_cash(struct request *request);
static enum code shifts_report(struct request *request);

static const struct route ROUTES[] = {
    {"POST", "/shifts", ROLES_SELLERS, ROUTE_IDEMPOTENT, NULL, &SHIFT_OPEN_SCHEMA, &SHIFT_SCHEMA, 201,
     shifts_open, "Open a shift"},
    {"GET", "/shifts/current", ROLES_SELLERS, 0, &SHIFT_CURRENT_QUERY_SCHEMA, NULL, &SHIFT_SCHEMA, 200,
     shifts_current, "The caller's open shift"},
    {"GET", "/shifts", ROLES_SELLERS, ROUTE_LIST, &SHIFT_QUERY_SCHEMA, NULL, &SHIFT_SCHEMA, 200, shifts_list,
     "Shifts, newest first; a cashier's own"},
    {"GET", "/shifts/{id}", ROLES_SELLERS, 0, NULL, NULL, &SHIFT_SCHEMA, 200, shifts_get, "One shift"},
    {"POST", "/shifts/{id}/close", ROLES_SELLERS, ROUTE_IDEMPOTENT, NULL, &SHIFT_CLOSE_SCHEMA, &SHIFT_SCHEMA,
     200, shifts_close, "Close a shift on the cash that was counted"},
    {"POST", "/shifts/{id}/cash-movements", ROLES_SELLERS, ROUTE_IDEMPOTENT | ROUTE_OVERRIDE, NULL,
     &CASH_MOVEMENT_REQUEST_SCHEMA, &CASH_MOVEMENT_SCHEMA, 201, shifts_move_cash,
     "Put cash in the drawer or take it out"},
    {"GET", "/shifts/{id}/report", ROLES_SELLERS, 0, NULL, NULL, &SHIFT_REPORT_SCHEMA, 200, shifts_report,
     "X report of an open shift, Z report of a closed one"},
    {0},
};

const struct module SHIFTS_MODULE = {.name = "shifts", .routes = ROUTES};

/* ---- Who may ---- */

static bool is_cashier(const struct request *request) { return request->who.role == ROLE_CASHIER; }

/* A shift of another outlet is not there; a colleague's is the supervisor's business. */
static enum code check_reach(const struct request *request, const struct shift *shift)
{
    if (!request_may_use_outlet(request, shift->outlet_id))
        return CODE_NOT_FOUND;
    if (is_cashier(request) && !uuid_eq(shift->employee_id, request->who.employee_id))
        return CODE_FORBIDDEN;
    return CODE_OK;
}

/* What the caller may know of it. */
static void reply_shift(struct request *request, const struct shift *shift)
{
    struct shift shown = *shift;
    if (is_cashier(request))
        shift_hide_expected(&shown);
    reply(request, &shown);
}

/* ---- Opening ---- */

static enum code open_shift(struct request *request, struct db_tx *tx, void *arg)
{
    const struct shift_draft *draft = arg;
    struct shift shift;
    bool is_active = false;
    if (!shift_outlet_find(tx, draft->outlet_id, &is_active))
        return request_refuse(request, CODE_NOT_FOUND, STR("outletId"), STR("there is no such outlet"),
                              STR_NONE);
    if (!is_active)
        return request_refuse(request, CODE_CONFLICT, STR("outletId"), STR("the outlet is not active"),
                              STR_NONE);
    enum code code = shift_open(tx, request->platform->events, request->id, draft);
    if (code)
        return code;
    if (!shift_find(tx, draft->id, &shift))
        return CODE_INTERNAL;
    reply_shift(request, &shift);
    return CODE_OK;
}

static enum code shifts_open(struct request *request)
{
    const struct shift_open_request *body = request->body;
    struct shift_draft draft = {.id = uuid_new(),
                                .outlet_id = body->outlet_id,
                                .employee_id = request->who.employee_id,
                                .opening_cash_minor = body->opening_cash_minor,
                                .opened_at = request->received_ms,
                                .units = request->who.units};
    if (!request_may_use_outlet(request, body->outlet_id))
        return CODE_NOT_FOUND;
    return request_write(request, open_shift, &draft);
}

/* ---- Reading ---- */

static enum code read_current(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *outlet_id = arg;
    struct shift shift;
    if (!shift_find_current(tx, request->who.employee_id, *outlet_id, &shift))
        return CODE_NOT_FOUND;
    reply_shift(request, &shift);
    return CODE_OK;
}

static enum code shifts_current(struct request *request)
{
    const struct shift_current_query *query = request->query;
    struct uuid outlet_id = query->outlet_id;
    if (uuid_is_nil(outlet_id) && request->who.role != ROLE_OWNER)
        outlet_id = request->who.outlet_id;
    enum code code = directory_reach(request, outlet_id);
    return code ? code : request_read(request, read_current, &outlet_id);
}

static enum code read_list(struct request *request, struct db_tx *tx, void *arg)
{
    size_t count;
    struct shift *shifts = shift_list(tx, arg, &count);
    for (size_t i = 0; is_cashier(request) && i < count; i++)
        shift_hide_expected(&shifts[i]);
    reply_page(request, shifts, count, cursor_of_id);
    return CODE_OK;
}

static enum code shifts_list(struct request *request)
{
    const struct shift_query *query = request->query;
    struct shift_filter filter = {.outlet_id = query->outlet_id,
                                  .employee_id = query->employee_id,
                                  .status = query->status,
                                  .limit = request->page.limit + 1};
    enum code code = period_page_of(request, &filter.outlet_id, query->from, query->to, &filter.opened);
    if (code)
        return code;
    if (is_cashier(request) && uuid_is_nil(filter.employee_id))
        filter.employee_id = request->who.employee_id;
    if (is_cashier(request) && !uuid_eq(filter.employee_id, request->who.employee_id))
        return CODE_FORBIDDEN;
    return request_read(request, read_list, &filter);
}

static enum code read_one(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct shift shift;
    enum code code = shift_find(tx, *id, &shift) ? check_reach(request, &shift) : CODE_NOT_FOUND;
    if (!code)
        reply_shift(request, &shift);
    return code;
}

static enum code shifts_get(struct request *request) { return read_by_id(request, read_one); }

static enum code read_report(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct shift shift;
    struct shift_report report;
    enum code code = shift_find(tx, *id, &shift) ? check_reach(request, &shift) : CODE_NOT_FOUND;
    if (code)
        return code;
    shift_report_read(tx, &shift, &report);
    report.kind = shift.status == SHIFT_OPEN ? SHIFT_REPORT_X : SHIFT_REPORT_Z;
    report.shift = &shift;
    report.generated_at = request->received_ms;
    if (is_cashier(request) && shift.is_blind) {
        shift_hide_expected(&shift);
        shift_report_hide_expected(&report);
    }
    reply(request, &report);
    return CODE_OK;
}

static enum code shifts_report(struct request *request) { return read_by_id(request, read_report); }

/* ---- Cash ---- */

/* The shift to be changed, with its row locked, open and within reach. */
static enum code take_open(struct request *request, struct db_tx *tx, struct uuid id, struct shift *ret_shift)
{
    enum code code = shift_find_locked(tx, id, ret_shift) ? check_reach(request, ret_shift) : CODE_NOT_FOUND;
    if (!code && ret_shift->status != SHIFT_OPEN)
        code = CODE_SHIFT_CLOSED;
    return code;
}

static enum code close_shift(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    const struct shift_close_request *body = request->body;
    struct shift shift;
    enum code code = take_open(request, tx, *id, &shift);
    if (code)
        return code;
    shift_take_z(tx, &shift);
    struct drawer drawer = shift_drawer(tx, &shift);
    if (!drawer_count(&drawer, body->closing_cash_minor, &shift.expected_cash_minor,
                      &shift.cash_difference_minor))
        return CODE_AMOUNT_TOO_LARGE;
    shift.status = SHIFT_CLOSED;
    shift.closing_cash_minor = body->closing_cash_minor;
    shift.notes = body->notes;
    shift.closed_at = request->received_ms;
    shift_store_close(tx, &shift);
    struct event_draft event =
        shift_ended_event(request->arena, &request->who.units, &shift, request->who.employee_id);
    event_publish(tx, request->platform->events, shift.outlet_id, request->id, &event, 1);
    reply_shift(request, &shift);
    return CODE_OK;
}

static enum code shifts_close(struct request *request) { return write_by_id(request, close_shift); }

static enum code move_cash(struct request *request, struct db_tx *tx, void *arg)
{
    const struct cash_movement *movement = arg;
    struct uuid approved_by = UUID_NIL;
    struct shift shift;
    enum code code = CODE_OK;
    if (movement->type == CASH_OUT)
        code = approval_of(request, tx, APPROVAL_CASH_OUT, &approved_by);
    if (!code)
        code = take_open(request, tx, movement->shift_id, &shift);
    if (code)
        return code;
    shift_add_cash(tx, movement);
    struct event_draft event =
        shift_cash_moved_event(request->arena, &request->who.units, movement, approved_by);
    event_publish(tx, request->platform->events, shift.outlet_id, request->id, &event, 1);
    reply(request, movement);
    return CODE_OK;
}

static enum code shifts_move_cash(struct request *request)
{
    const struct cash_movement_request *body = request->body;
    struct cash_movement movement = {.id = uuid_new(),
                                     .employee_id = request->who.employee_id,
                                     .type = body->type,
                                     .amount_minor = body->amount_minor,
                                     .reason = body->reason,
                                     .created_at = request->received_ms};
    if (!request_param_uuid(request, 0, &movement.shift_id))
        return CODE_NOT_FOUND;
    return request_write(request, move_cash, &movement);
}
