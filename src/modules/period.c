/* Periods in queries: see period.h. */
#include "modules/period.h"

#include "base/timefmt.h"
#include "base/zone.h"
#include "modules/handlers.h"
#include "platform/auth/directory.h"
#include "platform/platform.h"

#define CLOCK_SLACK_MS \
    (INT64_C(60) * 60 * 1000) /* an id may be this much younger or older than its row's time */

bool period_end_parse(struct str text, int32_t *ret_day, int64_t *ret_ms)
{
    *ret_day = 0;
    return date_parse(text, ret_day) || time_parse(text, ret_ms);
}

const char *period_end_wrong(struct str text)
{
    int32_t day;
    int64_t ms;
    return period_end_parse(text, &day, &ms)
               ? NULL
               : "must be a day such as 2026-02-06 or a time such as 2026-02-06T03:04:05.678Z";
}

static enum code find_zone(struct request *request, struct uuid outlet_id, const struct zone **ret_zone)
{
    struct cache_ref ref;
    enum code code = cache_acquire(request->platform->cache, &DIRECTORY, request->who.business_id, &ref);
    if (code)
        return code;
    const struct outlet *outlet = directory_outlet(ref.object, outlet_id);
    if (!outlet)
        outlet = directory_outlet(ref.object, request->who.outlet_id);
    *ret_zone = outlet ? outlet->zone : NULL; /* zones outlive the directory */
    cache_release(&ref);
    return *ret_zone ? CODE_OK : CODE_NOT_FOUND;
}

/* Of the days of that outlet; nil or unknown: of the caller's. */
static enum code period_of(struct request *request, struct uuid outlet_id, struct str from, struct str to,
                           struct period *ret_period)
{
    struct period period = {.first_ms = 0, .last_ms = INT64_MAX};
    const struct zone *zone = NULL;
    int32_t day;
    memset(&period.below_id, 0xFF, sizeof period.below_id);
    enum code code = from.data || to.data ? find_zone(request, outlet_id, &zone) : CODE_OK;
    if (code)
        return code;
    if (from.data && period_end_parse(from, &day, &period.first_ms)) {
        if (day)
            period.first_ms = zone_day_start(zone, day);
        period.least_id = uuid_floor(period.first_ms - CLOCK_SLACK_MS);
    }
    if (to.data && period_end_parse(to, &day, &period.last_ms)) {
        if (day)
            period.last_ms = zone_day_start(zone, date_of_days(date_to_days(day) + 1)) - 1;
        period.below_id = uuid_floor(period.last_ms + CLOCK_SLACK_MS);
    }
    *ret_period = period;
    return CODE_OK;
}

enum code period_page_of(struct request *request, struct uuid *outlet_id, struct str from, struct str to,
                         struct period *ret_period)
{
    struct uuid before;
    enum code code = page_before(request, &before);
    if (code)
        return code;
    if (uuid_is_nil(*outlet_id) && request->who.role != ROLE_OWNER)
        *outlet_id = request->who.outlet_id;
    code = directory_reach(request, *outlet_id);
    if (!code)
        code = period_of(request, *outlet_id, from, to, ret_period);
    if (!code && uuid_compare(before, ret_period->below_id) < 0)
        ret_period->below_id = before;
    return code;
}
