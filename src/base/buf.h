/* A growing text buffer with a maximum, in an arena. What does not fit under the maximum is left out
 * whole, and so is all that follows; `overflowed` stays true. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct buf {
    struct arena *arena;
    char *data;
    size_t len, cap, max;
    bool overflowed;
};

struct buf buf_make(struct arena *arena, size_t initial, size_t max);
void buf_put(struct buf *buf, struct str s);
void buf_put_char(struct buf *buf, char c);
void buf_put_int(struct buf *buf, int64_t value);
void buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline struct str buf_str(const struct buf *buf) { return (struct str){buf->data, buf->len}; }
