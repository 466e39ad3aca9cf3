/* What others are told of shifts: by the same tables as the API. */
#include "modules/shifts/shifts_store.h"

#define EVENT_MAX_BYTES 4096

struct started {
    struct uuid shift_id, employee_id;
    int64_t opening_cash_minor, opened_at;
};
static const struct json_field STARTED_FIELDS[] = {
    {"shiftId", JSON_UUID, 0, offsetof(struct started, shift_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct started, employee_id)},
    {"openingCash", JSON_MONEY, 0, offsetof(struct started, opening_cash_minor)},
    {"openedAt", JSON_TIME, 0, offsetof(struct started, opened_at)},
};
static const struct json_schema STARTED_SCHEMA = JSON_SCHEMA("ShiftStarted", struct started, STARTED_FIELDS);

struct ended {
    struct uuid shift_id, employee_id;
    int64_t opening_cash_minor, expected_cash_minor, closing_cash_minor, cash_difference_minor, closed_at,
        z_number;
};
static const struct json_field ENDED_FIELDS[] = {
    {"shiftId", JSON_UUID, 0, offsetof(struct ended, shift_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct ended, employee_id)},
    {"openingCash", JSON_MONEY, 0, offsetof(struct ended, opening_cash_minor)},
    {"expectedCash", JSON_MONEY, 0, offsetof(struct ended, expected_cash_minor)},
    {"closingCash", JSON_MONEY, 0, offsetof(struct ended, closing_cash_minor)},
    {"cashDifference", JSON_MONEY, 0, offsetof(struct ended, cash_difference_minor)},
    {"closedAt", JSON_TIME, 0, offsetof(struct ended, closed_at)},
    {"zNumber", JSON_INTEGER, 0, offsetof(struct ended, z_number)},
};
static const struct json_schema ENDED_SCHEMA = JSON_SCHEMA("ShiftEnded", struct ended, ENDED_FIELDS);

struct cash_moved {
    struct uuid shift_id, employee_id, approved_by;
    int64_t type, amount_minor;
    struct str reason;
};
static const struct json_field CASH_MOVED_FIELDS[] = {
    {"shiftId", JSON_UUID, 0, offsetof(struct cash_moved, shift_id)},
    {"type", JSON_ENUM, 0, offsetof(struct cash_moved, type), .values = CASH_DIRECTION_NAMES},
    {"amount", JSON_MONEY, 0, offsetof(struct cash_moved, amount_minor)},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct cash_moved, reason)},
    {"employeeId", JSON_UUID, 0, offsetof(struct cash_moved, employee_id)},
    {"approvedBy", JSON_UUID, JSON_NULLABLE, offsetof(struct cash_moved, approved_by)},
};
static const struct json_schema CASH_MOVED_SCHEMA =
    JSON_SCHEMA("ShiftCashMoved", struct cash_moved, CASH_MOVED_FIELDS);

static struct str encode(struct arena *arena, const struct json_schema *schema,
                         const struct json_units *units, const void *object)
{
    struct buf out = buf_make(arena, 512, EVENT_MAX_BYTES);
    json_encode(&out, schema, units, object);
    return buf_str(&out);
}

struct event_draft shift_started_event(struct arena *arena, const struct shift_draft *draft)
{
    struct started data = {draft->id, draft->employee_id, draft->opening_cash_minor, draft->opened_at};
    return (struct event_draft){"shift.started", draft->id,
                                encode(arena, &STARTED_SCHEMA, &draft->units, &data)};
}

struct event_draft shift_ended_event(struct arena *arena, const struct json_units *units,
                                     const struct shift *shift, struct uuid employee_id)
{
    struct ended data = {shift->id,
                         employee_id,
                         shift->opening_cash_minor,
                         shift->expected_cash_minor,
                         shift->closing_cash_minor,
                         shift->cash_difference_minor,
                         shift->closed_at,
                         shift->z_number};
    return (struct event_draft){"shift.ended", shift->id, encode(arena, &ENDED_SCHEMA, units, &data)};
}

struct event_draft shift_cash_moved_event(struct arena *arena, const struct json_units *units,
                                          const struct cash_movement *movement, struct uuid approved_by)
{
    struct cash_moved data = {movement->shift_id, movement->employee_id,  approved_by,
                              movement->type,     movement->amount_minor, movement->reason};
    return (struct event_draft){"shift.cash_moved", movement->shift_id,
                                encode(arena, &CASH_MOVED_SCHEMA, units, &data)};
}
