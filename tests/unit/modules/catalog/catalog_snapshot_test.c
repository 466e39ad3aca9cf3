/* A catalogue on a real database: what is written, is what the snapshot says. */
#include "modules/catalog/catalog_store.h"
#include "platform/db/fixture.h"

struct menu {
    struct uuid coffee, tea, category, sugar, idle;
};

static enum code fill(struct db_tx *tx, void *arg)
{
    struct menu *menu = arg;
    struct catalog_modifier less = {uuid_new(), STR("Less"), 0}, palm = {uuid_new(), STR("Palm"), 2000};
    struct catalog_modifier sugars[] = {palm, less};
    struct catalog_group sugar = {.id = menu->sugar,
                                  .name = STR("Sugar"),
                                  .min_selection = 1,
                                  .max_selection = 1,
                                  .is_active = true,
                                  .modifiers = {sugars, 2},
                                  .created_at = 1};
    struct catalog_group idle = {.id = menu->idle, .name = STR("Idle"), .max_selection = 1, .created_at = 1};
    struct catalog_variant variants[] = {{uuid_new(), STR("Panas"), 17000, STR("K-H"), STR_NONE},
                                         {uuid_new(), STR("Dingin"), 19000, STR_NONE, STR("899")}};
    struct uuid groups[] = {menu->idle, menu->sugar};
    struct catalog_product coffee = {.id = menu->coffee,
                                     .category_id = menu->category,
                                     .name = STR("Kopi SUSU"),
                                     .sku = STR("K"),
                                     .price_minor = 18000,
                                     .cost_price_minor = INT64_MIN,
                                     .low_stock_threshold_milli = 2500,
                                     .track_stock = true,
                                     .is_active = true,
                                     .variants = {variants, 2},
                                     .modifier_group_ids = {groups, 2},
                                     .created_at = 5,
                                     .updated_at = 6};
    struct catalog_product tea = {.id = menu->tea,
                                  .name = STR("Air"),
                                  .barcode = STR("111"),
                                  .price_minor = 1,
                                  .cost_price_minor = 0,
                                  .low_stock_threshold_milli = INT64_MIN};
    struct catalog_refusal refusal;
    cache_touch(tx);
    catalog_add_category(tx, &(struct catalog_category){menu->category, STR("Kopi"), 3, true, 1});
    catalog_add_modifier_group(tx, &sugar);
    catalog_add_modifier_group(tx, &idle);
    enum code code = catalog_add_product(tx, &coffee, &refusal);
    return code ? code : catalog_add_product(tx, &tea, &refusal);
}

static void make_menu(struct menu *menu)
{
    *menu = (struct menu){uuid_new(), uuid_new(), uuid_new(), uuid_new(), uuid_new()};
}

static struct arena snapshot_arena;

static enum code load(struct db_tx *tx, void *arg)
{
    const struct catalog **ret_catalog = arg;
    *ret_catalog = CATALOG.load(tx, &snapshot_arena);
    return CODE_OK;
}

TEST_ON_BOTH(catalog_snapshot_holds_what_was_written)
{
    struct menu menu;
    const struct catalog *catalog = NULL;
    make_menu(&menu);
    require(db_write(f->db, f->business, &f->arena, fill, &menu) == CODE_OK);
    require(db_read(f->db, f->business, &f->arena, load, &catalog) == CODE_OK && catalog);
    arena_reset(&f->arena); /* nothing of the snapshot lies in the transaction's memory */
    require(catalog->product_count == 2 && catalog->group_count == 2 && catalog->category_count == 1);
    expect(uuid_eq(catalog->business_id, f->business));
    const struct catalog_product *coffee = catalog_product(catalog, menu.coffee);
    require(coffee && coffee->variants.count == 2 && coffee->modifier_group_ids.count == 2);
    expect_str_eq(coffee->name, STR("Kopi SUSU"));
    expect_str_eq(coffee->name_key, STR("kopi susu"));
    expect_int_eq(coffee->price_minor, 18000);
    expect_int_eq(coffee->cost_price_minor, INT64_MIN);
    expect_int_eq(coffee->low_stock_threshold_milli, 2500);
    expect(coffee->track_stock && coffee->is_active && uuid_eq(coffee->category_id, menu.category));
    expect(uuid_is_nil(coffee->outlet_id) && !coffee->barcode.data);
    expect_str_eq(coffee->variants.at[1].name, STR("Dingin"));
    expect(uuid_eq(coffee->modifier_group_ids.at[0], menu.idle));
    require(coffee->group_count == 1 &&
            coffee->groups[0]->modifiers.count == 2);                    /* the idle one has no rule */
    expect_str_eq(coffee->groups[0]->modifiers.at[0].name, STR("Palm")); /* the shop's order */
    size_t group = 9;
    expect(catalog_modifier(coffee, coffee->groups[0]->modifiers.at[1].id, &group) && group == 0);
    expect(catalog->by_name[0] == 1 && catalog->by_name[1] == 0);
    expect(catalog_barcode(catalog, STR("899"))->variant == &coffee->variants.at[1]);
    expect(catalog_barcode(catalog, STR("111"))->product == catalog_product(catalog, menu.tea));
    arena_free(&snapshot_arena);
}

