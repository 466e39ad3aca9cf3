/* Time zones: real ones from tzdata, and files that are not what they should be. */
#include "base/zone.h"

#include "base/timefmt.h"
#include "base/zone_rule.h"
#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t instant(const char *text)
{
    int64_t ms = 0;
    expect(time_parse(str_of(text), &ms));
    return ms;
}

static const struct {
    const char *zone, *utc;
    int32_t date;
    int hour, minute, offset_minutes;
} locals[] = {
    {"Asia/Jakarta", "2026-02-06T16:59:59.999Z", 20260206, 23, 59, 420},
    {"Asia/Jakarta", "2026-02-06T17:00:00Z", 20260207, 0, 0, 420},
    {"Asia/Jakarta", "2099-12-31T17:00:00Z", 21000101, 0, 0, 420},
    {"Asia/Makassar", "2026-02-06T16:00:00Z", 20260207, 0, 0, 480},
    {"Asia/Jayapura", "2026-02-06T15:00:00Z", 20260207, 0, 0, 540},
    {"America/New_York", "2026-03-08T06:59:59Z", 20260308, 1, 59, -300},
    {"America/New_York", "2026-03-08T07:00:00Z", 20260308, 3, 0, -240},
    {"America/New_York", "2026-11-01T05:59:59Z", 20261101, 1, 59, -240},
    {"America/New_York", "2026-11-01T06:00:00Z", 20261101, 1, 0, -300},
    {"America/New_York", "2100-03-14T06:59:59Z", 21000314, 1, 59, -300}, /* by the rule of the footer */
    {"America/New_York", "2100-03-14T07:00:00Z", 21000314, 3, 0, -240},
    {"America/New_York", "2100-11-07T05:59:59Z", 21001107, 1, 59, -240},
    {"America/New_York", "2100-11-07T06:00:00Z", 21001107, 1, 0, -300},
    {"Australia/Sydney", "2026-01-15T00:00:00Z", 20260115, 11, 0, 660}, /* summer over the new year */
    {"Australia/Sydney", "2100-01-15T00:00:00Z", 21000115, 11, 0, 660},
    {"Australia/Sydney", "2100-07-15T00:00:00Z", 21000715, 10, 0, 600},
    {"Australia/Lord_Howe", "2100-01-15T00:00:00Z", 21000115, 11, 0, 660}, /* half an hour of summer */
    {"Australia/Lord_Howe", "2100-07-15T00:00:00Z", 21000715, 10, 30, 630},
    {"Asia/Kolkata", "2026-02-06T18:30:00Z", 20260207, 0, 0, 330},
    {"Asia/Kathmandu", "2026-02-06T18:15:00Z", 20260207, 0, 0, 345},
    {"Europe/Dublin", "2100-07-15T00:00:00Z", 21000715, 1, 0, 60},
    {"America/Nuuk", "2100-01-15T00:00:00Z", 21000114, 22, 0, -120},
    {"Pacific/Kiritimati", "2026-02-06T10:00:00Z", 20260207, 0, 0, 840},
    {"Etc/GMT+7", "2026-02-06T07:00:00Z", 20260206, 0, 0, -420},
    {"UTC", "2026-02-06T00:00:00Z", 20260206, 0, 0, 0},
    {"UTC", "9999-12-31T23:59:59Z", 99991231, 23, 59, 0},
};

TEST(zone_local_table)
{
    for (size_t i = 0; i < COUNT_OF(locals); i++) {
        test_note("%s at %s", locals[i].zone, locals[i].utc);
        const struct zone *zone = zone_find(str_of(locals[i].zone));
        require(zone);
        struct local_time local = zone_local(zone, instant(locals[i].utc));
        expect_int_eq(local.date, locals[i].date);
        expect_int_eq(local.hour, locals[i].hour);
        expect_int_eq(local.minute, locals[i].minute);
        expect_int_eq(local.offset_seconds, locals[i].offset_minutes * 60);
    }
}

TEST(zone_local_before_1970)
{
    const struct zone *zone = zone_find(STR("Asia/Jakarta"));
    require(zone);
    struct local_time local = zone_local(zone, -1); /* 23:59:59.999 UTC */
    expect_int_eq(local.date, 19700101);
    expect_int_eq(local.hour, 6);
    expect_int_eq(local.second, 59);
    expect_int_eq(zone_local(zone, INT64_C(-4000000000000)).offset_seconds,
                  25632); /* 1843: the sun's own time */
}

