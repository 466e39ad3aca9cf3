/* Chunked bodies: strict, and the same however the bytes are cut. */
#include "base/buf.h"
#include "platform/http/chunked.h"
#include "test.h"

static const struct {
    const char *name;
    struct str bytes;
    const char *body; /* NULL: refused */
} bodies[] = {
    {"empty", STR_INIT("0\r\n\r\n"), ""},
    {"one", STR_INIT("5\r\nhello\r\n0\r\n\r\n"), "hello"},
    {"two", STR_INIT("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), "hello world"},
    {"hexadecimal", STR_INIT("a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n"), "01234567890123456789a"},
    {"leading zeros", STR_INIT("0005\r\nhello\r\n000\r\n\r\n"), "hello"},
    {"extension", STR_INIT("5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n"), "hello"},
    {"trailers", STR_INIT("5\r\nhello\r\n0\r\nA: b\r\nContent-Length: 7\r\n\r\n"), "hello"},
    {"line ends in the data", STR_INIT("4\r\n\r\n\r\n\r\n0\r\n\r\n"), "\r\n\r\n"},

    {"no size", STR_INIT("\r\nhello\r\n0\r\n\r\n"), NULL},
    {"no hexadecimal digit", STR_INIT("zz\r\nhello"), NULL},
    {"signed", STR_INIT("+5\r\nhello\r\n0\r\n\r\n"), NULL},
    {"negative", STR_INIT("-5\r\nhello\r\n0\r\n\r\n"), NULL},
    {"0x", STR_INIT("0x5\r\nhello\r\n0\r\n\r\n"), NULL},
    {"space before the size", STR_INIT(" 5\r\nhello\r\n0\r\n\r\n"), NULL},
    {"space behind the size", STR_INIT("5 \r\nhello\r\n0\r\n\r\n"), NULL},
    {"bare LF behind the size", STR_INIT("5\nhello\r\n0\r\n\r\n"), NULL},
    {"bare CR behind the size", STR_INIT("5\rhello\r\n0\r\n\r\n"), NULL},
    {"bare LF in an extension", STR_INIT("5;a\nhello\r\n0\r\n\r\n"), NULL},
    {"data too long", STR_INIT("5\r\nhello!\r\n0\r\n\r\n"), NULL},
    {"other bytes behind the data", STR_INIT("5\r\nhelloXX0\r\n\r\n"), NULL},
    {"bare LF behind the data", STR_INIT("5\r\nhello\n0\r\n\r\n"), NULL},
    {"huge size", STR_INIT("ffffffffffffffff\r\nhello"), NULL},
    {"size that would overflow", STR_INIT("10000000000000005\r\nhello\r\n0\r\n\r\n"), NULL},
    {"bare LF at the end", STR_INIT("0\r\n\n"), NULL},
    {"bare LF in trailers", STR_INIT("0\r\nA: b\n\r\n"), NULL},
    {"NUL in trailers", STR_INIT("0\r\nA\0: b\r\n\r\n"), NULL},
};

/* Feeds `bytes` with one more request behind them, cut at `cut`. */
static enum chunked_state decode(struct str bytes, size_t cut, struct buf *body, struct str *ret_rest)
{
    struct chunked chunked = {0};
    struct str pieces[2] = {{bytes.data, cut}, {bytes.data + cut, bytes.len - cut}}, data;
    enum chunked_state state = CHUNKED_MORE;
    for (size_t i = 0; i < 2; i++) {
        while ((state = chunked_next(&chunked, &pieces[i], &data)) == CHUNKED_DATA)
            buf_put(body, data);
        if (state != CHUNKED_MORE) {
            *ret_rest = (struct str){pieces[i].data, pieces[i].len + (i == 0 ? pieces[1].len : 0)};
            break;
        }
    }
    return state;
}

TEST(chunked_bodies_at_every_split)
{
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct buf text = buf_make(test_arena(), 256, 4096);
        buf_put(&text, bodies[i].bytes);
        buf_put(&text, STR("GET"));
        struct str bytes = buf_str(&text);
        for (size_t cut = 0; cut <= bytes.len; cut++) {
            struct buf body = buf_make(test_arena(), 64, 4096);
            struct str rest = STR_NONE;
            test_note("%s, cut at %zu", bodies[i].name, cut);
            enum chunked_state state = decode(bytes, cut, &body, &rest);
            if (!bodies[i].body) {
                expect_int_eq(state, CHUNKED_BAD);
                continue;
            }
            expect_int_eq(state, CHUNKED_DONE);
            expect_str_eq(buf_str(&body), str_of(bodies[i].body));
            expect_str_eq(rest, STR("GET"));
        }
    }
}

TEST(chunked_limits_what_is_no_data)
{
    struct chunked chunked = {0};
    struct str
        line = STR(
            "5;"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        data;
    enum chunked_state state = chunked_next(&chunked, &line, &data);
    for (int i = 0; i < 3 && state == CHUNKED_MORE; i++) {
        line = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                   "aaaaaaaa");
        state = chunked_next(&chunked, &line, &data);
    }
    expect_int_eq(state, CHUNKED_BAD);
    chunked = (struct chunked){0};
    struct str zero = STR("0\r\n");
    expect_int_eq(chunked_next(&chunked, &zero, &data), CHUNKED_MORE);
    state = CHUNKED_MORE;
    for (int i = 0; i < 2000 && state == CHUNKED_MORE; i++) {
        struct str trailer = STR("A: bcdef\r\n");
        state = chunked_next(&chunked, &trailer, &data);
    }
    expect_int_eq(state, CHUNKED_BAD);
}
