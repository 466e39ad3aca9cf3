/* One byte a step but for the data itself. */
#include "platform/http/chunked.h"

#define SIZE_LINE_MAX 256
#define TRAILERS_MAX 8192
#define SIZE_MAX_BYTES (INT64_C(1) << 40)

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool is_text(char c) { return (unsigned char)c >= ' ' ? c != 0x7F : c == '\t'; }

static bool step_size(struct chunked *chunked, char c)
{
    int digit = hex_digit(c);
    if (digit >= 0) {
        chunked->left = chunked->left * 16 + digit;
        chunked->at = CHUNKED_SIZE_REST;
        return chunked->left <= SIZE_MAX_BYTES;
    }
    if (chunked->at == CHUNKED_SIZE)
        return false; /* no digit at all */
    chunked->at = c == '\r' ? CHUNKED_SIZE_LF : CHUNKED_EXTENSION;
    return c == '\r' || c == ';';
}

static bool step_extension(struct chunked *chunked, char c)
{
    if (c == '\r')
        chunked->at = CHUNKED_SIZE_LF;
    return c == '\r' || is_text(c);
}

static bool step_size_end(struct chunked *chunked, char c)
{
    chunked->at = chunked->left > 0 ? CHUNKED_BYTES : CHUNKED_TRAILER;
    chunked->overhead = 0;
    return c == '\n';
}

static bool step_trailer(struct chunked *chunked, char c)
{
    if (c == '\r')
        chunked->at = chunked->at == CHUNKED_TRAILER ? CHUNKED_END_LF : CHUNKED_TRAILER_LF;
    else
        chunked->at = CHUNKED_TRAILER_REST;
    return c == '\r' || is_text(c);
}

/* One byte that is no data. */
static bool step(struct chunked *chunked, char c)
{
    switch (chunked->at) {
    case CHUNKED_SIZE:
    case CHUNKED_SIZE_REST:
        return ++chunked->overhead <= SIZE_LINE_MAX && step_size(chunked, c);
    case CHUNKED_EXTENSION:
        return ++chunked->overhead <= SIZE_LINE_MAX && step_extension(chunked, c);
    case CHUNKED_SIZE_LF:
        return step_size_end(chunked, c);
    case CHUNKED_CR:
        chunked->at = CHUNKED_LF;
        return c == '\r';
    case CHUNKED_LF:
        chunked->at = CHUNKED_SIZE;
        return c == '\n';
    case CHUNKED_TRAILER:
    case CHUNKED_TRAILER_REST:
        return ++chunked->overhead <= TRAILERS_MAX && step_trailer(chunked, c);
    case CHUNKED_TRAILER_LF:
        chunked->at = CHUNKED_TRAILER;
        return c == '\n';
    default:
        return false;
    }
}

static struct str take(struct str *input, size_t len)
{
    struct str taken = {input->data, len};
    *input = (struct str){input->data + len, input->len - len};
    return taken;
}

enum chunked_state chunked_next(struct chunked *chunked, struct str *input, struct str *ret_data)
{
    while (input->len > 0) {
        if (chunked->at == CHUNKED_BYTES) {
            *ret_data = take(input, (int64_t)input->len < chunked->left ? input->len : (size_t)chunked->left);
            chunked->left -= (int64_t)ret_data->len;
            if (chunked->left == 0)
                chunked->at = CHUNKED_CR;
            return CHUNKED_DATA;
        }
        char c = *take(input, 1).data;
        if (chunked->at == CHUNKED_END_LF)
            return c == '\n' ? CHUNKED_DONE : CHUNKED_BAD;
        if (!step(chunked, c))
            return CHUNKED_BAD;
    }
    return CHUNKED_MORE;
}
