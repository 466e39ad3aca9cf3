/* Rates as they were: a row for each time that an outlet's rates were set. */
#include "base/clock.h"
#include "modules/settings/settings_internal.h"

#define RATES \
    "tax_rate_bp, service_charge_rate_bp, tax_service_charge, prices_include_tax, cash_rounding_minor"

DB_STATEMENT(
    OUTLET_RATES_STORE,
    "INSERT INTO outlet_rates_history (business_id, outlet_id, valid_from, " RATES ") "
    "SELECT o.business_id, o.id, $3, o.tax_rate_bp, o.service_charge_rate_bp, o.tax_service_charge, "
    "o.prices_include_tax, o.cash_rounding_minor FROM outlets o WHERE o.business_id = $1 "
    "AND (o.id = $2 OR $2 IS NULL) AND NOT EXISTS (SELECT 1 FROM outlet_rates_history h "
    "WHERE h.business_id = $1 AND h.outlet_id = o.id AND h.tax_rate_bp = o.tax_rate_bp "
    "AND h.service_charge_rate_bp = o.service_charge_rate_bp "
    "AND h.tax_service_charge = o.tax_service_charge AND h.prices_include_tax = o.prices_include_tax "
    "AND h.cash_rounding_minor = o.cash_rounding_minor AND NOT EXISTS ("
    "SELECT 1 FROM outlet_rates_history l WHERE l.business_id = $1 AND l.outlet_id = o.id "
    "AND l.valid_from > h.valid_from)) ON CONFLICT (business_id, outlet_id, valid_from) "
    "DO UPDATE SET tax_rate_bp = excluded.tax_rate_bp, "
    "service_charge_rate_bp = excluded.service_charge_rate_bp, "
    "tax_service_charge = excluded.tax_service_charge, "
    "prices_include_tax = excluded.prices_include_tax, "
    "cash_rounding_minor = excluded.cash_rounding_minor");
DB_STATEMENT(OUTLET_RATES_AT,
             "SELECT " RATES " FROM outlet_rates_history WHERE business_id = $1 AND outlet_id = $2 "
             "ORDER BY CASE WHEN valid_from <= $3 THEN 0 ELSE 1 END, "
             "CASE WHEN valid_from <= $3 THEN -valid_from ELSE valid_from END LIMIT 1");
DB_STATEMENT(OUTLET_RATES_DELETE,
             "DELETE FROM outlet_rates_history WHERE business_id = $1 AND outlet_id = $2");

void outlet_rates_store(struct db_tx *tx, struct uuid outlet_id)
{
    db_ask(tx, &OUTLET_RATES_STORE, DB_UUID_OR_NULL(outlet_id), DB_INT(clock_now_ms()));
}

void outlet_rates_delete(struct db_tx *tx, struct uuid outlet_id)
{
    db_ask(tx, &OUTLET_RATES_DELETE, DB_UUID(outlet_id));
}

struct db_rows *outlet_rates_ask(struct db_tx *tx, struct uuid outlet_id, int64_t at_ms)
{
    return db_ask(tx, &OUTLET_RATES_AT, DB_UUID(outlet_id), DB_INT(at_ms));
}

bool outlet_rates_take(const struct db_rows *rows, struct outlet *outlet)
{
    if (rows->count == 0)
        return false;
    outlet->tax_rate_bp = db_int(rows, 0, 0);
    outlet->service_charge_rate_bp = db_int(rows, 0, 1);
    outlet->tax_service_charge = db_bool(rows, 0, 2);
    outlet->prices_include_tax = db_bool(rows, 0, 3);
    outlet->cash_rounding_minor = db_int(rows, 0, 4);
    return true;
}
