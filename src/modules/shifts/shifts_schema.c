/* How shifts look as JSON: tables. */
#include "modules/shifts/shifts_schema.h"

#include "base/decimal.h"
#include "modules/period.h"

const char *const SHIFT_STATUS_NAMES[] = {"open", "closed", NULL};
const char *const CASH_DIRECTION_NAMES[] = {"in", "out", NULL};
static const char *const REPORT_KIND_NAMES[] = {"X", "Z", NULL};

/* ---- Shifts ---- */

static const struct json_field SHIFT_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct shift, id)},
    {"outletId", JSON_UUID, 0, offsetof(struct shift, outlet_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct shift, employee_id)},
    {"employeeName", JSON_STRING, JSON_NULLABLE, offsetof(struct shift, employee_name)},
    {"status", JSON_ENUM, 0, offsetof(struct shift, status), .values = SHIFT_STATUS_NAMES},
    {"openingCash", JSON_MONEY, 0, offsetof(struct shift, opening_cash_minor)},
    {"expectedCash", JSON_MONEY, JSON_NULLABLE, offsetof(struct shift, expected_cash_minor),
     .summary = "null while open, and for a cashier of an outlet with blindClose"},
    {"closingCash", JSON_MONEY, JSON_NULLABLE, offsetof(struct shift, closing_cash_minor)},
    {"cashDifference", JSON_MONEY, JSON_NULLABLE, offsetof(struct shift, cash_difference_minor),
     .summary = "closingCash − expectedCash"},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct shift, notes)},
    {"openedAt", JSON_TIME, 0, offsetof(struct shift, opened_at)},
    {"closedAt", JSON_TIME, JSON_NULLABLE, offsetof(struct shift, closed_at)},
    {"zNumber", JSON_INTEGER, JSON_NULLABLE, offsetof(struct shift, z_number),
     .summary = "of its Z report: counts up by outlet; null while the shift is open"},
};
const struct json_schema SHIFT_SCHEMA = JSON_SCHEMA("Shift", struct shift, SHIFT_FIELDS);

static const struct json_field OPEN_FIELDS[] = {
    {"outletId", JSON_UUID, JSON_REQUIRED, offsetof(struct shift_open_request, outlet_id)},
    {"openingCash", JSON_MONEY, JSON_REQUIRED, offsetof(struct shift_open_request, opening_cash_minor)},
};
const struct json_schema SHIFT_OPEN_SCHEMA =
    JSON_SCHEMA("ShiftOpenRequest", struct shift_open_request, OPEN_FIELDS);

static const struct json_field CLOSE_FIELDS[] = {
    {"closingCash", JSON_MONEY, JSON_REQUIRED, offsetof(struct shift_close_request, closing_cash_minor)},
    {"notes", JSON_STRING, JSON_NULLABLE, offsetof(struct shift_close_request, notes)},
};
const struct json_schema SHIFT_CLOSE_SCHEMA =
    JSON_SCHEMA("ShiftCloseRequest", struct shift_close_request, CLOSE_FIELDS);

static const struct json_field QUERY_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct shift_query, outlet_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct shift_query, employee_id)},
    {"status", JSON_ENUM, 0, offsetof(struct shift_query, status), .values = SHIFT_STATUS_NAMES},
    PERIOD_FIELDS(struct shift_query), /* of its opening */
};
const struct json_schema SHIFT_QUERY_SCHEMA = JSON_SCHEMA("ShiftQuery", struct shift_query, QUERY_FIELDS);

static const struct json_field CURRENT_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct shift_current_query, outlet_id)},
};
const struct json_schema SHIFT_CURRENT_QUERY_SCHEMA =
    JSON_SCHEMA("ShiftCurrentQuery", struct shift_current_query, CURRENT_FIELDS);

/* ---- Cash movements ---- */

static const struct json_field CASH_REQUEST_FIELDS[] = {
    {"type", JSON_ENUM, JSON_REQUIRED, offsetof(struct cash_movement_request, type),
     .values = CASH_DIRECTION_NAMES},
    {"amount", JSON_MONEY, JSON_REQUIRED, offsetof(struct cash_movement_request, amount_minor), .min = 1,
     .max = MONEY_MAX_MINOR},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct cash_movement_request, reason)},
};
const struct json_schema CASH_MOVEMENT_REQUEST_SCHEMA =
    JSON_SCHEMA("CashMovementRequest", struct cash_movement_request, CASH_REQUEST_FIELDS);

static const struct json_field CASH_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct cash_movement, id)},
    {"shiftId", JSON_UUID, 0, offsetof(struct cash_movement, shift_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct cash_movement, employee_id)},
    {"type", JSON_ENUM, 0, offsetof(struct cash_movement, type), .values = CASH_DIRECTION_NAMES},
    {"amount", JSON_MONEY, 0, offsetof(struct cash_movement, amount_minor)},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct cash_movement, reason)},
    {"createdAt", JSON_TIME, 0, offsetof(struct cash_movement, created_at)},
};
const struct json_schema CASH_MOVEMENT_SCHEMA =
    JSON_SCHEMA("CashMovement", struct cash_movement, CASH_FIELDS);

/* ---- The X and Z report ---- */

static const struct json_field COUNT_FIELDS[] = {
    {"count", JSON_INTEGER, 0, offsetof(struct count_and_amount, count)},
    {"amount", JSON_MONEY, 0, offsetof(struct count_and_amount, amount_minor)},
};
static const struct json_schema COUNT_SCHEMA =
    JSON_SCHEMA("CountAndAmount", struct count_and_amount, COUNT_FIELDS);

