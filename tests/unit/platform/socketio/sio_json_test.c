/* JSON looked at where it lies: what JSON.parse takes and nothing else, however deep. */
#include "platform/socketio/sio_json.h"
#include "test.h"

#include <stdlib.h>

struct text {
    struct str json;
    bool good;
};

static const struct text texts[] = {
    {STR_INIT("{}"), true},
    {STR_INIT("[]"), true},
    {STR_INIT(" [ 1 , 2 ] "), true},
    {STR_INIT("\t\r\n{ \"a\" : [ ] , \"b\" : { } }\n"), true},
    {STR_INIT("0"), true},
    {STR_INIT("-0"), true},
    {STR_INIT("-12.5e+10"), true},
    {STR_INIT("1E5"), true},
    {STR_INIT("true"), true},
    {STR_INIT("false"), true},
    {STR_INIT("null"), true},
    {STR_INIT("\"\""), true},
    {STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\""), true},
    {STR_INIT("\"\\ud800\""), true}, /* JSON.parse takes halves of pairs */
    {STR_INIT("\"\x7F\xC3\xA9\xF0\x9F\x8D\x9C\""), true},
    {STR_INIT("[[[[]]],{\"a\":{\"b\":[{}]}}]"), true},
    {STR_INIT("{\"a\":1,\"a\":2}"), true},

    {STR_INIT(""), false},
    {STR_INIT(" "), false},
    {STR_INIT("[1,]"), false},
    {STR_INIT("[,1]"), false},
    {STR_INIT("[1 2]"), false},
    {STR_INIT("[1"), false},
    {STR_INIT("[1}"), false},
    {STR_INIT("{\"a\":1]"), false},
    {STR_INIT("{\"a\"}"), false},
    {STR_INIT("{\"a\":}"), false},
    {STR_INIT("{\"a\":1,}"), false},
    {STR_INIT("{a:1}"), false},
    {STR_INIT("{1:1}"), false},
    {STR_INIT("{"), false},
    {STR_INIT("]"), false},
    {STR_INIT("[]]"), false},
    {STR_INIT("[] []"), false},
    {STR_INIT("01"), false},
    {STR_INIT("1."), false},
    {STR_INIT(".5"), false},
    {STR_INIT("+1"), false},
    {STR_INIT("-"), false},
    {STR_INIT("1e"), false},
    {STR_INIT("1e+"), false},
    {STR_INIT("0x1"), false},
    {STR_INIT("NaN"), false},
    {STR_INIT("tru"), false},
    {STR_INIT("trues"), false},
    {STR_INIT("\""), false},
    {STR_INIT("\"a"), false},
    {STR_INIT("\"\\\""), false},
    {STR_INIT("\"\\x\""), false},
    {STR_INIT("\"\\u12g4\""), false},
    {STR_INIT("\"\\u12"), false},
    {STR_INIT("\"\\\0\""), false},
    {STR_INIT("\"\n\""), false},
    {STR_INIT("\"\xFF\""), false},
    {STR_INIT("\"\xC3"), false},
    {STR_INIT("\"\xED\xA0\x80\""), false},
    {STR_INIT("'a'"), false},
    {STR_INIT("[1]\0"), false},
    {STR_INIT("/**/1"), false},
    {STR_INIT("\xEF\xBB\xBF[]"), false},
};

TEST(sio_json_is_what_json_parse_takes)
{
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        test_note("case %zu: %.*s", i, STR_ARG(texts[i].json));
        expect_int_eq(sio_json_check(texts[i].json, 0), texts[i].good);
        /* The same text at the end of a page of its own: nothing behind it is read (under ASan). */
        char *copy = malloc(texts[i].json.len + !texts[i].json.len);
        memcpy(copy, texts[i].json.data, texts[i].json.len);
        expect_int_eq(sio_json_check((struct str){copy, texts[i].json.len}, 3), texts[i].good);
        free(copy);
    }
}

#define MARK "\"_placeholder\":true"

static const struct text placeholders[] = {
    /* of a packet with 2 attachments */
    {STR_INIT("[{" MARK ",\"num\":0},{" MARK ",\"num\":1}]"), true},
    {STR_INIT("[{\"num\":1," MARK "}]"), true},
    {STR_INIT("[ { \"_placeholder\" : true , \"num\" : 1 } ]"), true},
    {STR_INIT("{\"a\":[{\"b\":{" MARK ",\"num\":0}}]}"), true},
    {STR_INIT("[\"none at all\"]"), true},
    {STR_INIT("[{\"_placeholder\":false,\"num\":9}]"), true},
    {STR_INIT("[{\"_placeholder\":\"true\"}]"), true},
    {STR_INIT("[\"_placeholder\",true]"), true},
    {STR_INIT("{" MARK ",\"num\":0}"), true},

    {STR_INIT("[{" MARK ",\"num\":2}]"), false},
    {STR_INIT("[{" MARK ",\"num\":-1}]"), false},
    {STR_INIT("[{" MARK ",\"num\":0.5}]"), false},
    {STR_INIT("[{" MARK ",\"num\":1e0}]"), false},
    {STR_INIT("[{" MARK ",\"num\":01}]"), false},
    {STR_INIT("[{" MARK ",\"num\":\"0\"}]"), false},
    {STR_INIT("[{" MARK ",\"num\":null}]"), false},
    {STR_INIT("[{" MARK ",\"num\":99999999999999999999}]"), false},
    {STR_INIT("[{" MARK "}]"), false},
    {STR_INIT("[{" MARK ",\"num\":}]"), false},
    {STR_INIT("[{" MARK ",\"num\""), false},
    {STR_INIT("[{" MARK ",\"num\":"), false},
    {STR_INIT("[{" MARK ",\"num\":0"), false},
    {STR_INIT("[{" MARK ",\"num\":0,\"more\":1}]"), false},
    {STR_INIT("[{\"more\":1," MARK ",\"num\":0}]"), false},
};

