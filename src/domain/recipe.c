/* Recipes: see recipe.h. */
#include "domain/recipe.h"

#include "base/decimal.h"

#include <stdlib.h>

int64_t recipe_amount(int64_t quantity_milli, int64_t sold_milli)
{
    return (quantity_milli * sold_milli + QUANTITY_ONE_MILLI / 2) / QUANTITY_ONE_MILLI;
}

/* Behind the last need of the line that begins at `first`. */
static size_t line_end(const struct recipe_need *needs, size_t count, size_t first)
{
    size_t end = first;
    while (end < count && needs[end].line == needs[first].line)
        end++;
    return end;
}

/* The rows that hold for the line: its variant's, or the product's. */
static struct uuid rows_of(const struct recipe_need *needs, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        if (uuid_eq(needs[i].row_variant, needs[i].line_variant))
            return needs[i].line_variant;
    }
    return UUID_NIL;
}

static int compare_taken(const void *a, const void *b)
{
    const struct recipe_taken *left = a, *right = b;
    return uuid_compare(left->ingredient_id, right->ingredient_id);
}

/* Adds up neighbours of one ingredient; what comes to nothing goes. */
static size_t merge(struct recipe_taken *taken, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && uuid_eq(taken[kept - 1].ingredient_id, taken[i].ingredient_id))
            taken[kept - 1].quantity_milli += taken[i].quantity_milli;
        else if (taken[i].quantity_milli > 0)
            taken[kept++] = taken[i];
    }
    return kept;
}

size_t recipe_take(const struct recipe_need *needs, size_t count, struct recipe_taken *ret_taken)
{
    size_t used = 0;
    for (size_t first = 0, end; first < count; first = end) {
        end = line_end(needs, count, first);
        struct uuid rows = rows_of(needs, first, end);
        for (size_t i = first; i < end; i++) {
            if (needs[i].is_active && uuid_eq(needs[i].row_variant, rows))
                ret_taken[used++] = (struct recipe_taken){
                    needs[i].ingredient_id, recipe_amount(needs[i].quantity_milli, needs[i].sold_milli)};
        }
    }
    if (used == 0)
        return 0;
    qsort(ret_taken, used, sizeof *ret_taken, compare_taken);
    return merge(ret_taken, used);
}

/* Σ amount × cost of one line, in thousandths of minor units: a sum beyond 64 bits is no money. */
static int64_t cost_of(const struct recipe_need *needs, size_t first, size_t end, struct uuid rows)
{
    int64_t sum = 0, cost;
    for (size_t i = first; i < end; i++) {
        if (!needs[i].is_active || !uuid_eq(needs[i].row_variant, rows))
            continue;
        int64_t amount = recipe_amount(needs[i].quantity_milli, needs[i].sold_milli), part;
        if (__builtin_mul_overflow(amount, needs[i].cost_minor, &part) ||
            __builtin_add_overflow(sum, part, &sum))
            return RECIPE_NO_COST;
    }
    bool fits = decimal_muldiv(sum, 1, QUANTITY_ONE_MILLI, &cost) && cost <= MONEY_MAX_MINOR;
    return fits ? cost : RECIPE_NO_COST;
}

size_t recipe_costs(const struct recipe_need *needs, size_t count, struct recipe_line_cost *ret_costs)
{
    size_t used = 0;
    for (size_t first = 0, end; first < count; first = end) {
        end = line_end(needs, count, first);
        struct uuid rows = rows_of(needs, first, end);
        bool holds = false;
        for (size_t i = first; i < end && !holds; i++)
            holds = needs[i].is_active && uuid_eq(needs[i].row_variant, rows);
        if (holds)
            ret_costs[used++] =
                (struct recipe_line_cost){needs[first].line, cost_of(needs, first, end, rows)};
    }
    return used;
}
