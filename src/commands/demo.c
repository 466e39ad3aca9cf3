/* tilopos demo: makes the café by the functions that its modules offer, in one transaction: it is there or it
 * is not. */
#include "commands/demo.h"

#include "app.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/log.h"
#include "commands/command.h"
#include "commands/demo_customers.h"
#include "commands/demo_data.h"
#include "commands/demo_orders.h"
#include "commands/demo_recipes.h"
#include "modules/auth/auth.h"
#include "modules/catalog/catalog.h"
#include "modules/inventory/inventory.h"
#include "modules/settings/settings.h"
#include "modules/shifts/shifts.h"
#include "modules/tables/tables.h"
#include "platform/auth/auth.h"
#include "platform/db/db.h"

#define PASSWORD "kopisenja"
#define OPENING_CASH_MINOR 500000
#define LISTENERS_WAIT_MS 5000

DB_STATEMENT_GLOBAL(DEMO_ANY_BUSINESS, "is this database empty? asked once, before the server listens",
                    "SELECT business_id FROM businesses LIMIT 1");
DB_STATEMENT_GLOBAL(DEMO_OWNER, "is the demo business there? asked by its owner's e-mail",
                    "SELECT id FROM employees WHERE email = $1");

static const struct demo_employee {
    const char *name, *email, *pin;
    enum role role;
} EMPLOYEES[] = {
    {"Ratna Dewi", "owner@kopisenja.test", NULL, ROLE_OWNER},
    {"Bayu Pratama", "manager@kopisenja.test", "1111", ROLE_MANAGER},
    {"Sari Wulandari", "supervisor@kopisenja.test", "2222", ROLE_SUPERVISOR},
    {"Dimas Saputra", "cashier@kopisenja.test", "3333", ROLE_CASHIER},
    {"Made Sudana", "kitchen@kopisenja.test", "4444", ROLE_KITCHEN},
};
#define EMPLOYEE_COUNT (sizeof EMPLOYEES / sizeof EMPLOYEES[0])

struct demo {
    struct platform *platform;
    struct str hashes[EMPLOYEE_COUNT];
    int64_t now_ms;

    /* Made in the transaction. */
    struct registered business;
    struct uuid cashier_id;
    struct uuid categories[DEMO_CATEGORIES], groups[DEMO_GROUPS], products[DEMO_PRODUCTS],
        larges[DEMO_PRODUCTS], tables[DEMO_TABLES];
};

/* ---- The shop ---- */

static enum code add_business(struct db_tx *tx, struct demo *demo)
{
    struct outlet outlet = OUTLET_DEFAULTS;
    outlet.name = STR("Kopi Senja Kemang");
    outlet.address = STR("Jl. Kemang Raya No. 21, Jakarta Selatan 12730");
    outlet.phone = STR("+62 21 5550 0121");
    outlet.receipt_header = STR("Buka setiap hari 07.00 - 22.00");
    outlet.tax_number = STR("01.234.567.8-012.000");
    outlet.tax_name = STR("PBJT");
    outlet.receipt_footer = STR("Terima kasih, sampai senja berikutnya!");
    outlet.tax_rate_bp = 1000;
    outlet.service_charge_rate_bp = 500;
    outlet.tax_service_charge = true;
    outlet.cash_rounding_minor = 100;
    outlet.cashier_discount_limit_bp = 1000;
    struct registration registration = {
        .business_name = STR("Kopi Senja"),
        .owner_name = str_of(EMPLOYEES[0].name),
        .email = str_of(EMPLOYEES[0].email),
        .password_hash = demo->hashes[0],
        .currency = STR("IDR"),
        .timezone = STR("Asia/Jakarta"),
        .outlet = &outlet,
        .created_at = demo->now_ms,
    };
    return business_register(demo->platform, tx, &registration, &demo->business);
}

static enum code add_employees(struct db_tx *tx, struct demo *demo)
{
    for (size_t i = 1; i < EMPLOYEE_COUNT; i++) {
        struct employee_draft employee = {
            .id = uuid_new(),
            .outlet_id = demo->business.outlet_id,
            .name = str_of(EMPLOYEES[i].name),
            .email = str_of(EMPLOYEES[i].email),
            .password_hash = demo->hashes[i],
            .pin = str_of(EMPLOYEES[i].pin),
            .role = EMPLOYEES[i].role,
            .created_at = demo->now_ms,
        };
        enum code code = employee_add(demo->platform, tx, &employee);
        if (code)
            return code;
        if (employee.role == ROLE_CASHIER)
            demo->cashier_id = employee.id;
    }
    return CODE_OK;
}

/* ---- The menu ---- */

