/* Bodies into structs: every type, every fault, all faults at once, defaults and patches. */
#include "json_fixture.h"

#include "base/decimal.h"
#include "test.h"

#define ID_1 "019c2f3a-0000-7000-8000-000000000001"
#define ID_2 "019c2f3a-0000-7000-8000-000000000002"

static struct str fault_of(struct str text)
{
    struct everything object;
    memset(&object, 0x55, sizeof object);
    return fixture_decode(text, &EVERYTHING_SCHEMA, JSON_PATCH, &RUPIAH, &object);
}

TEST(json_decode_reads_a_sale)
{
    static const char body[] =
        "{\"outletId\":\"" ID_1 "\",\"orderType\":\"dine_in\",\"customerId\":null,\"table\":\"  A1 \","
        "\"items\":[{\"productId\":\"" ID_2 "\",\"quantity\":2,\"modifierIds\":[\"" ID_1 "\",\"" ID_2 "\"],"
        "\"notes\":\"No sugar\",\"discount\":{\"type\":\"percentage\",\"value\":12.5,\"reason\":null}},"
        "{\"productId\":\"" ID_1 "\",\"quantity\":0.125,\"modifierIds\":[]}],"
        "\"payments\":[{\"method\":\"qris\",\"amount\":50000.0},{\"amount\":1e3,\"method\":\"cash\"}],"
        "\"tags\":[\"a\",\"\"]}";
    struct sale sale;
    memset(&sale, 0x55, sizeof sale);
    expect_str_eq(fixture_decode(str_of(body), &SALE_SCHEMA, JSON_CREATE, &RUPIAH, &sale), STR(""));
    struct uuid id;
    expect(uuid_parse(STR(ID_1), &id) && uuid_eq(sale.outlet_id, id));
    expect(uuid_is_nil(sale.customer_id));
    expect_int_eq(sale.order_type, DINE_IN);
    expect_str_eq(sale.table, STR("A1"));
    expect_int_eq(sale.total, JSON_NONE);
    require(sale.items.count == 2 && sale.payments.count == 2 && sale.tags.count == 2);
    const struct item *item = &sale.items.at[0];
    expect_int_eq(item->quantity, 2000);
    require(item->modifier_ids.count == 2);
    expect(uuid_eq(item->modifier_ids.at[0], id) && uuid_eq(item->product_id, item->modifier_ids.at[1]));
    expect_str_eq(item->notes, STR("No sugar"));
    require(item->discount != NULL);
    expect_int_eq(item->discount->type, PERCENTAGE);
    expect_int_eq(item->discount->value, 1250);
    expect(item->discount->reason.data == NULL);
    expect_int_eq(sale.items.at[1].quantity, 125);
    expect(sale.items.at[1].modifier_ids.at != NULL && sale.items.at[1].modifier_ids.count == 0);
    expect(sale.items.at[1].notes.data == NULL && sale.items.at[1].discount == NULL);
    expect_int_eq(sale.payments.at[0].method, 2);
    expect_int_eq(sale.payments.at[0].amount, 50000);
    expect_int_eq(sale.payments.at[1].amount, 1000);
    expect_str_eq(sale.tags.at[0], STR("a"));
    expect(sale.tags.at[1].data != NULL && sale.tags.at[1].len == 0);
}

TEST(json_decode_names_all_faults_at_once)
{
    static const char body[] = "{\"outletId\":\"1\",\"orderType\":\"eat_in\",\"price\":1,\"total\":5,"
                               "\"items\":[{\"productId\":\"" ID_1 "\",\"quantity\":0,\"unitPrice\":1},7,"
                               "{\"quantity\":\"2\",\"modifierIds\":[\"" ID_1 "\",\"x\",null],"
                               "\"discount\":{\"type\":\"fixed\",\"value\":-1,\"why\":{\"a\":1}}},"
                               "{\"productId\":\"" ID_1
                               "\",\"quantity\":1,\"discount\":{\"type\":\"percentage\",\"value\":100.01}}],"
                               "\"payments\":[],\"tags\":{}}";
    static const char faults[] = "outletId: must be a UUID\n"
                                 "orderType: must be one of dine_in, takeaway, delivery\n"
                                 "price: unknown field\n"
                                 "total: unknown field\n"
                                 "items[0].quantity: must be a number ≥ 0.001 with at most 3 decimals\n"
                                 "items[0].unitPrice: unknown field\n"
                                 "items[1]: must be an object\n"
                                 "items[2].quantity: must be a number ≥ 0.001 with at most 3 decimals\n"
                                 "items[2].modifierIds[1]: must be a UUID\n"
                                 "items[2].modifierIds[2]: must not be null\n"
                                 "items[2].discount.value: must be a number ≥ 0 with at most 2 decimals\n"
                                 "items[2].discount.why: unknown field\n"
                                 "items[2].productId: is required\n"
                                 "items[3].discount.value: must be at most 100\n"
                                 "payments: must have at least 1 item\n"
                                 "tags: must be an array\n";
    struct sale sale;
    expect_str_eq(fixture_decode(str_of(body), &SALE_SCHEMA, JSON_CREATE, &RUPIAH, &sale), str_of(faults));
}

