/* What a sale takes of the ingredients, and what that costs. */
#include "domain/recipe.h"

#include "base/decimal.h"
#include "test.h"

static const struct uuid BEANS = {{1}}, MILK = {{2}}, LARGE = {{8}}, SMALL = {{9}}, NIL = {{0}};

TEST(recipe_amounts_are_rounded_half_up)
{
    static const struct {
        int64_t quantity, sold, amount;
    } cases[] = {
        {20000, 2000, 40000},
        {1, 500, 1}, /* half a thousandth */
        {1, 499, 0},
        {18500, 1500, 27750},
        {333, 3333, 1110}, /* 1.109889 */
        {QUANTITY_MAX_MILLI, QUANTITY_MAX_MILLI, INT64_C(1000000000000000)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_int_eq(recipe_amount(cases[i].quantity, cases[i].sold), cases[i].amount);
}

#define NEEDS_MAX 5

TEST(recipe_takes_each_ingredient_once)
{
    const struct {
        const char *what;
        struct recipe_need needs[NEEDS_MAX];
        size_t count, taken_count, cost_count;
        struct recipe_taken taken[3];
        struct recipe_line_cost costs[2];
    } cases[] = {
        {"nothing", {{0}}, 0, 0, 0, {{NIL, 0}}, {{0}}},
        {"two coffees",
         {{0, NIL, NIL, MILK, true, 2000, 200000, 20}, {0, NIL, NIL, BEANS, true, 2000, 20000, 250}},
         2,
         2,
         1,
         {{BEANS, 40000}, {MILK, 400000}},
         {{0, 18000}}},
        {"two lines share an ingredient, each rounded by itself",
         {{0, NIL, NIL, BEANS, true, 500, 1, 1000}, {1, NIL, NIL, BEANS, true, 500, 1, 499000}},
         2,
         1,
         2,
         {{BEANS, 2}},
         {{0, 1}, {1, 499}}},
        {"a variant without rows of its own takes the product's",
         {{0, SMALL, NIL, BEANS, true, 1000, 18000, 10}, {0, SMALL, LARGE, BEANS, true, 1000, 30000, 10}},
         2,
         1,
         1,
         {{BEANS, 18000}},
         {{0, 180}}},
        {"a variant's own rows replace all of the product's",
         {{0, LARGE, NIL, BEANS, true, 1000, 18000, 10},
          {0, LARGE, NIL, MILK, true, 1000, 150000, 1},
          {0, LARGE, LARGE, BEANS, true, 1000, 30000, 10}},
         3,
         1,
         1,
         {{BEANS, 30000}},
         {{0, 300}}},
        {"rows of variants only do not hold for the product",
         {{0, NIL, LARGE, BEANS, true, 1000, 30000, 10}},
         1,
         0,
         0,
         {{NIL, 0}},
         {{0}}},
        {"an inactive ingredient is neither taken nor paid for",
         {{0, NIL, NIL, BEANS, false, 1000, 18000, 10}, {0, NIL, NIL, MILK, true, 1000, 5000, 3}},
         2,
         1,
         1,
         {{MILK, 5000}},
         {{0, 15}}},
        {"nor does a line of such alone have a cost",
         {{0, NIL, NIL, BEANS, false, 1000, 18000, 10}},
         1,
         0,
         0,
         {{NIL, 0}},
         {{0}}},
        {"what rounds to nothing is not taken",
         {{0, NIL, NIL, BEANS, true, 1, 1, 10}, {1, NIL, NIL, MILK, true, 1000, 1000, 1}},
         2,
         1,
         2,
         {{MILK, 1000}},
         {{0, 0}, {1, 1}}},
        {"a cost is rounded once a line",
         {{0, NIL, NIL, BEANS, true, 1000, 250, 1}, {0, NIL, NIL, MILK, true, 1000, 250, 1}},
         2,
         2,
         1,
         {{BEANS, 250}, {MILK, 250}},
         {{0, 1}}},
        {"more than money can be",
         {{0, NIL, NIL, BEANS, true, 1000000000, 1000000000, MONEY_MAX_MINOR},
          {1, NIL, NIL, MILK, true, 1000, 2000, MONEY_MAX_MINOR}},
         2,
         2,
         2,
         {{BEANS, INT64_C(1000000000000000)}, {MILK, 2000}},
         {{0, RECIPE_NO_COST}, {1, RECIPE_NO_COST}}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recipe_taken taken[NEEDS_MAX] = {0};
        struct recipe_line_cost costs[NEEDS_MAX] = {0};
        test_note("%s", cases[i].what);
        require(recipe_take(cases[i].needs, cases[i].count, taken) == cases[i].taken_count);
        require(recipe_costs(cases[i].needs, cases[i].count, costs) == cases[i].cost_count);
        for (size_t k = 0; k < cases[i].taken_count; k++) {
            expect(uuid_eq(taken[k].ingredient_id, cases[i].taken[k].ingredient_id));
            expect_int_eq(taken[k].quantity_milli, cases[i].taken[k].quantity_milli);
        }
        for (size_t k = 0; k < cases[i].cost_count; k++) {
            expect_int_eq((int64_t)costs[k].line, (int64_t)cases[i].costs[k].line);
            expect_int_eq(costs[k].cost_minor, cases[i].costs[k].cost_minor);
        }
    }
}