static void add_categories(struct db_tx *tx, struct demo *demo)
{
    for (size_t i = 0; i < DEMO_CATEGORIES; i++) {
        struct catalog_category category = {uuid_new(), str_of(DEMO_CATEGORY_NAMES[i]), (int64_t)i + 1, true,
                                            demo->now_ms};
        demo->categories[i] = category.id;
        catalog_add_category(tx, &category);
    }
}

static void add_groups(struct db_tx *tx, struct demo *demo)
{
    for (size_t i = 0; i < DEMO_GROUPS; i++) {
        const struct demo_modifier_group *row = &DEMO_MODIFIER_GROUPS[i];
        struct catalog_modifier modifiers[DEMO_MODIFIERS_MAX];
        struct catalog_group group = {
            .id = uuid_new(),
            .name = str_of(row->name),
            .min_selection = row->min_selection,
            .max_selection = row->max_selection,
            .is_active = true,
            .modifiers = {modifiers, 0},
            .created_at = demo->now_ms,
        };
        for (const struct demo_modifier *modifier = row->modifiers; modifier->name; modifier++)
            modifiers[group.modifiers.count++] =
                (struct catalog_modifier){uuid_new(), str_of(modifier->name), modifier->price};
        demo->groups[i] = group.id;
        catalog_add_modifier_group(tx, &group);
    }
}

/* A third of the price, to the hundred. */
static int64_t cost_of(int64_t price) { return price / 300 * 100; }

static enum code add_product(struct db_tx *tx, struct demo *demo, size_t index, int number)
{
    const struct demo_product *row = &DEMO_MENU[index];
    struct catalog_variant variants[DEMO_VARIANTS_MAX];
    struct uuid groups[DEMO_GROUPS];
    struct catalog_product product = {
        .id = uuid_new(),
        .category_id = demo->categories[row->category],
        .name = str_of(row->name),
        .sku = str_format(db_arena(tx), "%s-%02d", DEMO_CATEGORY_SKUS[row->category], number),
        .barcode = str_of(row->barcode),
        .description = str_of(row->description),
        .station = str_of(demo_station(row->category)),
        .price_minor = row->price,
        .cost_price_minor = cost_of(row->price),
        .low_stock_threshold_milli = row->stock ? row->stock / 4 * QUANTITY_ONE_MILLI : INT64_MIN,
        .track_stock = row->stock > 0,
        .is_active = true,
        .variants = {variants, row->variants == DEMO_PLAIN ? 0 : DEMO_VARIANTS_MAX},
        .modifier_group_ids = {groups, 0},
        .created_at = demo->now_ms,
        .updated_at = demo->now_ms,
    };
    for (size_t i = 0; i < product.variants.count; i++) {
        const struct demo_variant *variant = &DEMO_VARIANTS[row->variants][i];
        variants[i] = (struct catalog_variant){uuid_new(), str_of(variant->name), row->price + variant->extra,
                                               STR_NONE, STR_NONE};
    }
    for (size_t i = 0; i < DEMO_GROUPS; i++) {
        if (row->groups & 1u << i)
            groups[product.modifier_group_ids.count++] = demo->groups[i];
    }
    struct catalog_refusal refusal = {0};
    demo->products[index] = product.id;
    demo->larges[index] = row->variants == DEMO_SIZES ? variants[DEMO_VARIANTS_MAX - 1].id : UUID_NIL;
    enum code code = catalog_add_product(tx, &product, &refusal);
    if (code)
        log_error("demo.product_refused", LOG_TEXT("product", row->name), LOG_STR("reason", refusal.message));
    return code;
}

static enum code add_products(struct db_tx *tx, struct demo *demo)
{
    int numbers[DEMO_CATEGORIES] = {0};
    for (size_t i = 0; i < DEMO_PRODUCTS; i++) {
        enum code code = add_product(tx, demo, i, ++numbers[DEMO_MENU[i].category]);
        if (code)
            return code;
    }
    return CODE_OK;
}

static void add_stock(struct db_tx *tx, const struct demo *demo)
{
    struct stock_line lines[DEMO_PRODUCTS];
    size_t count = 0;
    for (size_t i = 0; i < DEMO_PRODUCTS; i++) {
        if (DEMO_MENU[i].stock)
            lines[count++] =
                (struct stock_line){demo->products[i], UUID_NIL, DEMO_MENU[i].stock * QUANTITY_ONE_MILLI};
    }
    stock_receive(tx, demo->business.outlet_id, demo->business.owner_id, STOCK_PURCHASE,
                  STR("Stok pembukaan"), demo->now_ms, lines, count);
}

