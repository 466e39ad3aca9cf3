/* The counter row of an outlet: see outlet_counter.h. */
#include "modules/pos/outlet_counter.h"

#include "base/zone.h"

DB_STATEMENT(COUNTER_HOLD, "SELECT business_date, last_receipt FROM outlet_counters "
                           "WHERE business_id = $1 AND outlet_id = $2 {for_update}");
DB_STATEMENT(
    COUNTER_STORE,
    "INSERT INTO outlet_counters (business_id, outlet_id, business_date, last_receipt, last_sequence) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (business_id, outlet_id) DO UPDATE SET "
    "business_date = CASE WHEN outlet_counters.business_date = $6 AND outlet_counters.last_receipt = $7 "
    "THEN excluded.business_date END, last_receipt = excluded.last_receipt, "
    "last_sequence = outlet_counters.last_sequence + excluded.last_sequence");

struct db_rows *outlet_counter_ask(struct db_tx *tx, struct uuid outlet_id)
{
    return db_ask(tx, &COUNTER_HOLD, DB_UUID(outlet_id));
}

struct outlet_counter outlet_counter_of(const struct db_rows *rows)
{
    if (rows->count == 0)
        return (struct outlet_counter){0};
    return (struct outlet_counter){(int32_t)db_int(rows, 0, 0), db_int(rows, 0, 1)};
}

void outlet_counter_store(struct db_tx *tx, struct uuid outlet_id, const struct outlet_counter *was,
                          const struct outlet_counter *now, size_t events)
{
    db_ask(tx, &COUNTER_STORE, DB_UUID(outlet_id), DB_INT(now->business_date), DB_INT(now->last_receipt),
           DB_INT((int64_t)events), DB_INT(was->business_date), DB_INT(was->last_receipt));
}

struct receipt_number receipt_number_take(struct arena *arena, const struct outlet *outlet, int64_t now_ms,
                                          struct outlet_counter *counter)
{
    struct local_time local = zone_local(outlet->zone, now_ms);
    /* The day is the outlet's calendar day; a clock that was set back stays on the later one. */
    if (local.date > counter->business_date) {
        counter->business_date = local.date;
        counter->last_receipt = 0;
    }
    struct receipt_number number = {counter->business_date, local.hour, ++counter->last_receipt, STR_NONE};
    number.text = str_format(arena, "%.*s-%08d-%04lld", STR_ARG(outlet->code), (int)number.business_date,
                             (long long)number.sequence);
    return number;
}
