/* Query strings by tables. */
#include "json_fixture.h"

#include "test.h"

#define ID_1 "019c2f3a-0000-7000-8000-000000000001"

struct query {
    int64_t limit, from, day, status;
    struct str search, zone;
    struct uuid outlet_id;
    bool low;
    JSON_ARRAY_OF(int64_t) statuses;
    JSON_ARRAY_OF(struct uuid) ids;
    int64_t served;
};

static const char *const STATUSES[] = {"pending", "cooking", "ready", NULL};

#define AT(member) .offset = offsetof(struct query, member)

static const struct json_field QUERY_FIELDS[] = {
    {"limit", JSON_INTEGER, 0, AT(limit), .min = 1, .max = 200},
    {"from", JSON_TIME, 0, AT(from)},
    {"day", JSON_DATE, 0, AT(day)},
    {"kind", JSON_ENUM, 0, AT(status), .values = STATUSES},
    {"search", JSON_STRING, 0, AT(search), .max = 10},
    {"timezone", JSON_ZONE, 0, AT(zone)},
    {"outletId", JSON_UUID, JSON_REQUIRED, AT(outlet_id)},
    {"low", JSON_BOOLEAN, 0, AT(low)},
    {"status", JSON_ARRAY, 0, AT(statuses), .element = JSON_ENUM, .values = STATUSES, .max = 3},
    {"ids", JSON_ARRAY, 0, AT(ids), .element = JSON_UUID},
    {"served", JSON_INTEGER, JSON_READ_ONLY, AT(served)},
};

static void check_query(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct query *query = object;
    expect(units == NULL);
    if (query->low && query->limit > 100)
        json_error_add(errors, "limit", "must be at most 100 with low");
}

static const struct query DEFAULTS = {50, JSON_NONE, JSON_NONE, JSON_NONE, .served = JSON_NONE};
static const struct json_schema SCHEMA =
    JSON_SCHEMA("Query", struct query, QUERY_FIELDS, .defaults = &DEFAULTS, .check = check_query);

static struct str decode(struct str text, struct query *query)
{
    struct json_errors errors = {.arena = test_arena()};
    memset(query, 0x55, sizeof *query);
    bool ok = json_decode_query(text, &SCHEMA, query, &errors);
    expect(ok == (errors.count == 0));
    return fixture_faults(&errors);
}

TEST(json_query_reads_every_type)
{
    struct query query;
    struct str text =
        STR("limit=20&from=2026-02-06T10:00:00%2B07:00&day=2026-02-06&kind=ready&search=es+teh%20%C3%A9"
            "&timezone=Asia%2fJakarta&outletId=" ID_1 "&low=true&status=pending%2Ccooking&&ids=" ID_1 "&");
    expect_str_eq(decode(text, &query), STR(""));
    expect_int_eq(query.limit, 20);
    expect_int_eq(query.from, INT64_C(1770346800000));
    expect_int_eq(query.day, 20260206);
    expect_int_eq(query.status, 2);
    expect_str_eq(query.search, STR("es teh é"));
    expect_str_eq(query.zone, STR("Asia/Jakarta"));
    expect(query.low);
    require(query.statuses.count == 2 && query.ids.count == 1);
    expect_int_eq(query.statuses.at[0], 0);
    expect_int_eq(query.statuses.at[1], 1);
    expect(uuid_eq(query.ids.at[0], query.outlet_id));
}

TEST(json_query_starts_from_the_defaults)
{
    struct query query;
    expect_str_eq(decode(STR("outletId=" ID_1 "&search="), &query), STR(""));
    expect_int_eq(query.limit, 50);
    expect_int_eq(query.from, JSON_NONE);
    expect(!query.low && query.statuses.at == NULL);
    expect_str_eq(query.search, STR(""));
    expect_str_eq(decode(STR(""), &query), STR("outletId: is required\n"));
    expect_str_eq(decode(STR_NONE, &query), STR("outletId: is required\n"));
}

TEST(json_query_names_faults)
{
    static const struct {
        const char *text, *faults;
    } cases[] = {
        {"limit=0", "limit: must be a whole number from 1 to 200\n"},
        {"limit=201", "limit: must be a whole number from 1 to 200\n"},
        {"limit=1e2", "limit: must be a whole number from 1 to 200\n"},
        {"limit=99999999999999999999", "limit: must be a whole number from 1 to 200\n"},
        {"limit=", "limit: must be a whole number from 1 to 200\n"},
        {"limit", "limit: must be a whole number from 1 to 200\n"},
        {"limit=%31%30", ""},
        {"limit=1&limit=1", "limit: is there twice\n"},
        {"Limit=1", "Limit: unknown parameter\n"},
        {"limi=1", "limi: unknown parameter\n"},
        {"=1", ": unknown parameter\n"},
        {"served=1", "served: unknown parameter\n"},
        {"from=2026-02-06T10:00:00+07:00", "from: must be a time such as 2026-02-06T03:04:05.678Z\n"},
        {"day=20260206", "day: must be a date such as 2026-02-06\n"},
        {"kind=", "kind: must be one of pending, cooking, ready\n"},
        {"low=1", "low: must be true or false\n"},
        {"low", "low: must be true or false\n"},
        {"status=pending,,ready", "status: must be one of pending, cooking, ready\n"},
        {"status=", "status: must be one of pending, cooking, ready\n"},
        {"status=a,b", "status: must be one of pending, cooking, ready\n"},
        {"status=pending,ready,pending,ready", "status: must have at most 3 items\n"},
        {"ids=1", "ids: must be a UUID\n"},
        {"search=%", "search: has a % without two hex digits behind it\n"},
        {"search=%4", "search: has a % without two hex digits behind it\n"},
        {"search=%4g", "search: has a % without two hex digits behind it\n"},
        {"%zz=1", ": the name of a query parameter has a % without two hex digits behind it\n"},
        {"search=%ff", "search: is not valid UTF-8\n"},
        {"search=%00", "search: must not contain control characters\n"},
        {"search=12345678901", "search: must be a string of at most 10 characters\n"},
        {"search=a=b", ""},
        {"%6Cimit=7", ""},
        {"low=true&limit=101", "limit: must be at most 100 with low\n"},
        {"limit=x&low=x&y=1", "limit: must be a whole number from 1 to 200\nlow: must be true or false\n"
                              "y: unknown parameter\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct query query;
        test_note("%s", cases[i].text);
        struct str text = str_format(test_arena(), "outletId=" ID_1 "&%s", cases[i].text);
        expect_str_eq(decode(text, &query), str_of(cases[i].faults));
    }
}

TEST(json_query_limits_faults)
{
    struct buf text = buf_make(test_arena(), 1024, 65536);
    for (int i = 0; i < 1000; i++)
        buf_format(&text, "x%d=1&", i);
    struct json_errors errors = {.arena = test_arena()};
    struct query query;
    expect(!json_decode_query(buf_str(&text), &SCHEMA, &query, &errors));
    expect_int_eq((int64_t)errors.count, JSON_ERRORS_MAX);
}
