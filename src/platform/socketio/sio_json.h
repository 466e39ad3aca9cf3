/* Looks at JSON text where it lies: nothing is copied, nothing recurses, so that text nested a hundred
 * thousand deep costs a bit a level. As JSON.parse reads it: RFC 8259, but halves of surrogate pairs may be
 * escaped. */
#pragma once
#include "base/str.h"

/* One whole value with blanks around. With `attachments` > 0 every object that has `"_placeholder":true` must
 * be exactly {"_placeholder":true,"num":n}, n an integer below `attachments`. */
bool sio_json_check(struct str text, size_t attachments);

/* The rest take text that was checked. */

struct str sio_json_trim(struct str text);
/* Cuts the first value, blanks and the comma behind it off the inside of an array; STR_NONE at its end. */
struct str sio_json_cut(struct str *inside);
struct str sio_json_inside(struct str text); /* of an array or object: what is between its brackets */
/* The value of a member of an object; STR_NONE: none. The first of several. */
struct str sio_json_member(struct str object, struct str name);
/* The text of a string that has no escapes; STR_NONE: another type, or it has some. */
struct str sio_json_plain(struct str value);
/* The text of any string, unescaped into `arena` when it must be; lone surrogates are U+FFFD. */
struct str sio_json_string(struct arena *arena, struct str value);