static const struct json_field METHOD_FIELDS[] = {
    {"method", JSON_STRING, 0, offsetof(struct method_total, method)},
    {"count", JSON_INTEGER, 0, offsetof(struct method_total, count), .summary = "payments of sales"},
    {"received", JSON_MONEY, 0, offsetof(struct method_total, received_minor)},
    {"change", JSON_MONEY, 0, offsetof(struct method_total, change_minor)},
    {"refundCount", JSON_INTEGER, 0, offsetof(struct method_total, refund_count)},
    {"refunded", JSON_MONEY, 0, offsetof(struct method_total, refunded_minor)},
    {"amount", JSON_MONEY, 0, offsetof(struct method_total, amount_minor),
     .summary = "what was kept: received − change − refunded"},
};
static const struct json_schema METHOD_SCHEMA =
    JSON_SCHEMA("PaymentMethodTotal", struct method_total, METHOD_FIELDS);

#define MONEY(name, member)                                        \
    {                                                              \
        name, JSON_MONEY, 0, offsetof(struct shift_report, member) \
    }
/* Not for a cashier of an outlet with blindClose. */
#define HIDDEN(name, member, ...)                                                             \
    {                                                                                         \
        name, JSON_MONEY, JSON_NULLABLE, offsetof(struct shift_report, member), ##__VA_ARGS__ \
    }
static const struct json_field REPORT_FIELDS[] = {
    {"kind", JSON_ENUM, 0, offsetof(struct shift_report, kind), .values = REPORT_KIND_NAMES,
     .summary = "X while the shift is open, Z once it is closed"},
    {"shift", JSON_OBJECT, 0, offsetof(struct shift_report, shift), .schema = &SHIFT_SCHEMA},
    {"salesCount", JSON_INTEGER, 0, offsetof(struct shift_report, sales_count)},
    {"grossSales", JSON_MONEY, 0, offsetof(struct shift_report, gross_sales_minor),
     .summary = "before all discounts, service charge and tax"},
    MONEY("lineDiscounts", line_discount_minor),
    {"subtotal", JSON_MONEY, 0, offsetof(struct shift_report, subtotal_minor),
     .summary = "grossSales − lineDiscounts"},
    MONEY("discountAmount", discount_minor),
    {"netSales", JSON_MONEY, 0, offsetof(struct shift_report, net_sales_minor),
     .summary = "subtotal − discountAmount"},
    MONEY("serviceCharge", service_charge_minor),
    MONEY("taxAmount", tax_minor),
    MONEY("rounding", rounding_minor),
    {"grandTotal", JSON_MONEY, 0, offsetof(struct shift_report, grand_total_minor),
     .summary = "netSales + serviceCharge + taxAmount + rounding"},
    {"voids", JSON_OBJECT, 0, offsetof(struct shift_report, voids), .schema = &COUNT_SCHEMA,
     .summary = "not among the sales"},
    {"refunds", JSON_OBJECT, 0, offsetof(struct shift_report, refunds), .schema = &COUNT_SCHEMA,
     .summary = "the amount is negative"},
    {"netTotal", JSON_MONEY, 0, offsetof(struct shift_report, net_total_minor),
     .summary = "grandTotal + refunds; what the payments keep"},
    {"payments", JSON_ARRAY, JSON_NULLABLE, offsetof(struct shift_report, payments), .schema = &METHOD_SCHEMA,
     .summary = "null for a cashier of an outlet with blindClose"},
    {"lateSales", JSON_OBJECT, 0, offsetof(struct shift_report, late_sales), .schema = &COUNT_SCHEMA,
     .summary = "stored after the shift was closed; in no other figure"},
    {"latePayments", JSON_ARRAY, 0, offsetof(struct shift_report, late_payments), .schema = &METHOD_SCHEMA},
    MONEY("openingCash", opening_cash_minor),
    HIDDEN("cashReceived", cash_received_minor),
    HIDDEN("changeGiven", change_given_minor),
    HIDDEN("cashRefunded", cash_refunded_minor),
    {"cashInCount", JSON_INTEGER, 0, offsetof(struct shift_report, cash_in_count)},
    MONEY("cashIn", cash_in_minor),
    {"cashOutCount", JSON_INTEGER, 0, offsetof(struct shift_report, cash_out_count)},
    MONEY("cashOut", cash_out_minor),
    HIDDEN("expectedCash", expected_cash_minor,
           .summary = "openingCash + cashReceived − changeGiven − cashRefunded + cashIn − cashOut: now; of a "
                      "closed shift, at its close; null for a cashier of an outlet with blindClose"),
    {"closingCash", JSON_MONEY, JSON_NULLABLE, offsetof(struct shift_report, closing_cash_minor)},
    {"cashDifference", JSON_MONEY, JSON_NULLABLE, offsetof(struct shift_report, cash_difference_minor)},
    {"cashMovements", JSON_ARRAY, 0, offsetof(struct shift_report, cash_movements),
     .schema = &CASH_MOVEMENT_SCHEMA, .summary = "the first 200"},
    {"generatedAt", JSON_TIME, 0, offsetof(struct shift_report, generated_at)},
};
const struct json_schema SHIFT_REPORT_SCHEMA = JSON_SCHEMA("ShiftReport", struct shift_report, REPORT_FIELDS);
