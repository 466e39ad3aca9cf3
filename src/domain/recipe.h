/* What a sale takes of the ingredients, and what that costs. Pure. Quantities are thousandths. */
#pragma once
#include "base/uuid.h"

#define RECIPE_NO_COST INT64_MIN

/* One row of a product's recipe, beside a line that sold the product. */
struct recipe_need {
    size_t line;                           /* they come line by line */
    struct uuid line_variant, row_variant; /* what was sold; what the row is for (nil: the product) */
    struct uuid ingredient_id;
    bool is_active;         /* the ingredient */
    int64_t sold_milli;     /* of the line */
    int64_t quantity_milli; /* for one piece */
    int64_t cost_minor;     /* of one unit of the ingredient */
};

struct recipe_taken {
    struct uuid ingredient_id;
    int64_t quantity_milli;
};

struct recipe_line_cost {
    size_t line;
    int64_t cost_minor; /* RECIPE_NO_COST: more than money can be */
};

/* quantity × sold, rounded half away from zero. Both at most 10^9. */
int64_t recipe_amount(int64_t quantity_milli, int64_t sold_milli);

/* Rows of a variant hold for it alone; where it has none, those of the product do. Each line's amount of an
 * ingredient is rounded, then all are added up: `ret_taken` names each ingredient once, in the order of the
 * ids. `ret_costs` names each line that something is taken for; rounded once a line. Inactive ingredients are
 * neither taken nor paid for. Both have room for `count`; they answer how many. */
size_t recipe_take(const struct recipe_need *needs, size_t count, struct recipe_taken *ret_taken);
size_t recipe_costs(const struct recipe_need *needs, size_t count, struct recipe_line_cost *ret_costs);
