/* The rows of outlets. */
#include "base/decimal.h"
#include "modules/settings/settings_internal.h"

#define OUTLET_COLUMNS                                                                             \
    "id, name, code, address, phone, timezone, receipt_header, receipt_footer, tax_rate_bp,"       \
    " service_charge_rate_bp, cash_rounding_minor, cashier_discount_limit_bp, tax_service_charge," \
    " prices_include_tax, allow_negative_stock, is_active, created_at, blind_close, tax_number, tax_name"

DB_STATEMENT(OUTLETS_PAGE, "SELECT " OUTLET_COLUMNS " FROM outlets WHERE business_id = $1 AND id < $2"
                           " AND (id = $3 OR $3 IS NULL) ORDER BY id DESC LIMIT $4");
DB_STATEMENT(OUTLET_FIND, "SELECT " OUTLET_COLUMNS " FROM outlets WHERE business_id = $1 AND id = $2");
DB_STATEMENT(OUTLETS_COUNT, "SELECT COUNT(*) FROM outlets WHERE business_id = $1");
DB_STATEMENT(OUTLETS_COUNT_OTHER_ACTIVE,
             "SELECT COUNT(*) FROM outlets WHERE business_id = $1 AND id <> $2 AND is_active = 1");
DB_STATEMENT(OUTLET_CODE_OWNER, "SELECT id FROM outlets WHERE business_id = $1 AND code = $2");
DB_STATEMENT(OUTLET_OPEN_SHIFTS,
             "SELECT COUNT(*) FROM shifts WHERE business_id = $1 AND outlet_id = $2 AND status = 'open'");
DB_STATEMENT(OUTLET_RECEIPTS, "SELECT COUNT(*) FROM outlet_counters WHERE business_id = $1 AND outlet_id = $2"
                              " AND (last_receipt > 0 OR business_date > 0)");
/* Whatever names the outlet; each movement of stock has its level, each shift has published an event. */
DB_STATEMENT(OUTLET_HISTORY,
             "SELECT COUNT(*) FROM outlets AS o WHERE o.business_id = $1 AND o.id = $2 AND ("
             " EXISTS (SELECT 1 FROM employees WHERE business_id = $1 AND outlet_id = o.id)"
             " OR EXISTS (SELECT 1 FROM outlet_counters WHERE business_id = $1 AND outlet_id = o.id"
             " AND (last_sequence > 0 OR last_receipt > 0))"
             " OR EXISTS (SELECT 1 FROM stock_levels WHERE business_id = $1 AND outlet_id = o.id)"
             " OR EXISTS (SELECT 1 FROM products WHERE business_id = $1 AND outlet_id = o.id)"
             " OR EXISTS (SELECT 1 FROM dining_tables WHERE business_id = $1 AND outlet_id = o.id))");
DB_STATEMENT(OUTLET_INSERT,
             "INSERT INTO outlets (business_id, " OUTLET_COLUMNS
             ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
             "$19, $20, $21)");
