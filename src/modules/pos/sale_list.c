/* Lists of sales, newest first: by id, which holds the time. A period therefore also bounds the ids that are
 * read. */
#include "base/timefmt.h"
#include "modules/period.h"
#include "modules/pos/sale_columns.h"
#include "modules/pos/sale_read.h"
#include "modules/stores.h"

#define DAY_MS INT64_C(86400000)
#define EARLIEST_DAY 20000101
#define ID_SLACK_DAYS 2 /* how far an id's time may be from the sale's: zones, a clock set back */

DB_STATEMENT(
    SALE_LIST,
    "SELECT " SALE_COLUMNS " FROM transactions WHERE business_id = $1 AND id < $2 AND id >= $3 "
    "AND ($4 IS NULL OR outlet_id = $4) AND ($5 IS NULL OR status = $5) AND ($6 IS NULL OR type = $6) "
    "AND ($7 IS NULL OR employee_id = $7) AND ($8 IS NULL OR customer_id = $8) "
    "AND ($9 IS NULL OR lower(receipt_number) LIKE $9 ESCAPE '\\') "
    "AND ($10 IS NULL OR needs_review = $10) AND business_date >= $11 AND business_date <= $12 "
    "AND created_at >= $13 AND created_at <= $14 ORDER BY id DESC LIMIT $15");

/* ---- The period ---- */

struct bounds {
    int64_t first_day, last_day, first_ms, last_ms;
    struct uuid least_id, below_id; /* ids of the period are at least, below */
};

/* A receipt's number holds its day: "OUT1-20260206-0001". False: the search names none. */
static bool receipt_day(struct str search, int64_t *ret_day)
{
    for (struct str part; search.data;) {
        part = str_cut(&search, '-');
        if (part.len == 8 && str_parse_int(part, ret_day) && *ret_day > EARLIEST_DAY &&
            date_of_days(date_to_days((int32_t)*ret_day)) == *ret_day)
            return true;
    }
    return false;
}

static void bound_by_day(struct bounds *bounds, int64_t day)
{
    int64_t about = date_to_days((int32_t)day) * DAY_MS;
    struct uuid least = uuid_floor(about - ID_SLACK_DAYS * DAY_MS);
    struct uuid below = uuid_floor(about + (ID_SLACK_DAYS + 1) * DAY_MS);
    if (uuid_compare(least, bounds->least_id) > 0)
        bounds->least_id = least;
    if (uuid_compare(below, bounds->below_id) < 0)
        bounds->below_id = below;
}

/* An end of the period, which passed period_end_wrong: a day or an instant is set. Answers when that is,
 * about. */
static int64_t take_end(struct str text, int64_t *ret_day, int64_t *ret_ms)
{
    int32_t day;
    int64_t ms = 0;
    period_end_parse(text, &day, &ms);
    if (!day)
        return *ret_ms = ms;
    *ret_day = day;
    return date_to_days(day) * DAY_MS;
}

static struct bounds bounds_of(const struct sale_filter *filter)
{
    struct bounds bounds = {0, INT32_MAX, 0, INT64_MAX, UUID_NIL, {{0}}};
    int64_t day;
    memset(bounds.below_id.bytes, 0xFF, sizeof bounds.below_id.bytes);
    if (filter->from.data) {
        int64_t about = take_end(filter->from, &bounds.first_day, &bounds.first_ms);
        bounds.least_id = uuid_floor(about - ID_SLACK_DAYS * DAY_MS);
    }
    if (filter->to.data)
        bounds.below_id = uuid_floor(take_end(filter->to, &bounds.last_day, &bounds.last_ms) +
                                     (ID_SLACK_DAYS + 1) * DAY_MS);
    if (filter->search.data && receipt_day(filter->search, &day))
        bound_by_day(&bounds, day);
    return bounds;
}

/* ---- The search ---- */

static struct db_value name_of(const char *const *names, int64_t index)
{
    return index == JSON_NONE ? DB_TEXT(STR_NONE) : DB_TEXT(str_of(names[index]));
}

struct sale_header *sale_list_read(struct db_tx *tx, const struct sale_filter *filter, struct uuid before,
                                   int64_t limit, size_t *ret_count)
{
    struct bounds bounds = bounds_of(filter);
    if (uuid_compare(before, bounds.below_id) < 0)
        bounds.below_id = before;
    struct db_rows *rows =
        db_query(tx, &SALE_LIST, DB_UUID(bounds.below_id), DB_UUID(bounds.least_id),
                 DB_UUID_OR_NULL(filter->outlet_id), name_of(SALE_STATUS_NAMES, filter->status),
                 name_of(SALE_TYPE_NAMES, filter->type), DB_UUID_OR_NULL(filter->employee_id),
                 DB_UUID_OR_NULL(filter->customer_id),
                 DB_TEXT(like_anywhere(db_arena(tx), str_lower(db_arena(tx), filter->search))),
                 DB_INT_OR_NULL(filter->needs_review), DB_INT(bounds.first_day), DB_INT(bounds.last_day),
                 DB_INT(bounds.first_ms), DB_INT(bounds.last_ms), DB_INT(limit));
    struct sale_header *headers = arena_array(db_arena(tx), struct sale_header, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        sale_header_take(rows, i, &headers[i]);
    *ret_count = rows->count;
    return headers;
}
