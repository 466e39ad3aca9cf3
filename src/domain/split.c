/* Sharing out. */
#include "domain/split.h"

#include "base/check.h"
#include "base/decimal.h"

int64_t split_evenly(int64_t total, int64_t ways, int64_t index)
{
    return total / ways + (index < total % ways ? 1 : 0);
}

void split_by_weight(int64_t total, const int64_t *weights, size_t count, int64_t *ret_shares)
{
    int64_t all = 0, weight = 0, given = 0;
    for (size_t i = 0; i < count; i++)
        all += weights[i];
    for (size_t i = 0; i < count; i++) {
        int64_t until_here = total;
        weight += weights[i];
        if (all > 0)
            check(decimal_muldiv(total, weight, all, &until_here));
        ret_shares[i] = until_here - given;
        given = until_here;
    }
}
