/* Decimals without doubles and without a C library: it is compiled for the server and, the same text, to
 * WebAssembly. Where a product needs 128 bits it is done in two halves by hand, since WebAssembly has no such
 * type of its own. */
#include "base/decimal.h"

#define MAGNITUDE_MAX ((uint64_t)INT64_MAX) /* INT64_MIN is left out: it means "absent" elsewhere */

static uint64_t magnitude(int64_t value) { return value < 0 ? -(uint64_t)value : (uint64_t)value; }
static bool is_digit(const char *at, const char *end) { return at < end && *at >= '0' && *at <= '9'; }

/* A number's significant digits: mantissa × 10^exponent, where the mantissa does not end in 0. */
struct scan {
    uint64_t mantissa;
    int64_t exponent;
    int64_t position; /* of the digit read last, as a power of ten */
    int64_t zeros;    /* read since the last other digit */
    bool too_long;    /* the mantissa does not hold them all */
};

static void scan_digit(struct scan *scan, unsigned digit)
{
    if (digit == 0) {
        scan->zeros++;
        return;
    }
    if (scan->mantissa == 0)
        scan->zeros = 0;
    for (; scan->zeros >= 0 && !scan->too_long; scan->zeros--) {
        if (scan->mantissa > MAGNITUDE_MAX / 10)
            scan->too_long = true;
        else
            scan->mantissa *= 10;
    }
    scan->zeros = 0;
    if (scan->mantissa > MAGNITUDE_MAX - digit)
        scan->too_long = true;
    if (!scan->too_long)
        scan->mantissa += digit;
    scan->exponent = scan->position;
}

static const char *scan_exponent(const char *at, const char *end, int64_t *ret_exponent)
{
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (!is_digit(at, end))
        return NULL;
    int64_t value = 0;
    for (; is_digit(at, end); at++) {
        if (value < INT64_C(1000000000000000)) /* further it makes no difference */
            value = value * 10 + (*at - '0');
    }
    *ret_exponent = negative ? -value : value;
    return at;
}

/* The whole grammar but the sign; false when it is not met. */
static bool scan_number(const char *at, const char *end, struct scan *scan)
{
    if (!is_digit(at, end) || (*at == '0' && is_digit(at + 1, end)))
        return false;
    const char *point = at;
    while (is_digit(point, end))
        point++;
    for (scan->position = point - at - 1; at < point; at++, scan->position--)
        scan_digit(scan, (unsigned)(*at - '0'));
    if (at < end && *at == '.') {
        at++;
        if (!is_digit(at, end))
            return false;
        for (scan->position = -1; is_digit(at, end); at++, scan->position--)
            scan_digit(scan, (unsigned)(*at - '0'));
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        int64_t exponent;
        at = scan_exponent(at + 1, end, &exponent);
        if (!at)
            return false;
        scan->exponent += exponent;
    }
    return at == end;
}

enum decimal_status decimal_parse(const char *text, size_t len, int decimals, int64_t *ret_value)
{
    const char *end = text + len;
    bool negative = len > 0 && *text == '-';
    struct scan scan = {0};
    if (len == 0 || !scan_number(text + negative, end, &scan))
        return DECIMAL_MALFORMED;
    if (scan.mantissa == 0 && !scan.too_long) {
        *ret_value = 0;
        return DECIMAL_OK;
    }
    int64_t exponent = scan.exponent + decimals;
    if (exponent < 0)
        return DECIMAL_TOO_PRECISE;
    if (scan.too_long || exponent > 18)
        return DECIMAL_TOO_LARGE;
    for (; exponent > 0; exponent--) {
        if (scan.mantissa > MAGNITUDE_MAX / 10)
            return DECIMAL_TOO_LARGE;
        scan.mantissa *= 10;
    }
    *ret_value = negative ? -(int64_t)scan.mantissa : (int64_t)scan.mantissa;
    return DECIMAL_OK;
}

size_t decimal_format(int64_t value, int decimals, char ret_text[DECIMAL_TEXT_MAX])
{
    char reversed[DECIMAL_TEXT_MAX];
    size_t used = 0, len = 0;
    uint64_t rest = magnitude(value);
    int left = decimals; /* digits after the point still to come */
    while (left > 0 && rest % 10 == 0) {
        rest /= 10;
        left--;
        if (rest == 0)
            left = 0;
    }
    bool fraction = left > 0;
    for (; left > 0; left--, rest /= 10)
        reversed[used++] = (char)('0' + rest % 10);
    if (fraction)
        reversed[used++] = '.';
    do
        reversed[used++] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        reversed[used++] = '-';
    while (used > 0)
        ret_text[len++] = reversed[--used];
    return len;
}

/* high × 2^64 + low = a × b */
static void multiply(uint64_t a, uint64_t b, uint64_t *ret_high, uint64_t *ret_low)
{
    uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t low = a_low * b_low;
    uint64_t middle = a_high * b_low + (low >> 32);
    uint64_t carried = a_low * b_high + (uint32_t)middle;
    *ret_high = a_high * b_high + (middle >> 32) + (carried >> 32);
    *ret_low = carried << 32 | (uint32_t)low;
}

/* (high × 2^64 + low) ÷ divisor for high < divisor, a bit at a time: amounts that need it are rare. */
static uint64_t divide(uint64_t high, uint64_t low, uint64_t divisor, uint64_t *ret_rest)
{
    uint64_t quotient = 0, rest = high;
    for (int bit = 63; bit >= 0; bit--) {
        bool carry = rest >> 63;
        rest = rest << 1 | (low >> bit & 1);
        quotient <<= 1;
        if (carry || rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    *ret_rest = rest;
    return quotient;
}

bool decimal_muldiv(int64_t a, int64_t b, int64_t c, int64_t *ret_value)
{
    uint64_t high, low, quotient, rest, divisor = magnitude(c);
    bool negative = ((a < 0) != (b < 0)) != (c < 0);
    multiply(magnitude(a), magnitude(b), &high, &low);
    if (high >= divisor) /* too large, or a division by 0 */
        return false;
    if (high == 0) {
        quotient = low / divisor;
        rest = low % divisor;
    } else {
        quotient = divide(high, low, divisor, &rest);
    }
    bool round_up = rest >= divisor - rest;
    if (quotient > MAGNITUDE_MAX - round_up)
        return false;
    quotient += round_up;
    *ret_value = negative ? -(int64_t)quotient : (int64_t)quotient;
    return true;
}

int64_t decimal_round_to(int64_t value, int64_t unit)
{
    if (unit <= 1)
        return value;
    int64_t rest = value % unit, floor = value - rest;
    int64_t rest_size = rest < 0 ? -rest : rest;
    if (rest_size < unit - rest_size)
        return floor;
    int64_t rounded;
    /* At the very end of the range the next multiple does not exist; the nearest that does is taken. */
    return __builtin_add_overflow(floor, value < 0 ? -unit : unit, &rounded) ? floor : rounded;
}
