/* When a till without a line may have sold, and the words for what is noted. */
#include "modules/pos/sale_job.h"
#include "test.h"

#define DAY INT64_C(86400000)

TEST(late_time_has_bounds)
{
    static const struct {
        int64_t at;
        bool fits;
    } cases[] = {
        {JSON_NONE, true},          {100 * DAY, true},           {93 * DAY, true}, {93 * DAY - 1, false},
        {100 * DAY + 120000, true}, {100 * DAY + 120001, false}, {0, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        struct sale_request request = {.client_created_at = cases[i].at};
        expect(late_time_fits(&request, 100 * DAY) == cases[i].fits);
    }
}

TEST(late_sale_belongs_to_a_shift_that_was_open)
{
    static const struct {
        int64_t opened_at, closed_at;
        bool fits;
    } cases[] = {
        {5000, INT64_MIN, true},
        {5001, INT64_MIN, false},
        {1000, 5000, true},
        {1000, 4999, false},
    };
    struct sale_request request = {.client_created_at = 5000};
    struct sale_job job = {.request = &request};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        expect(late_in_shift(&job, cases[i].opened_at, cases[i].closed_at) == cases[i].fits);
    }
}

TEST(late_review_is_told_in_words)
{
    expect(late_review_text(test_arena(), 0).data == NULL);
    expect_str_eq(late_review_text(test_arena(), 1u << SALE_REVIEW_TOTAL_DIFFERS),
                  STR("[\"TOTAL_DIFFERS\"]"));
    expect_str_eq(late_review_text(test_arena(), (1u << SALE_REVIEWS) - 1),
                  STR("[\"OUTLET_INACTIVE\",\"PRODUCT_INACTIVE\",\"MODIFIER_RULE\",\"DISCOUNT_TOO_LARGE\","
                      "\"OVERRIDE_REQUIRED\",\"INSUFFICIENT_STOCK\",\"INSUFFICIENT_POINTS\","
                      "\"TOTAL_DIFFERS\",\"ORDER_SETTLED\"]"));
}
