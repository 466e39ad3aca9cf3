/* Kopi Senja, a café in Jakarta: what it sells. */
#include "commands/demo_data.h"

#include "base/check.h"

#define SUGAR (1u << DEMO_SUGAR)
#define MILK (1u << DEMO_MILK)
#define SHOT (1u << DEMO_SHOT)
#define TOPPING (1u << DEMO_TOPPING)
#define SPICE (1u << DEMO_SPICE)

const char *const DEMO_CATEGORY_NAMES[DEMO_CATEGORIES] = {
    "Kopi", "Non-Kopi", "Teh & Segar", "Makanan", "Roti & Kue", "Botol & Oleh-oleh",
};
const char *const DEMO_CATEGORY_SKUS[DEMO_CATEGORIES] = {"KOP", "NON", "TEH", "MKN", "KUE", "BTL"};

const struct demo_modifier_group DEMO_MODIFIER_GROUPS[DEMO_GROUPS] = {
    {"Tingkat Gula", 0, 1, {{"Normal", 0}, {"Sedikit Gula", 0}, {"Setengah Gula", 0}, {"Tanpa Gula", 0}}},
    {"Susu", 0, 1, {{"Susu Segar", 0}, {"Susu Oat", 8000}, {"Susu Almond", 9000}, {"Susu Kedelai", 6000}}},
    {"Tambah Espresso", 0, 2, {{"Extra Shot", 7000}}},
    {"Topping", 0, 3, {{"Boba", 6000}, {"Cincau", 5000}, {"Jelly Kopi", 5000}, {"Cream Cheese", 8000}}},
    {"Level Pedas", 1, 1, {{"Tidak Pedas", 0}, {"Sedang", 0}, {"Pedas", 0}, {"Pedas Sekali", 2000}}},
};

const struct demo_variant DEMO_VARIANTS[][DEMO_VARIANTS_MAX] = {
    [DEMO_SIZES] = {{"Regular", 0}, {"Large", 6000}},
    [DEMO_TEMPERATURES] = {{"Hot", 0}, {"Iced", 2000}},
};

