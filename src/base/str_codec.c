/* Bytes as text: hexadecimal, base64 and base64url (RFC 4648 §8, §4, §5). */
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

/* ---- Base64 ---- */

static const char STANDARD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char FOR_URLS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t put(const char *alphabet, struct str bytes, char *out)
{
    size_t used = 0;
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        bits = (bits << 8 | (unsigned char)bytes.data[i]) & 0xFFFF;
        for (count += 8; count >= 6; count -= 6)
            out[used++] = alphabet[bits >> (count - 6) & 63];
    }
    if (count)
        out[used++] = alphabet[bits << (6 - count) & 63];
    return used;
}

static int value_of(const char *alphabet, char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == alphabet[62] ? 62 : c == alphabet[63] ? 63 : -1;
}

/* `ret_left`: the bits behind the last byte. */
static bool take(const char *alphabet, struct str text, char *out, size_t *ret_len, unsigned *ret_left)
{
    size_t used = 0;
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = value_of(alphabet, text.data[i]);
        if (value < 0)
            return false;
        bits = (bits << 6 | (unsigned)value) & 0xFFFF;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[used++] = (char)(bits >> count & 0xFF);
        }
    }
    *ret_len = used;
    *ret_left = bits & ((1u << count) - 1);
    return count != 6; /* a lone letter */
}

size_t str_base64_len(size_t len) { return (len + 2) / 3 * 4; }

size_t str_base64_put(struct str bytes, char *out)
{
    size_t used = put(STANDARD, bytes, out);
    while (used % 4 != 0)
        out[used++] = '=';
    return used;
}

bool str_base64_take(struct str text, char *out, size_t *ret_len)
{
    unsigned left;
    if (text.len % 4 == 0 && text.len > 0 && text.data[text.len - 1] == '=')
        text.len -= text.data[text.len - 2] == '=' ? 2 : 1;
    return take(STANDARD, text, out, ret_len, &left);
}

size_t str_base64url_put(struct str bytes, char *out) { return put(FOR_URLS, bytes, out); }

/* One text for each value: the bits left over are zero. */
bool str_base64url_take(struct str text, char *out, size_t *ret_len)
{
    unsigned left;
    return take(FOR_URLS, text, out, ret_len, &left) && left == 0;
}

struct str str_base64url(struct arena *arena, const void *data, size_t len)
{
    char *text = arena_alloc(arena, str_base64_len(len) + 1);
    return (struct str){text, str_base64url_put((struct str){data, len}, text)};
}

bool str_unbase64url(struct arena *arena, struct str s, struct str *ret_data)
{
    char *data = arena_alloc(arena, s.len / 4 * 3 + 3);
    size_t len;
    if (!str_base64url_take(s, data, &len))
        return false;
    *ret_data = (struct str){data, len};
    return true;
}
