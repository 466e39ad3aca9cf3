/* When a sale of a till without a line may have been made, and what is noted about it. Pure. */
#include "modules/pos/sale_job.h"

#define LATE_MAX_MS (INT64_C(7) * 24 * 60 * 60 * 1000)
#define CLOCK_SKEW_MS (INT64_C(2) * 60 * 1000) /* how far a till's clock may be ahead */

static const char *const REASONS[SALE_REVIEWS] = {
    [SALE_REVIEW_OUTLET_INACTIVE] = "OUTLET_INACTIVE",
    [SALE_REVIEW_PRODUCT_INACTIVE] = "PRODUCT_INACTIVE",
    [SALE_REVIEW_MODIFIER_RULE] = "MODIFIER_RULE",
    [SALE_REVIEW_DISCOUNT_TOO_LARGE] = "DISCOUNT_TOO_LARGE",
    [SALE_REVIEW_OVERRIDE_REQUIRED] = "OVERRIDE_REQUIRED",
    [SALE_REVIEW_INSUFFICIENT_STOCK] = "INSUFFICIENT_STOCK",
    [SALE_REVIEW_INSUFFICIENT_POINTS] = "INSUFFICIENT_POINTS",
    [SALE_REVIEW_TOTAL_DIFFERS] = "TOTAL_DIFFERS",
    [SALE_REVIEW_ORDER_SETTLED] = "ORDER_SETTLED",
};

bool late_time_fits(const struct sale_request *request, int64_t now_ms)
{
    int64_t at = request->client_created_at;
    return at == JSON_NONE || (at >= now_ms - LATE_MAX_MS && at <= now_ms + CLOCK_SKEW_MS);
}

bool late_in_shift(const struct sale_job *job, int64_t opened_at, int64_t closed_at)
{
    int64_t at = job->request->client_created_at;
    return at >= opened_at && (closed_at == INT64_MIN || at <= closed_at);
}

struct str late_review_text(struct arena *arena, unsigned review)
{
    if (review == 0)
        return STR_NONE;
    struct buf text = buf_make(arena, 128, 1024);
    for (unsigned i = 0; i < SALE_REVIEWS; i++) {
        if (review & 1u << i)
            buf_format(&text, "%c\"%s\"", text.len == 0 ? '[' : ',', REASONS[i]);
    }
    buf_put_char(&text, ']');
    return buf_str(&text);
}
