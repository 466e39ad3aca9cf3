/* Members of JSON text by name. */
#include "base/json_raw.h"

#include "base/buf.h"

#include "test.h"

#define ID "019c2f3a-0000-7000-8000-000000000001"

static const struct {
    const char *object, *name, *value; /* NULL: absent */
} CASES[] = {
    {"{}", "a", NULL},
    {"", "a", NULL},
    {"[1]", "a", NULL},
    {"{\"a\":1}", "a", "1"},
    {"{\"a\":1}", "b", NULL},
    {"{\"ab\":1,\"a\":2}", "a", "2"},
    {" { \"a\" : -1.5e3 , \"b\" : null } ", "a", "-1.5e3"},
    {" { \"a\" : 1 , \"b\" : null } ", "b", "null"},
    {"{\"a\":\"x\\\"},\\\\\",\"b\":true}", "a", "\"x\\\"},\\\\\""},
    {"{\"a\":\"x\\\"},\\\\\",\"b\":true}", "b", "true"},
    {"{\"x\":{\"b\":[1,{\"b\":\"}\"}]},\"b\":2}", "b", "2"},
    {"{\"x\":{\"b\":[1,{\"b\":\"}\"}]},\"b\":2}", "x", "{\"b\":[1,{\"b\":\"}\"}]}"},
    {"{\"a\":\"\\\"b\\\":1\",\"c\":3}", "b", NULL},
    {"{\"a\":1,\"a\":2}", "a", "1"},
    /* Not well-formed. */
    {"{\"a\":", "a", NULL},
    {"{\"a\":\"x", "a", NULL},
    {"{\"a\":[1,{\"b\":2}", "a", NULL},
    {"{\"a", "a", NULL},
    {"{\"a\\", "a", NULL},
    {"{a:1}", "a", NULL},
    {"{\"a\" 1}", "a", NULL},
    {"{\"b\":1 \"a\":2}", "a", NULL},
};

TEST(json_raw_finds_a_value_by_its_name)
{
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        test_note("%s . %s", CASES[i].object, CASES[i].name);
        expect_str_eq(json_raw_member(str_of(CASES[i].object), CASES[i].name), str_of(CASES[i].value));
    }
}

TEST(json_raw_never_reads_beyond_the_end)
{
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct str whole = str_of(CASES[i].object);
        for (size_t len = 0; len <= whole.len; len++) {
            char *room = malloc(len ? len : 1); /* its end is watched by the sanitizer */
            memcpy(room, whole.data, len);
            json_raw_member((struct str){room, len}, CASES[i].name);
            struct str element;
            for (size_t at = 0; json_raw_element((struct str){room, len}, &at, &element);)
                expect(at <= len);
            free(room);
        }
    }
}

TEST(json_raw_reads_texts_ids_and_numbers)
{
    struct str object =
        STR("{\"t\":\"Kopi \\u0026 \\\"susu\\\"\",\"id\":\"" ID "\",\"no\":\"x\",\"n\":-7,\"f\":1.5,"
            "\"nil\":null}");
    struct uuid id;
    require(uuid_parse(STR(ID), &id));
    expect_str_eq(json_raw_text(test_arena(), object, "t"), STR("Kopi & \"susu\""));
    expect(!json_raw_text(test_arena(), object, "n").data);
    expect(!json_raw_text(test_arena(), object, "nil").data);
    expect(uuid_eq(json_raw_uuid(object, "id"), id));
    expect(uuid_is_nil(json_raw_uuid(object, "no")) && uuid_is_nil(json_raw_uuid(object, "nil")));
}

TEST(json_raw_element_walks_an_array)
{
    static const struct {
        const char *array, *elements;
    } cases[] = {
        {"[]", ""},        {" [ ] ", ""},
        {"[1]", "1;"},     {"[1, \"a,]\" ,[2],{\"b\":[3]}]", "1;\"a,]\";[2];{\"b\":[3]};"},
        {"{\"a\":1}", ""}, {"", ""},
        {"[1,", "1;"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = buf_make(test_arena(), 64, 1000);
        struct str element;
        test_note("%s", cases[i].array);
        for (size_t at = 0; json_raw_element(str_of(cases[i].array), &at, &element);)
            buf_format(&out, "%.*s;", STR_ARG(element));
        expect_str_eq(buf_str(&out), str_of(cases[i].elements));
    }
}
