/* The rows of shifts and cash movements. */
#include "modules/shifts/shifts_store.h"

#define COLUMNS                                                                                         \
    "s.id, s.outlet_id, s.employee_id, e.name, s.status, s.opening_cash_minor, s.expected_cash_minor, " \
    "s.closing_cash_minor, s.cash_difference_minor, s.notes, s.opened_at, s.closed_at, s.z_number, "    \
    "COALESCE(o.blind_close, 0) "                                                                       \
    "FROM shifts s LEFT JOIN employees e ON e.business_id = $1 AND e.id = s.employee_id "               \
    "LEFT JOIN outlets o ON o.business_id = $1 AND o.id = s.outlet_id "

DB_STATEMENT(SHIFT_FIND, "SELECT " COLUMNS "WHERE s.business_id = $1 AND s.id = $2");
DB_STATEMENT(SHIFT_LOCK, "SELECT id FROM shifts WHERE business_id = $1 AND id = $2 {for_update}");
DB_STATEMENT(SHIFT_HOLD, "SELECT outlet_id, employee_id, status, opened_at, closed_at FROM shifts "
                         "WHERE business_id = $1 AND id = $2 {for_share}");
DB_STATEMENT(SHIFT_FIND_OPEN,
             "SELECT id FROM shifts WHERE business_id = $1 AND outlet_id = $2 AND status = 'open' "
             "ORDER BY CASE WHEN employee_id = $3 THEN 0 ELSE 1 END, opened_at, id LIMIT 1");
DB_STATEMENT(SHIFT_CURRENT,
             "SELECT " COLUMNS "WHERE s.business_id = $1 AND s.employee_id = $2 AND s.status = 'open' "
             "AND (s.outlet_id = $3 OR $3 IS NULL) ORDER BY s.id DESC LIMIT 1");
DB_STATEMENT(SHIFT_LIST, "SELECT " COLUMNS "WHERE s.business_id = $1 AND s.id < $2 AND s.id >= $9 "
                         "AND (s.outlet_id = $3 OR $3 IS NULL) AND (s.employee_id = $4 OR $4 IS NULL) "
                         "AND (s.status = $5 OR $5 IS NULL) AND s.opened_at >= $6 AND s.opened_at <= $7 "
                         "ORDER BY s.id DESC LIMIT $8");
DB_STATEMENT(SHIFT_OUTLET, "SELECT is_active FROM outlets WHERE business_id = $1 AND id = $2");
DB_STATEMENT(SHIFT_INSERT,
             "INSERT INTO shifts (business_id, id, outlet_id, employee_id, status, opening_cash_minor, "
             "opened_at) VALUES ($1, $2, $3, $4, 'open', $5, $6) "
             "ON CONFLICT (business_id, outlet_id, employee_id) WHERE status = 'open' DO NOTHING");
DB_STATEMENT(SHIFT_CLOSE,
             "UPDATE shifts SET status = 'closed', expected_cash_minor = $3, closing_cash_minor = $4, "
             "cash_difference_minor = $5, notes = $6, closed_at = $7, z_number = $8 "
             "WHERE business_id = $1 AND id = $2 AND status = 'open'");
/* The counter's row stays locked until the commit, so numbers have no gaps. */
DB_STATEMENT(SHIFT_Z_TAKE,
             "INSERT INTO outlet_counters (business_id, outlet_id, business_date, last_receipt, "
             "last_sequence, last_z) VALUES ($1, $2, 0, 0, 0, 1) ON CONFLICT (business_id, outlet_id) "
             "DO UPDATE SET last_z = outlet_counters.last_z + 1 RETURNING last_z");