TEST(sio_json_placeholders_name_an_attachment)
{
    for (size_t i = 0; i < COUNT_OF(placeholders); i++) {
        test_note("case %zu: %.*s", i, STR_ARG(placeholders[i].json));
        expect_int_eq(sio_json_check(placeholders[i].json, 2), placeholders[i].good);
    }
    expect(sio_json_check(STR("[{" MARK ",\"num\":7}]"), 0)); /* just an object without attachments */
}

static bool check_nested(size_t depth, const char *opening, const char *closing, size_t closings)
{
    size_t open_len = strlen(opening), close_len = strlen(closing);
    char *text = malloc(depth * open_len + closings * close_len + 1), *at = text;
    for (size_t i = 0; i < depth; i++, at += open_len)
        memcpy(at, opening, open_len);
    *at++ = '0';
    for (size_t i = 0; i < closings; i++, at += close_len)
        memcpy(at, closing, close_len);
    bool good = sio_json_check((struct str){text, (size_t)(at - text)}, 0);
    free(text);
    return good;
}

TEST(sio_json_depth_hurts_nobody)
{
    expect(check_nested(100000, "[", "]", 100000));
    expect(check_nested(1000000, "[", "]", 1000000));
    expect(check_nested(100000, "{\"a\":", "}", 100000));
    expect(check_nested(511, "[{\"a\":", "}]", 511));
    expect(!check_nested(100000, "[", "]", 99999));
    expect(!check_nested(100000, "[", "]", 100001));
    expect(!check_nested(100000, "[", "}", 100000));
    expect(!check_nested(4097, "[{\"a\":", "]}", 4097));
}

TEST(sio_json_cut_takes_values_one_by_one)
{
    struct str inside = sio_json_inside(STR(" [ 1 , \"a,]\\\"\" ,{\"b\":[1,2]}, [ ] ,null ] "));
    expect_str_eq(sio_json_cut(&inside), STR("1"));
    expect_str_eq(sio_json_cut(&inside), STR("\"a,]\\\"\""));
    expect_str_eq(sio_json_cut(&inside), STR("{\"b\":[1,2]}"));
    expect_str_eq(sio_json_cut(&inside), STR("[ ]"));
    expect_str_eq(sio_json_cut(&inside), STR("null"));
    expect(!sio_json_cut(&inside).data);
    inside = sio_json_inside(STR("[ ]"));
    expect(!sio_json_cut(&inside).data);
}

TEST(sio_json_member_is_of_the_object_itself)
{
    struct str object =
        STR("{ \"a\" : {\"pid\":\"inner\"}, \"b:\":[\"pid\",1] , \"pid\": \"x\\\"y\",\"pid\":2 }");
    expect_str_eq(sio_json_member(object, STR("pid")), STR("\"x\\\"y\""));
    expect_str_eq(sio_json_member(object, STR("b:")), STR("[\"pid\",1]"));
    expect(!sio_json_member(object, STR("inner")).data);
    expect(!sio_json_member(STR("{}"), STR("pid")).data);
}

TEST(sio_json_string_is_unescaped)
{
    static const struct {
        struct str value, text;
    } strings[] = {
        {STR_INIT("\"\""), STR_INIT("")},
        {STR_INIT("\"order:created\""), STR_INIT("order:created")},
        {STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), STR_INIT("\"\\/\b\f\n\r\t")},
        {STR_INIT("\"\\u0041\\u00e9\\u20AC\""), STR_INIT("A\xC3\xA9\xE2\x82\xAC")},
        {STR_INIT("\"\\ud83c\\uDF5C.\""), STR_INIT("\xF0\x9F\x8D\x9C.")},
        {STR_INIT("\"\\ud83c!\\udf5c\""), STR_INIT("\xEF\xBF\xBD!\xEF\xBF\xBD")},
        {STR_INIT("\"\\ud83c\\u0041\""), STR_INIT("\xEF\xBF\xBD"
                                                  "A")},
        {STR_INIT("\"\\ud83c\""), STR_INIT("\xEF\xBF\xBD")},
        {STR_INIT("\"\\u0000\""), STR_INIT("\0")},
    };
    for (size_t i = 0; i < COUNT_OF(strings); i++) {
        test_note("case %zu: %.*s", i, STR_ARG(strings[i].value));
        expect_str_eq(sio_json_string(test_arena(), strings[i].value), strings[i].text);
    }
    expect(!sio_json_string(test_arena(), STR("12")).data);
    expect(!sio_json_plain(STR("\"a\\n\"")).data);
}
