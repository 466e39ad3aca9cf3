/* Time zones from TZif files (RFC 8536; Debian's tzdata), with the POSIX rule of the footer for later years.
 * A zone is loaded once, kept for the life of the process and read-only: pointers never die, any thread may
 * use them. */
#pragma once
#include "base/str.h"

struct zone;

struct local_time {
    int32_t date; /* YYYYMMDD */
    int hour, minute, second;
    int offset_seconds; /* east of UTC */
};

const struct zone *zone_find(struct str name); /* IANA name; NULL: not known, or an odd name such as "../x" */
struct local_time zone_local(const struct zone *zone, int64_t ms);
int64_t zone_day_start(const struct zone *zone, int32_t date); /* first instant of that local day, in ms */
