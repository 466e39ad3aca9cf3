/* A header block taken apart. The only file that knows the parser library is head.c. */
#pragma once
#include "base/arena.h"
#include "platform/http/scan.h"

enum http_verb {
    VERB_GET,
    VERB_POST,
    VERB_PUT,
    VERB_PATCH,
    VERB_DELETE,
    VERB_HEAD,
    VERB_OPTIONS,
    VERB_COUNT
};

extern const char *const VERB_NAMES[VERB_COUNT];

struct http_header {
    struct str name, value;
};

struct http_head {
    enum http_verb verb;
    struct str target;      /* path and query, "*" for OPTIONS */
    struct str path, query; /* still percent-encoded; query: STR_NONE when there is no `?` */
    struct http_header *headers;
    size_t header_count, header_cap;
    bool keep_alive, is_1_0, is_chunked, expects_continue;
    int64_t content_length; /* 0 without one */
};

/* `block` was scanned and found complete; the texts point into it. False: the parser does not take it. */
bool head_parse(struct http_head *head, struct arena *arena, struct str block, const struct head_scan *scan);

/* The first header of this name (case does not matter), or STR_NONE; `ret_count`, unless NULL: how many there
 * are. */
struct str head_find(const struct http_head *head, struct str name, size_t *ret_count);
