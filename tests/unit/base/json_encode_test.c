/* Structs as JSON, and back. */
#include "json_fixture.h"

#include "test.h"

#define ID_1 "019c2f3a-0000-7000-8000-000000000001"

static struct str encode(const struct json_schema *schema, const struct json_units *units, const void *object)
{
    struct buf out = buf_make(test_arena(), 4, 1 << 20); /* small, so that it must grow */
    json_encode(&out, schema, units, object);
    expect(!out.overflowed);
    return buf_str(&out);
}

static struct everything full(void)
{
    static struct discount discounts[] = {{FIXED, 550, STR_INIT("x")}, {PERCENTAGE, 1000, {0}}};
    static int64_t kinds[] = {TAKEAWAY, DINE_IN};
    static struct uuid ids[2];
    struct everything it = {
        .name = STR("Kopi"),
        .email = STR("a@b.co"),
        .zone = STR("Asia/Jakarta"),
        .raw = STR("{\"a\":[1]}"),
        .password = STR("never shown"),
        .count = -3,
        .created_at = INT64_C(1770347045678),
        .born_on = 20000229,
        .price = 123456,
        .quantity = 1250,
        .rate = 1100,
        .amount = 1005,
        .active = true,
        .kind = DELIVERY,
        .discount = &discounts[0],
        .discounts = {discounts, 2},
        .kinds = {kinds, 2},
        .ids = {ids, 2},
        .note = STR(""),
    };
    expect(uuid_parse(STR(ID_1), &it.id));
    ids[0] = ids[1] = it.id;
    return it;
}

TEST(json_encode_writes_every_type)
{
    struct everything it = full();
    static const char shared[] =
        "{\"id\":\"" ID_1
        "\",\"name\":\"Kopi\",\"email\":\"a@b.co\",\"timezone\":\"Asia/Jakarta\",\"raw\":{\"a\":[1]},"
        "\"count\":-3,\"createdAt\":\"2026-02-06T03:04:05.678Z\",\"bornOn\":\"2000-02-29\",\"price\":%s,"
        "\"quantity\":1.25,\"rate\":0.11,\"amount\":10.05,\"active\":true,\"kind\":\"delivery\","
        "\"discount\":{\"type\":\"fixed\",\"value\":5.5,\"reason\":\"x\"},"
        "\"discounts\":[{\"type\":\"fixed\",\"value\":5.5,\"reason\":\"x\"},"
        "{\"type\":\"percentage\",\"value\":10,\"reason\":null}],"
        "\"kinds\":[\"takeaway\",\"dine_in\"],\"ids\":[\"" ID_1 "\",\"" ID_1 "\"],\"note\":\"\"}";
    expect_str_eq(encode(&EVERYTHING_SCHEMA, &RUPIAH, &it), str_format(test_arena(), shared, "123456"));
    expect_str_eq(encode(&EVERYTHING_SCHEMA, &DOLLAR, &it), str_format(test_arena(), shared, "1234.56"));
}

TEST(json_encode_writes_null_for_what_is_absent)
{
    struct everything it = {.count = JSON_NONE,
                            .created_at = JSON_NONE,
                            .born_on = JSON_NONE,
                            .price = JSON_NONE,
                            .quantity = JSON_NONE,
                            .rate = JSON_NONE,
                            .amount = JSON_NONE,
                            .kind = JSON_NONE};
    expect_str_eq(
        encode(&EVERYTHING_SCHEMA, &RUPIAH, &it),
        STR("{\"id\":null,\"name\":null,\"email\":null,\"timezone\":null,\"count\":null,\"createdAt\":null,"
            "\"bornOn\":null,\"price\":null,\"quantity\":null,\"rate\":null,\"amount\":null,\"active\":false,"
            "\"kind\":null,\"discount\":null,\"discounts\":null,\"ids\":[]}"));
    int64_t kind;
    struct discount none;
    it.kinds.at = &kind;
    it.discounts.at = &none;
    struct str text = encode(&EVERYTHING_SCHEMA, &RUPIAH, &it);
    expect(memmem(text.data, text.len, "\"discounts\":[],", 15) != NULL);
    expect(memmem(text.data, text.len, "kinds", 5) == NULL);
}

