/* Stock arithmetic. A level is the sum of its movements; quantities are thousandths, signed here. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define STOCK_LEVEL_MAX_MILLI INT64_C(1000000000000) /* |level| of a product in an outlet: 10^9 pieces */
#define STOCK_NO_THRESHOLD INT64_MIN

enum stock_outcome { STOCK_OK, STOCK_INSUFFICIENT, STOCK_TOO_LARGE };

/* The balance after a movement of `delta_milli`. A decrease below zero is INSUFFICIENT unless
 * `allow_negative`; an increase never is, even when the balance stays negative. `ret_quantity_milli` is set
 * on STOCK_OK only. */
enum stock_outcome stock_apply(int64_t quantity_milli, int64_t delta_milli, bool allow_negative,
                               int64_t *ret_quantity_milli);

/* The movement that makes the level what was counted. */
int64_t stock_count_delta(int64_t quantity_milli, int64_t counted_milli);

/* Low is below the threshold. */
bool stock_is_low(int64_t quantity_milli, int64_t threshold_milli);
/* True once on the way down: it was not low before, it is now. */
bool stock_crosses_low(int64_t previous_milli, int64_t new_milli, int64_t threshold_milli);
