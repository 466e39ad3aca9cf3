/* What the café's kitchen has in hand when it opens. */
#pragma once
#include "commands/demo_recipes.h"

struct platform;

/* After products and tables. `tables`: by index in DEMO_TABLE_PLAN. */
void demo_add_orders(struct platform *platform, struct db_tx *tx, const struct demo_shop *shop,
                     const struct uuid *tables, struct uuid employee_id);
