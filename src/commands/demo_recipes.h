/* The café's store-room: its ingredients, what its coffees take of them, and the opening stock. */
#pragma once
#include "commands/demo_data.h"
#include "platform/db/db.h"

struct demo_shop {
    struct uuid outlet_id, owner_id;
    const struct uuid *products; /* by index in DEMO_MENU */
    const struct uuid *larges;   /* the larger variant of each; nil: it has none */
    int64_t now_ms;
};

/* After cache_touch and the products. Publishes no event. */
void demo_add_recipes(struct db_tx *tx, const struct demo_shop *shop);
