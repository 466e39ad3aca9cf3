/* Exact decimals as scaled 64-bit integers; no double anywhere. Needs nothing but fixed-width integers, so
 * that the rules in domain/ can be compiled to WebAssembly with it.
 *
 *   money     minor units of its currency (rupiah: 0 decimals, dollar: 2)   `*_minor`   |x| ≤ 10^13
 *   quantity  thousandths                                                  `*_milli`   0 < x ≤ 10^9
 *   rate      ten-thousandths: 0.11 is 1100                                `*_bp`      0 ≤ x ≤ 10^4
 *
 * All rounding is half away from zero. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MONEY_MAX_MINOR INT64_C(10000000000000)
#define QUANTITY_MAX_MILLI INT64_C(1000000000)
#define QUANTITY_ONE_MILLI 1000
#define RATE_ONE_BP 10000
#define DECIMAL_TEXT_MAX 24 /* sign, 19 digits, point, NUL, rounded up */

enum decimal_status { DECIMAL_OK, DECIMAL_MALFORMED, DECIMAL_TOO_PRECISE, DECIMAL_TOO_LARGE };

/* Reads a JSON number (RFC 8259 §6, exponent included) as value × 10^decimals. 1.50 with 1 decimal is OK
 * (15); 1.55 is TOO_PRECISE. `ret_value` is set on OK only. */
enum decimal_status decimal_parse(const char *text, size_t len, int decimals, int64_t *ret_value);

/* Writes value ÷ 10^decimals as the shortest JSON number ("13.5", "-0.01", "7"); answers the length. No
 * NUL is written. */
size_t decimal_format(int64_t value, int decimals, char ret_text[DECIMAL_TEXT_MAX]);

/* round(a × b ÷ c) with a 128-bit product; false when it does not fit or c is 0. */
bool decimal_muldiv(int64_t a, int64_t b, int64_t c, int64_t *ret_value);

/* round(value ÷ unit) × unit: 13,703 to 100 is 13,700. unit ≤ 1 leaves the value. */
int64_t decimal_round_to(int64_t value, int64_t unit);
