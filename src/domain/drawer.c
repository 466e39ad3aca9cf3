/* The cash drawer: see drawer.h. */
#include "domain/drawer.h"

bool drawer_expected(const struct drawer *drawer, int64_t *ret_expected_minor)
{
    int64_t sum = drawer->opening_minor;
    if (__builtin_add_overflow(sum, drawer->received_minor, &sum) ||
        __builtin_sub_overflow(sum, drawer->change_minor, &sum) ||
        __builtin_add_overflow(sum, drawer->in_minor, &sum) ||
        __builtin_sub_overflow(sum, drawer->out_minor, &sum))
        return false;
    *ret_expected_minor = sum;
    return true;
}
