/* The parser takes what RFC 8259 allows and nothing else. */
#include "base/json_internal.h"

#include "test.h"

static struct str parse_fault(struct str text)
{
    struct json_errors errors = {.arena = test_arena()};
    struct json_doc *doc = json_parse(text, &errors);
    expect((doc != NULL) == (errors.count == 0));
    json_doc_free(doc);
    if (errors.count == 0)
        return STR("");
    expect_int_eq((int64_t)errors.count, 1);
    return str_format(test_arena(), "%.*s: %.*s", STR_ARG(errors.list[0].path),
                      STR_ARG(errors.list[0].message));
}

/* A copy that ends where the text ends, so that ASan sees a step too far. */
static struct str exact_copy(struct str text)
{
    char *copy = malloc(text.len ? text.len : 1);
    if (text.len)
        memcpy(copy, text.data, text.len);
    return (struct str){copy, text.len};
}

TEST(json_parse_takes_json)
{
    static const struct str cases[] = {
        STR_INIT("null"),
        STR_INIT("true"),
        STR_INIT(" false\r\n\t"),
        STR_INIT("0"),
        STR_INIT("-0"),
        STR_INIT("-1.5E+10"),
        STR_INIT("1e0"),
        STR_INIT("0.10"),
        STR_INIT("123456789012345678901234567890"),
        STR_INIT("\"\""),
        STR_INIT("[]"),
        STR_INIT("{}"),
        STR_INIT("[ [ ] , { } ]"),
        STR_INIT("{\"a\":{\"a\":1},\"b\":[{\"a\":2},{\"a\":3}]}"),
        STR_INIT("{\"\":1,\"a\":2}"),
        STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83D\\uDE00\""),
        STR_INIT("\"\x7F \xC2\x80 \xED\x9F\xBF \xEE\x80\x80 \xF4\x8F\xBF\xBF\""),
        STR_INIT("{\"a\":1,\"A\":2,\"aa\":3}"),
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%.*s", STR_ARG(cases[i]));
        struct str text = exact_copy(cases[i]);
        expect_str_eq(parse_fault(text), STR(""));
        free((char *)text.data);
    }
}

