/* Bytes as a client may send them: the scan of the header block must not depend on how they are cut into
 * pieces, what it lets pass the parser must understand, and a chunked body is the same however it arrives.
 * The first byte decides the cut. */
#include "fuzz.h"

#include "platform/http/chunked.h"
#include "platform/http/head.h"

static enum head_state scan_in_pieces(struct str bytes, size_t piece, struct head_scan *scan)
{
    enum head_state state = HEAD_INCOMPLETE;
    for (size_t len = piece; state == HEAD_INCOMPLETE; len += piece) {
        state = head_scan_step(scan, (struct str){bytes.data, len < bytes.len ? len : bytes.len});
        if (len >= bytes.len)
            break;
    }
    return state;
}

/* The body's length and whether it ended; −1: refused. */
static int64_t read_chunks(struct str bytes, size_t piece)
{
    struct chunked chunked = {0};
    int64_t total = 0;
    for (size_t at = 0; at < bytes.len; at += piece) {
        struct str input = {bytes.data + at, bytes.len - at < piece ? bytes.len - at : piece}, data;
        for (;;) {
            enum chunked_state state = chunked_next(&chunked, &input, &data);
            if (state == CHUNKED_BAD)
                return -1;
            if (state == CHUNKED_DONE)
                return total * 2 + 1;
            if (state == CHUNKED_MORE)
                break;
            total += (int64_t)data.len;
        }
    }
    return total * 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct str bytes = {(const char *)data + 1, size - 1};
    size_t piece = data[0] % 16 + 1u;
    struct head_scan whole = {0}, pieces = {0};
    enum head_state state = head_scan_step(&whole, bytes);
    enum head_state same = scan_in_pieces(bytes, piece, &pieces);
    check(state == same || state == HEAD_REFUSED || same == HEAD_REFUSED);
    if (state == HEAD_COMPLETE && same == HEAD_COMPLETE) {
        check(whole.begin == pieces.begin && whole.end == pieces.end);
        check(whole.content_length == pieces.content_length && whole.is_chunked == pieces.is_chunked);
        check(!(whole.has_length && whole.is_chunked));
        struct arena arena = {0};
        struct http_head head;
        head_parse(&head, &arena, (struct str){bytes.data + whole.begin, whole.end - whole.begin}, &whole);
        arena_free(&arena);
        struct str body = {bytes.data + whole.end, bytes.len - whole.end};
        if (whole.is_chunked)
            check(read_chunks(body, body.len + 1) == read_chunks(body, piece));
    }
    return 0;
}