TEST(json_decode_asks_for_required_fields)
{
    struct sale sale;
    expect_str_eq(
        fixture_decode(STR("{}"), &SALE_SCHEMA, JSON_CREATE, &RUPIAH, &sale),
        STR("outletId: is required\norderType: is required\nitems: is required\npayments: is required\n"));
    expect_str_eq(fixture_decode(STR("[]"), &SALE_SCHEMA, JSON_CREATE, &RUPIAH, &sale),
                  STR(": must be an object\n"));
    expect_str_eq(fixture_decode(STR("\"\""), &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale),
                  STR(": must be an object\n"));
    expect_str_eq(
        fixture_decode(STR("{\"outletId\":null,\"items\":null}"), &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale),
        STR("outletId: must not be null\nitems: must not be null\n"));
}

/* Each: one field of `everything` and what is said about it; NULL: it is taken. */
TEST(json_decode_checks_each_type)
{
    static const struct {
        const char *member, *fault;
    } cases[] = {
        {"\"name\":\"Kopi\"", NULL},
        {"\"name\":\"\"", "name: must not be empty"},
        {"\"name\":\" \\n\\t \"", "name: must not be empty"},
        {"\"name\":\"  12345  \"", NULL},
        {"\"name\":\"123456\"", "name: must be a string of 1 to 5 characters"},
        {"\"name\":\"éé😀éé\"", NULL},
        {"\"name\":5", "name: must be a string of 1 to 5 characters"},
        {"\"name\":true", "name: must be a string of 1 to 5 characters"},
        {"\"name\":[]", "name: must be a string of 1 to 5 characters"},
        {"\"name\":null", "name: must not be null"},
        {"\"name\":\"a\\u0000b\"", "name: must not contain control characters"},
        {"\"name\":\"a\\rb\"", "name: must not contain control characters"},
        {"\"name\":\"a\\u001bb\"", "name: must not contain control characters"},
        {"\"name\":\"a\\u007fb\"", "name: must not contain control characters"},
        {"\"name\":\"a\\u0085b\"", "name: must not contain control characters"},
        {"\"name\":\"a\\n\\tb\"", NULL},
        {"\"password\":\"12345678\"", NULL},
        {"\"password\":\"1234567\"", "password: must be a string of 8 to 128 characters"},
        {"\"email\":\" Ani@Example.CO.id \"", NULL},
        {"\"email\":null", NULL},
        {"\"email\":\"\"", "email: must be an e-mail address"},
        {"\"email\":\"ani\"", "email: must be an e-mail address"},
        {"\"email\":\"@example.com\"", "email: must be an e-mail address"},
        {"\"email\":\"ani@\"", "email: must be an e-mail address"},
        {"\"email\":\"ani@localhost\"", "email: must be an e-mail address"},
        {"\"email\":\"ani@example..com\"", "email: must be an e-mail address"},
        {"\"email\":\".ani@example.com\"", "email: must be an e-mail address"},
        {"\"email\":\"a ni@example.com\"", "email: must be an e-mail address"},
        {"\"email\":\"a@b@example.com\"", "email: must be an e-mail address"},
        {"\"email\":\"ani@exam\\nple.com\"", "email: must be an e-mail address"},
        {"\"email\":\"ani\\u0000@example.com\"", "email: must be an e-mail address"},
        {"\"email\":\"o'neil+pos@a-b.co\"", NULL},
        {"\"timezone\":\"Asia/Jakarta\"", NULL},
        {"\"timezone\":\"Asia/Atlantis\"", "timezone: must be a time zone such as Asia/Jakarta"},
        {"\"timezone\":\"../etc/passwd\"", "timezone: must be a time zone such as Asia/Jakarta"},
        {"\"timezone\":7", "timezone: must be a time zone such as Asia/Jakarta"},
        {"\"id\":\"" ID_1 "\"", "id: unknown field"},
        {"\"raw\":{}", "raw: unknown field"},
        {"\"ids\":[\"" ID_1 "\"]", NULL},
        {"\"ids\":[\"00000000-0000-0000-0000-000000000000\"]", "ids[0]: must be a UUID"},
        {"\"ids\":\"" ID_1 "\"", "ids: must be an array"},
        {"\"count\":5", NULL},
        {"\"count\":-5.0", NULL},
        {"\"count\":5e0", NULL},
        {"\"count\":6", "count: must be a whole number from -5 to 5"},
        {"\"count\":-6", "count: must be a whole number from -5 to 5"},
        {"\"count\":1.5", "count: must be a whole number from -5 to 5"},
        {"\"count\":\"1\"", "count: must be a whole number from -5 to 5"},
        {"\"count\":18446744073709551617", "count: must be a whole number from -5 to 5"},
        {"\"count\":1e400", "count: must be a whole number from -5 to 5"},
        {"\"createdAt\":\"2026-02-06T03:04:05Z\"", NULL},
        {"\"createdAt\":\"2026-02-30T03:04:05Z\"",
         "createdAt: must be a time such as 2026-02-06T03:04:05.678Z"},
        {"\"createdAt\":1770347045", "createdAt: must be a time such as 2026-02-06T03:04:05.678Z"},
        {"\"bornOn\":\"2000-02-29\"", NULL},
        {"\"bornOn\":\"1900-02-29\"", "bornOn: must be a date such as 2026-02-06"},
        {"\"active\":false", NULL},
        {"\"active\":null", NULL},
        {"\"active\":1", "active: must be true or false"},
        {"\"active\":\"true\"", "active: must be true or false"},
        {"\"kind\":\"takeaway\"", NULL},
        {"\"kind\":\"Takeaway\"", "kind: must be one of dine_in, takeaway, delivery"},
        {"\"kind\":1", "kind: must be one of dine_in, takeaway, delivery"},
        {"\"kinds\":[\"delivery\",\"dine_in\"]", NULL},
        {"\"kinds\":[\"delivery\",\"\"]", "kinds[1]: must be one of dine_in, takeaway, delivery"},
        {"\"kinds\":null", "kinds: must not be null"},
        {"\"discount\":null", NULL},
        {"\"discount\":[]", "discount: must be an object"},
        {"\"discounts\":{}", "discounts: must be an array"},
        {"\"rate\":0.11", NULL},
        {"\"rate\":1", NULL},
        {"\"rate\":0.00001", "rate: must be a number ≥ 0 with at most 4 decimals"},
        {"\"rate\":1.0001", "rate: must be at most 1"},
        {"\"quantity\":1000000", NULL},
        {"\"quantity\":0.5", NULL},
        {"\"quantity\":1.25e0", NULL},
        {"\"quantity\":0.0005", "quantity: must be a number ≥ 0.001 with at most 3 decimals"},
        {"\"quantity\":-1", "quantity: must be a number ≥ 0.001 with at most 3 decimals"},
        {"\"quantity\":1000000.001", "quantity: must be at most 1000000"},
        {"\"amount\":10.25", NULL},
        {"\"amount\":10.255", "amount: must be a number ≥ 0 with at most 2 decimals"},
        {"\"\":1", ": unknown field"},
        {"\"nam\":1", "nam: unknown field"},
        {"\"name2\":1", "name2: unknown field"},
        {"\"name\\u0000\":1", "name: unknown field"},
        {"\"Name\":1", "Name: unknown field"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].member);
        struct str expected = cases[i].fault ? str_format(test_arena(), "%s\n", cases[i].fault) : STR("");
        expect_str_eq(fault_of(str_format(test_arena(), "{%s}", cases[i].member)), expected);
    }
}