DB_STATEMENT(
    OUTLET_UPDATE,
    "UPDATE outlets SET name = $3, code = $4, address = $5, phone = $6, timezone = $7, receipt_header = $8,"
    " receipt_footer = $9, tax_rate_bp = $10, service_charge_rate_bp = $11, cash_rounding_minor = $12,"
    " cashier_discount_limit_bp = $13, tax_service_charge = $14, prices_include_tax = $15,"
    " allow_negative_stock = $16, is_active = $17, blind_close = $18, tax_number = $19,"
    " tax_name = $20 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(OUTLET_DELETE, "DELETE FROM outlets WHERE business_id = $1 AND id = $2");
DB_STATEMENT(
    OUTLET_COUNTER_INSERT,
    "INSERT INTO outlet_counters (business_id, outlet_id, business_date, last_receipt, last_sequence)"
    " VALUES ($1, $2, 0, 0, 0)");
DB_STATEMENT(OUTLET_COUNTER_DELETE, "DELETE FROM outlet_counters WHERE business_id = $1 AND outlet_id = $2");

const struct outlet OUTLET_DEFAULTS = {.cashier_discount_limit_bp = RATE_ONE_BP, .is_active = true};

static struct outlet read_outlet(const struct db_rows *rows, size_t row)
{
    return (struct outlet){
        .id = db_uuid(rows, row, 0),
        .name = db_text(rows, row, 1),
        .code = db_text(rows, row, 2),
        .address = db_text(rows, row, 3),
        .phone = db_text(rows, row, 4),
        .timezone = db_text(rows, row, 5),
        .receipt_header = db_text(rows, row, 6),
        .receipt_footer = db_text(rows, row, 7),
        .tax_rate_bp = db_int(rows, row, 8),
        .service_charge_rate_bp = db_int(rows, row, 9),
        .cash_rounding_minor = db_int(rows, row, 10),
        .cashier_discount_limit_bp = db_int(rows, row, 11),
        .tax_service_charge = db_bool(rows, row, 12),
        .prices_include_tax = db_bool(rows, row, 13),
        .allow_negative_stock = db_bool(rows, row, 14),
        .is_active = db_bool(rows, row, 15),
        .created_at = db_int(rows, row, 16),
        .blind_close = db_bool(rows, row, 17),
        .tax_number = db_text(rows, row, 18),
        .tax_name = db_text(rows, row, 19),
    };
}

struct outlet *outlets_list(struct db_tx *tx, struct uuid before, struct uuid only, int64_t limit,
                            size_t *ret_count)
{
    struct db_rows *rows = db_query(tx, &OUTLETS_PAGE, DB_UUID(before), DB_UUID_OR_NULL(only), DB_INT(limit));
    struct outlet *outlets = arena_array(db_arena(tx), struct outlet, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        outlets[i] = read_outlet(rows, i);
    *ret_count = rows->count;
    return outlets;
}

bool outlet_find(struct db_tx *tx, struct uuid id, struct outlet *ret_outlet)
{
    struct db_rows *rows = db_query(tx, &OUTLET_FIND, DB_UUID(id));
    if (rows->count == 1)
        *ret_outlet = read_outlet(rows, 0);
    return rows->count == 1;
}

static int64_t count_of(const struct db_rows *rows) { return rows->count > 0 ? db_int(rows, 0, 0) : 0; }

bool outlet_code_is_taken(struct db_tx *tx, struct str code, struct uuid but_by)
{
    struct db_rows *rows = db_query(tx, &OUTLET_CODE_OWNER, DB_TEXT(code));
    return rows->count > 0 && !uuid_eq(db_uuid(rows, 0, 0), but_by);
}

int64_t outlets_count(struct db_tx *tx) { return count_of(db_query(tx, &OUTLETS_COUNT)); }

int64_t outlets_count_other_active(struct db_tx *tx, struct uuid id)
{
    return count_of(db_query(tx, &OUTLETS_COUNT_OTHER_ACTIVE, DB_UUID(id)));
}

bool outlet_has_open_shift(struct db_tx *tx, struct uuid id)
{
    return count_of(db_query(tx, &OUTLET_OPEN_SHIFTS, DB_UUID(id))) > 0;
}

bool outlet_has_receipts(struct db_tx *tx, struct uuid id)
{
    return count_of(db_query(tx, &OUTLET_RECEIPTS, DB_UUID(id))) > 0;
}

bool outlet_has_history(struct db_tx *tx, struct uuid id)
{
    return count_of(db_query(tx, &OUTLET_HISTORY, DB_UUID(id))) > 0;
}

static void take_next_code(struct db_tx *tx, struct outlet *outlet)
{
    int64_t number = outlets_count(tx);
    do {
        outlet->code = str_format(db_arena(tx), "OUT%lld", (long long)++number);
    } while (!db_failed(tx) && outlet_code_is_taken(tx, outlet->code, UUID_NIL));
}

enum code outlet_add(struct db_tx *tx, struct outlet *outlet)
{
    if (!outlet->code.data)
        take_next_code(tx, outlet);
    else if (outlet_code_is_taken(tx, outlet->code, UUID_NIL))
        return CODE_CONFLICT;
    db_ask(tx, &OUTLET_INSERT, DB_UUID(outlet->id), DB_TEXT(outlet->name), DB_TEXT(outlet->code),
           DB_TEXT(outlet->address), DB_TEXT(outlet->phone), DB_TEXT(outlet->timezone),
           DB_TEXT(outlet->receipt_header), DB_TEXT(outlet->receipt_footer), DB_INT(outlet->tax_rate_bp),
           DB_INT(outlet->service_charge_rate_bp), DB_INT(outlet->cash_rounding_minor),
           DB_INT(outlet->cashier_discount_limit_bp), DB_BOOL(outlet->tax_service_charge),
           DB_BOOL(outlet->prices_include_tax), DB_BOOL(outlet->allow_negative_stock),
           DB_BOOL(outlet->is_active), DB_INT(outlet->created_at), DB_BOOL(outlet->blind_close),
           DB_TEXT(outlet->tax_number), DB_TEXT(outlet->tax_name));
    outlet_rates_store(tx, outlet->id);
    db_query(tx, &OUTLET_COUNTER_INSERT, DB_UUID(outlet->id));
    return CODE_OK;
}

void outlet_update(struct db_tx *tx, const struct outlet *outlet)
{
    db_query(tx, &OUTLET_UPDATE, DB_UUID(outlet->id), DB_TEXT(outlet->name), DB_TEXT(outlet->code),
             DB_TEXT(outlet->address), DB_TEXT(outlet->phone), DB_TEXT(outlet->timezone),
             DB_TEXT(outlet->receipt_header), DB_TEXT(outlet->receipt_footer), DB_INT(outlet->tax_rate_bp),
             DB_INT(outlet->service_charge_rate_bp), DB_INT(outlet->cash_rounding_minor),
             DB_INT(outlet->cashier_discount_limit_bp), DB_BOOL(outlet->tax_service_charge),
             DB_BOOL(outlet->prices_include_tax), DB_BOOL(outlet->allow_negative_stock),
             DB_BOOL(outlet->is_active), DB_BOOL(outlet->blind_close), DB_TEXT(outlet->tax_number),
             DB_TEXT(outlet->tax_name));
    outlet_rates_store(tx, outlet->id);
}

void outlet_delete(struct db_tx *tx, struct uuid id)
{
    db_ask(tx, &OUTLET_COUNTER_DELETE, DB_UUID(id));
    outlet_rates_delete(tx, id);
    db_query(tx, &OUTLET_DELETE, DB_UUID(id));
}
