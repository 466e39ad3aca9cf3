/* One step through UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* The length of the code point at the start of `text` (1–4 bytes), 0 when it is not valid or len is 0. */
static inline size_t utf8_step(const char *text, size_t len)
{
    const unsigned char *byte = (const unsigned char *)text;
    if (len == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    if (byte[0] < 0xC2 || byte[0] > 0xF4)
        return 0;
    size_t step = byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
    if (len < step)
        return 0;
    unsigned char least = 0x80, most = 0xBF; /* of the second byte */
    if (byte[0] == 0xE0)
        least = 0xA0;
    if (byte[0] == 0xED)
        most = 0x9F;
    if (byte[0] == 0xF0)
        least = 0x90;
    if (byte[0] == 0xF4)
        most = 0x8F;
    if (byte[1] < least || byte[1] > most)
        return 0;
    for (size_t i = 2; i < step; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
    }
    return step;
}