static const struct {
    const char *zone;
    int32_t date;
    const char *utc;
} starts[] = {
    {"Asia/Jakarta", 20260207, "2026-02-06T17:00:00Z"},
    {"UTC", 20260207, "2026-02-07T00:00:00Z"},
    {"America/New_York", 20260308, "2026-03-08T05:00:00Z"}, /* changes later that day */
    {"America/New_York", 20260309, "2026-03-09T04:00:00Z"},
    {"America/New_York", 20261101, "2026-11-01T04:00:00Z"},
    {"America/New_York", 20261102, "2026-11-02T05:00:00Z"},
    {"America/New_York", 21000314, "2100-03-14T05:00:00Z"},
    {"America/New_York", 21000315, "2100-03-15T04:00:00Z"},
    {"America/Sao_Paulo", 20181104, "2018-11-04T03:00:00Z"}, /* no midnight: starts at 01:00 */
    {"America/Sao_Paulo", 20180218, "2018-02-18T03:00:00Z"}, /* midnight came back as 23:00 first */
    {"Africa/Cairo", 20260424, "2026-04-23T22:00:00Z"},      /* no midnight */
    {"Africa/Cairo", 20261030, "2026-10-29T22:00:00Z"},
    {"Africa/Cairo", 21000430, "2100-04-29T22:00:00Z"},   /* no midnight, by the rule */
    {"America/Havana", 20261101, "2026-11-01T04:00:00Z"}, /* two midnights: the first */
    {"Asia/Beirut", 21000328, "2100-03-27T22:00:00Z"},    /* no midnight */
    {"Pacific/Apia", 20111230, "2011-12-30T10:00:00Z"},   /* a day that never was */
    {"Pacific/Apia", 20111231, "2011-12-30T10:00:00Z"},
    {"Australia/Sydney", 20260101, "2025-12-31T13:00:00Z"},
};

TEST(zone_day_start_table)
{
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        test_note("%s on %d", starts[i].zone, starts[i].date);
        const struct zone *zone = zone_find(str_of(starts[i].zone));
        require(zone);
        int64_t start = zone_day_start(zone, starts[i].date);
        expect_int_eq(start / 1000, instant(starts[i].utc) / 1000);
        expect_int_eq(start % 1000, 0);
        expect(zone_local(zone, start).date >= starts[i].date);
        expect(zone_local(zone, start - 1).date < starts[i].date);
    }
}

