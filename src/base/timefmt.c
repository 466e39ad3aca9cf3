/* Instants and days as text. The calendar is the proleptic Gregorian one, counted in whole days from
 * 1970-01-01. */
#include "base/timefmt.h"

#define DAY_MS INT64_C(86400000)
#define FIRST_DAY INT64_C(-719528) /* 0000-01-01 */
#define LAST_DAY INT64_C(2932896)  /* 9999-12-31 */

int32_t date_of_days(int64_t days)
{
    if (days < FIRST_DAY)
        days = FIRST_DAY;
    if (days > LAST_DAY)
        days = LAST_DAY;
    /* Years start in March here, so that the leap day is a year's last; 400 years are 146097 days. */
    int64_t shifted = days - FIRST_DAY - 60 + 146097;
    int64_t era = shifted / 146097, day_of_era = shifted % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
    int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    int64_t year = year_of_era + (era - 1) * 400 + (month <= 2);
    return (int32_t)(year * 10000 + month * 100 + day);
}

int64_t date_to_days(int32_t date)
{
    int64_t year = date / 10000, month = date / 100 % 100, day = date % 100;
    year += 400 - (month <= 2);
    int64_t march_month = month > 2 ? month - 3 : month + 9;
    int64_t era = year / 400, year_of_era = year % 400;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * march_month + 2) / 5 + day - 1;
    return (era - 1) * 146097 + day_of_era + FIRST_DAY + 60;
}

/* `count` digits at `text`, or -1. */
static int64_t read_digits(const char *text, size_t count)
{
    int64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool date_parse(struct str text, int32_t *ret_date)
{
    if (text.len != 10 || text.data[4] != '-' || text.data[7] != '-')
        return false;
    int64_t year = read_digits(text.data, 4), month = read_digits(text.data + 5, 2),
            day = read_digits(text.data + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    int32_t date = (int32_t)(year * 10000 + month * 100 + day);
    if (date_of_days(date_to_days(date)) != date) /* the 30th of February comes back as a day of March */
        return false;
    *ret_date = date;
    return true;
}

static bool read_pair(const char *text, int64_t most, int64_t *ret_value)
{
    int64_t value = read_digits(text, 2);
    if (value < 0 || value > most)
        return false;
    *ret_value = value;
    return true;
}

/* ".123456789": cuts it from `*rest`; `*ret_ms` is 0 when there is none. */
static bool read_fraction(struct str *rest, int64_t *ret_ms)
{
    *ret_ms = 0;
    if (rest->len == 0 || rest->data[0] != '.')
        return true;
    int64_t ms = 0;
    size_t count = 0;
    while (count + 1 < rest->len && rest->data[count + 1] >= '0' && rest->data[count + 1] <= '9') {
        if (count < 3)
            ms = ms * 10 + (rest->data[count + 1] - '0');
        count++;
    }
    if (count == 0 || count > 9)
        return false;
    for (size_t i = count; i < 3; i++)
        ms *= 10;
    *rest = (struct str){rest->data + count + 1, rest->len - count - 1};
    *ret_ms = ms;
    return true;
}

/* "Z" or "+07:00" and nothing after it, in minutes east of UTC. */
static bool read_offset(struct str rest, int64_t *ret_minutes)
{
    if (rest.len == 1 && (rest.data[0] | 0x20) == 'z') {
        *ret_minutes = 0;
        return true;
    }
    int64_t hours, minutes;
    if (rest.len != 6 || (rest.data[0] != '+' && rest.data[0] != '-') || rest.data[3] != ':' ||
        !read_pair(rest.data + 1, 23, &hours) || !read_pair(rest.data + 4, 59, &minutes))
        return false;
    *ret_minutes = (hours * 60 + minutes) * (rest.data[0] == '-' ? -1 : 1);
    return true;
}

bool time_parse(struct str text, int64_t *ret_ms)
{
    int32_t date;
    int64_t hour, minute, second, fraction_ms, offset_minutes;
    if (text.len < 20 || !date_parse((struct str){text.data, 10}, &date))
        return false;
    const char *at = text.data + 10; /* T03:04:05 */
    if ((at[0] | 0x20) != 't' || at[3] != ':' || at[6] != ':' || !read_pair(at + 1, 23, &hour) ||
        !read_pair(at + 4, 59, &minute) || !read_pair(at + 7, 59, &second))
        return false;
    struct str rest = {text.data + 19, text.len - 19};
    if (!read_fraction(&rest, &fraction_ms) || !read_offset(rest, &offset_minutes))
        return false;
    int64_t ms = date_to_days(date) * DAY_MS + ((hour * 60 + minute - offset_minutes) * 60 + second) * 1000 +
                 fraction_ms;
    if (ms < 0 || ms >= (LAST_DAY + 1) * DAY_MS)
        return false;
    *ret_ms = ms;
    return true;
}

static char *put_digits(char *at, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--, value /= 10)
        at[i] = (char)('0' + value % 10);
    return at + count;
}

void time_format(int64_t ms, char ret_text[TIME_TEXT_LEN + 1])
{
    if (ms < FIRST_DAY * DAY_MS)
        ms = FIRST_DAY * DAY_MS;
    if (ms >= (LAST_DAY + 1) * DAY_MS)
        ms = (LAST_DAY + 1) * DAY_MS - 1;
    int64_t days = ms / DAY_MS, rest = ms % DAY_MS;
    if (rest < 0) {
        rest += DAY_MS;
        days--;
    }
    int32_t date = date_of_days(days);
    char *at = put_digits(ret_text, date / 10000, 4);
    *at++ = '-';
    at = put_digits(at, date / 100 % 100, 2);
    *at++ = '-';
    at = put_digits(at, date % 100, 2);
    *at++ = 'T';
    at = put_digits(at, rest / 3600000, 2);
    *at++ = ':';
    at = put_digits(at, rest / 60000 % 60, 2);
    *at++ = ':';
    at = put_digits(at, rest / 1000 % 60, 2);
    *at++ = '.';
    at = put_digits(at, rest % 1000, 3);
    *at++ = 'Z';
    *at = '\0';
}
