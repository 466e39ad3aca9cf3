/* Text by pointer and length: comparing, cutting, reading, copying. */
#include "base/str.h"

#include "base/check.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

struct str str_of(const char *text) { return (struct str){text, text ? strlen(text) : 0}; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }

bool str_eq(struct str a, struct str b)
{
    if (!a.data || !b.data)
        return a.data == b.data;
    return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

bool str_eq_ignore_case(struct str a, struct str b)
{
    if (!a.data || !b.data)
        return a.data == b.data;
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    }
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    if (order == 0)
        order = (a.len > b.len) - (a.len < b.len);
    if (order == 0)
        order = (a.data != NULL) - (b.data != NULL);
    return order;
}

bool str_starts_with(struct str s, struct str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.data, prefix.data, prefix.len) == 0);
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct str str_trim(struct str s)
{
    while (s.len && is_space(s.data[0])) {
        s.data++;
        s.len--;
    }
    while (s.len && is_space(s.data[s.len - 1]))
        s.len--;
    return s;
}

struct str str_cut(struct str *rest, char separator)
{
    struct str part = *rest;
    const char *found = part.len ? memchr(part.data, separator, part.len) : NULL;
    if (!found) {
        *rest = STR_NONE;
        return part;
    }
    part.len = (size_t)(found - part.data);
    *rest = (struct str){found + 1, rest->len - part.len - 1};
    return part;
}

bool str_parse_int(struct str s, int64_t *ret_value)
{
    bool negative = s.len && s.data[0] == '-';
    size_t i = negative;
    if (i == s.len)
        return false;
    int64_t value = 0;
    for (; i < s.len; i++) {
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
        int digit = s.data[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    *ret_value = value;
    return true;
}

bool str_is_utf8(struct str s)
{
    size_t i = 0;
    while (i < s.len) {
        /* Most text is ASCII: eight bytes at once. */
        uint64_t word;
        if (s.len - i >= sizeof word) {
            memcpy(&word, s.data + i, sizeof word);
            if (!(word & UINT64_C(0x8080808080808080))) {
                i += sizeof word;
                continue;
            }
        }
        size_t step = utf8_step(s.data + i, s.len - i);
        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

size_t str_utf8_length(struct str s)
{
    size_t length = 0;
    for (size_t i = 0; i < s.len; i++)
        length += ((unsigned char)s.data[i] & 0xC0) != 0x80;
    return length;
}

struct str str_copy(struct arena *arena, struct str s)
{
    if (!s.data)
        return STR_NONE;
    return (struct str){arena_copy(arena, s.data, s.len), s.len};
}

char *str_to_cstr(struct arena *arena, struct str s)
{
    char *text = arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(text, s.data, s.len);
    return text;
}

struct str str_lower(struct arena *arena, struct str s)
{
    if (!s.data)
        return STR_NONE;
    char *text = arena_alloc(arena, s.len);
    for (size_t i = 0; i < s.len; i++)
        text[i] = lower(s.data[i]);
    return (struct str){text, s.len};
}

struct str str_format(struct arena *arena, const char *format, ...)
{
    char small[256];
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int len = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    check(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1);
    if ((size_t)len < sizeof small)
        memcpy(text, small, (size_t)len);
    else
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return (struct str){text, (size_t)len};
}
