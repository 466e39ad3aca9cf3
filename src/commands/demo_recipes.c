/* Kopi Senja's store-room, as rows of data. */
#include "commands/demo_recipes.h"

#include "base/decimal.h"
#include "modules/inventory/inventory.h"

#define NEEDS_MAX 5

enum {
    BEANS,
    MILK,
    PALM_SUGAR,
    SUGAR,
    CHOCOLATE,
    HAZELNUT,
    CARAMEL,
    PANDAN,
    COCONUT,
    ICE_CREAM,
    CUP,
    INGREDIENTS
};

static const struct {
    const char *name, *unit;
    int64_t cost; /* rupiah a unit */
    int64_t low, opening;
} STORE_ROOM[INGREDIENTS] = {
    [BEANS] = {"Biji Kopi", "g", 250, 2000, 10000},
    [MILK] = {"Susu Segar", "ml", 22, 5000, 40000},
    [PALM_SUGAR] = {"Gula Aren Cair", "ml", 45, 1000, 5000},
    [SUGAR] = {"Gula Pasir", "g", 18, 1000, 5000},
    [CHOCOLATE] = {"Cokelat Bubuk", "g", 140, 300, 1500},
    [HAZELNUT] = {"Sirup Hazelnut", "ml", 160, 300, 1500},
    [CARAMEL] = {"Sirup Karamel", "ml", 160, 300, 1500},
    [PANDAN] = {"Sirup Pandan", "ml", 90, 300, 1500},
    [COCONUT] = {"Santan", "ml", 40, 1000, 4000},
    [ICE_CREAM] = {"Es Krim Vanila", "g", 70, 500, 3000},
    [CUP] = {"Gelas", "pcs", 900, 100, 600},
};

static const struct {
    const char *product;
    struct {
        int ingredient;
        int64_t quantity; /* 0: no more */
    } needs[NEEDS_MAX];
} RECIPES[] = {
    {"Kopi Susu Senja", {{BEANS, 18}, {MILK, 150}, {PALM_SUGAR, 20}, {CUP, 1}}},
    {"Kopi Susu Pandan", {{BEANS, 18}, {MILK, 150}, {PANDAN, 15}, {CUP, 1}}},
    {"Kopi Susu Kelapa", {{BEANS, 18}, {MILK, 100}, {COCONUT, 60}, {PALM_SUGAR, 15}, {CUP, 1}}},
    {"Americano", {{BEANS, 18}, {CUP, 1}}},
    {"Cappuccino", {{BEANS, 18}, {MILK, 130}, {CUP, 1}}},
    {"Caffè Latte", {{BEANS, 18}, {MILK, 200}, {CUP, 1}}},
    {"Hazelnut Latte", {{BEANS, 18}, {MILK, 180}, {HAZELNUT, 20}, {CUP, 1}}},
    {"Caramel Macchiato", {{BEANS, 18}, {MILK, 180}, {CARAMEL, 20}, {CUP, 1}}},
    {"Mocha", {{BEANS, 18}, {MILK, 170}, {CHOCOLATE, 15}, {CUP, 1}}},
    {"Espresso", {{BEANS, 18}}},
    {"Affogato", {{BEANS, 18}, {ICE_CREAM, 80}}},
    {"Kopi Tubruk Gayo", {{BEANS, 15}, {SUGAR, 10}}},
    {"V60 Toraja", {{BEANS, 16}}},
    {"Cold Brew Senja", {{BEANS, 25}, {CUP, 1}}},
};

static void add_ingredients(struct db_tx *tx, const struct demo_shop *shop, struct uuid ids[INGREDIENTS])
{
    struct stock_line lines[INGREDIENTS];
    for (size_t i = 0; i < INGREDIENTS; i++) {
        ids[i] = uuid_new();
        const struct ingredient ingredient = {.id = ids[i],
                                              .name = str_of(STORE_ROOM[i].name),
                                              .unit = str_of(STORE_ROOM[i].unit),
                                              .cost_minor = STORE_ROOM[i].cost,
                                              .low_stock_threshold_milli =
                                                  STORE_ROOM[i].low * QUANTITY_ONE_MILLI,
                                              .is_active = true,
                                              .created_at = shop->now_ms,
                                              .updated_at = shop->now_ms};
        ingredient_add(tx, &ingredient);
        lines[i] = (struct stock_line){ids[i], UUID_NIL, STORE_ROOM[i].opening * QUANTITY_ONE_MILLI, true};
    }
    stock_receive(tx, shop->outlet_id, shop->owner_id, STOCK_PURCHASE, STR("Stok pembukaan"), shop->now_ms,
                  lines, INGREDIENTS);
}

/* A large one takes half as much again, but of the cup. */
static int64_t large_milli(int ingredient, int64_t quantity)
{
    return quantity * QUANTITY_ONE_MILLI * (ingredient == CUP ? 2 : 3) / 2;
}

void demo_add_recipes(struct db_tx *tx, const struct demo_shop *shop)
{
    struct uuid ids[INGREDIENTS];
    add_ingredients(tx, shop, ids);
    for (size_t i = 0; i < sizeof RECIPES / sizeof RECIPES[0]; i++) {
        struct recipe_row rows[2 * NEEDS_MAX];
        size_t product = demo_product_index(RECIPES[i].product), count = 0;
        for (size_t k = 0; k < NEEDS_MAX && RECIPES[i].needs[k].quantity; k++) {
            int ingredient = RECIPES[i].needs[k].ingredient;
            int64_t quantity = RECIPES[i].needs[k].quantity;
            rows[count++] = (struct recipe_row){ids[ingredient], UUID_NIL, quantity * QUANTITY_ONE_MILLI};
            if (!uuid_is_nil(shop->larges[product]))
                rows[count++] = (struct recipe_row){ids[ingredient], shop->larges[product],
                                                    large_milli(ingredient, quantity)};
        }
        recipe_store(tx, shop->products[product], rows, count);
    }
}
