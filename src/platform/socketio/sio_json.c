/* Walks over text that sio_json_check found to be right. */
#include "platform/socketio/sio_json.h"

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* ---- Values ---- */

struct str sio_json_trim(struct str text)
{
    while (text.len > 0 && is_blank(text.data[0]))
        text.data++, text.len--;
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

struct str sio_json_inside(struct str text)
{
    text = sio_json_trim(text);
    return sio_json_trim((struct str){text.data + 1, text.len - 2});
}

/* Where the string ends that begins at `at`: behind its quote. */
static size_t behind_string(struct str text, size_t at)
{
    for (at++; text.data[at] != '"'; at++)
        at += text.data[at] == '\\';
    return at + 1;
}

/* Where the value that begins the text ends: at a comma, a colon or a bracket of the outside, or the end. */
static size_t behind_value(struct str text)
{
    size_t depth = 0, at = 0;
    while (at < text.len) {
        char c = text.data[at];
        if (c == '"') {
            at = behind_string(text, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == ':'))
            break;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at++;
    }
    return at;
}

static struct str cut_at(struct str *rest, size_t at)
{
    struct str value = sio_json_trim((struct str){rest->data, at});
    size_t used = at < rest->len ? at + 1 : at;
    *rest = sio_json_trim((struct str){rest->data + used, rest->len - used});
    return value;
}

struct str sio_json_cut(struct str *inside)
{
    if (inside->len == 0)
        return STR_NONE;
    return cut_at(inside, behind_value(*inside));
}

struct str sio_json_member(struct str object, struct str name)
{
    struct str rest = sio_json_inside(object);
    while (rest.len > 0) {
        struct str key = sio_json_cut(&rest);
        struct str value = sio_json_cut(&rest);
        if (str_eq(sio_json_plain(key), name))
            return value;
    }
    return STR_NONE;
}

struct str sio_json_plain(struct str value)
{
    if (value.len < 2 || value.data[0] != '"')
        return STR_NONE;
    struct str text = {value.data + 1, value.len - 2};
    return memchr(text.data, '\\', text.len) ? STR_NONE : text;
}

/* ---- Unescaping ---- */

static uint32_t hex_digit(char c) { return (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); }

static uint32_t hex4(const char *text)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 4 | hex_digit(text[i]);
    return value;
}

static char *put_code_point(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char LEAD[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(LEAD[more] | code >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (code >> 6 * more & 0x3F));
    return to;
}

/* `*from` is behind "\u". */
static uint32_t take_code_point(const char **from, const char *end)
{
    uint32_t code = hex4(*from);
    *from += 4;
    if (code >= 0xD800 && code <= 0xDBFF && end - *from >= 6 && (*from)[0] == '\\' && (*from)[1] == 'u') {
        uint32_t low = hex4(*from + 2);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *from += 6;
            return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return code >= 0xD800 && code <= 0xDFFF ? 0xFFFD : code;
}

struct str sio_json_string(struct arena *arena, struct str value)
{
    if (value.len < 2 || value.data[0] != '"')
        return STR_NONE;
    struct str plain = sio_json_plain(value);
    if (plain.data)
        return plain;
    const char *from = value.data + 1, *end = value.data + value.len - 1;
    char *text = arena_alloc(arena, value.len), *to = text;
    static const char ESCAPED[] = {['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    while (from < end) {
        char c = *from++;
        if (c != '\\') {
            *to++ = c;
            continue;
        }
        c = *from++;
        if (c == 'u')
            to = put_code_point(to, take_code_point(&from, end));
        else
            *to++ = (size_t)c < sizeof ESCAPED && ESCAPED[(size_t)c] ? ESCAPED[(size_t)c] : c;
    }
    return (struct str){text, (size_t)(to - text)};
}
