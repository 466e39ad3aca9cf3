/* A buffer grows by doubling inside its arena; the old copies go with the arena. */
#include "base/buf.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>

struct buf buf_make(struct arena *arena, size_t initial, size_t max)
{
    size_t cap = initial < max ? initial : max;
    return (struct buf){.arena = arena, .data = arena_alloc(arena, cap), .cap = cap, .max = max};
}

/* Room for `more` bytes, or false: then the buffer takes nothing any more. */
static bool reserve(struct buf *buf, size_t more)
{
    if (buf->overflowed)
        return false;
    if (more <= buf->cap - buf->len)
        return true;
    if (more > buf->max - buf->len) {
        buf->overflowed = true;
        return false;
    }
    size_t cap = buf->cap < buf->max / 2 ? buf->cap * 2 : buf->max;
    if (cap < buf->len + more)
        cap = buf->len + more;
    char *data = arena_alloc(buf->arena, cap);
    if (buf->len)
        memcpy(data, buf->data, buf->len);
    buf->data = data;
    buf->cap = cap;
    return true;
}

void buf_put(struct buf *buf, struct str s)
{
    if (s.len == 0 || !reserve(buf, s.len))
        return;
    memcpy(buf->data + buf->len, s.data, s.len);
    buf->len += s.len;
}

void buf_put_char(struct buf *buf, char c)
{
    if (!reserve(buf, 1))
        return;
    buf->data[buf->len++] = c;
}

void buf_put_int(struct buf *buf, int64_t value)
{
    char text[20], *start = text + sizeof text;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        *--start = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        *--start = '-';
    buf_put(buf, (struct str){start, (size_t)(text + sizeof text - start)});
}

void buf_format(struct buf *buf, const char *format, ...)
{
    if (buf->overflowed)
        return;
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    size_t room = buf->cap - buf->len;
    int len = vsnprintf(buf->data + buf->len, room, format, arguments);
    va_end(arguments);
    check(len >= 0);
    /* vsnprintf wants a byte for its NUL; where that one does not fit under the maximum, the text goes a
     * detour. */
    if ((size_t)len < room) {
        buf->len += (size_t)len;
    } else if (reserve(buf, (size_t)len)) {
        char *text = arena_alloc(buf->arena, (size_t)len + 1);
        vsnprintf(text, (size_t)len + 1, format, again);
        buf_put(buf, (struct str){text, (size_t)len});
    }
    va_end(again);
}