TEST(json_decode_reads_each_type)
{
    struct everything it;
    static const char body[] =
        "{\"name\":\" Kopi \",\"email\":\" Ani@Example.COM\\n\",\"timezone\":\"Asia/Makassar\","
        "\"password\":\"  pass word "
        "\",\"count\":-5,\"createdAt\":\"1970-01-01T07:00:00.5+07:00\",\"bornOn\":\"2000-02-29\","
        "\"price\":10000000000000,\"quantity\":0.001,\"rate\":0.1125,\"amount\":0.01,\"active\":true,"
        "\"kind\":\"delivery\",\"discount\":{\"type\":\"fixed\",\"value\":1,\"reason\":\"é\\u0021\"},"
        "\"kinds\":[\"takeaway\",\"dine_in\"]}";
    expect_str_eq(fixture_decode(str_of(body), &EVERYTHING_SCHEMA, JSON_CREATE, &RUPIAH, &it), STR(""));
    expect_str_eq(it.name, STR("Kopi"));
    expect_str_eq(it.email, STR("ani@example.com"));
    expect_str_eq(it.zone, STR("Asia/Makassar"));
    expect_str_eq(it.password, STR("  pass word "));
    expect_int_eq(it.count, -5);
    expect_int_eq(it.created_at, 500);
    expect_int_eq(it.born_on, 20000229);
    expect_int_eq(it.price, MONEY_MAX_MINOR);
    expect_int_eq(it.quantity, 1);
    expect_int_eq(it.rate, 1125);
    expect_int_eq(it.amount, 1);
    expect(it.active);
    expect_int_eq(it.kind, DELIVERY);
    require(it.discount != NULL);
    expect_str_eq(it.discount->reason, STR("é!"));
    require(it.kinds.count == 2);
    expect_int_eq(it.kinds.at[0], TAKEAWAY);
    expect_int_eq(it.kinds.at[1], DINE_IN);
    expect(it.ids.at == NULL && it.ids.count == 0);
}

