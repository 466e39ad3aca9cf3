/* Stock arithmetic: see stock.h. */
#include "domain/stock.h"

enum stock_outcome stock_apply(int64_t quantity_milli, int64_t delta_milli, bool allow_negative,
                               int64_t *ret_quantity_milli)
{
    int64_t balance;
    if (__builtin_add_overflow(quantity_milli, delta_milli, &balance))
        return STOCK_TOO_LARGE;
    if (delta_milli < 0 && balance < 0 && !allow_negative)
        return STOCK_INSUFFICIENT;
    if (balance > STOCK_LEVEL_MAX_MILLI || balance < -STOCK_LEVEL_MAX_MILLI)
        return STOCK_TOO_LARGE;
    *ret_quantity_milli = balance;
    return STOCK_OK;
}

int64_t stock_count_delta(int64_t quantity_milli, int64_t counted_milli)
{
    return counted_milli - quantity_milli;
}

bool stock_is_low(int64_t quantity_milli, int64_t threshold_milli)
{
    return threshold_milli != STOCK_NO_THRESHOLD && quantity_milli < threshold_milli;
}

bool stock_crosses_low(int64_t previous_milli, int64_t new_milli, int64_t threshold_milli)
{
    return !stock_is_low(previous_milli, threshold_milli) && stock_is_low(new_milli, threshold_milli);
}