TEST(json_parse_refuses_what_is_not_json)
{
    static const struct {
        struct str text;
        const char *fault; /* behind "is not valid JSON: " */
    } cases[] = {
        {STR_INIT(""), "the text ends too early at line 1, column 1"},
        {STR_INIT("  \n"), "the text ends too early at line 2, column 1"},
        {STR_INIT("nul"), "expected a value at line 1, column 1"},
        {STR_INIT("nullx"), "there is more behind the value at line 1, column 5"},
        {STR_INIT("True"), "expected a value at line 1, column 1"},
        {STR_INIT("NaN"), "expected a value at line 1, column 1"},
        {STR_INIT("Infinity"), "expected a value at line 1, column 1"},
        {STR_INIT("-Infinity"), "expected a digit at line 1, column 2"},
        {STR_INIT("undefined"), "expected a value at line 1, column 1"},
        {STR_INIT("+1"), "expected a value at line 1, column 1"},
        {STR_INIT("01"), "a number must not begin with 0 at line 1, column 2"},
        {STR_INIT("-01"), "a number must not begin with 0 at line 1, column 3"},
        {STR_INIT("1."), "expected a digit at line 1, column 3"},
        {STR_INIT(".5"), "expected a value at line 1, column 1"},
        {STR_INIT("1e"), "expected a digit at line 1, column 3"},
        {STR_INIT("1e+"), "expected a digit at line 1, column 4"},
        {STR_INIT("0x10"), "there is more behind the value at line 1, column 2"},
        {STR_INIT("1 2"), "there is more behind the value at line 1, column 3"},
        {STR_INIT("1,"), "there is more behind the value at line 1, column 2"},
        {STR_INIT("[1,]"), "expected a value at line 1, column 4"},
        {STR_INIT("[,1]"), "expected a value at line 1, column 2"},
        {STR_INIT("[1 2]"), "expected ',' or ']' at line 1, column 4"},
        {STR_INIT("[1"), "the text ends too early at line 1, column 3"},
        {STR_INIT("[1}"), "expected ',' or ']' at line 1, column 3"},
        {STR_INIT("]"), "expected a value at line 1, column 1"},
        {STR_INIT("{\"a\":1,}"), "expected a string in double quotes at line 1, column 8"},
        {STR_INIT("{,}"), "expected a string in double quotes at line 1, column 2"},
        {STR_INIT("{a:1}"), "expected a string in double quotes at line 1, column 2"},
        {STR_INIT("{'a':1}"), "expected a string in double quotes at line 1, column 2"},
        {STR_INIT("['a']"), "expected a value at line 1, column 2"},
        {STR_INIT("{1:1}"), "expected a string in double quotes at line 1, column 2"},
        {STR_INIT("{\"a\" 1}"), "expected ':' at line 1, column 6"},
        {STR_INIT("{\"a\":}"), "expected a value at line 1, column 6"},
        {STR_INIT("{\"a\":1"), "the text ends too early at line 1, column 7"},
        {STR_INIT("{\"a\":1]"), "expected ',' or '}' at line 1, column 7"},
        {STR_INIT("{"), "expected a string in double quotes at line 1, column 2"},
        {STR_INIT("/* no */ 1"), "expected a value at line 1, column 1"},
        {STR_INIT("1 // no"), "there is more behind the value at line 1, column 3"},
        {STR_INIT("[1]\0"), "there is more behind the value at line 1, column 4"},
        {STR_INIT("\0"), "expected a value at line 1, column 1"},
        {STR_INIT("\xEF\xBB\xBF{}"), "expected a value at line 1, column 1"},
        {STR_INIT("\f1"), "expected a value at line 1, column 1"},
        {STR_INIT("\"abc"), "a string has no end at line 1, column 5"},
        {STR_INIT("\"abc\\"), "unknown escape in a string at line 1, column 6"},
        {STR_INIT("\"a\nb\""), "control characters must be escaped at line 1, column 3"},
        {STR_INIT("\"a\tb\""), "control characters must be escaped at line 1, column 3"},
        {STR_INIT("\"a\0b\""), "control characters must be escaped at line 1, column 3"},
        {STR_INIT("\"\\x41\""), "unknown escape in a string at line 1, column 3"},
        {STR_INIT("\"\\'\""), "unknown escape in a string at line 1, column 3"},
        {STR_INIT("\"\\u12g4\""), "\\u needs four hex digits at line 1, column 4"},
        {STR_INIT("\"\\u12"), "\\u needs four hex digits at line 1, column 4"},
        {STR_INIT("\"\\uD83D\""), "half of a surrogate pair at line 1, column 8"},
        {STR_INIT("\"\\uDE00\""), "half of a surrogate pair at line 1, column 8"},
        {STR_INIT("\"\\uD83D\\u0041\""), "half of a surrogate pair at line 1, column 8"},
        {STR_INIT("\"\\uD83D\\uD83D\""), "half of a surrogate pair at line 1, column 8"},
        {STR_INIT("\"\\uD83D"), "half of a surrogate pair at line 1, column 8"},
        {STR_INIT("\"\x80\""), "a string is not valid UTF-8 at line 1, column 2"},
        {STR_INIT("\"\xC3\""), "a string is not valid UTF-8 at line 1, column 2"},
        {STR_INIT("\"\xC0\xAF\""), "a string is not valid UTF-8 at line 1, column 2"},
        {STR_INIT("\"\xE0\x80\xAF\""), "a string is not valid UTF-8 at line 1, column 2"},
        {STR_INIT("\"\xED\xA0\x80\""), "a string is not valid UTF-8 at line 1, column 2"},
        {STR_INIT("\"\xF4\x90\x80\x80\""), "a string is not valid UTF-8 at line 1, column 2"},
        {STR_INIT("\"\xF0\x9F\x98"), "a string is not valid UTF-8 at line 1, column 2"},
        {STR_INIT("\"\xFF\""), "a string is not valid UTF-8 at line 1, column 2"},
        {STR_INIT("{\n  \"é\": 1,\n  \"é é\" 2\n}"), "expected ':' at line 3, column 9"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu: %.*s", i, STR_ARG(cases[i].text));
        struct str text = exact_copy(cases[i].text);
        expect_str_eq(parse_fault(text), str_format(test_arena(), ": is not valid JSON: %s", cases[i].fault));
        free((char *)text.data);
    }
}

TEST(json_parse_refuses_duplicate_keys)
{
    static const struct {
        const char *text, *fault;
    } cases[] = {
        {"{\"a\":1,\"a\":2}", "a: is there twice"},
        {"{\"a\":1,\"b\":3,\"\\u0061\":2}", "a: is there twice"},
        {"[0,{\"b\":{\"c\":[1,{\"x\":[1],\"y\":{},\"x\":1}]}}]", "[1].b.c[1].x: is there twice"},
        {"{\"items\":[{\"amount\":1},{\"amount\":1,\"amount\":1000}]}", "items[1].amount: is there twice"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].text);
        expect_str_eq(parse_fault(str_of(cases[i].text)), str_of(cases[i].fault));
    }
}

