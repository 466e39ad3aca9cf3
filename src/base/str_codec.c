/* Bytes as text: hexadecimal and base64url (RFC 4648 §4 and §5). */
#include "base/str.h"

struct str str_hex(struct arena *arena, const void *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *byte = data;
    char *text = arena_array(arena, char, len * 2);
    for (size_t i = 0; i < len; i++) {
        text[i * 2] = digits[byte[i] >> 4];
        text[i * 2 + 1] = digits[byte[i] & 15];
    }
    return (struct str){text, len * 2};
}

struct str str_base64url(struct arena *arena, const void *data, size_t len)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *byte = data;
    char *text = arena_alloc(arena, len / 3 * 4 + 4);
    size_t used = 0;
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8 | byte[i]) & 0xFFFF;
        for (count += 8; count >= 6; count -= 6)
            text[used++] = letters[bits >> (count - 6) & 63];
    }
    if (count)
        text[used++] = letters[bits << (6 - count) & 63];
    return (struct str){text, used};
}

static int letter_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool str_unbase64url(struct arena *arena, struct str s, struct str *ret_data)
{
    char *data = arena_alloc(arena, s.len / 4 * 3 + 3);
    size_t used = 0;
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < s.len; i++) {
        int value = letter_value(s.data[i]);
        if (value < 0)
            return false;
        bits = (bits << 6 | (unsigned)value) & 0xFFFF;
        count += 6;
        if (count >= 8) {
            count -= 8;
            data[used++] = (char)(bits >> count & 0xFF);
        }
    }
    /* One text for each value: no lone letter, and the bits left over are zero. */
    if (count == 6 || (bits & ((1u << count) - 1)) != 0)
        return false;
    *ret_data = (struct str){data, used};
    return true;
}
