/* Members of JSON text by name, without building a tree: for text that is known to be well-formed, such as
 * the data of an event. Text that is not answers STR_NONE somewhere, and no byte beyond its end is read. */
#pragma once
#include "base/uuid.h"

/* The value as it is written ("12.5", "\"a\"", "{…}"); STR_NONE: no such member, or no object. Names are
 * compared as they are written, so `name` must need no escapes. Of several members of a name the first. */
struct str json_raw_member(struct str object, const char *name);
/* A string unescaped, in `arena`; STR_NONE: none, or no string. */
struct str json_raw_text(struct arena *arena, struct str object, const char *name);
struct uuid json_raw_uuid(struct str object, const char *name); /* UUID_NIL: none, null, or no id */

/* The elements of an array, one a call; `*at` starts at 0. False: no more, or no array. */
bool json_raw_element(struct str array, size_t *at, struct str *ret_element);
/* The members of an object likewise; the name without its quotes, as it is written. */
bool json_raw_next(struct str object, size_t *at, struct str *ret_name, struct str *ret_value);
/* The string that `value` is, unescaped, in `arena`; STR_NONE: it is none. */
struct str json_raw_string(struct arena *arena, struct str value);
