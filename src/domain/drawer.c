/* The cash drawer: see drawer.h. */
#include "domain/drawer.h"

bool drawer_expected(const struct drawer *drawer, int64_t *ret_expected_minor)
{
    int64_t sum = drawer->opening_minor;
    if (__builtin_add_overflow(sum, drawer->received_minor, &sum) ||
        __builtin_sub_overflow(sum, drawer->change_minor, &sum) ||
        __builtin_sub_overflow(sum, drawer->refunded_minor, &sum) ||
        __builtin_add_overflow(sum, drawer->in_minor, &sum) ||
        __builtin_sub_overflow(sum, drawer->out_minor, &sum))
        return false;
    *ret_expected_minor = sum;
    return true;
}

bool drawer_count(const struct drawer *drawer, int64_t counted_minor, int64_t *ret_expected_minor,
                  int64_t *ret_difference_minor)
{
    int64_t expected, difference;
    if (!drawer_expected(drawer, &expected) || __builtin_sub_overflow(counted_minor, expected, &difference))
        return false;
    *ret_expected_minor = expected;
    *ret_difference_minor = difference;
    return true;
}

int64_t takings_net(const struct takings *takings)
{
    return takings->received_minor - takings->change_minor - takings->refunded_minor;
}
