/* Text as a pointer and a length, passed by value; not NUL-terminated. `data == NULL` is "absent", which is
 * not "". */
#pragma once
#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *data;
    size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal)               \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    } /* for static tables */
#define STR_NONE ((struct str){NULL, 0})
#define STR_ARG(s) (int)(s).len, (s).data /* for "%.*s" */

struct str str_of(const char *text);                 /* NULL gives STR_NONE */
bool str_eq(struct str a, struct str b);             /* absent equals absent only */
bool str_eq_ignore_case(struct str a, struct str b); /* ASCII */
int str_compare(struct str a, struct str b);         /* bytewise, as memcmp */
bool str_starts_with(struct str s, struct str prefix);
struct str str_trim(struct str s); /* ASCII white space */
/* Cuts `*rest` at the first `separator`; answers what stood before it. Absent when `*rest` is absent. */
struct str str_cut(struct str *rest, char separator);
bool str_parse_int(struct str s, int64_t *ret_value); /* decimal, whole text, no overflow */
bool str_is_utf8(struct str s);
size_t str_utf8_length(struct str s); /* code points of valid UTF-8 */

struct str str_copy(struct arena *arena, struct str s);
char *str_to_cstr(struct arena *arena, struct str s);    /* NUL-terminated; absent gives "" */
struct str str_lower(struct arena *arena, struct str s); /* ASCII letters only; search keys: base/fold.h */
struct str str_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str str_hex(struct arena *arena, const void *data, size_t len);       /* lower case */
struct str str_base64url(struct arena *arena, const void *data, size_t len); /* RFC 4648 §5, no padding */
bool str_unbase64url(struct arena *arena, struct str s, struct str *ret_data);
/* The same into room of the caller's, without NUL; at most str_base64_len of the bytes. */
size_t str_base64url_put(struct str bytes, char *out);
bool str_base64url_take(struct str text, char *out, size_t *ret_len); /* in place is fine */
/* RFC 4648 §4. `take`: in place is fine, the padding may be left out. */
size_t str_base64_len(size_t len);
size_t str_base64_put(struct str bytes, char *out); /* padded: str_base64_len */
bool str_base64_take(struct str text, char *out, size_t *ret_len);
