/* What a shift's report adds up. A refund is a row of its own with negative amounts; a voided sale counts as
 * a void only. */
#include "modules/shifts/shifts_store.h"

DB_STATEMENT(SHIFT_REPORT_SALES,
             "SELECT type, status, COUNT(*), CAST(SUM(subtotal_minor) AS BIGINT), "
             "CAST(SUM(discount_minor) AS BIGINT), CAST(SUM(service_charge_minor) AS BIGINT), "
             "CAST(SUM(tax_minor) AS BIGINT), CAST(SUM(rounding_minor) AS BIGINT), "
             "CAST(SUM(grand_total_minor) AS BIGINT) FROM transactions "
             "WHERE business_id = $1 AND shift_id = $2 AND status <> 'pending' GROUP BY type, status");
DB_STATEMENT(SHIFT_REPORT_LINE_DISCOUNTS,
             "SELECT CAST(COALESCE(SUM(i.discount_minor), 0) AS BIGINT) FROM transactions t "
             "JOIN transaction_items i ON i.business_id = $1 AND i.transaction_id = t.id "
             "WHERE t.business_id = $1 AND t.shift_id = $2 AND t.type = 'sale' AND t.status NOT IN "
             "('pending', 'voided')");
DB_STATEMENT(SHIFT_REPORT_PAYMENTS,
             "SELECT p.method, COUNT(*), CAST(SUM(p.amount_minor) AS BIGINT) FROM transactions t "
             "JOIN payments p ON p.business_id = $1 AND p.transaction_id = t.id "
             "WHERE t.business_id = $1 AND t.shift_id = $2 AND t.status NOT IN ('pending', 'voided') "
             "GROUP BY p.method ORDER BY p.method");
DB_STATEMENT(SHIFT_REPORT_LATE,
             "SELECT COUNT(*), CAST(COALESCE(SUM(grand_total_minor), 0) AS BIGINT) "
             "FROM transactions WHERE business_id = $1 AND shift_id = $2 AND created_at > $3 "
             "AND type = 'sale' AND status NOT IN ('pending', 'voided')");
DB_STATEMENT(SHIFT_REPORT_CASH,
             "SELECT id, employee_id, type, amount_minor, reason, created_at FROM cash_movements "
             "WHERE business_id = $1 AND shift_id = $2 ORDER BY id LIMIT 200");

static void add_sales(struct shift_report *report, const struct db_rows *rows, struct count_and_amount *voids,
                      struct count_and_amount *refunds)
{
    for (size_t i = 0; i < rows->count; i++) {
        bool voided = str_eq(db_text(rows, i, 1), STR("voided")),
             refund = str_eq(db_text(rows, i, 0), STR("refund"));
        int64_t count = db_int(rows, i, 2), total = db_int(rows, i, 8);
        if (voided || refund) {
            struct count_and_amount *sum = voided ? voids : refunds;
            sum->count += count;
            sum->amount_minor += total;
            continue;
        }
        report->sales_count += count;
        report->subtotal_minor += db_int(rows, i, 3);
        report->discount_minor += db_int(rows, i, 4);
        report->service_charge_minor += db_int(rows, i, 5);
        report->tax_minor += db_int(rows, i, 6);
        report->rounding_minor += db_int(rows, i, 7);
        report->grand_total_minor += total;
    }
    report->net_total_minor = report->grand_total_minor + refunds->amount_minor;
}

static void add_payments(struct shift_report *report, const struct db_rows *rows, struct arena *arena)
{
    report->payments.at = arena_array(arena, struct method_total, rows->count);
    report->payments.count = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        struct method_total *total = &report->payments.at[i];
        *total = (struct method_total){db_text(rows, i, 0), db_int(rows, i, 1), db_int(rows, i, 2)};
        if (str_eq(total->method, STR("cash")))
            total->amount_minor -= report->change_given_minor;
    }
}

static void add_cash_movements(struct shift_report *report, const struct db_rows *rows,
                               const struct shift *shift, struct arena *arena)
{
    report->cash_movements.at = arena_array(arena, struct cash_movement, rows->count);
    report->cash_movements.count = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        report->cash_movements.at[i] = (struct cash_movement){
            .id = db_uuid(rows, i, 0),
            .shift_id = shift->id,
            .employee_id = db_uuid(rows, i, 1),
            .type = str_eq(db_text(rows, i, 2), STR("out")) ? CASH_OUT : CASH_IN,
            .amount_minor = db_int(rows, i, 3),
            .reason = db_text(rows, i, 4),
            .created_at = db_int(rows, i, 5),
        };
    }
}

void shift_report_read(struct db_tx *tx, const struct shift *shift, struct shift_report *ret_report)
{
    struct arena *arena = db_arena(tx);
    struct count_and_amount *voids = arena_new(arena, struct count_and_amount);
    struct count_and_amount *refunds = arena_new(arena, struct count_and_amount);
    struct count_and_amount *late_sales = arena_new(arena, struct count_and_amount);
    int64_t closed_at = shift->closed_at == JSON_NONE ? INT64_MAX : shift->closed_at;
    struct db_rows *sales = db_ask(tx, &SHIFT_REPORT_SALES, DB_UUID(shift->id));
    struct db_rows *discounts = db_ask(tx, &SHIFT_REPORT_LINE_DISCOUNTS, DB_UUID(shift->id));
    struct db_rows *payments = db_ask(tx, &SHIFT_REPORT_PAYMENTS, DB_UUID(shift->id));
    struct db_rows *late = db_ask(tx, &SHIFT_REPORT_LATE, DB_UUID(shift->id), DB_INT(closed_at));
    struct db_rows *cash = db_ask(tx, &SHIFT_REPORT_CASH, DB_UUID(shift->id));
    struct drawer drawer = shift_drawer(tx, shift);
    struct shift_report report = {.voids = voids, .refunds = refunds, .late_sales = late_sales};
    report.opening_cash_minor = drawer.opening_minor;
    report.cash_received_minor = drawer.received_minor;
    report.change_given_minor = drawer.change_minor;
    report.cash_in_minor = drawer.in_minor;
    report.cash_out_minor = drawer.out_minor;
    report.expected_cash_minor = shift->expected_cash_minor;
    if (shift->status == SHIFT_OPEN && !drawer_expected(&drawer, &report.expected_cash_minor))
        report.expected_cash_minor = JSON_NONE;
    report.closing_cash_minor = shift->closing_cash_minor;
    report.cash_difference_minor = shift->cash_difference_minor;
    add_sales(&report, sales, voids, refunds);
    add_payments(&report, payments, arena);
    add_cash_movements(&report, cash, shift, arena);
    if (discounts->count > 0)
        report.line_discount_minor = db_int(discounts, 0, 0);
    if (late->count > 0)
        *late_sales = (struct count_and_amount){db_int(late, 0, 0), db_int(late, 0, 1)};
    *ret_report = report;
}