/* What is written can be read, and says the same. */
TEST(json_encode_round_trip)
{
    static const char body[] =
        "\"name\":\"a\\n\\\"é\",\"email\":\"a@b.co\",\"timezone\":\"Asia/Jakarta\",\"count\":5,"
        "\"createdAt\":\"2026-02-06T03:04:05.678Z\",\"bornOn\":\"1970-01-01\",\"price\":99999999999.99,"
        "\"quantity\":1000000,\"rate\":0.0001,\"amount\":0.01,\"active\":true,\"kind\":\"dine_in\","
        "\"discount\":null,"
        "\"discounts\":[{\"type\":\"fixed\",\"value\":0,\"reason\":\"\"}],\"kinds\":[\"takeaway\"],\"ids\":["
        "\"" ID_1 "\"],\"note\":\"\\ttab\"}";
    struct everything it;
    struct str input = str_format(test_arena(), "{%s", body);
    expect_str_eq(fixture_decode(input, &EVERYTHING_SCHEMA, JSON_CREATE, &DOLLAR, &it), STR(""));
    struct str expected = str_format(test_arena(), "{\"id\":null,%s", body);
    expect_str_eq(encode(&EVERYTHING_SCHEMA, &DOLLAR, &it), expected);
}

TEST(json_put_string_escapes)
{
    static const struct {
        struct str text;
        const char *json;
    } cases[] = {
        {{0}, "null"},
        {STR_INIT(""), "\"\""},
        {STR_INIT("plain"), "\"plain\""},
        {STR_INIT("\"\\/"), "\"\\\"\\\\/\""},
        {STR_INIT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {STR_INIT("a\0b\x01\x0b\x1f\x7f"), "\"a\\u0000b\\u0001\\u000b\\u001f\x7f\""},
        {STR_INIT("é€😀"), "\"é€😀\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = buf_make(test_arena(), 0, 1000);
        json_put_string(&out, cases[i].text);
        expect_str_eq(buf_str(&out), str_of(cases[i].json));
    }
}

TEST(json_put_string_escapes_every_byte_so_that_it_can_be_read)
{
    for (int c = 0; c < 0x80; c++) {
        char text[] = {'a', (char)c, 'b'};
        struct buf out = buf_make(test_arena(), 0, 1000);
        struct json_errors errors = {.arena = test_arena()};
        test_note("byte %d", c);
        json_put_string(&out, (struct str){text, sizeof text});
        struct json_doc *doc = json_parse(buf_str(&out), &errors);
        expect(doc != NULL);
        json_doc_free(doc);
    }
}

TEST(json_encode_array_writes_a_list)
{
    struct discount discounts[] = {{FIXED, 100, STR("a")}, {PERCENTAGE, 150, STR_NONE}};
    struct buf out = buf_make(test_arena(), 0, 1000);
    json_encode_array(&out, &DISCOUNT_SCHEMA, &RUPIAH, discounts, 2);
    expect_str_eq(buf_str(&out), STR("[{\"type\":\"fixed\",\"value\":1,\"reason\":\"a\"},"
                                     "{\"type\":\"percentage\",\"value\":1.5,\"reason\":null}]"));
    out = buf_make(test_arena(), 0, 1000);
    json_encode_array(&out, &DISCOUNT_SCHEMA, &RUPIAH, NULL, 0);
    expect_str_eq(buf_str(&out), STR("[]"));
}

TEST(json_encode_stops_at_the_maximum)
{
    struct everything it = full();
    for (size_t max = 0; max < 200; max += 7) {
        struct buf out = buf_make(test_arena(), 0, max);
        json_encode(&out, &EVERYTHING_SCHEMA, &RUPIAH, &it);
        expect(out.overflowed && out.len <= max);
    }
}

static void encode_wrong_value(void *object)
{
    struct buf out = buf_make(test_arena(), 0, 1000);
    json_encode(&out, &DISCOUNT_SCHEMA, &RUPIAH, object);
}

TEST(json_encode_stops_on_a_value_that_is_none)
{
    struct discount discount = {.type = 2};
    expect_death(encode_wrong_value, &discount);
    discount.type = -1;
    expect_death(encode_wrong_value, &discount);
}