TEST_ON_BOTH(catalog_snapshot_of_an_empty_catalogue_is_there)
{
    const struct catalog *catalog = NULL;
    require(db_read(f->db, f->business, &f->arena, load, &catalog) == CODE_OK && catalog);
    expect_int_eq((int64_t)(catalog->product_count + catalog->barcode_count + catalog->group_count), 0);
    expect(catalog_product(catalog, uuid_new()) == NULL && catalog_barcode(catalog, STR("1")) == NULL);
    arena_free(&snapshot_arena);
}

/* ---- Refusals ---- */

struct attempt {
    struct catalog_product product;
    struct catalog_refusal refusal;
};

static enum code add(struct db_tx *tx, void *arg)
{
    struct attempt *attempt = arg;
    cache_touch(tx);
    attempt->product.id = uuid_new();
    return catalog_add_product(tx, &attempt->product, &attempt->refusal);
}

TEST_ON_BOTH(catalog_refuses_codes_in_use_and_unknown_references)
{
    struct menu menu;
    make_menu(&menu);
    require(db_write(f->db, f->business, &f->arena, fill, &menu) == CODE_OK);
    struct catalog_variant same[] = {{uuid_new(), STR("a"), 1, STR("N"), STR_NONE},
                                     {uuid_new(), STR("b"), 1, STR("N"), STR_NONE}};
    struct catalog_variant taken[] = {{uuid_new(), STR("a"), 1, STR_NONE, STR("111")}};
    struct uuid twice[] = {menu.sugar, menu.sugar}, unknown[] = {menu.sugar, uuid_new()};
    struct {
        struct catalog_product product;
        enum code code;
        const char *path;
    } cases[] = {
        {{.sku = STR("K")}, CODE_CONFLICT, "sku"},
        {{.sku = STR("K-H")}, CODE_CONFLICT, "sku"}, /* a variant's */
        {{.barcode = STR("899")}, CODE_CONFLICT, "barcode"},
        {{.variants = {taken, 1}}, CODE_CONFLICT, "variants[0].barcode"},
        {{.variants = {same, 2}}, CODE_CONFLICT, "variants[1].sku"},
        {{.sku = STR("N"), .variants = {same, 1}}, CODE_CONFLICT, "variants[0].sku"},
        {{.category_id = uuid_new()}, CODE_NOT_FOUND, "categoryId"},
        {{.outlet_id = uuid_new()}, CODE_NOT_FOUND, "outletId"},
        {{.modifier_group_ids = {unknown, 2}}, CODE_NOT_FOUND, "modifierGroupIds[1]"},
        {{.modifier_group_ids = {twice, 2}}, CODE_VALIDATION_FAILED, "modifierGroupIds[1]"},
        {{.sku = STR("k"), .category_id = menu.category}, CODE_OK, NULL}, /* codes differ by case */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct attempt attempt = {.product = cases[i].product};
        attempt.product.name = STR("x");
        test_note("case %zu", i);
        expect_int_eq(db_write(f->db, f->business, &f->arena, add, &attempt), cases[i].code);
        expect_str_eq(attempt.refusal.path, str_of(cases[i].path));
    }
}