TEST(json_decode_sets_absent_fields_to_none)
{
    struct everything it;
    memset(&it, 0x55, sizeof it);
    expect_str_eq(fixture_decode(STR("{\"name\":\"x\"}"), &EVERYTHING_SCHEMA, JSON_CREATE, &RUPIAH, &it),
                  STR(""));
    expect(uuid_is_nil(it.id) && !it.active && !it.discount && !it.discounts.at && it.discounts.count == 0);
    expect(!it.email.data && !it.zone.data && !it.raw.data && !it.note.data);
    const int64_t numbers[] = {it.count,    it.created_at, it.born_on, it.price,
                               it.quantity, it.rate,       it.amount,  it.kind};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        expect_int_eq(numbers[i], JSON_NONE);
}

TEST(json_decode_reads_money_in_its_currency)
{
    static const struct {
        const struct json_units *units;
        const char *text;
        int64_t value; /* JSON_NONE: a fault */
        const char *fault;
    } cases[] = {
        {&RUPIAH, "0", 0, NULL},
        {&RUPIAH, "1.0", 1, NULL},
        {&RUPIAH, "1e3", 1000, NULL},
        {&RUPIAH, "1.50", JSON_NONE, "must be a number ≥ 0 with at most 0 decimals"},
        {&RUPIAH, "-1", JSON_NONE, "must be a number ≥ 0 with at most 0 decimals"},
        {&RUPIAH, "10000000000000", MONEY_MAX_MINOR, NULL},
        {&RUPIAH, "10000000000000.0", MONEY_MAX_MINOR, NULL},
        {&RUPIAH, "1e13", MONEY_MAX_MINOR, NULL},
        {&RUPIAH, "10000000000001", JSON_NONE, "must be at most 10000000000000"},
        {&RUPIAH, "9223372036854775808", JSON_NONE, "must be at most 10000000000000"},
        {&RUPIAH, "1e999999999999999999999", JSON_NONE, "must be at most 10000000000000"},
        {&RUPIAH, "-1e99", JSON_NONE, "must be a number ≥ 0 with at most 0 decimals"},
        {&RUPIAH, "1e-99", JSON_NONE, "must be a number ≥ 0 with at most 0 decimals"},
        {&RUPIAH, "\"1\"", JSON_NONE, "must be a number ≥ 0 with at most 0 decimals"},
        {&DOLLAR, "0.1", 10, NULL},
        {&DOLLAR, "1.50", 150, NULL},
        {&DOLLAR, "1.500", 150, NULL},
        {&DOLLAR, "0.29", 29, NULL},
        {&DOLLAR, "1.005", JSON_NONE, "must be a number ≥ 0 with at most 2 decimals"},
        {&DOLLAR, "100000000000", MONEY_MAX_MINOR, NULL},
        {&DOLLAR, "99999999999.99", MONEY_MAX_MINOR - 1, NULL},
        {&DOLLAR, "100000000000.01", JSON_NONE, "must be at most 100000000000"},
        {&DOLLAR, "10000000000000", JSON_NONE, "must be at most 100000000000"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%d decimals: %s", cases[i].units->currency_decimals, cases[i].text);
        struct everything it = {.price = JSON_NONE};
        struct str text = str_format(test_arena(), "{\"price\":%s}", cases[i].text);
        struct str fault = fixture_decode(text, &EVERYTHING_SCHEMA, JSON_PATCH, cases[i].units, &it);
        expect_int_eq(it.price, cases[i].value);
        if (cases[i].fault)
            expect_str_eq(fault, str_format(test_arena(), "price: %s\n", cases[i].fault));
        else
            expect_int_eq((int64_t)fault.len, 0);
    }
}

/* A least payment of one minor unit is a cent here and a rupiah there. */
TEST(json_decode_tells_money_bounds_in_units_of_the_currency)
{
    static const char body[] = "{\"payments\":[{\"method\":\"cash\",\"amount\":0}]}";
    struct sale sale = {0};
    expect_str_eq(fixture_decode(str_of(body), &SALE_SCHEMA, JSON_PATCH, &DOLLAR, &sale),
                  STR("payments[0].amount: must be a number ≥ 0.01 with at most 2 decimals\n"));
    expect_str_eq(fixture_decode(str_of(body), &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale),
                  STR("payments[0].amount: must be a number ≥ 1 with at most 0 decimals\n"));
}

TEST(json_decode_patches_a_state)
{
    struct discount discount = {FIXED, 500, STR("old")};
    struct everything it = {.name = STR("Kopi"),
                            .email = STR("a@b.co"),
                            .count = 3,
                            .price = 9,
                            .active = true,
                            .kind = DELIVERY,
                            .discount = &discount,
                            .note = STR("keep"),
                            .born_on = 20000101};
    static const char body[] = "{\"price\":10,\"email\":null,\"count\":null,\"active\":false,\"kind\":null,"
                               "\"discounts\":[],\"bornOn\":null}";
    expect_str_eq(fixture_decode(str_of(body), &EVERYTHING_SCHEMA, JSON_PATCH, &RUPIAH, &it), STR(""));
    expect_str_eq(it.name, STR("Kopi"));
    expect_str_eq(it.note, STR("keep"));
    expect(it.discount == &discount && !it.active && !it.email.data);
    expect_int_eq(it.price, 10);
    expect_int_eq(it.count, JSON_NONE);
    expect_int_eq(it.kind, JSON_NONE);
    expect_int_eq(it.born_on, JSON_NONE);
    expect(it.discounts.at != NULL && it.discounts.count == 0);

    static const char replace[] = "{\"discount\":{\"value\":1},\"active\":null}";
    expect_str_eq(fixture_decode(str_of(replace), &EVERYTHING_SCHEMA, JSON_PATCH, &RUPIAH, &it),
                  STR("discount.type: is required\n"));
    expect_str_eq(fixture_decode(STR("{\"discount\":null}"), &EVERYTHING_SCHEMA, JSON_PATCH, &RUPIAH, &it),
                  STR(""));
    expect(it.discount == NULL);
    expect_str_eq(fixture_decode(STR("{}"), &EVERYTHING_SCHEMA, JSON_PATCH, &RUPIAH, &it), STR(""));
    expect_int_eq(it.price, 10);
}

TEST(json_decode_starts_from_the_defaults)
{
    static const char body[] =
        "{\"outletId\":\"" ID_1 "\",\"orderType\":\"delivery\",\"items\":[{\"productId\":\"" ID_1
        "\",\"quantity\":1}],\"payments\":[{\"method\":\"cash\",\"amount\":1}]%s}";
    struct sale sale;
    memset(&sale, 0x55, sizeof sale);
    struct str text = str_format(test_arena(), body, "");
    expect_str_eq(fixture_decode(text, &SALE_SCHEMA, JSON_CREATE, &RUPIAH, &sale), STR(""));
    expect_str_eq(sale.table, STR(DEFAULT_TABLE));
    text = str_format(test_arena(), body, ",\"table\":null");
    expect_str_eq(fixture_decode(text, &SALE_SCHEMA, JSON_CREATE, &RUPIAH, &sale), STR(""));
    expect(sale.table.data == NULL);
}

static struct str repeated(const char *before, const char *element, size_t count, const char *after)
{
    struct buf text = buf_make(test_arena(), 1024, 1 << 22);
    buf_put(&text, str_of(before));
    for (size_t i = 0; i < count; i++) {
        buf_put(&text, i ? STR(",") : STR(""));
        buf_put(&text, str_of(element));
    }
    buf_put(&text, str_of(after));
    return buf_str(&text);
}

TEST(json_decode_limits_arrays_and_faults)
{
    struct sale sale = {0};
    struct str text = repeated("{\"items\":[", "{\"wrong\":1}", 201, "]}");
    expect_str_eq(fixture_decode(text, &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale),
                  STR("items: must have at most 200 items\n"));
    text = repeated("{\"items\":[", "0", 200000, "]}");
    expect_str_eq(fixture_decode(text, &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale),
                  STR("items: must have at most 200 items\n"));
    text = repeated("{\"tags\":[", "\"t\"", 201, "]}");
    expect_str_eq(fixture_decode(text, &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale),
                  STR("tags: must have at most 200 items\n"));
    text = repeated("{\"tags\":[", "\"t\"", 200, "]}");
    expect_str_eq(fixture_decode(text, &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale), STR(""));

    struct json_errors errors = {.arena = test_arena()};
    struct json_doc *doc = json_parse(repeated("{\"items\":[", "{\"a\":1,\"b\":2}", 200, "]}"), &errors);
    require(doc != NULL);
    expect(!json_decode(doc, &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale, &errors));
    expect_int_eq((int64_t)errors.count, JSON_ERRORS_MAX);
    expect(!json_decode(doc, &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale, &errors));
    expect_int_eq((int64_t)errors.count, JSON_ERRORS_MAX);
    json_doc_free(doc);
}

TEST(json_decode_cuts_long_keys_in_paths)
{
    struct str key = repeated("", "é", 100, "");
    struct str text = str_format(test_arena(), "{\"x%.*s\":1}", STR_ARG(key));
    struct str fault = fault_of(text);
    expect(str_is_utf8(fault));
    expect(fault.len < 120 && str_starts_with(fault, STR("x")));
}

TEST(json_decode_reads_under_a_prefix)
{
    struct json_errors errors = {.arena = test_arena(), .prefix = STR("sales[3]")};
    struct json_doc *doc = json_parse(STR("{\"tags\":[1],\"table\":5}"), &errors);
    struct sale sale = {0};
    require(doc != NULL);
    expect(!json_decode(doc, &SALE_SCHEMA, JSON_PATCH, &RUPIAH, &sale, &errors));
    json_doc_free(doc);
    expect_str_eq(fixture_faults(&errors),
                  STR("sales[3].tags[0]: must be a string of at most 500 characters\n"
                      "sales[3].table: must be a string of 1 to 10 characters\n"));
    expect_str_eq(errors.prefix, STR("sales[3]"));
}

/* What was decoded lives on when the document and the body are gone. */
TEST(json_decode_copies_strings)
{
    char *body = strdup("{\"name\":\"Kopi\",\"email\":\"a@b.co\",\"note\":\"\"}");
    struct json_errors errors = {.arena = test_arena()};
    struct json_doc *doc = json_parse(str_of(body), &errors);
    memset(body, 'x', strlen(body));
    free(body);
    struct everything it;
    require(doc != NULL);
    expect(json_decode(doc, &EVERYTHING_SCHEMA, JSON_CREATE, &RUPIAH, &it, &errors));
    json_doc_free(doc);
    expect_str_eq(it.name, STR("Kopi"));
    expect_str_eq(it.email, STR("a@b.co"));
    expect_str_eq(it.note, STR(""));
}

/* ---- Objects that fail alone ---- */

struct parcel {
    int64_t weight;
    struct json_errors faults;
};
struct shipment {
    struct str name;
    JSON_ARRAY_OF(struct parcel) parcels;
};

static const struct json_field PARCEL_FIELDS[] = {
    {"weight", JSON_INTEGER, JSON_REQUIRED, offsetof(struct parcel, weight), .min = 1, .max = 10},
};
static const struct json_schema PARCEL_SCHEMA =
    JSON_SCHEMA("Parcel", struct parcel, PARCEL_FIELDS, .faults = offsetof(struct parcel, faults));
static const struct json_field SHIPMENT_FIELDS[] = {
    {"name", JSON_STRING, JSON_REQUIRED, offsetof(struct shipment, name), .min = 1},
    {"parcels", JSON_ARRAY, JSON_REQUIRED, offsetof(struct shipment, parcels), .max = 4,
     .schema = &PARCEL_SCHEMA},
};
static const struct json_schema SHIPMENT_SCHEMA = JSON_SCHEMA("Shipment", struct shipment, SHIPMENT_FIELDS);

TEST(json_decode_lets_an_object_fail_alone)
{
    static const char *const faults[] = {
        "", "weight: must be a whole number from 1 to 10\nx: unknown field\n", "", ": must be an object\n"};
    struct shipment shipment;
    memset(&shipment, 0x55, sizeof shipment);
    expect_str_eq(
        fixture_decode(STR("{\"parcels\":[{\"weight\":3},{\"weight\":11,\"x\":1},{\"weight\":7},[]],"
                           "\"name\":\"a\"}"),
                       &SHIPMENT_SCHEMA, JSON_CREATE, &RUPIAH, &shipment),
        STR(""));
    require(shipment.parcels.count == 4);
    expect_int_eq(shipment.parcels.at[0].weight, 3);
    expect_int_eq(shipment.parcels.at[2].weight, 7);
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        test_note("parcel %zu", i);
        expect_str_eq(fixture_faults(&shipment.parcels.at[i].faults), str_of(faults[i]));
    }
    expect_str_eq(fixture_decode(STR("{\"parcels\":[{},{},{},{},{}]}"), &SHIPMENT_SCHEMA, JSON_CREATE,
                                 &RUPIAH, &shipment),
                  STR("parcels: must have at most 4 items\nname: is required\n"));
}