const struct demo_product DEMO_MENU[DEMO_PRODUCTS] = {
    {DEMO_COFFEE, "Kopi Susu Senja", 24000, DEMO_SIZES, SUGAR | MILK | SHOT | TOPPING, 0, NULL,
     "Es kopi susu gula aren khas Senja"},
    {DEMO_COFFEE, "Kopi Susu Pandan", 26000, DEMO_SIZES, SUGAR | MILK | SHOT | TOPPING, 0, NULL, NULL},
    {DEMO_COFFEE, "Kopi Susu Kelapa", 26000, DEMO_SIZES, SUGAR | MILK | SHOT, 0, NULL, NULL},
    {DEMO_COFFEE, "Americano", 22000, DEMO_TEMPERATURES, SUGAR | SHOT, 0, NULL, NULL},
    {DEMO_COFFEE, "Cappuccino", 30000, DEMO_TEMPERATURES, SUGAR | MILK | SHOT, 0, NULL, NULL},
    {DEMO_COFFEE, "Caffè Latte", 30000, DEMO_TEMPERATURES, SUGAR | MILK | SHOT, 0, NULL, NULL},
    {DEMO_COFFEE, "Hazelnut Latte", 34000, DEMO_TEMPERATURES, SUGAR | MILK | SHOT, 0, NULL, NULL},
    {DEMO_COFFEE, "Caramel Macchiato", 36000, DEMO_TEMPERATURES, SUGAR | MILK | SHOT, 0, NULL, NULL},
    {DEMO_COFFEE, "Mocha", 35000, DEMO_TEMPERATURES, SUGAR | MILK | SHOT, 0, NULL, NULL},
    {DEMO_COFFEE, "Espresso", 18000, DEMO_PLAIN, SHOT, 0, NULL, NULL},
    {DEMO_COFFEE, "Affogato", 32000, DEMO_PLAIN, SHOT, 0, NULL, "Espresso di atas es krim vanila"},
    {DEMO_COFFEE, "Kopi Tubruk Gayo", 20000, DEMO_PLAIN, SUGAR, 0, NULL, "Arabika Gayo, diseduh tubruk"},
    {DEMO_COFFEE, "V60 Toraja", 32000, DEMO_PLAIN, 0, 0, NULL, "Seduh manual, biji Toraja"},
    {DEMO_COFFEE, "Cold Brew Senja", 30000, DEMO_SIZES, SUGAR | MILK, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Cokelat Klasik", 28000, DEMO_TEMPERATURES, SUGAR | MILK | TOPPING, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Matcha Latte", 32000, DEMO_TEMPERATURES, SUGAR | MILK | TOPPING, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Taro Latte", 29000, DEMO_TEMPERATURES, SUGAR | MILK | TOPPING, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Red Velvet Latte", 30000, DEMO_TEMPERATURES, SUGAR | MILK | TOPPING, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Susu Gula Aren", 24000, DEMO_SIZES, SUGAR | TOPPING, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Wedang Jahe Susu", 22000, DEMO_PLAIN, SUGAR, 0, NULL, "Jahe bakar, susu, dan serai"},
    {DEMO_NON_COFFEE, "Bajigur", 20000, DEMO_PLAIN, 0, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Es Kelapa Jeruk", 23000, DEMO_PLAIN, SUGAR, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Milkshake Vanila", 32000, DEMO_SIZES, TOPPING, 0, NULL, NULL},
    {DEMO_NON_COFFEE, "Milkshake Stroberi", 34000, DEMO_SIZES, TOPPING, 0, NULL, NULL},
    {DEMO_TEA, "Teh Tarik", 20000, DEMO_TEMPERATURES, SUGAR, 0, NULL, NULL},
    {DEMO_TEA, "Teh Melati", 15000, DEMO_TEMPERATURES, SUGAR, 0, NULL, NULL},
    {DEMO_TEA, "Teh Poci Gula Batu", 18000, DEMO_PLAIN, 0, 0, NULL, NULL},
    {DEMO_TEA, "Lemon Tea", 20000, DEMO_TEMPERATURES, SUGAR, 0, NULL, NULL},
    {DEMO_TEA, "Lychee Tea", 24000, DEMO_SIZES, SUGAR | TOPPING, 0, NULL, NULL},
    {DEMO_TEA, "Es Teh Leci Mawar", 25000, DEMO_SIZES, SUGAR | TOPPING, 0, NULL, NULL},
    {DEMO_TEA, "Es Jeruk Peras", 20000, DEMO_SIZES, SUGAR, 0, NULL, NULL},
    {DEMO_TEA, "Jus Alpukat", 25000, DEMO_SIZES, SUGAR, 0, NULL, NULL},
    {DEMO_MEALS, "Nasi Goreng Kampung", 38000, DEMO_PLAIN, SPICE, 0, NULL,
     "Dengan telur mata sapi dan kerupuk"},
    {DEMO_MEALS, "Nasi Goreng Seafood", 45000, DEMO_PLAIN, SPICE, 0, NULL, NULL},
    {DEMO_MEALS, "Mie Goreng Jawa", 36000, DEMO_PLAIN, SPICE, 0, NULL, NULL},
    {DEMO_MEALS, "Nasi Ayam Geprek", 35000, DEMO_PLAIN, SPICE, 0, NULL, NULL},
    {DEMO_MEALS, "Nasi Ayam Sambal Matah", 40000, DEMO_PLAIN, SPICE, 0, NULL, NULL},
    {DEMO_MEALS, "Nasi Rawon", 45000, DEMO_PLAIN, 0, 0, NULL, NULL},
    {DEMO_MEALS, "Soto Ayam Lamongan", 34000, DEMO_PLAIN, SPICE, 0, NULL, NULL},
    {DEMO_MEALS, "Gado-Gado Jakarta", 32000, DEMO_PLAIN, SPICE, 0, NULL, NULL},
    {DEMO_MEALS, "Nasi Uduk Komplit", 36000, DEMO_PLAIN, 0, 0, NULL, NULL},
    {DEMO_MEALS, "Spaghetti Aglio Olio", 42000, DEMO_PLAIN, SPICE, 0, NULL, NULL},
    {DEMO_MEALS, "Chicken Katsu Curry", 46000, DEMO_PLAIN, SPICE, 0, NULL, NULL},
    {DEMO_MEALS, "Kentang Goreng", 26000, DEMO_PLAIN, 0, 0, NULL, NULL},
    {DEMO_PASTRY, "Croissant Mentega", 24000, DEMO_PLAIN, 0, 30, NULL, NULL},
    {DEMO_PASTRY, "Pain au Chocolat", 28000, DEMO_PLAIN, 0, 24, NULL, NULL},
    {DEMO_PASTRY, "Roti Bakar Cokelat Keju", 25000, DEMO_PLAIN, 0, 40, NULL, NULL},
    {DEMO_PASTRY, "Brownies Panggang", 22000, DEMO_PLAIN, 0, 48, NULL, "Cokelat pekat, dipanggang tiap pagi"},
    {DEMO_PASTRY, "Banana Bread", 22000, DEMO_PLAIN, 0, 24, NULL, NULL},
    {DEMO_PASTRY, "Bolu Pandan", 18000, DEMO_PLAIN, 0, 30, NULL, NULL},
    {DEMO_PASTRY, "Kue Lumpur", 10000, DEMO_PLAIN, 0, 50, NULL, NULL},
    {DEMO_PASTRY, "Klepon", 12000, DEMO_PLAIN, 0, 40, NULL, "Isi lima, gula aren cair"},
    {DEMO_PASTRY, "Cheesecake Gula Aren", 38000, DEMO_PLAIN, 0, 16, NULL, NULL},
    {DEMO_PASTRY, "Pisang Goreng Madu", 22000, DEMO_PLAIN, 0, 36, NULL, NULL},
    {DEMO_BOTTLES, "Air Mineral 600 ml", 8000, DEMO_PLAIN, 0, 96, "8991234500010", NULL},
    {DEMO_BOTTLES, "Air Soda 330 ml", 15000, DEMO_PLAIN, 0, 48, "8991234500027", NULL},
    {DEMO_BOTTLES, "Kopi Susu Senja Botol 1 L", 85000, DEMO_PLAIN, 0, 20, "8991234500034",
     "Untuk di rumah, tahan tiga hari"},
    {DEMO_BOTTLES, "Cold Brew Botol 250 ml", 38000, DEMO_PLAIN, 0, 24, "8991234500041", NULL},
    {DEMO_BOTTLES, "Teh Botol", 10000, DEMO_PLAIN, 0, 72, "8991234500058", NULL},
    {DEMO_BOTTLES, "Biji Kopi Gayo 200 g", 95000, DEMO_PLAIN, 0, 15, "8991234500065", "Disangrai sedang"},
};

