/* Line by line; a line is judged as soon as its end is there, so that garbage is refused at once. */
#include "platform/http/scan.h"

#define LENGTH_DIGITS_MAX 18

static enum head_state refuse(struct head_scan *scan, enum code code, const char *fault)
{
    scan->code = code;
    scan->fault = fault;
    return HEAD_REFUSED;
}

static enum head_state malformed(struct head_scan *scan, const char *fault)
{
    return refuse(scan, CODE_MALFORMED_REQUEST, fault);
}

/* RFC 9110 §5.6.2 */
static bool is_token_char(unsigned char c)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && memchr(others, c, sizeof others - 1));
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_token_char((unsigned char)s.data[i]))
            return false;
    }
    return s.len > 0;
}

static bool is_visible(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c <= ' ' || c >= 0x7F || c == '#')
            return false;
    }
    return s.len > 0;
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if ((c < ' ' && c != '\t') || c == 0x7F)
            return true;
    }
    return false;
}

static struct str trim_blanks(struct str s)
{
    while (s.len > 0 && (s.data[0] == ' ' || s.data[0] == '\t'))
        s = (struct str){s.data + 1, s.len - 1};
    while (s.len > 0 && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t'))
        s.len--;
    return s;
}

static enum head_state scan_request_line(struct head_scan *scan, struct str line)
{
    static const struct str methods[] = {STR_INIT("GET"),    STR_INIT("HEAD"),  STR_INIT("POST"),
                                         STR_INIT("PUT"),    STR_INIT("PATCH"), STR_INIT("DELETE"),
                                         STR_INIT("OPTIONS")};
    struct str version = line, method = str_cut(&version, ' '), target = str_cut(&version, ' ');
    if (!is_token(method))
        return malformed(scan, "The request line does not begin with a method");
    if (!target.data || !is_visible(target))
        return malformed(scan, "The request line needs a target without spaces or control characters");
    scan->is_1_0 = str_eq(version, STR("HTTP/1.0"));
    if (!scan->is_1_0 && !str_eq(version, STR("HTTP/1.1")))
        return malformed(scan, "The request line must end with HTTP/1.1");
    if (target.len > HEAD_TARGET_MAX)
        return refuse(scan, CODE_URI_TOO_LONG, NULL);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (str_eq(method, methods[i])) {
            scan->has_request_line = true;
            return HEAD_INCOMPLETE;
        }
    }
    return refuse(scan, CODE_NOT_IMPLEMENTED, NULL);
}

static enum head_state scan_length(struct head_scan *scan, struct str value)
{
    if (scan->has_length)
        return malformed(scan, "Content-Length is there twice");
    if (value.len == 0 || value.len > LENGTH_DIGITS_MAX)
        return malformed(scan, "Content-Length must be a number of bytes");
    int64_t length = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return malformed(scan, "Content-Length must be a number of bytes");
        length = length * 10 + (value.data[i] - '0');
    }
    scan->has_length = true;
    scan->content_length = length;
    return HEAD_INCOMPLETE;
}

static enum head_state scan_encoding(struct head_scan *scan, struct str value)
{
    if (scan->is_chunked)
        return malformed(scan, "Transfer-Encoding is there twice");
    if (!str_eq_ignore_case(value, STR("chunked")))
        return malformed(scan, "Transfer-Encoding may only be chunked");
    scan->is_chunked = true;
    return HEAD_INCOMPLETE;
}

static enum head_state scan_host(struct head_scan *scan, struct str value)
{
    if (scan->has_host)
        return malformed(scan, "Host is there twice");
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] <= ' ' || strchr("/\\@?#,\"<>", value.data[i]))
            return malformed(scan, "Host must be a name and a port");
    }
    scan->has_host = true;
    return HEAD_INCOMPLETE;
}

static enum head_state scan_header_line(struct head_scan *scan, struct str line)
{
    if (++scan->lines > HEAD_LINES_MAX)
        return refuse(scan, CODE_HEADERS_TOO_LARGE, NULL);
    if (line.data[0] == ' ' || line.data[0] == '\t')
        return malformed(scan, "Folded header lines are not taken");
    struct str value = line, name = str_cut(&value, ':');
    if (!value.data)
        return malformed(scan, "A header line has no colon");
    if (!is_token(name))
        return malformed(scan, "The name of a header is empty or holds a character that may not be there");
    if (has_control(value))
        return malformed(scan, "A header holds a control character");
    value = trim_blanks(value);
    if (str_eq_ignore_case(name, STR("Content-Length")))
        return scan_length(scan, value);
    if (str_eq_ignore_case(name, STR("Transfer-Encoding")))
        return scan_encoding(scan, value);
    if (str_eq_ignore_case(name, STR("Host")))
        return scan_host(scan, value);
    return HEAD_INCOMPLETE;
}

/* What can be told only when all lines are there. */
static enum head_state scan_end(struct head_scan *scan, size_t end)
{
    if (scan->is_chunked && scan->has_length)
        return malformed(scan, "Content-Length and Transfer-Encoding exclude each other");
    if (scan->is_chunked && scan->is_1_0)
        return malformed(scan, "HTTP/1.0 has no Transfer-Encoding");
    if (!scan->has_host && !scan->is_1_0)
        return malformed(scan, "Host is missing");
    scan->end = end;
    return HEAD_COMPLETE;
}

/* `line` without its CR LF; `end`: the offset behind them. */
static enum head_state scan_line(struct head_scan *scan, struct str line, size_t end)
{
    if (scan->has_request_line)
        return line.len == 0 ? scan_end(scan, end) : scan_header_line(scan, line);
    if (line.len > 0)
        return scan_request_line(scan, line);
    scan->begin = end; /* an empty line before the request: some clients send one behind a body */
    return HEAD_INCOMPLETE;
}

static enum head_state check_size(struct head_scan *scan, size_t len)
{
    if (!scan->has_request_line && len - scan->line_at > HEAD_TARGET_MAX + 32)
        return refuse(scan, CODE_URI_TOO_LONG, NULL);
    return len > HEAD_BYTES_MAX ? refuse(scan, CODE_HEADERS_TOO_LARGE, NULL) : HEAD_INCOMPLETE;
}

enum head_state head_scan_step(struct head_scan *scan, struct str bytes)
{
    for (;;) {
        const char *from = bytes.data + scan->looked;
        const char *newline = bytes.len > scan->looked ? memchr(from, '\n', bytes.len - scan->looked) : NULL;
        size_t end = newline ? (size_t)(newline - bytes.data) + 1 : bytes.len;
        if (!scan->has_request_line && end > scan->line_at && bytes.data[scan->line_at] != '\r' &&
            !is_token_char((unsigned char)bytes.data[scan->line_at]))
            return malformed(scan, "The request line does not begin with a method");
        enum head_state state = check_size(scan, end);
        if (state != HEAD_INCOMPLETE)
            return state;
        if (!newline) {
            scan->looked = bytes.len;
            return HEAD_INCOMPLETE;
        }
        struct str line = {bytes.data + scan->line_at, end - 1 - scan->line_at};
        if (line.len == 0 || line.data[line.len - 1] != '\r')
            return malformed(scan, "A line must end with CR LF");
        line.len--;
        scan->line_at = scan->looked = end;
        state = scan_line(scan, line, end);
        if (state != HEAD_INCOMPLETE)
            return state;
    }
}
