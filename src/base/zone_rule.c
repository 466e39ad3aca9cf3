/* POSIX TZ strings, with RFC 8536's extension: the hour of a change lies in -167…167. */
#include "base/zone_rule.h"

#include "base/timefmt.h"

#define DAY_SECONDS 86400

struct reader {
    const char *at, *end;
};

static bool take(struct reader *in, char c)
{
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

static bool read_number(struct reader *in, int most, int *ret_number)
{
    int number = 0;
    const char *start = in->at;
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9' && number <= most)
        number = number * 10 + (*in->at++ - '0');
    if (in->at == start || number > most)
        return false;
    *ret_number = number;
    return true;
}

/* "WIB", or "<+07>" where it is not letters only. */
static bool skip_name(struct reader *in)
{
    const char *start = in->at;
    if (take(in, '<')) {
        while (in->at < in->end && *in->at != '>')
            in->at++;
        return take(in, '>');
    }
    while (in->at < in->end && ((*in->at | 0x20) >= 'a' && (*in->at | 0x20) <= 'z'))
        in->at++;
    return in->at - start >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds */
static bool read_time(struct reader *in, int most_hours, int *ret_seconds)
{
    int hours, minutes = 0, seconds = 0;
    bool negative = take(in, '-');
    if (!negative)
        take(in, '+');
    if (!read_number(in, most_hours, &hours))
        return false;
    if (take(in, ':') && !read_number(in, 59, &minutes))
        return false;
    if (take(in, ':') && !read_number(in, 59, &seconds))
        return false;
    int total = hours * 3600 + minutes * 60 + seconds;
    *ret_seconds = negative ? -total : total;
    return true;
}

static bool read_change_day(struct reader *in, struct zone_change *change)
{
    if (take(in, 'M')) {
        change->kind = ZONE_WEEKDAY_OF_MONTH;
        return read_number(in, 12, &change->month) && change->month >= 1 && take(in, '.') &&
               read_number(in, 5, &change->week) && change->week >= 1 && take(in, '.') &&
               read_number(in, 6, &change->day);
    }
    if (take(in, 'J')) {
        change->kind = ZONE_JULIAN_DAY;
        return read_number(in, 365, &change->day) && change->day >= 1;
    }
    change->kind = ZONE_DAY_OF_YEAR;
    return read_number(in, 365, &change->day);
}

static bool read_change(struct reader *in, struct zone_change *ret_change)
{
    struct zone_change change = {.seconds = 2 * 3600};
    if (!take(in, ',') || !read_change_day(in, &change))
        return false;
    if (take(in, '/') && !read_time(in, 167, &change.seconds))
        return false;
    *ret_change = change;
    return true;
}

bool zone_rule_parse(struct str text, struct zone_rule *ret_rule)
{
    struct reader in = {text.data, text.data + text.len};
    struct zone_rule rule = {0};
    int west; /* POSIX counts offsets to the west */
    if (text.len == 0 || !skip_name(&in) || !read_time(&in, 24, &west))
        return false;
    rule.standard_offset = -west;
    if (in.at < in.end) {
        if (!skip_name(&in))
            return false;
        rule.has_daylight = true;
        rule.daylight_offset = rule.standard_offset + 3600;
        if (in.at < in.end && *in.at != ',') {
            if (!read_time(&in, 24, &west))
                return false;
            rule.daylight_offset = -west;
        }
        if (!read_change(&in, &rule.start) || !read_change(&in, &rule.end) || in.at != in.end)
            return false;
    }
    *ret_rule = rule;
    return true;
}

static bool is_leap_year(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static int64_t change_day(const struct zone_change *change, int year)
{
    int64_t new_year = date_to_days(year * 10000 + 101);
    if (change->kind == ZONE_DAY_OF_YEAR)
        return new_year + change->day;
    if (change->kind == ZONE_JULIAN_DAY) /* the 29th of February has no number */
        return new_year + change->day - 1 + (is_leap_year(year) && change->day >= 60);
    int next_month =
        change->month == 12 ? (year + 1) * 10000 + 101 : year * 10000 + (change->month + 1) * 100 + 1;
    int64_t first = date_to_days(year * 10000 + change->month * 100 + 1), after = date_to_days(next_month);
    int64_t first_weekday = (first + 4) % 7; /* 1970-01-01 was a Thursday; Sunday is 0 */
    if (first_weekday < 0)
        first_weekday += 7;
    int64_t day = first + (change->day - first_weekday + 7) % 7 + (change->week - 1) * 7;
    return day >= after ? day - 7 : day; /* week 5 is the last one */
}

static int year_of(int64_t local_seconds)
{
    int64_t days = local_seconds / DAY_SECONDS - (local_seconds % DAY_SECONDS < 0);
    return date_of_days(days) / 10000;
}

int zone_rule_offset(const struct zone_rule *rule, int64_t utc_seconds)
{
    if (!rule->has_daylight)
        return rule->standard_offset;
    int year = year_of(utc_seconds + rule->standard_offset);
    int64_t start =
        change_day(&rule->start, year) * DAY_SECONDS + rule->start.seconds - rule->standard_offset;
    int64_t end = change_day(&rule->end, year) * DAY_SECONDS + rule->end.seconds - rule->daylight_offset;
    bool daylight = start < end ? utc_seconds >= start && utc_seconds < end  /* north */
                                : utc_seconds >= start || utc_seconds < end; /* south: over the new year */
    return daylight ? rule->daylight_offset : rule->standard_offset;
}
