/* What a shift's report adds up. A refund is a row of its own with negative amounts; a voided sale counts as
 * a void only; a sale that arrived after the close stands apart, so that the Z report stays what it was. */
#include "modules/shifts/shifts_store.h"

DB_STATEMENT(SHIFT_REPORT_SALES,
             "SELECT type, status, late, COUNT(*), CAST(SUM(subtotal_minor) AS BIGINT), "
             "CAST(SUM(discount_minor) AS BIGINT), CAST(SUM(service_charge_minor) AS BIGINT), "
             "CAST(SUM(tax_minor) AS BIGINT), CAST(SUM(rounding_minor) AS BIGINT), "
             "CAST(SUM(grand_total_minor) AS BIGINT), CAST(SUM(change_minor) AS BIGINT) FROM transactions "
             "WHERE business_id = $1 AND shift_id = $2 AND status <> 'pending' GROUP BY type, status, late");
DB_STATEMENT(SHIFT_REPORT_LINE_DISCOUNTS,
             "SELECT CAST(COALESCE(SUM(i.discount_minor), 0) AS BIGINT) FROM transactions t "
             "JOIN transaction_items i ON i.business_id = $1 AND i.transaction_id = t.id "
             "WHERE t.business_id = $1 AND t.shift_id = $2 AND t.type = 'sale' AND t.late = 0 "
             "AND t.status NOT IN ('pending', 'voided')");
DB_STATEMENT(SHIFT_REPORT_PAYMENTS,
             "SELECT p.method, t.late, t.type, COUNT(*), CAST(SUM(p.amount_minor) AS BIGINT) "
             "FROM transactions t JOIN payments p ON p.business_id = $1 AND p.transaction_id = t.id "
             "WHERE t.business_id = $1 AND t.shift_id = $2 AND t.status NOT IN ('pending', 'voided') "
             "GROUP BY p.method, t.late, t.type ORDER BY p.method, t.late, t.type");
DB_STATEMENT(SHIFT_REPORT_CASH,
             "SELECT id, employee_id, type, amount_minor, reason, created_at FROM cash_movements "
             "WHERE business_id = $1 AND shift_id = $2 ORDER BY id LIMIT 200");
DB_STATEMENT(SHIFT_REPORT_CASH_COUNTS, "SELECT type, COUNT(*) FROM cash_movements "
                                       "WHERE business_id = $1 AND shift_id = $2 GROUP BY type");

struct counts {
    struct count_and_amount voids, refunds, late_sales;
    int64_t change_minor, late_change_minor;
};

static void add_sale_group(struct shift_report *report, struct counts *counts, const struct db_rows *rows,
                           size_t row)
{
    bool refund = str_eq(db_text(rows, row, 0), STR("refund")),
         voided = str_eq(db_text(rows, row, 1), STR("voided")), late = db_bool(rows, row, 2);
    int64_t count = db_int(rows, row, 3), total = db_int(rows, row, 9), change = db_int(rows, row, 10);
    struct count_and_amount *apart = voided   ? &counts->voids
                                     : late   ? &counts->late_sales
                                     : refund ? &counts->refunds
                                              : NULL;
    if (!voided)
        *(late ? &counts->late_change_minor : &counts->change_minor) += change;
    if (apart) {
        apart->count += count;
        apart->amount_minor += total;
        return;
    }
    report->sales_count += count;
    report->subtotal_minor += db_int(rows, row, 4);
    report->discount_minor += db_int(rows, row, 5);
    report->service_charge_minor += db_int(rows, row, 6);
    report->tax_minor += db_int(rows, row, 7);
    report->rounding_minor += db_int(rows, row, 8);
    report->grand_total_minor += total;
}

static void add_sales(struct shift_report *report, struct counts *counts, const struct db_rows *rows,
                      int64_t line_discount_minor)
{
    for (size_t i = 0; i < rows->count; i++)
        add_sale_group(report, counts, rows, i);
    report->line_discount_minor = line_discount_minor;
    report->gross_sales_minor = report->subtotal_minor + line_discount_minor;
    report->net_sales_minor = report->subtotal_minor - report->discount_minor;
    report->net_total_minor = report->grand_total_minor + counts->refunds.amount_minor;
}

