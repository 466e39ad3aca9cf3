/* http-parser (Debian's) behind one function. It gets the scanned header block whole, so every callback sees
 * its text in one piece, and it is stopped there: bodies are our own (chunked.c). llhttp would replace it in
 * this file alone. */
#include "platform/http/head.h"

#include <http_parser.h>

const char *const VERB_NAMES[VERB_COUNT] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};

static int on_url(http_parser *parser, const char *at, size_t length)
{
    struct http_head *head = parser->data;
    head->target = (struct str){at, length};
    return 0;
}

static int on_header_field(http_parser *parser, const char *at, size_t length)
{
    struct http_head *head = parser->data;
    if (head->header_count == head->header_cap)
        return -1;
    head->headers[head->header_count++] = (struct http_header){{at, length}, {at + length, 0}};
    return 0;
}

static int on_header_value(http_parser *parser, const char *at, size_t length)
{
    struct http_head *head = parser->data;
    head->headers[head->header_count - 1].value = str_trim((struct str){at, length});
    return 0;
}

static int on_headers_complete(http_parser *parser)
{
    struct http_head *head = parser->data;
    head->keep_alive = http_should_keep_alive(parser) != 0;
    return 1; /* no body here */
}

/* Stops at the end of the block: nothing may be left of it, nothing may be missing. */
static int on_message_complete(http_parser *parser)
{
    http_parser_pause(parser, 1);
    return 0;
}

static bool find_verb(struct http_head *head, unsigned method)
{
    static const struct {
        unsigned method;
        enum http_verb verb;
    } verbs[] = {{HTTP_GET, VERB_GET},        {HTTP_POST, VERB_POST}, {HTTP_PUT, VERB_PUT},
                 {HTTP_PATCH, VERB_PATCH},    {HTTP_HEAD, VERB_HEAD}, {HTTP_DELETE, VERB_DELETE},
                 {HTTP_OPTIONS, VERB_OPTIONS}};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (verbs[i].method == method) {
            head->verb = verbs[i].verb;
            return true;
        }
    }
    return false;
}

/* "/path?query"; "http://host/path?query" means the same (RFC 9112 §3.2.2). */
static bool split_target(struct http_head *head)
{
    struct str target = head->target;
    if (target.len > 7 && target.data[0] != '/' &&
        str_eq_ignore_case((struct str){target.data, 7}, STR("http://"))) {
        const char *slash = memchr(target.data + 7, '/', target.len - 7);
        target = slash ? (struct str){slash, (size_t)(target.data + target.len - slash)} : STR("/");
        head->target = target;
    }
    if (target.data[0] != '/' && !(str_eq(target, STR("*")) && head->verb == VERB_OPTIONS))
        return false;
    head->query = target;
    head->path = str_cut(&head->query, '?');
    return true;
}

bool head_parse(struct http_head *head, struct arena *arena, struct str block, const struct head_scan *scan)
{
    static const http_parser_settings settings = {.on_url = on_url,
                                                  .on_header_field = on_header_field,
                                                  .on_header_value = on_header_value,
                                                  .on_headers_complete = on_headers_complete,
                                                  .on_message_complete = on_message_complete};
    *head = (struct http_head){.headers = arena_array(arena, struct http_header, scan->lines),
                               .header_cap = scan->lines,
                               .is_1_0 = scan->is_1_0,
                               .is_chunked = scan->is_chunked,
                               .content_length = scan->content_length};
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = head;
    http_parser_execute(&parser, &settings, block.data, block.len);
    if (HTTP_PARSER_ERRNO(&parser) != HPE_PAUSED || !find_verb(head, parser.method) || !split_target(head))
        return false;
    head->expects_continue =
        !head->is_1_0 && str_eq_ignore_case(head_find(head, STR("Expect"), NULL), STR("100-continue"));
    return true;
}

struct str head_find(const struct http_head *head, struct str name, size_t *ret_count)
{
    struct str found = STR_NONE;
    size_t count = 0;
    for (size_t i = 0; i < head->header_count; i++) {
        if (head->headers[i].name.len != name.len || !str_eq_ignore_case(head->headers[i].name, name))
            continue;
        if (count++ == 0)
            found = head->headers[i].value;
        if (!ret_count)
            break;
    }
    if (ret_count)
        *ret_count = count;
    return found;
}
