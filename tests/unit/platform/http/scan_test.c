/* The header block scan: what two parsers could read in two ways is refused, however the bytes are cut. */
#include "base/buf.h"
#include "platform/http/scan.h"
#include "test.h"

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "Host: shop.test\r\n"

struct block {
    const char *name;
    struct str bytes;
    enum code code; /* OK: complete */
};

#define BLOCK(text) STR_INIT(text)

static const struct block blocks[] = {
    {"plain", BLOCK(LINE HOST "\r\n"), CODE_OK},
    {"old version needs no host", BLOCK("GET / HTTP/1.0\r\n\r\n"), CODE_OK},
    {"empty lines before", BLOCK("\r\n\r\n" LINE HOST "\r\n"), CODE_OK},
    {"length", BLOCK(LINE HOST "Content-Length: 10\r\n\r\n"), CODE_OK},
    {"length with blanks", BLOCK(LINE HOST "Content-Length: \t 10 \r\n\r\n"), CODE_OK},
    {"chunked", BLOCK(LINE HOST "transfer-encoding:CHUNKED\r\n\r\n"), CODE_OK},
    {"high bytes in a value", BLOCK(LINE HOST "X: \xC3\xA9\r\n\r\n"), CODE_OK},
    {"empty value", BLOCK(LINE HOST "X:\r\n\r\n"), CODE_OK},
    {"tab in a value", BLOCK(LINE HOST "X: a\tb\r\n\r\n"), CODE_OK},
    {"options star", BLOCK("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), CODE_OK},
    {"empty host", BLOCK(LINE "Host:\r\n\r\n"), CODE_OK},
    {"host with port", BLOCK(LINE "Host: [::1]:3001\r\n\r\n"), CODE_OK},

    {"both lengths", BLOCK(LINE HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
     CODE_MALFORMED_REQUEST},
    {"both lengths, turned", BLOCK(LINE HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
     CODE_MALFORMED_REQUEST},
    {"two lengths", BLOCK(LINE HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
     CODE_MALFORMED_REQUEST},
    {"the same length twice", BLOCK(LINE HOST "Content-Length: 5\r\ncontent-length: 5\r\n\r\n"),
     CODE_MALFORMED_REQUEST},
    {"list of lengths", BLOCK(LINE HOST "Content-Length: 5,5\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"signed length", BLOCK(LINE HOST "Content-Length: +5\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"negative length", BLOCK(LINE HOST "Content-Length: -5\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"hexadecimal length", BLOCK(LINE HOST "Content-Length: 0x5\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"length with a decimal", BLOCK(LINE HOST "Content-Length: 5.0\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"length with a space", BLOCK(LINE HOST "Content-Length: 5 5\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"empty length", BLOCK(LINE HOST "Content-Length:\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"huge length", BLOCK(LINE HOST "Content-Length: 99999999999999999999\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"other encoding", BLOCK(LINE HOST "Transfer-Encoding: gzip\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"list of encodings", BLOCK(LINE HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"),
     CODE_MALFORMED_REQUEST},
    {"encoding with a vertical tab", BLOCK(LINE HOST "Transfer-Encoding: \vchunked\r\n\r\n"),
     CODE_MALFORMED_REQUEST},
    {"quoted encoding", BLOCK(LINE HOST "Transfer-Encoding: \"chunked\"\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"two encodings", BLOCK(LINE HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
     CODE_MALFORMED_REQUEST},
    {"chunked in HTTP/1.0", BLOCK("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
     CODE_MALFORMED_REQUEST},
    {"empty name", BLOCK(LINE HOST ": x\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"space before the colon", BLOCK(LINE "Host : x\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"space in a name", BLOCK(LINE HOST "X Y: x\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"no colon", BLOCK(LINE HOST "hello\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"folded line", BLOCK(LINE HOST "X: a\r\n b\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"folded by a tab", BLOCK(LINE HOST "X: a\r\n\tb: c\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"line that begins with a space", BLOCK(LINE " Host: x\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"bare LF", BLOCK("GET / HTTP/1.1\nHost: x\n\n"), CODE_MALFORMED_REQUEST},
    {"bare LF between headers", BLOCK(LINE HOST "A: b\nC: d\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"bare LF at the end", BLOCK(LINE HOST "\n"), CODE_MALFORMED_REQUEST},
    {"bare CR in a value", BLOCK(LINE HOST "A: b\rC: d\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"bare CR in a name", BLOCK(LINE HOST "A\rB: d\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"CR CR LF", BLOCK(LINE HOST "A: b\r\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"NUL in a value", BLOCK(LINE HOST "A: b\0c\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"NUL in a name", BLOCK(LINE HOST "A\0: c\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"NUL in the target", BLOCK("GET /\0 HTTP/1.1\r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"DEL in a value", BLOCK(LINE HOST "A: b\x7F\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"no host", BLOCK(LINE "\r\n"), CODE_MALFORMED_REQUEST},
    {"two hosts", BLOCK(LINE HOST HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"two hosts in HTTP/1.0", BLOCK("GET / HTTP/1.0\r\n" HOST HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"host with a path", BLOCK(LINE "Host: a/b\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"host with a user", BLOCK(LINE "Host: a@b\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"two hosts in one", BLOCK(LINE "Host: a b\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"HTTP/0.9", BLOCK("GET /\r\n"), CODE_MALFORMED_REQUEST},
    {"HTTP/1.2", BLOCK("GET / HTTP/1.2\r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"HTTP/2", BLOCK("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), CODE_MALFORMED_REQUEST},
    {"lower case version", BLOCK("GET / http/1.1\r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"two spaces", BLOCK("GET  / HTTP/1.1\r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"space behind the version", BLOCK("GET / HTTP/1.1 \r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"tab between", BLOCK("GET\t/ HTTP/1.1\r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"fragment", BLOCK("GET /#a HTTP/1.1\r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"high byte in the target", BLOCK("GET /\xC3\xA9 HTTP/1.1\r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"space before the method", BLOCK(" GET / HTTP/1.1\r\n" HOST "\r\n"), CODE_MALFORMED_REQUEST},
    {"TLS", BLOCK("\x16\x03\x01\x02"), CODE_MALFORMED_REQUEST},
    {"unknown method", BLOCK("BREW / HTTP/1.1\r\n" HOST "\r\n"), CODE_NOT_IMPLEMENTED},
    {"lower case method", BLOCK("get / HTTP/1.1\r\n" HOST "\r\n"), CODE_NOT_IMPLEMENTED},
    {"CONNECT", BLOCK("CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n"), CODE_NOT_IMPLEMENTED},
};

static enum head_state scan_pieces(struct head_scan *scan, struct str bytes, size_t first, size_t step)
{
    enum head_state state = HEAD_INCOMPLETE;
    *scan = (struct head_scan){0};
    for (size_t len = first; state == HEAD_INCOMPLETE; len += step) {
        state = head_scan_step(scan, (struct str){bytes.data, len < bytes.len ? len : bytes.len});
        if (len >= bytes.len)
            break;
    }
    return state;
}

static void expect_block(const struct block *block, const struct head_scan *scan, enum head_state state)
{
    expect_int_eq(state, block->code ? HEAD_REFUSED : HEAD_COMPLETE);
    expect_int_eq(scan->code, block->code);
    if (state == HEAD_COMPLETE)
        expect_int_eq((int64_t)scan->end, (int64_t)block->bytes.len);
    if (state == HEAD_REFUSED && scan->code == CODE_MALFORMED_REQUEST)
        expect(scan->fault != NULL);
}

TEST(scan_takes_and_refuses)
{
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        struct head_scan scan;
        test_note("%s", blocks[i].name);
        expect_block(&blocks[i], &scan, scan_pieces(&scan, blocks[i].bytes, blocks[i].bytes.len, 1));
    }
}

TEST(scan_says_the_same_at_every_split)
{
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        for (size_t cut = 0; cut <= blocks[i].bytes.len; cut++) {
            struct head_scan scan;
            test_note("%s, cut at %zu", blocks[i].name, cut);
            expect_block(&blocks[i], &scan,
                         scan_pieces(&scan, blocks[i].bytes, cut, blocks[i].bytes.len - cut + 1));
        }
        struct head_scan scan;
        test_note("%s, byte by byte", blocks[i].name);
        expect_block(&blocks[i], &scan, scan_pieces(&scan, blocks[i].bytes, 1, 1));
    }
}

TEST(scan_ends_behind_the_block)
{
    struct head_scan scan = {0};
    struct str bytes = STR("\r\nPOST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\n");
    expect_int_eq(head_scan_step(&scan, bytes), HEAD_COMPLETE);
    expect_int_eq((int64_t)scan.begin, 2);
    expect_str_eq(((struct str){bytes.data + scan.end, 3}), STR("abc"));
    expect_int_eq(scan.content_length, 3);
    expect_int_eq((int64_t)scan.lines, 2);
}

/* ---- Limits ---- */

static struct str repeat(const char *before, char c, size_t count, const char *after)
{
    struct buf text = buf_make(test_arena(), 1024, 1 << 20);
    buf_put(&text, str_of(before));
    for (size_t i = 0; i < count; i++)
        buf_put_char(&text, c);
    buf_put(&text, str_of(after));
    return buf_str(&text);
}

static enum code code_of(struct str bytes)
{
    struct head_scan scan = {0};
    return head_scan_step(&scan, bytes) == HEAD_REFUSED ? scan.code : CODE_OK;
}

TEST(scan_limits_the_target)
{
    expect_int_eq(code_of(repeat("GET /", 'a', HEAD_TARGET_MAX - 1, " HTTP/1.1\r\n" HOST "\r\n")), CODE_OK);
    expect_int_eq(code_of(repeat("GET /", 'a', HEAD_TARGET_MAX, " HTTP/1.1\r\n" HOST "\r\n")),
                  CODE_URI_TOO_LONG);
    expect_int_eq(code_of(repeat("GET /", 'a', HEAD_TARGET_MAX + 100, "")), CODE_URI_TOO_LONG);
}

TEST(scan_limits_the_block)
{
    size_t others = strlen(LINE HOST "X: \r\n\r\n");
    expect_int_eq(code_of(repeat(LINE HOST "X: ", 'a', HEAD_BYTES_MAX - others, "\r\n\r\n")), CODE_OK);
    expect_int_eq(code_of(repeat(LINE HOST "X: ", 'a', HEAD_BYTES_MAX - others + 1, "\r\n\r\n")),
                  CODE_HEADERS_TOO_LARGE);
    expect_int_eq(code_of(repeat(LINE HOST "X: ", 'a', HEAD_BYTES_MAX, "")), CODE_HEADERS_TOO_LARGE);
    expect_int_eq(code_of(repeat("", '\r', 1, "\n")), CODE_OK);
}

TEST(scan_limits_the_lines)
{
    struct buf text = buf_make(test_arena(), 1024, 1 << 20);
    buf_put(&text, STR(LINE HOST));
    for (size_t i = 1; i < HEAD_LINES_MAX; i++)
        buf_put(&text, STR("A: b\r\n"));
    struct buf more = text;
    buf_put(&text, STR("\r\n"));
    expect_int_eq(code_of(buf_str(&text)), CODE_OK);
    buf_put(&more, STR("A: b\r\n\r\n"));
    expect_int_eq(code_of(buf_str(&more)), CODE_HEADERS_TOO_LARGE);
}

TEST(scan_needs_no_end_to_refuse)
{
    struct head_scan scan = {0};
    expect_int_eq(head_scan_step(&scan, STR("GET / HTTP/1.1\r\nHost: x\r\nContent-Le")), HEAD_INCOMPLETE);
    expect_int_eq(head_scan_step(&scan, STR("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n")),
                  HEAD_REFUSED);
}