TEST(json_decode_reads_an_array_at_the_top)
{
    static const struct {
        const char *text, *faults;
        size_t count;
    } cases[] = {
        {"[{\"type\":\"fixed\",\"value\":1},{\"type\":\"percentage\",\"value\":2.5}]", "", 2},
        {"[]", ": must have at least 1 item\n", 0},
        {"[{},{},{},{}]", ": must have at most 3 items\n", 0},
        {"{\"type\":\"fixed\",\"value\":1}", ": must be an array\n", 0},
        {"[7,{\"type\":\"fixed\",\"value\":1,\"why\":2}]", "[0]: must be an object\n[1].why: unknown field\n",
         0},
        {"[{\"type\":\"fixed\",\"value\":-1}]", "[0].value: must be a number ≥ 0 with at most 2 decimals\n",
         0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        JSON_ARRAY_OF(struct discount) discounts = {0};
        struct json_errors errors = {.arena = test_arena()};
        struct json_doc *doc = json_parse(str_of(cases[i].text), &errors);
        test_note("%s", cases[i].text);
        require(doc != NULL);
        bool ok = json_decode_array(doc, &DISCOUNT_SCHEMA, 1, 3, &RUPIAH, &discounts, &errors);
        json_doc_free(doc);
        expect_str_eq(fixture_faults(&errors), str_of(cases[i].faults));
        expect(ok == (cases[i].count > 0));
        if (ok)
            expect_int_eq((int64_t)discounts.count, (int64_t)cases[i].count);
        if (ok && discounts.count == 2)
            expect_int_eq(discounts.at[1].value, 250);
    }
}