/* The C library has a reader of its own: both must say the same, before, within and after the tables. */
TEST(zone_local_agrees_with_the_c_library)
{
    static const char *const names[] = {
        "Asia/Jakarta", "America/New_York", "Europe/Dublin", "Africa/Casablanca", "Australia/Sydney",
        "America/Nuuk", "Asia/Gaza",        "Pacific/Apia",  "Antarctica/Troll",  "America/Sao_Paulo"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct zone *zone = zone_find(str_of(names[i]));
        require(zone);
        setenv("TZ", names[i], 1);
        tzset();
        for (int64_t utc = -2000000000; utc < 5000000000; utc += 86400 * 9 + 1237) {
            time_t seconds = utc;
            struct tm tm;
            localtime_r(&seconds, &tm);
            struct local_time local = zone_local(zone, utc * 1000);
            test_note("%s at %lld", names[i], (long long)utc);
            require(expect_int_eq(local.offset_seconds, tm.tm_gmtoff));
            require(
                expect_int_eq(local.date, (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday));
            require(local.hour == tm.tm_hour && local.minute == tm.tm_min && local.second == tm.tm_sec);
        }
    }
    unsetenv("TZ");
    tzset();
}

TEST(zone_find_refuses_odd_names)
{
    static const char *const names[] = {
        "",
        "../etc/passwd",
        "/etc/localtime",
        "Asia/../Asia/Jakarta",
        "Asia//Jakarta",
        "Asia/",
        "Asia",
        "Asia/Jakarta ",
        "asia/jakarta",
        "Asia/Nowhere",
        "zone.tab",
        "tzdata.zi",
        "localtime",
        "posixrules",
        "posix/UTC",
        "right/UTC",
        "leapseconds",
        "./UTC",
        "UTC\n",
        "Asia\\Jakarta",
        "-UTC",
        "Asia/%2e%2e/UTC",
        "Asia/Jakarta/Asia/Jakarta/Asia/Jakarta/Asia/Jakarta/Asia/Jakarta/Asia"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        test_note("%s", names[i]);
        expect(zone_find(str_of(names[i])) == NULL);
    }
    expect(zone_find(STR_NONE) == NULL);
    expect(zone_find(STR("UTC\0")) == NULL);
}

static void *find_many(void *context)
{
    static const char *const names[] = {"Europe/Paris", "Europe/Rome", "Asia/Tokyo", "Asia/Manila",
                                        "Asia/Dili"};
    const struct zone **found = context;
    for (size_t i = 0; i < 1000; i++)
        found[i % COUNT_OF(names)] = zone_find(str_of(names[i % COUNT_OF(names)]));
    return NULL;
}

TEST(zone_find_gives_all_threads_the_same)
{
    const struct zone *found[4][5] = {{0}};
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        require(pthread_create(&threads[i], NULL, find_many, found[i]) == 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < 5; i++) {
        expect(found[0][i] != NULL);
        expect(found[1][i] == found[0][i] && found[2][i] == found[0][i] && found[3][i] == found[0][i]);
    }
}

/* One change at 1000 s, from +1 h to +2 h, written as zic would; `edit` spoils byte `at`. */
static bool reads_file(int at, char edit, size_t cut, const char *footer)
{
    static const char header[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    static const char second[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\4"
                                 "\0\0\0\0\0\0\3\xe8"
                                 "\1"
                                 "\0\0\x0e\x10\0\0"
                                 "\0\0\x1c\x20\0\0"
                                 "ABC";
    static int serial;
    char data[200], directory[] = "/tmp/zone-test-XXXXXX", path[64], name[16];
    size_t len = sizeof header - 1;
    memcpy(data, header, len);
    memcpy(data + len, second, sizeof second); /* its NUL ends the abbreviation */
    len += sizeof second;
    len += (size_t)snprintf(data + len, sizeof data - len, "\n%s", footer);
    if (at >= 0)
        data[at] = edit;
    if (!mkdtemp(directory))
        return false;
    snprintf(name, sizeof name, "Test%d", serial++); /* what was found once stays found */
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    bool written = write(file, data, len - cut) == (ssize_t)(len - cut);
    close(file);
    setenv("TZDIR", directory, 1);
    const struct zone *zone = zone_find(str_of(name));
    unsetenv("TZDIR");
    unlink(path);
    rmdir(directory);
    return written && zone && zone_local(zone, 999999).offset_seconds == 3600 &&
           zone_local(zone, 1000000).offset_seconds == 7200;
}

TEST(zone_file_that_is_broken_is_refused)
{
    expect(reads_file(-1, 0, 0, "CET-2\n"));
    expect(reads_file(-1, 0, 0, "\n")); /* no rule */
    expect(!reads_file(-1, 0, 0, ""));  /* no footer */
    expect(!reads_file(-1, 0, 0, "CET\n"));
    expect(!reads_file(-1, 0, 1, "CET-2\n"));
    for (size_t cut = 1; cut < 120; cut += 3)
        expect(!reads_file(-1, 0, cut, "CET-2\n"));
    static const struct {
        int at;
        char edit;
    } edits[] = {
        {0, 'X'},         {4, 0},       {4, '1'},         {23, 1},          {32, 0x7F},
        {32, (char)0x80}, {44, 'X'},    {44 + 31, 9},     {44 + 35, 2},     {44 + 39, 0},
        {44 + 39, 1},     {44 + 43, 5}, {44 + 44 + 8, 2}, {44 + 44 + 9, 1}, {44 + 44 + 9, -1},
    };
    for (size_t i = 0; i < COUNT_OF(edits); i++) {
        test_note("byte %d", edits[i].at);
        expect(!reads_file(edits[i].at, edits[i].edit, 0, "CET-2\n"));
    }
}

TEST(zone_rule_parse_table)
{
    static const struct {
        const char *text;
        bool valid;
        int standard, daylight;
    } cases[] = {
        {"WIB-7", true, 25200, 0},
        {"<+07>-7", true, 25200, 0},
        {"EST5EDT,M3.2.0,M11.1.0", true, -18000, -14400},
        {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", true, 37800, 39600},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", true, 3600, 0},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true, -7200, -3600},
        {"EET-2EEST,M4.5.5/0,M10.5.4/24", true, 7200, 10800},
        {"XXX3EDT4,0/0,J365/23", true, -10800, -14400},
        {"AAA-1:02:03", true, 3723, 0},
        {"AAA0BBB,J1,J365", true, 0, 3600},
        {"", false, 0, 0},
        {"EST", false, 0, 0},
        {"ES5", false, 0, 0},
        {"<+07-7", false, 0, 0},
        {"EST25", false, 0, 0},
        {"EST5EDT", false, 0, 0},
        {"EST5EDT,M3.2.0", false, 0, 0},
        {"EST5EDT,M3.2.0,M11.1.0x", false, 0, 0},
        {"EST5EDT,M13.2.0,M11.1.0", false, 0, 0},
        {"EST5EDT,M3.6.0,M11.1.0", false, 0, 0},
        {"EST5EDT,M3.0.0,M11.1.0", false, 0, 0},
        {"EST5EDT,M3.2.7,M11.1.0", false, 0, 0},
        {"EST5EDT,J0,J365", false, 0, 0},
        {"EST5EDT,J1,J366", false, 0, 0},
        {"EST5EDT,M3.2.0/168,M11.1.0", false, 0, 0},
        {"EST5EDT,M3.2.0/2:60,M11.1.0", false, 0, 0},
        {"EST99999999999999999999", false, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct zone_rule rule;
        test_note("%s", cases[i].text);
        struct str exact = str_copy(test_arena(), str_of(cases[i].text));
        if (!expect_int_eq(zone_rule_parse(exact, &rule), cases[i].valid) || !cases[i].valid)
            continue;
        expect_int_eq(rule.standard_offset, cases[i].standard);
        expect_int_eq(rule.daylight_offset, cases[i].daylight);
    }
}

TEST(zone_rule_offset_table)
{
    static const struct {
        const char *rule, *utc;
        int offset;
    } cases[] = {
        {"AAA0BBB,J60/0,J61/0", "2024-02-29T12:00:00Z", 0}, /* J60 is the 1st of March in every year */
        {"AAA0BBB,J60/0,J61/0", "2024-03-01T12:00:00Z", 3600},
        {"AAA0BBB,J60/0,J61/0", "2025-03-01T12:00:00Z", 3600},
        {"AAA0BBB,59/0,60/0", "2024-02-29T12:00:00Z", 3600}, /* 59 counts the leap day */
        {"AAA0BBB,59/0,60/0", "2025-03-01T12:00:00Z", 3600},
        {"XXX3EDT4,0/0,J365/23", "2024-01-01T03:00:00Z", -14400}, /* summer time all year */
        {"XXX3EDT4,0/0,J365/23", "2024-12-31T23:59:59Z", -14400},
        {"XXX3EDT4,0/0,J365/23", "2025-01-01T02:59:59Z", -14400},
        {"AAA0BBB,M12.5.0/0,M2.1.0/0", "2023-12-31T00:00:00Z", 3600}, /* week 5 is the last one */
        {"AAA0BBB,M12.5.0/0,M2.1.0/0", "2023-12-30T23:59:59Z", 0},
        {"AAA0BBB,M12.5.0/0,M2.1.0/0", "2024-01-15T00:00:00Z", 3600},
        {"AAA0BBB,M12.5.0/0,M2.1.0/0", "2025-12-27T23:59:59Z", 0}, /* and may be the fourth */
        {"AAA0BBB,M12.5.0/0,M2.1.0/0", "2025-12-28T00:00:00Z", 3600},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct zone_rule rule;
        test_note("%s at %s", cases[i].rule, cases[i].utc);
        require(zone_rule_parse(str_of(cases[i].rule), &rule));
        expect_int_eq(zone_rule_offset(&rule, instant(cases[i].utc) / 1000), cases[i].offset);
    }
    struct zone_rule rule;
    int64_t sunday = date_to_days(19650314) * 86400 + 7200; /* weekdays before 1970 */
    require(zone_rule_parse(STR("AAA0BBB,M3.2.0,M11.1.0"), &rule));
    expect_int_eq(zone_rule_offset(&rule, sunday - 1), 0);
    expect_int_eq(zone_rule_offset(&rule, sunday), 3600);
}
