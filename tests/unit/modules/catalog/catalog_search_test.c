/* Questions to a snapshot that is made by hand. */
#include "modules/catalog/catalog_search.h"
#include "test.h"

static struct uuid id(uint8_t number) { return (struct uuid){{[0] = 1, [15] = number}}; }

static const struct catalog_variant VARIANTS[] = {
    {.id = {{2, [15] = 1}},
     .name = STR_INIT("Panas"),
     .sku = STR_INIT("KS-HOT"),
     .barcode = STR_INIT("899001")},
    {.id = {{2, [15] = 2}}, .name = STR_INIT("Dingin"), .barcode = STR_INIT("899002")},
};

#define PRODUCT(number, shown, key, ...)                                                                \
    {                                                                                                   \
        .id = {{1, [15] = (number)}}, .name = STR_INIT(shown), .name_key = STR_INIT(key), ##__VA_ARGS__ \
    }
static const struct catalog_product PRODUCTS[] = {
    PRODUCT(1, "Teh Tarik", "teh tarik", .is_active = true, .sku = STR_INIT("TT-1"), .category_id = {{3}}),
    PRODUCT(2, "Air", "air", .is_active = true, .barcode = STR_INIT("555")),
    PRODUCT(3, "es teh", "es teh", .is_active = false, .category_id = {{3}}),
    PRODUCT(4, "Kopi Susu", "kopi susu", .is_active = true, .outlet_id = {{9}},
            .variants = {(struct catalog_variant *)(uintptr_t)VARIANTS, 2}),
    PRODUCT(5, "Air", "air", .is_active = true),
};
static const uint32_t BY_NAME[] = {1, 4, 2, 3, 0};
static const struct catalog_barcode BARCODES[] = {
    {STR_INIT("555"), &PRODUCTS[1], NULL},
    {STR_INIT("899001"), &PRODUCTS[3], &VARIANTS[0]},
    {STR_INIT("899002"), &PRODUCTS[3], &VARIANTS[1]},
};
static const struct catalog MENU = {
    .products = PRODUCTS, .product_count = 5, .by_name = BY_NAME, .barcodes = BARCODES, .barcode_count = 3};

/* The last digits of what was found: "254". */
static struct str found(struct catalog_filter filter, size_t rank, size_t max)
{
    struct catalog_product page[8];
    char digits[8];
    size_t count = catalog_search(&MENU, &filter, rank, max, page);
    for (size_t i = 0; i < count; i++)
        digits[i] = (char)('0' + page[i].id.bytes[15]);
    return str_copy(test_arena(), (struct str){digits, count});
}

#define ALL .is_active = JSON_NONE

TEST(catalog_search_filters_in_the_order_of_names)
{
    expect_str_eq(found((struct catalog_filter){ALL}, 0, 8), STR("25341"));
    expect_str_eq(found((struct catalog_filter){.is_active = 1}, 0, 8), STR("2541"));
    expect_str_eq(found((struct catalog_filter){.is_active = 0}, 0, 8), STR("3"));
    expect_str_eq(found((struct catalog_filter){ALL, .category_id = {{3}}}, 0, 8), STR("31"));
    expect_str_eq(found((struct catalog_filter){ALL, .outlet_id = {{8}}}, 0, 8), STR("2531"));
    expect_str_eq(found((struct catalog_filter){ALL, .outlet_id = {{9}}}, 0, 8), STR("25341"));
    expect_str_eq(found((struct catalog_filter){ALL}, 3, 8), STR("41"));
    expect_str_eq(found((struct catalog_filter){ALL}, 0, 2), STR("25"));
    expect_str_eq(found((struct catalog_filter){ALL}, 5, 2), STR(""));
}

TEST(catalog_search_looks_into_names_and_codes)
{
    static const struct {
        const char *search, *found;
    } cases[] = {
        {"teh", "31"}, {"tt-1", "1"},   {"555", "2"}, {"ks-hot", "4"}, {"8990", "4"},
        {"", "25341"}, {"kopi s", "4"}, {"x", ""},    {"panas", ""},   {"teh tarik manis", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("search %s", cases[i].search);
        expect_str_eq(found((struct catalog_filter){ALL, .search = str_of(cases[i].search)}, 0, 8),
                      str_of(cases[i].found));
    }
}

TEST(catalog_pages_go_on_behind_a_product_that_is_gone)
{
    static const struct {
        const char *name;
        uint8_t number;
        size_t rank;
    } cases[] = {{"air", 2, 1},  {"air", 3, 1},       {"air", 5, 2}, {"a", 9, 0},
                 {"kopi", 1, 3}, {"teh tarik", 1, 5}, {"z", 1, 5}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("behind %s %d", cases[i].name, cases[i].number);
        expect_int_eq((int64_t)catalog_rank_behind(&MENU, str_of(cases[i].name), id(cases[i].number)),
                      (int64_t)cases[i].rank);
    }
}

TEST(catalog_cursor_goes_there_and_back)
{
    struct str name;
    struct uuid product;
    require(catalog_cursor_read(catalog_cursor(test_arena(), &PRODUCTS[3]), &name, &product));
    expect_str_eq(name, STR("kopi susu"));
    expect(uuid_eq(product, id(4)));
    expect(!catalog_cursor_read(STR("x"), &name, &product));
    expect(!catalog_cursor_read(STR("zzzzzzzz-0000-7000-8000-000000000000kopi"), &name, &product));
}

TEST(catalog_finds_by_id_and_barcode)
{
    for (uint8_t number = 0; number < 8; number++) {
        const struct catalog_product *product = catalog_product(&MENU, id(number));
        test_note("product %d", number);
        expect(product == (number >= 1 && number <= 5 ? &PRODUCTS[number - 1] : NULL));
    }
    expect(catalog_variant(&PRODUCTS[3], VARIANTS[1].id) == &VARIANTS[1]);
    expect(catalog_variant(&PRODUCTS[3], id(1)) == NULL);
    expect(catalog_barcode(&MENU, STR("899002"))->variant == &VARIANTS[1]);
    expect(catalog_barcode(&MENU, STR("555"))->product == &PRODUCTS[1]);
    expect(catalog_barcode(&MENU, STR("899003")) == NULL);
    expect(catalog_barcode(&MENU, STR("")) == NULL);
}