/* Rows of one method follow one another. Change is given on cash only. */
static struct method_totals payments_of(const struct db_rows *rows, bool late, int64_t change_minor,
                                        struct arena *arena)
{
    struct method_totals totals = {arena_array(arena, struct method_total, rows->count + 1), 0};
    for (size_t i = 0; i < rows->count; i++) {
        if (db_bool(rows, i, 1) != late)
            continue;
        struct str method = db_text(rows, i, 0);
        bool again = totals.count > 0 && str_eq(totals.at[totals.count - 1].method, method);
        struct method_total *total = &totals.at[again ? totals.count - 1 : totals.count++];
        if (!again)
            *total = (struct method_total){.method = method};
        if (str_eq(db_text(rows, i, 2), STR("refund"))) {
            total->refund_count += db_int(rows, i, 3);
            total->refunded_minor -= db_int(rows, i, 4);
        } else {
            total->count += db_int(rows, i, 3);
            total->received_minor += db_int(rows, i, 4);
        }
    }
    for (size_t i = 0; i < totals.count; i++) {
        struct method_total *total = &totals.at[i];
        total->change_minor = str_eq(total->method, STR("cash")) ? change_minor : 0;
        struct takings takings = {total->received_minor, total->change_minor, total->refunded_minor};
        total->amount_minor = takings_net(&takings);
    }
    return totals;
}

static void add_cash_movements(struct shift_report *report, const struct db_rows *rows,
                               const struct db_rows *counts, const struct shift *shift, struct arena *arena)
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
    for (size_t i = 0; i < counts->count; i++) {
        bool out = str_eq(db_text(counts, i, 0), STR("out"));
        *(out ? &report->cash_out_count : &report->cash_in_count) = db_int(counts, i, 1);
    }
}

static void add_drawer(struct shift_report *report, const struct drawer *drawer, const struct shift *shift)
{
    report->opening_cash_minor = drawer->opening_minor;
    report->cash_received_minor = drawer->received_minor;
    report->change_given_minor = drawer->change_minor;
    report->cash_refunded_minor = drawer->refunded_minor;
    report->cash_in_minor = drawer->in_minor;
    report->cash_out_minor = drawer->out_minor;
    report->expected_cash_minor = shift->expected_cash_minor;
    if (shift->status == SHIFT_OPEN && !drawer_expected(drawer, &report->expected_cash_minor))
        report->expected_cash_minor = JSON_NONE;
    report->closing_cash_minor = shift->closing_cash_minor;
    report->cash_difference_minor = shift->cash_difference_minor;
}

void shift_report_read(struct db_tx *tx, const struct shift *shift, struct shift_report *ret_report)
{
    struct arena *arena = db_arena(tx);
    struct counts *counts = arena_new(arena, struct counts);
    struct db_rows *sales = db_ask(tx, &SHIFT_REPORT_SALES, DB_UUID(shift->id));
    struct db_rows *discounts = db_ask(tx, &SHIFT_REPORT_LINE_DISCOUNTS, DB_UUID(shift->id));
    struct db_rows *payments = db_ask(tx, &SHIFT_REPORT_PAYMENTS, DB_UUID(shift->id));
    struct db_rows *moves = db_ask(tx, &SHIFT_REPORT_CASH, DB_UUID(shift->id));
    struct db_rows *move_counts = db_ask(tx, &SHIFT_REPORT_CASH_COUNTS, DB_UUID(shift->id));
    struct drawer drawer = shift_drawer(tx, shift);
    struct shift_report report = {
        .voids = &counts->voids, .refunds = &counts->refunds, .late_sales = &counts->late_sales};
    add_sales(&report, counts, sales, discounts->count > 0 ? db_int(discounts, 0, 0) : 0);
    report.payments = payments_of(payments, false, counts->change_minor, arena);
    report.late_payments = payments_of(payments, true, counts->late_change_minor, arena);
    add_drawer(&report, &drawer, shift);
    add_cash_movements(&report, moves, move_counts, shift, arena);
    *ret_report = report;
}

void shift_hide_expected(struct shift *shift)
{
    if (shift->is_blind)
        shift->expected_cash_minor = shift->cash_difference_minor = JSON_NONE;
}

void shift_report_hide_expected(struct shift_report *report)
{
    report->cash_received_minor = report->change_given_minor = report->cash_refunded_minor = JSON_NONE;
    report->expected_cash_minor = report->cash_difference_minor = JSON_NONE;
    report->payments = (struct method_totals){0};
}
