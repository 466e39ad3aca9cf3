/* One block of memory for each: the struct, its head and its body. */
#include "platform/http/answer.h"

#include "base/check.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define TAG_BYTES 12
#define TAG_LEN (TAG_BYTES * 2 + 2)

static void make_tag(struct str body, char ret_tag[TAG_LEN + 1])
{
    unsigned char hash[crypto_generichash_BYTES_MIN];
    char hex[TAG_BYTES * 2 + 1];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)body.data, body.len, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, TAG_BYTES);
    snprintf(ret_tag, TAG_LEN + 1, "\"%s\"", hex);
}

static struct str put(char **at, const void *data, size_t len)
{
    struct str copy = {*at, len};
    if (len)
        memcpy(*at, data, len);
    *at += len;
    return copy;
}

struct answer *answer_new(struct str content_type, struct str cache_control, struct str headers,
                          struct str body)
{
    char head[512], tag[TAG_LEN + 1];
    make_tag(body, tag);
    int head_len = snprintf(head, sizeof head,
                            "HTTP/1.1 200 OK\r\nContent-Type: %.*s\r\nContent-Length: %zu\r\nETag: %s\r\n"
                            "Cache-Control: %.*s\r\nX-Content-Type-Options: nosniff\r\n",
                            STR_ARG(content_type), body.len, tag, STR_ARG(cache_control));
    check(head_len > 0 && (size_t)head_len < sizeof head);
    struct answer *answer = malloc(sizeof *answer + (size_t)head_len + headers.len + TAG_LEN +
                                   content_type.len + cache_control.len + body.len);
    check(answer != NULL);
    char *at = (char *)(answer + 1);
    atomic_init(&answer->references, 1);
    answer->head = put(&at, head, (size_t)head_len);
    answer->head.len += put(&at, headers.data, headers.len).len;
    answer->etag = put(&at, tag, TAG_LEN);
    answer->content_type = put(&at, content_type.data, content_type.len);
    answer->cache_control = put(&at, cache_control.data, cache_control.len);
    answer->body = put(&at, body.data, body.len);
    return answer;
}

struct answer *answer_keep(struct answer *answer)
{
    atomic_fetch_add_explicit(&answer->references, 1, memory_order_relaxed);
    return answer;
}

void answer_drop(struct answer *answer)
{
    if (answer && atomic_fetch_sub_explicit(&answer->references, 1, memory_order_acq_rel) == 1)
        free(answer);
}

size_t answer_bytes(const struct answer *answer)
{
    return sizeof *answer + answer->head.len + answer->etag.len + answer->content_type.len +
           answer->cache_control.len + answer->body.len;
}

bool answer_matches(const struct answer *answer, struct str if_none_match)
{
    while (if_none_match.data) {
        struct str tag = str_trim(str_cut(&if_none_match, ','));
        if (str_starts_with(tag, STR("W/")))
            tag = (struct str){tag.data + 2, tag.len - 2};
        if (str_eq(tag, STR("*")) || str_eq(tag, answer->etag))
            return true;
    }
    return false;
}
