/* Any text as a number with 0 to 4 decimals (the first byte): what is accepted is written and read back as
 * the same. */
#include "fuzz.h"

#include "base/decimal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    int decimals = data[0] % 5;
    int64_t value = 0, again = 0;
    if (decimal_parse((const char *)data + 1, size - 1, decimals, &value) != DECIMAL_OK)
        return 0;
    char text[DECIMAL_TEXT_MAX];
    size_t len = decimal_format(value, decimals, text);
    check(len <= sizeof text);
    check(decimal_parse(text, len, decimals, &again) == DECIMAL_OK && again == value);
    int64_t part = 0;
    if (decimal_muldiv(value, 1000, 1000, &part))
        check(part == value);
    return 0;
}
