/* Sharing out: a bill that becomes several, without losing or doubling a thousandth. Pure. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Part `index` of `total` shared out evenly in `ways`: the first parts take what is left over (10 in 3: 4, 3,
 * 3). */
int64_t split_evenly(int64_t total, int64_t ways, int64_t index);

/* `total` shared out by weights ≥ 0 into `ret_shares`, their sum being `total` exactly: each part gets what
 * is missing to its rounded share of all parts up to it. Without any weight all goes to the first part. */
void split_by_weight(int64_t total, const int64_t *weights, size_t count, int64_t *ret_shares);
