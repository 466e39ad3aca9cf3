/* JSON's two tokens that need care: strings (escapes, UTF-8) and numbers. RFC 8259 §6 and §7, to the letter.
 *
 * The text ends with a NUL, which is allowed nowhere in JSON: so no step asks whether there is a next byte.
 */
#include "base/json_internal.h"
#include "base/utf8.h"

/* 1: stands for itself in a string, one byte. */
static const bool PLAIN[256] = {
    [' '] = 1,
    ['!'] = 1,
    ['#' ... '['] = 1,
    [']' ... 0x7F] = 1,
};

/* Four hex digits; -1 when they are not. */
static int32_t hex4(const char *s)
{
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = s[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

/* \uXXXX, or two of them for a code point above U+FFFF; `*from` is at the first hex digit. */
static const char *scan_unicode(char **from, char **to)
{
    int32_t code = hex4(*from);
    if (code < 0)
        return "\\u needs four hex digits";
    *from += 4;
    if (code >= 0xDC00 && code <= 0xDFFF)
        return "half of a surrogate pair";
    if (code >= 0xD800 && code <= 0xDBFF) {
        int32_t low = (*from)[0] == '\\' && (*from)[1] == 'u' ? hex4(*from + 2) : -1;
        if (low < 0xDC00 || low > 0xDFFF)
            return "half of a surrogate pair";
        *from += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    *to = put_utf8(*to, (uint32_t)code);
    return NULL;
}

/* `*from` is behind a backslash. */
static const char *scan_escape(char **from, char **to)
{
    char c = *(*from)++;
    switch (c) {
    case '"':
    case '\\':
    case '/':
        break;
    case 'b':
        c = '\b';
        break;
    case 'f':
        c = '\f';
        break;
    case 'n':
        c = '\n';
        break;
    case 'r':
        c = '\r';
        break;
    case 't':
        c = '\t';
        break;
    case 'u':
        return scan_unicode(from, to);
    default:
        (*from)--;
        return "unknown escape in a string";
    }
    *(*to)++ = c;
    return NULL;
}

const char *json_scan_string(char **at, const char *end, uint32_t *ret_len)
{
    char *const start = *at;
    char *from = start;
    while (PLAIN[(unsigned char)*from])
        from++;
    char *to = from; /* an escape is never shorter than what it stands for */
    const char *wrong = NULL;
    while (*from != '"') {
        unsigned char c = (unsigned char)*from;
        if (PLAIN[c]) {
            *to++ = *from++;
        } else if (c == '\\') {
            from++;
            wrong = scan_escape(&from, &to);
        } else if (c >= 0x80) {
            size_t len = utf8_step(from, (size_t)(end - from));
            if (len == 0)
                wrong = "a string is not valid UTF-8";
            for (size_t i = 0; i < len; i++)
                *to++ = *from++;
        } else {
            wrong = from == end ? "a string has no end" : "control characters must be escaped";
        }
        if (wrong) {
            *at = from;
            return wrong;
        }
    }
    *ret_len = (uint32_t)(to - start);
    *at = from + 1;
    return NULL;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool skip_digits(char **at)
{
    if (!is_digit(**at))
        return false;
    while (is_digit(**at))
        ++*at;
    return true;
}

const char *json_scan_number(char **at)
{
    if (**at == '-')
        ++*at;
    if (**at == '0') {
        ++*at;
        if (is_digit(**at))
            return "a number must not begin with 0";
    } else if (!skip_digits(at)) {
        return "expected a digit";
    }
    if (**at == '.') {
        ++*at;
        if (!skip_digits(at))
            return "expected a digit";
    }
    if (**at == 'e' || **at == 'E') {
        ++*at;
        if (**at == '+' || **at == '-')
            ++*at;
        if (!skip_digits(at))
            return "expected a digit";
    }
    return NULL;
}