/* With many members the keys are sorted instead of compared one by one. */
TEST(json_parse_finds_duplicates_among_many_keys)
{
    for (int repeated = -1; repeated < 500; repeated += 100) {
        test_note("repeated %d", repeated);
        struct buf text = buf_make(test_arena(), 1024, 65536);
        for (int i = 0; i < 500; i++)
            buf_format(&text, "%c\"k%d\":[%d]", i ? ',' : '{', i * 7919 % 500, i);
        if (repeated >= 0)
            buf_format(&text, ",\"k%d\":0", repeated);
        buf_put(&text, STR("}"));
        struct str expected =
            repeated < 0 ? STR("") : str_format(test_arena(), "k%d: is there twice", repeated);
        expect_str_eq(parse_fault(buf_str(&text)), expected);
    }
}

TEST(json_parse_limits_depth)
{
    static const struct {
        char open, close;
        int depth;
        bool ok;
    } cases[] = {
        {'[', ']', JSON_DEPTH_MAX, true}, {'[', ']', JSON_DEPTH_MAX + 1, false}, {'[', ']', 100000, false},
        {'{', '}', JSON_DEPTH_MAX, true}, {'{', '}', JSON_DEPTH_MAX + 1, false}, {'{', '}', 100000, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%c %d", cases[i].open, cases[i].depth);
        struct buf text = buf_make(test_arena(), 1024, 1 << 20);
        for (int depth = 0; depth < cases[i].depth; depth++) {
            buf_put_char(&text, cases[i].open);
            if (cases[i].open == '{' && depth < cases[i].depth - 1)
                buf_put(&text, STR("\"a\":"));
        }
        for (int depth = 0; depth < cases[i].depth; depth++)
            buf_put_char(&text, cases[i].close);
        struct str fault = parse_fault(buf_str(&text));
        expect((fault.len == 0) == cases[i].ok);
        expect(cases[i].ok || memmem(fault.data, fault.len, "nested too deep", 15));
    }
}

TEST(json_parse_unescapes_and_keeps_numbers_as_text)
{
    static const struct {
        struct str text, value;
    } cases[] = {
        {STR_INIT("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\""), STR_INIT("a\"\\/\b\f\n\r\tz")},
        {STR_INIT("\"\\u0041\\u00e9\\u20AC\\uD83D\\uDE00\""), STR_INIT("Aé€😀")},
        {STR_INIT("\"\\uD800\\uDC00\\uDBFF\\uDFFF\""), STR_INIT("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")},
        {STR_INIT("\"x\\u0000y\""), STR_INIT("x\0y")},
        {STR_INIT("\"é😀 plain \\n é\""), STR_INIT("é😀 plain \n é")},
        {STR_INIT("  -12.50e+3 "), STR_INIT("-12.50e+3")},
        {STR_INIT("99999999999999999999.9"), STR_INIT("99999999999999999999.9")},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct json_errors errors = {.arena = test_arena()};
        struct json_doc *doc = json_parse(cases[i].text, &errors);
        require(doc != NULL);
        expect_str_eq(json_node_text(doc, &doc->nodes[0]), cases[i].value);
        json_doc_free(doc);
    }
}

/* Every cut of a good text is a fault, and none reads past its end. */
TEST(json_parse_stands_cut_texts)
{
    struct str text = STR("{\"a\":[1.5e3,true,null,{\"\\u00e9\\uD83D\\uDE00\":\"é\"}],\"b\":\"\\n\"}");
    expect_str_eq(parse_fault(text), STR(""));
    for (size_t len = 0; len < text.len; len++) {
        test_note("first %zu bytes", len);
        struct str cut = exact_copy((struct str){text.data, len});
        expect(parse_fault(cut).len > 0);
        free((char *)cut.data);
    }
}

TEST(json_parse_grows_its_nodes)
{
    struct buf text = buf_make(test_arena(), 1024, 1 << 20);
    buf_put(&text, STR("[0"));
    for (int i = 1; i < 100000; i++)
        buf_put(&text, STR(",0"));
    buf_put(&text, STR("]"));
    struct json_errors errors = {.arena = test_arena()};
    struct json_doc *doc = json_parse(buf_str(&text), &errors);
    require(doc != NULL);
    expect_int_eq(doc->nodes[0].count, 100000);
    expect_int_eq(doc->nodes[0].next, 100001);
    json_doc_free(doc);
}
