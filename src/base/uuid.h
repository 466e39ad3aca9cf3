/* UUIDs, RFC 9562. The server makes version 7: they sort by time, and within one process strictly upwards. */
#pragma once
#include "base/str.h"

struct uuid {
    uint8_t bytes[16];
};

#define UUID_TEXT_LEN 36
#define UUID_NIL ((struct uuid){{0}}) /* "none" */

struct uuid uuid_new(void);         /* version 7; thread-safe */
struct uuid uuid_floor(int64_t ms); /* sorts before every version 7 id made from that instant on */
bool uuid_parse(struct str text, struct uuid *ret_id); /* 8-4-4-4-12, either case; nil is refused */
void uuid_format(struct uuid id, char ret_text[UUID_TEXT_LEN + 1]); /* lower case, NUL-terminated */
struct str uuid_str(struct arena *arena, struct uuid id);
bool uuid_eq(struct uuid a, struct uuid b);
int uuid_compare(struct uuid a, struct uuid b);
bool uuid_is_nil(struct uuid id);
