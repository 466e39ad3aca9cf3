/* One request and its answer, from the first byte of the header to the last of the answer. Made by a loop,
 * worked on by one thread at a time: the loop, then maybe a worker, then the loop again. `connection` alone
 * belongs to the loop all the while: it becomes NULL when the client goes away, and a worker never looks at
 * it. */
#pragma once
#include "platform/http/answer.h"
#include "platform/http/chunked.h"
#include "platform/http/mailbox.h"
#include "platform/http/request.h"
#include "platform/http/router.h"
#include "platform/http/workers.h"

struct http_connection;
struct http_endpoint;
struct http_loop;
struct http_server;
struct in_flight;

struct refusal_detail {
    struct refusal_detail *next;
    struct str path, message, extra;
};

struct http_reply {
    int status; /* 0: none made */
    struct str content_type, body;
    struct buf headers;    /* "Name: value\r\n" …; arena NULL: none */
    struct answer *answer; /* body and head come from here, when set */
    struct str head;       /* composed: all but the Connection header and the empty line */
    struct refusal_detail *details, *last_detail;
    size_t detail_count;
    int64_t retry_after_s; /* 0: none */
    bool replayed;
};

struct http_exchange {
    struct http_exchange *next; /* among the loop's spare ones */
    struct http_server *server;
    struct http_loop *loop;
    struct http_connection *connection;
    struct work work;
    struct mail mail;
    struct arena arena;

    struct http_head head;
    const struct router_entry *entry;      /* NULL: no such route */
    const struct http_endpoint *endpoint;  /* instead of a route */
    uint64_t tag[2];                       /* the endpoint's; for the loop that has the connection */
    void *guest;                           /* the endpoint's; for who has the exchange in hand */
    unsigned verbs;                        /* that the path has */
    struct str params[REQUEST_PARAMS_MAX]; /* percent-encoded */
    char *body;                            /* malloc */
    size_t body_len, body_cap, body_max;
    struct chunked chunked;
    int64_t started_ns; /* monotonic, when the header was complete */

    struct request request;
    struct json_doc *document;   /* the body, for request_patch */
    struct in_flight *in_flight; /* the idempotency key that this request holds */
    struct idempotency idempotency;
    struct http_reply reply;
    const char *fault;       /* what was wrong with the bytes, for the problem's detail */
    bool served_from_memory; /* by the answer cache */
    bool must_close;         /* the connection can't go on after the answer */
};

struct http_exchange *exchange_new(struct http_server *server, struct http_loop *loop);
void exchange_clear(struct http_exchange *exchange); /* for the next request; keeps one chunk of the arena */
void exchange_free(struct http_exchange *exchange);
/* False: over body_max. */
bool exchange_add_body(struct http_exchange *exchange, struct str bytes);
/* Fills the parts of `request` that are known once the header is parsed. */
void exchange_begin(struct http_exchange *exchange, struct str address);
struct str exchange_header(const struct http_exchange *exchange, const char *name);
