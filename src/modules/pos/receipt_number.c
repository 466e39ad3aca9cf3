/* Receipt numbers: see receipt_number.h. */
#include "modules/pos/receipt_number.h"

#include "base/zone.h"

struct receipt_number receipt_number_take(struct arena *arena, const struct outlet *outlet, int64_t now_ms,
                                          struct receipt_counter *counter)
{
    struct local_time local = zone_local(outlet->zone, now_ms);
    /* The day is the outlet's calendar day; a clock that was set back stays on the later one. */
    if (local.date > counter->business_date)
        *counter = (struct receipt_counter){local.date, 0};
    struct receipt_number number = {counter->business_date, local.hour, ++counter->last_receipt, STR_NONE};
    number.text = str_format(arena, "%.*s-%08d-%04lld", STR_ARG(outlet->code), (int)number.business_date,
                             (long long)number.sequence);
    return number;
}
