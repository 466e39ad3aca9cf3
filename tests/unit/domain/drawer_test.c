/* The drawer of a shift. */
#include "domain/drawer.h"
#include "test.h"

TEST(drawer_counts_what_went_through_it)
{
    static const struct {
        const char *what;
        struct drawer drawer;
        int64_t counted;
        bool fits;
        int64_t expected, difference;
    } cases[] = {
        {"nothing happened", {0}, 0, true, 0, 0},
        {"only the float", {.opening_minor = 100000}, 100000, true, 100000, 0},
        {"a day",
         {.opening_minor = 100000,
          .received_minor = 20000,
          .change_minor = 6300,
          .refunded_minor = 700,
          .in_minor = 50000,
          .out_minor = 20000},
         143050,
         true,
         143000,
         50},
        {"one unit is missing", {.opening_minor = 5, .received_minor = 3}, 7, true, 8, -1},
        {"change leaves the drawer", {.received_minor = 100, .change_minor = 40}, 60, true, 60, 0},
        {"a refund leaves it", {.received_minor = 100, .refunded_minor = 40}, 60, true, 60, 0},
        {"refunds beyond the float", {.refunded_minor = 20000}, 0, true, -20000, 20000},
        {"put in", {.opening_minor = 1, .in_minor = 2}, 3, true, 3, 0},
        {"taken out", {.opening_minor = 3, .out_minor = 2}, 1, true, 1, 0},
        {"to the limit", {.opening_minor = INT64_MAX}, INT64_MAX, true, INT64_MAX, 0},
        {"beyond 64 bits", {.opening_minor = INT64_MAX, .in_minor = 1}, 0, false, 0, 0},
        {"a difference beyond 64 bits", {.refunded_minor = INT64_MAX}, 2, false, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t expected = 0, difference = 0;
        test_note("%s", cases[i].what);
        expect_int_eq(drawer_count(&cases[i].drawer, cases[i].counted, &expected, &difference),
                      cases[i].fits);
        expect_int_eq(expected, cases[i].expected);
        expect_int_eq(difference, cases[i].difference);
    }
}

TEST(drawer_expected_sets_nothing_when_it_does_not_fit)
{
    int64_t expected = -1;
    struct drawer absurd = {.opening_minor = INT64_MAX, .received_minor = 1};
    expect(!drawer_expected(&absurd, &expected));
    expect_int_eq(expected, -1);
}

TEST(takings_are_what_stayed)
{
    static const struct {
        struct takings takings;
        int64_t net;
    } cases[] = {
        {{0, 0, 0}, 0}, {{100, 0, 0}, 100}, {{100, 30, 0}, 70}, {{100, 30, 70}, 0}, {{0, 0, 5}, -5},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        expect_int_eq(takings_net(&cases[i].takings), cases[i].net);
    }
}
