/* Loyalty: tables of cases. */
#include "domain/loyalty.h"
#include "test.h"

static const struct loyalty_tier TIERS[] = {{STR_INIT("Silver"), 10, 12000}, {STR_INIT("Gold"), 100, 25000}};
static const struct loyalty_program PROGRAM = {
    .is_active = true, .amount_per_point_minor = 50000, .tiers = TIERS, .tier_count = COUNT_OF(TIERS)};

TEST(loyalty_a_sale_earns_by_floors)
{
    static const struct {
        int64_t amount_per_point, multiplier_bp, total, earned;
    } cases[] = {
        {50000, 10000, 69000, 1},
        {50000, 12000, 69000, 1}, /* floor(1 × 1.2) */
        {50000, 12000, 250000, 6},
        {50000, 12000, 299999, 6}, /* floor(floor(5.99) × 1.2), not floor(7.19) */
        {50000, 12000, 300000, 7},
        {50000, 25000, 150000, 7},
        {50000, 10000, 49999, 0},
        {50000, 10000, 50000, 1},
        {50000, 5000, 50000, 0},
        {50000, 0, 500000, 0},
        {1, 10000, 7, 7},
        {50000, 12000, 0, 0},
        {50000, 12000, -69000, 0},
        {0, 12000, 69000, 0}, /* no programme */
        {1, 10000, MONEY_MAX_MINOR, LOYALTY_POINTS_MAX},
        {1, 1000000, MONEY_MAX_MINOR, LOYALTY_POINTS_MAX},
        {3, 33333, 100, 109}, /* 33 × 3.3333 = 109.9989 */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct loyalty_terms terms = {cases[i].amount_per_point, cases[i].multiplier_bp};
        test_note("case %zu", i);
        expect_int_eq(loyalty_earned(&terms, cases[i].total), cases[i].earned);
    }
}

TEST(loyalty_the_highest_tier_that_is_reached)
{
    static const struct {
        int64_t points;
        size_t tier;
        int64_t multiplier_bp;
    } cases[] = {
        {-5, LOYALTY_NO_TIER, 10000},
        {0, LOYALTY_NO_TIER, 10000},
        {9, LOYALTY_NO_TIER, 10000},
        {10, 0, 12000},
        {99, 0, 12000},
        {100, 1, 25000},
        {INT64_MAX, 1, 25000},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct loyalty_terms terms = loyalty_terms_of(&PROGRAM, cases[i].points);
        test_note("%lld points", (long long)cases[i].points);
        expect(loyalty_tier_of(&PROGRAM, cases[i].points) == cases[i].tier);
        expect_int_eq(terms.multiplier_bp, cases[i].multiplier_bp);
        expect_int_eq(terms.amount_per_point_minor, 50000);
    }
    struct loyalty_program paused = PROGRAM;
    paused.is_active = false;
    expect_int_eq(loyalty_terms_of(&paused, 100).amount_per_point_minor, 0);
    expect(loyalty_tier_of(&(struct loyalty_program){0}, 100) == LOYALTY_NO_TIER);
}

TEST(loyalty_points_are_worth_money)
{
    static const struct {
        int64_t points, value, worth;
    } cases[] = {
        {20, 750, 15000},
        {0, 750, 0},
        {20, 0, 0},
        {LOYALTY_POINTS_MAX, 10000, MONEY_MAX_MINOR},
        {LOYALTY_POINTS_MAX, 10001, MONEY_MAX_MINOR + 1},
        {LOYALTY_POINTS_MAX, MONEY_MAX_MINOR, MONEY_MAX_MINOR + 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_int_eq(loyalty_worth(cases[i].points, cases[i].value), cases[i].worth);
}

TEST(loyalty_a_refund_leaves_what_the_rest_would_have_earned)
{
    static const struct {
        const char *what;
        struct loyalty_refund_facts facts;
        int64_t take_back, give_back;
    } cases[] = {
#define SALE .terms = {50000, 10000}, .total_minor = 160000, .earned = 3
        {"not enough to lose a point", {SALE, .amount_minor = 10000}, 0, 0},
        {"one point", {SALE, .amount_minor = 10001}, 1, 0},
        {"after an earlier one",
         {SALE, .refunded_minor = 10001, .taken_back = 1, .amount_minor = 50000},
         1,
         0},
        {"the last",
         {SALE, .refunded_minor = 60000, .taken_back = 1, .amount_minor = 100000, .is_whole = true},
         2,
         0},
        {"more was taken back than due",
         {SALE, .refunded_minor = 60000, .taken_back = 3, .amount_minor = 10000},
         0,
         0},
        {"all of it at once", {SALE, .redeemed = 7, .amount_minor = 160000, .is_whole = true}, 3, 7},
        {"redeemed points in proportion", {SALE, .redeemed = 7, .amount_minor = 80000}, 2, 3},
        {"the rest of them",
         {SALE, .redeemed = 7, .refunded_minor = 80000, .taken_back = 2, .given_back = 3,
          .amount_minor = 80000, .is_whole = true},
         1,
         4},
        {"paid with points alone", {.redeemed = 9, .amount_minor = 0}, 0, 0},
        {"paid with points alone, all of it", {.redeemed = 9, .amount_minor = 0, .is_whole = true}, 0, 9},
        {"earned nothing", {.terms = {0, 10000}, .total_minor = 160000, .amount_minor = 80000}, 0, 0},
#undef SALE
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct loyalty_refund back = loyalty_refund_decide(&cases[i].facts);
        test_note("%s", cases[i].what);
        expect_int_eq(back.take_back, cases[i].take_back);
        expect_int_eq(back.give_back, cases[i].give_back);
    }
}

TEST(loyalty_refunds_make_the_whole_in_any_parts)
{
    uint64_t seed = 11;
    for (int round = 0; round < 2000; round++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        struct loyalty_refund_facts facts = {
            .terms = {1 + (int64_t)(seed >> 50), 5000 + (int64_t)(seed >> 45) % 30000},
            .total_minor = (int64_t)(seed >> 40),
            .redeemed = (int64_t)(seed >> 55)};
        facts.earned = loyalty_earned(&facts.terms, facts.total_minor);
        int64_t left = facts.total_minor;
        for (int part = 0; part < 5; part++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            facts.is_whole = part == 4;
            facts.amount_minor = facts.is_whole || left == 0 ? left : (int64_t)(seed >> 33) % left;
            left -= facts.amount_minor;
            struct loyalty_refund back = loyalty_refund_decide(&facts);
            expect(back.take_back >= 0 && back.give_back >= 0);
            facts.refunded_minor += facts.amount_minor;
            facts.taken_back += back.take_back;
            facts.given_back += back.give_back;
        }
        expect_int_eq(facts.taken_back, facts.earned);
        expect_int_eq(facts.given_back, facts.redeemed);
    }
}

TEST(loyalty_the_oldest_points_are_used_first)
{
    static const struct {
        const char *what;
        int64_t old, used, balance, expired;
    } cases[] = {
        {"nothing was used", 10, 0, 15, 10},         {"some was", 10, 4, 11, 6},
        {"all that is old was", 10, 10, 5, 0},       {"and more", 10, 12, 3, 0},
        {"what expired is used", 10, 10, 15, 0},     {"nothing is old", 0, 3, 15, 0},
        {"what is old was taken back", -2, 0, 5, 0}, {"no more than there is", 10, 0, 7, 7},
        {"nothing below zero", 10, 0, -3, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].what);
        expect_int_eq(loyalty_expired(cases[i].old, cases[i].used, cases[i].balance), cases[i].expired);
    }
}
