/* A finished 200 answer that many requests share: bytes that never change, counted by reference. */
#pragma once
#include "base/str.h"

#include <stdatomic.h>
#include <stdint.h>

struct answer {
    _Atomic int64_t references;
    struct str head; /* status line and the header lines that are the same for all; without the empty line */
    struct str body;
    struct str content_type, cache_control, etag; /* etag with its quotes */
};

/* Copies all; one reference is the caller's. `cache_control`: value of the header; `headers`: further whole
 * lines. */
struct answer *answer_new(struct str content_type, struct str cache_control, struct str headers,
                          struct str body);
struct answer *answer_keep(struct answer *answer);
void answer_drop(struct answer *answer); /* NULL is fine; the last one frees it */
size_t answer_bytes(const struct answer *answer);
/* If-None-Match names it: a list of tags, or "*" (weak tags compare as strong ones). */
bool answer_matches(const struct answer *answer, struct str if_none_match);
