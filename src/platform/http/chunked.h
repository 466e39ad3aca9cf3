/* Bodies in chunks (RFC 9112 §7.1), taken apart strictly: pure, no memory of its own. Extensions are skipped,
 * trailers dropped. Debian's http-parser is built to let wrong line ends between chunks pass, hence this one.
 */
#pragma once
#include "base/str.h"

enum chunked_state { CHUNKED_MORE, CHUNKED_DATA, CHUNKED_DONE, CHUNKED_BAD };

struct chunked {
    enum {
        CHUNKED_SIZE,
        CHUNKED_SIZE_REST,
        CHUNKED_EXTENSION,
        CHUNKED_SIZE_LF,
        CHUNKED_BYTES,
        CHUNKED_CR,
        CHUNKED_LF,
        CHUNKED_TRAILER,
        CHUNKED_TRAILER_REST,
        CHUNKED_TRAILER_LF,
        CHUNKED_END_LF,
    } at;
    int64_t left;    /* of the chunk */
    size_t overhead; /* bytes of the present size line, or of all trailers */
};

/* Takes bytes off the front of `*input`. CHUNKED_DATA: `*ret_data` is part of the body, call again; MORE: all
 * input is used up; DONE: the body has ended, `*input` is what comes behind it. Start with a zeroed struct.
 */
enum chunked_state chunked_next(struct chunked *chunked, struct str *input, struct str *ret_data);
