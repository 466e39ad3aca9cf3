/* Schemas as OpenAPI components. */
#include "json_fixture.h"

#include "test.h"

enum which { OUTPUT, INPUT, PATCH };

static struct str describe(const struct json_schema *schema, enum which which)
{
    struct buf out = buf_make(test_arena(), 16, 65536);
    struct json_errors errors = {.arena = test_arena()};
    if (which == PATCH)
        json_describe_patch(&out, schema);
    else
        json_describe(&out, schema, which == INPUT);
    struct json_doc *doc = json_parse(buf_str(&out), &errors);
    expect(doc != NULL);
    json_doc_free(doc);
    return buf_str(&out);
}

TEST(json_describe_tells_a_small_schema)
{
    expect_str_eq(
        describe(&DISCOUNT_SCHEMA, INPUT),
        STR("{\"type\":\"object\",\"properties\":{"
            "\"type\":{\"type\":\"string\",\"enum\":[\"percentage\",\"fixed\"]},"
            "\"value\":{\"type\":\"number\",\"minimum\":0,\"maximum\":10000000000000,\"multipleOf\":0.01},"
            "\"reason\":{\"type\":[\"string\",\"null\"],\"maxLength\":20}},"
            "\"required\":[\"type\",\"value\"],\"additionalProperties\":false}"));
    expect_str_eq(describe(&DISCOUNT_SCHEMA, OUTPUT),
                  STR("{\"type\":\"object\",\"properties\":{"
                      "\"type\":{\"type\":\"string\",\"enum\":[\"percentage\",\"fixed\"]},"
                      "\"value\":{\"type\":\"number\"},\"reason\":{\"type\":[\"string\",\"null\"]}},"
                      "\"required\":[\"type\",\"value\",\"reason\"]}"));
}

TEST(json_describe_tells_every_type)
{
    static const struct {
        enum which which;
        const char *part;
        bool there;
    } cases[] = {
        {INPUT,
         "\"name\":{\"description\":\"What it is "
         "\\\"called\\\"\",\"type\":\"string\",\"minLength\":1,\"maxLength\":5}",
         true},
        {INPUT, "\"id\":", false},
        {INPUT, "\"raw\":", false},
        {INPUT, "\"password\":{\"type\":\"string\",\"minLength\":8,\"maxLength\":128,\"writeOnly\":true}",
         true},
        {INPUT, "\"email\":{\"type\":[\"string\",\"null\"],\"format\":\"email\",\"maxLength\":254}", true},
        {INPUT,
         "\"count\":{\"type\":[\"integer\",\"null\"],\"format\":\"int64\",\"minimum\":-5,\"maximum\":5}",
         true},
        {INPUT, "\"createdAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}", true},
        {INPUT, "\"bornOn\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"}", true},
        {INPUT, "\"type\":\"number\",\"minimum\":0,\"maximum\":10000000000000}", true},
        {INPUT,
         "\"quantity\":{\"type\":\"number\",\"minimum\":0.001,\"maximum\":1000000,\"multipleOf\":0.001}",
         true},
        {INPUT, "\"minimum\":0,\"maximum\":1,\"multipleOf\":0.0001}", true},
        {INPUT, "\"active\":{\"type\":[\"boolean\",\"null\"]}", true},
        {INPUT,
         "\"kind\":{\"type\":[\"string\",\"null\"],\"enum\":[\"dine_in\",\"takeaway\",\"delivery\",null]}",
         true},
        {INPUT, "\"discount\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Discount\"},{\"type\":\"null\"}]}",
         true},
        {INPUT,
         "\"discounts\":{\"type\":[\"array\",\"null\"],\"items\":{\"$ref\":\"#/components/schemas/"
         "Discount\"},"
         "\"maxItems\":200}",
         true},
        {INPUT,
         "\"ids\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"format\":\"uuid\"},\"maxItems\":200}",
         true},
        {INPUT, "\"required\":[\"name\"],\"additionalProperties\":false}", true},
        {PATCH, "\"required\"", false},
        {PATCH, "\"additionalProperties\":false}", true},
        {OUTPUT, "\"id\":{\"type\":\"string\",\"format\":\"uuid\",\"readOnly\":true}", true},
        {OUTPUT, "\"raw\":{}", true},
        {OUTPUT, "\"password\"", false},
        {OUTPUT, "maximum", false},
        {OUTPUT, "additionalProperties", false},
        {OUTPUT, "\"discounts\",\"ids\"]}", true}, /* required: without OMIT_EMPTY's kinds and note */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str text = describe(&EVERYTHING_SCHEMA, cases[i].which);
        test_note("%s in %.*s", cases[i].part, STR_ARG(text));
        expect((memmem(text.data, text.len, cases[i].part, strlen(cases[i].part)) != NULL) == cases[i].there);
    }
}

TEST(json_describe_tells_defaults_and_smallest_amounts)
{
    struct str text = describe(&SALE_SCHEMA, INPUT);
    expect(memmem(text.data, text.len, "\"minItems\":1,\"maxItems\":20}", 27) != NULL);
    expect(memmem(text.data, text.len, "\"default\"", 9) == NULL); /* orderType is required */
    struct buf out = buf_make(test_arena(), 16, 1000);
    const struct json_field field = {"low", JSON_BOOLEAN};
    const bool low = true;
    const struct json_schema schema = {
        .name = "Query", .fields = &field, .count = 1, .size = 1, .defaults = &low};
    json_describe_field(&out, &schema, &field);
    expect_str_eq(buf_str(&out), STR("{\"type\":\"boolean\",\"default\":true}"));
}