const struct demo_table DEMO_TABLE_PLAN[DEMO_TABLES] = {
    {"Dalam 1", "Dalam", 2, 0, 0}, {"Dalam 2", "Dalam", 2, 2, 0}, {"Dalam 3", "Dalam", 4, 4, 0},
    {"Dalam 4", "Dalam", 4, 0, 2}, {"Dalam 5", "Dalam", 4, 2, 2}, {"Dalam 6", "Dalam", 6, 4, 2},
    {"Dalam 7", "Dalam", 6, 0, 4}, {"Dalam 8", "Dalam", 8, 3, 4}, {"Teras 1", "Teras", 2, 0, 0},
    {"Teras 2", "Teras", 2, 2, 0}, {"Teras 3", "Teras", 4, 0, 2}, {"Teras 4", "Teras", 4, 2, 2},
};

size_t demo_product_index(const char *name)
{
    size_t index = 0;
    while (index < DEMO_PRODUCTS && strcmp(DEMO_MENU[index].name, name) != 0)
        index++;
    check(index < DEMO_PRODUCTS);
    return index;
}

const char *demo_station(enum demo_category category)
{
    if (category == DEMO_BOTTLES)
        return NULL;
    return category == DEMO_MEALS || category == DEMO_PASTRY ? "kitchen" : "bar";
}