DB_STATEMENT(SHIFT_CASH_INSERT, "INSERT INTO cash_movements (business_id, shift_id, id, employee_id, type, "
                                "amount_minor, reason, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
DB_STATEMENT(SHIFT_CASH_SUMS, "SELECT type, CAST(SUM(amount_minor) AS BIGINT) FROM cash_movements "
                              "WHERE business_id = $1 AND shift_id = $2 GROUP BY type");
/* A refund is a sale of its own with negative payments, on the shift that paid it out; a void takes its sale
 * back. What a late sale took was counted as part of another drawer, if at all. */
DB_STATEMENT(SHIFT_CASH_RECEIVED,
             "SELECT CAST(COALESCE(SUM(CASE WHEN t.type = 'refund' THEN 0 ELSE p.amount_minor END), 0) "
             "AS BIGINT), CAST(COALESCE(SUM(CASE WHEN t.type = 'refund' THEN -p.amount_minor ELSE 0 END), 0) "
             "AS BIGINT) FROM transactions t "
             "JOIN payments p ON p.business_id = $1 AND p.transaction_id = t.id "
             "WHERE t.business_id = $1 AND t.shift_id = $2 AND t.late = 0 "
             "AND t.status NOT IN ('pending', 'voided') AND p.method = 'cash'");
DB_STATEMENT(SHIFT_CHANGE_GIVEN, "SELECT CAST(COALESCE(SUM(change_minor), 0) AS BIGINT) FROM transactions "
                                 "WHERE business_id = $1 AND shift_id = $2 AND late = 0 "
                                 "AND status NOT IN ('pending', 'voided')");

/* ---- For the sale and the refund ---- */

struct db_rows *shift_ask(struct db_tx *tx, struct uuid shift_id)
{
    return db_ask(tx, &SHIFT_HOLD, DB_UUID(shift_id));
}

struct shift_state shift_state_of(const struct db_rows *rows)
{
    if (rows->count == 0)
        return (struct shift_state){.closed_at = INT64_MIN};
    return (struct shift_state){
        .exists = true,
        .is_open = str_eq(db_text(rows, 0, 2), STR("open")),
        .outlet_id = db_uuid(rows, 0, 0),
        .employee_id = db_uuid(rows, 0, 1),
        .opened_at = db_int(rows, 0, 3),
        .closed_at = db_int(rows, 0, 4),
    };
}

struct uuid shift_find_open(struct db_tx *tx, struct uuid outlet_id, struct uuid employee_id)
{
    struct db_rows *rows = db_query(tx, &SHIFT_FIND_OPEN, DB_UUID(outlet_id), DB_UUID(employee_id));
    return rows->count > 0 ? db_uuid(rows, 0, 0) : UUID_NIL;
}

/* ---- Reading ---- */

static struct shift shift_row(const struct db_rows *rows, size_t row)
{
    return (struct shift){
        .id = db_uuid(rows, row, 0),
        .outlet_id = db_uuid(rows, row, 1),
        .employee_id = db_uuid(rows, row, 2),
        .employee_name = db_text(rows, row, 3),
        .status = str_eq(db_text(rows, row, 4), STR("open")) ? SHIFT_OPEN : SHIFT_CLOSED,
        .opening_cash_minor = db_int(rows, row, 5),
        .expected_cash_minor = db_int(rows, row, 6),
        .closing_cash_minor = db_int(rows, row, 7),
        .cash_difference_minor = db_int(rows, row, 8),
        .notes = db_text(rows, row, 9),
        .opened_at = db_int(rows, row, 10),
        .closed_at = db_int(rows, row, 11),
        .z_number = db_int(rows, row, 12),
        .is_blind = db_bool(rows, row, 13),
    };
}

static bool first_shift(const struct db_rows *rows, struct shift *ret_shift)
{
    if (rows->count == 0)
        return false;
    *ret_shift = shift_row(rows, 0);
    return true;
}

bool shift_find(struct db_tx *tx, struct uuid id, struct shift *ret_shift)
{
    return first_shift(db_query(tx, &SHIFT_FIND, DB_UUID(id)), ret_shift);
}

bool shift_find_locked(struct db_tx *tx, struct uuid id, struct shift *ret_shift)
{
    db_ask(tx, &SHIFT_LOCK, DB_UUID(id));
    return shift_find(tx, id, ret_shift);
}

bool shift_find_current(struct db_tx *tx, struct uuid employee_id, struct uuid outlet_id,
                        struct shift *ret_shift)
{
    return first_shift(db_query(tx, &SHIFT_CURRENT, DB_UUID(employee_id), DB_UUID_OR_NULL(outlet_id)),
                       ret_shift);
}

struct shift *shift_list(struct db_tx *tx, const struct shift_filter *filter, size_t *ret_count)
{
    struct str status = filter->status == JSON_NONE ? STR_NONE : str_of(SHIFT_STATUS_NAMES[filter->status]);
    struct db_rows *rows =
        db_query(tx, &SHIFT_LIST, DB_UUID(filter->opened.below_id), DB_UUID_OR_NULL(filter->outlet_id),
                 DB_UUID_OR_NULL(filter->employee_id), DB_TEXT(status), DB_INT(filter->opened.first_ms),
                 DB_INT(filter->opened.last_ms), DB_INT(filter->limit), DB_UUID(filter->opened.least_id));
    struct shift *shifts = arena_array(db_arena(tx), struct shift, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        shifts[i] = shift_row(rows, i);
    *ret_count = rows->count;
    return shifts;
}

bool shift_outlet_find(struct db_tx *tx, struct uuid outlet_id, bool *ret_is_active)
{
    struct db_rows *rows = db_query(tx, &SHIFT_OUTLET, DB_UUID(outlet_id));
    if (rows->count > 0)
        *ret_is_active = db_bool(rows, 0, 0);
    return rows->count > 0;
}

/* ---- Money ---- */

struct drawer shift_drawer(struct db_tx *tx, const struct shift *shift)
{
    struct drawer drawer = {.opening_minor = shift->opening_cash_minor};
    struct db_rows *received = db_ask(tx, &SHIFT_CASH_RECEIVED, DB_UUID(shift->id));
    struct db_rows *change = db_ask(tx, &SHIFT_CHANGE_GIVEN, DB_UUID(shift->id));
    struct db_rows *sums = db_query(tx, &SHIFT_CASH_SUMS, DB_UUID(shift->id));
    for (size_t i = 0; i < sums->count; i++) {
        bool out = str_eq(db_text(sums, i, 0), STR("out"));
        *(out ? &drawer.out_minor : &drawer.in_minor) = db_int(sums, i, 1);
    }
    if (received->count > 0 && change->count > 0) {
        drawer.received_minor = db_int(received, 0, 0);
        drawer.refunded_minor = db_int(received, 0, 1);
        drawer.change_minor = db_int(change, 0, 0);
    }
    return drawer;
}

void shift_take_z(struct db_tx *tx, struct shift *shift)
{
    struct db_rows *taken = db_query(tx, &SHIFT_Z_TAKE, DB_UUID(shift->outlet_id));
    if (taken->count > 0)
        shift->z_number = db_int(taken, 0, 0);
}

void shift_store_close(struct db_tx *tx, const struct shift *shift)
{
    db_ask(tx, &SHIFT_CLOSE, DB_UUID(shift->id), DB_INT(shift->expected_cash_minor),
           DB_INT(shift->closing_cash_minor), DB_INT(shift->cash_difference_minor), DB_TEXT(shift->notes),
           DB_INT(shift->closed_at), DB_INT(shift->z_number));
}

void shift_add_cash(struct db_tx *tx, const struct cash_movement *movement)
{
    db_ask(tx, &SHIFT_CASH_INSERT, DB_UUID(movement->shift_id), DB_UUID(movement->id),
           DB_UUID(movement->employee_id), DB_TEXT(str_of(CASH_DIRECTION_NAMES[movement->type])),
           DB_INT(movement->amount_minor), DB_TEXT(movement->reason), DB_INT(movement->created_at));
}

/* ---- Opening ---- */

enum code shift_open(struct db_tx *tx, struct events *events, struct str correlation_id,
                     const struct shift_draft *draft)
{
    struct db_rows *stored =
        db_query(tx, &SHIFT_INSERT, DB_UUID(draft->id), DB_UUID(draft->outlet_id),
                 DB_UUID(draft->employee_id), DB_INT(draft->opening_cash_minor), DB_INT(draft->opened_at));
    if (stored->affected == 0)
        return CODE_SHIFT_ALREADY_OPEN;
    struct event_draft event = shift_started_event(db_arena(tx), draft);
    event_publish(tx, events, draft->outlet_id, correlation_id, &event, 1);
    return CODE_OK;
}
