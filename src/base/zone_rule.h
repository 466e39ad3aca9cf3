/* The footer of a TZif file: a POSIX TZ string ("EST5EDT,M3.2.0,M11.1.0", RFC 8536 §3.3) that rules all years
 * after the file's table. */
#pragma once
#include "base/str.h"

struct zone_change {
    enum { ZONE_JULIAN_DAY, ZONE_DAY_OF_YEAR, ZONE_WEEKDAY_OF_MONTH } kind;
    int month, week, day;
    int seconds; /* after that day's midnight, local time; may be negative or past the day */
};

struct zone_rule {
    int standard_offset, daylight_offset; /* seconds east of UTC */
    bool has_daylight;
    struct zone_change start, end; /* of daylight saving time */
};

bool zone_rule_parse(struct str text, struct zone_rule *ret_rule);
int zone_rule_offset(const struct zone_rule *rule, int64_t utc_seconds);