static void add_tables(struct db_tx *tx, struct demo *demo)
{
    for (size_t i = 0; i < DEMO_TABLES; i++) {
        const struct demo_table *row = &DEMO_TABLE_PLAN[i];
        struct table_draft table = {
            .id = uuid_new(),
            .outlet_id = demo->business.outlet_id,
            .name = str_of(row->name),
            .section = str_of(row->section),
            .capacity = row->capacity,
            .x_milli = row->x * QUANTITY_ONE_MILLI,
            .y_milli = row->y * QUANTITY_ONE_MILLI,
            .created_at = demo->now_ms,
        };
        demo->tables[i] = table.id;
        table_add(tx, &table);
    }
}

static enum code open_shift(struct db_tx *tx, const struct demo *demo)
{
    struct shift_draft shift = {
        .id = uuid_new(),
        .outlet_id = demo->business.outlet_id,
        .employee_id = demo->cashier_id,
        .opening_cash_minor = OPENING_CASH_MINOR,
        .opened_at = demo->now_ms,
    };
    return shift_open(tx, demo->platform->events, STR("demo"), &shift);
}

static enum code make(struct db_tx *tx, void *arg)
{
    struct demo *demo = arg;
    enum code code = add_business(tx, demo);
    if (code)
        return code;
    cache_touch(tx);
    code = add_employees(tx, demo);
    if (code)
        return code;
    add_categories(tx, demo);
    add_groups(tx, demo);
    code = add_products(tx, demo);
    if (code)
        return code;
    add_stock(tx, demo);
    const struct demo_shop shop = {demo->business.outlet_id, demo->business.owner_id, demo->products,
                                   demo->larges, demo->now_ms};
    demo_add_recipes(tx, &shop);
    add_tables(tx, demo);
    code = demo_add_customers(tx, demo->now_ms);
    if (!code)
        code = open_shift(tx, demo);
    if (!code)
        demo_add_orders(demo->platform, tx, &shop, demo->tables, demo->cashier_id);
    return code;
}

static enum code make_demo(struct platform *platform)
{
    struct arena arena = {0};
    struct demo demo = {.platform = platform, .now_ms = clock_now_ms()};
    enum code code = CODE_OK;
    for (size_t i = 0; i < EMPLOYEE_COUNT && !code; i++)
        code = password_hash(&platform->auth->passwords, &arena, STR(PASSWORD), &demo.hashes[i]);
    if (!code)
        code = db_write(platform->db, uuid_new(), &arena, make, &demo);
    if (code)
        log_error("demo.failed", LOG_TEXT("reason", code_name(code)));
    arena_free(&arena);
    return code;
}

/* ---- Is it there? ---- */

struct presence {
    bool any, demo;
};

static enum code look(struct db_tx *tx, void *arg)
{
    struct presence *presence = arg;
    struct db_rows *any = db_ask(tx, &DEMO_ANY_BUSINESS);
    struct db_rows *owner = db_query(tx, &DEMO_OWNER, DB_TEXT(str_of(EMPLOYEES[0].email)));
    *presence = (struct presence){any->count > 0, owner->count > 0};
    return CODE_OK;
}

static bool is_there(struct platform *platform, struct presence *ret_presence)
{
    struct arena arena = {0};
    enum code code = db_read(platform->db, UUID_NIL, &arena, look, ret_presence);
    arena_free(&arena);
    if (code)
        log_error("demo.failed", LOG_TEXT("reason", code_name(code)));
    return code == CODE_OK;
}

static void print_logins(void)
{
    printf("Demo café Kopi Senja, password of all: %s\n", PASSWORD);
    for (size_t i = 0; i < EMPLOYEE_COUNT; i++) {
        const char *pin = EMPLOYEES[i].pin;
        printf("  %-10s  %s%s%s\n", ROLE_NAMES[EMPLOYEES[i].role], EMPLOYEES[i].email, pin ? ", PIN " : "",
               pin ? pin : "");
    }
    fflush(stdout);
}

bool demo_if_empty(struct platform *platform)
{
    struct presence presence = {false, false};
    if (!is_there(platform, &presence))
        return false;
    if (!presence.any && make_demo(platform))
        return false;
    if (!presence.any || presence.demo)
        print_logins();
    return true;
}

int demo_run(const struct config *config, const bool *given)
{
    (void)given;
    struct app app;
    if (!app_open(&app, config))
        return EXIT_BROKEN;
    struct presence presence = {false, false};
    bool ok = is_there(&app.platform, &presence);
    if (ok && presence.demo)
        printf("The demo business is there already.\n");
    else if (ok)
        ok = events_start(app.platform.events) && !make_demo(&app.platform) &&
             events_drain(app.platform.events, LISTENERS_WAIT_MS);
    if (ok)
        print_logins();
    app_close(&app);
    return ok ? EXIT_OK : EXIT_BROKEN;
}
