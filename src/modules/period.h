/* A period in a query: ?from= and ?to= are each a day of the outlet's calendar or an instant, both inclusive.
 */
#pragma once
#include "platform/http/request.h"

#define PERIOD_TEXT_MAX 40

/* The two parameters, members `from` and `to` of the query `type`. */
#define PERIOD_FIELDS(type)                                                                              \
    {"from",                                                                                             \
     JSON_STRING,                                                                                        \
     0,                                                                                                  \
     offsetof(type, from),                                                                               \
     .max = PERIOD_TEXT_MAX,                                                                             \
     .wrong = period_end_wrong,                                                                          \
     .summary = "a day of the outlet, or a time"},                                                       \
    {                                                                                                    \
        "to", JSON_STRING, 0, offsetof(type, to), .max = PERIOD_TEXT_MAX, .wrong = period_end_wrong,     \
                                                  .summary = "a day of the outlet, or a time; inclusive" \
    }
const char *period_end_wrong(struct str text);

/* A day (YYYYMMDD; else 0) or an instant; false: neither. */
bool period_end_parse(struct str text, int32_t *ret_day, int64_t *ret_ms);

struct period {
    int64_t first_ms, last_ms;
    struct uuid least_id,
        below_id; /* ids made in the period lie between, the clocks of several nodes allowed for */
};

/* The page of a list, newest first, that is asked for: rows of `outlet_id`, made in the period, with ids
 * below the cursor. `outlet_id` nil: all outlets of an owner; for others it becomes their own. The ends must
 * have passed period_end_wrong. VALIDATION_FAILED: no cursor of such a list; NOT_FOUND: an outlet out of the
 * caller's reach. */
enum code period_page_of(struct request *request, struct uuid *outlet_id, struct str from, struct str to,
                         struct period *ret_period);
