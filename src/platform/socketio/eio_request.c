/* HTTP requests below the endpoint's path: what is wrong with them, whose they are, and the way there. */
#include "platform/socketio/eio_internal.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/member.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdlib.h>

void eio_answer_error(struct http_exchange *exchange, enum eio_error error)
{
    const struct eio_error_text *text = &EIO_ERRORS[error];
    exchange->must_close = exchange->must_close || eio_websocket_is_upgrade(exchange);
    endpoint_answer(exchange,
                    &(struct endpoint_reply){.status = text->status,
                                             .content_type = STR("application/json"),
                                             .body = str_of(text->json),
                                             .retry_after_s = error >= EIO_TOO_MANY ? EIO_RETRY_AFTER_S : 0});
}

static struct eio_loop *loop_of(struct eio *eio, const struct http_exchange *exchange)
{
    return &eio->loops[exchange->loop->index];
}

/* ---- The limit of new sessions by address ---- */

/* Who has an IPv6 address has 2^64 of them. */
static uint64_t hash_of(const struct eio *eio, struct str address)
{
    char text[INET6_ADDRSTRLEN] = "";
    unsigned char network[sizeof(struct in6_addr)];
    uint64_t hash;
    if (address.len > 0 && address.len < sizeof text)
        memcpy(text, address.data, address.len);
    if (inet_pton(AF_INET6, text, network) == 1)
        crypto_shorthash((unsigned char *)&hash, network, sizeof network / 2, eio->slot_key);
    else
        crypto_shorthash((unsigned char *)&hash, (const unsigned char *)text, strlen(text), eio->slot_key);
    return hash;
}

/* One number an address, without locks; two that share a slot share the limit, and nobody can know which. */
bool eio_may_open(struct eio *eio, struct str address)
{
    uint64_t second = (uint64_t)(clock_monotonic_ns() / 1000000000) & UINT32_MAX;
    if (eio->options.new_a_second == 0)
        return true;
    _Atomic uint64_t *slot = &eio->slots[hash_of(eio, address) % EIO_SLOTS];
    uint64_t seen = atomic_load_explicit(slot, memory_order_relaxed), next;
    do {
        next = seen >> 32 == second ? seen + 1 : (second << 32 | 1);
        if ((int64_t)(next & UINT32_MAX) > eio->options.new_a_second)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(slot, &seen, next, memory_order_relaxed,
                                                    memory_order_relaxed));
    return true;
}

/* ---- A new session ---- */

static void open_websocket(struct eio_loop *loop, struct http_exchange *exchange,
                           const struct eio_opening *opening)
{
    enum eio_error error;
    struct eio_session *session = eio_session_open(loop, true, opening, &error);
    if (session)
        eio_websocket_begin(session, exchange);
    else
        eio_answer_error(exchange, error);
}

static void open_session(struct eio_loop *loop, struct http_exchange *exchange, const struct eio_query *query)
{
    struct eio_opening opening = {exchange->request.address, exchange->head.query};
    bool is_upgrade = eio_websocket_is_upgrade(exchange);
    if (exchange->head.verb != VERB_GET)
        eio_answer_error(exchange, EIO_BAD_METHOD);
    else if (!str_eq(query->version, STR("4")))
        eio_answer_error(exchange, EIO_BAD_VERSION);
    else if (is_upgrade != (query->transport == EIO_WEBSOCKET) ||
             (is_upgrade && !eio_websocket_is_well_formed(exchange)))
        eio_answer_error(exchange, EIO_BAD_REQUEST);
    else if (!eio_may_open(loop->eio, opening.address))
        eio_answer_error(exchange, EIO_TOO_MANY);
    else if (is_upgrade)
        open_websocket(loop, exchange, &opening);
    else
        eio_poll_handshake(loop, exchange, &opening);
}

/* ---- A known one ---- */

/* On the owner's loop. */
static void serve(struct eio_loop *loop, struct http_exchange *exchange)
{
    struct eio_query query = eio_query_parse(exchange->head.query);
    struct eio_session *session = eio_find_sid(loop, query.sid);
    bool is_upgrade = eio_websocket_is_upgrade(exchange);
    if (session && eio_heartbeat_is_late(session)) {
        eio_session_end(session, "ping timeout");
        session = NULL;
    }
    if (session && session->probe) {
        eio_wire_look(session->probe); /* the client may have switched before it asked */
        session = eio_find_sid(loop, query.sid);
    }
    if (!session)
        eio_answer_error(exchange, EIO_UNKNOWN_SID);
    else if (is_upgrade != (query.transport == EIO_WEBSOCKET))
        eio_answer_error(exchange, EIO_BAD_REQUEST);
    else if (is_upgrade)
        eio_websocket_begin(session, exchange);
    else if (exchange->head.verb == VERB_GET)
        eio_poll_get(session, exchange);
    else if (exchange->head.verb == VERB_POST)
        eio_poll_post(session, exchange);
    else
        eio_answer_error(exchange, EIO_BAD_REQUEST);
}

/* NULL: it names no session of ours. */
static struct eio_loop *owner_of(struct eio *eio, const struct http_exchange *exchange, uint64_t *ret_id)
{
    unsigned index;
    struct str sid = eio_query_parse(exchange->head.query).sid;
    return eio_sid_parse(sid, &index, ret_id) && index < eio->loop_count ? &eio->loops[index] : NULL;
}

static void deliver_passed(struct mail *mail)
{
    struct http_exchange *exchange = endpoint_exchange(mail);
    uint64_t id;
    serve(owner_of(exchange->endpoint->arg, exchange, &id), exchange);
}

void eio_request(void *arg, struct http_exchange *exchange)
{
    struct eio *eio = arg;
    struct eio_query query = eio_query_parse(exchange->head.query);
    uint64_t id;
    struct eio_loop *owner = owner_of(eio, exchange, &id);
    if (query.transport == EIO_NO_TRANSPORT)
        eio_answer_error(exchange, EIO_UNKNOWN_TRANSPORT);
    else if (!query.sid.data)
        open_session(loop_of(eio, exchange), exchange, &query);
    else if (query.version.data && !str_eq(query.version, STR("4")))
        eio_answer_error(exchange, EIO_BAD_VERSION);
    else if (!owner)
        eio_answer_error(exchange, EIO_UNKNOWN_SID);
    else if (owner->http == exchange->loop)
        serve(owner, exchange);
    else if (!endpoint_pass(exchange, owner->http, deliver_passed))
        eio_answer_error(exchange, EIO_FULL);
}

/* ---- What the owner should know before the request is whole, or when its client is gone ---- */

enum note_kind { NOTE_BEGIN, NOTE_GONE, NOTE_REFUSED };

struct note {
    struct mail mail;
    struct eio_loop *loop;
    uint64_t id;
    const struct http_exchange
        *exchange; /* a name: it may be another request's by now, but not this session's */
    enum note_kind kind;
};

static void take_note(const struct note *note)
{
    struct eio_session *session = eio_find(note->loop, note->id);
    if (!session)
        return;
    if (note->kind == NOTE_BEGIN)
        eio_poll_begin(session, note->exchange);
    else
        eio_poll_dropped(session, note->exchange, note->kind == NOTE_REFUSED);
}

static void deliver_note(struct mail *mail)
{
    struct note *note = FROM_MEMBER(mail, struct note, mail);
    take_note(note);
    free(note);
}

static void discard_note(struct mail *mail) { free(FROM_MEMBER(mail, struct note, mail)); }

static void send_note(struct eio_loop *owner, uint64_t id, const struct http_exchange *exchange,
                      enum note_kind kind)
{
    struct note note = {{.deliver = deliver_note, .discard = discard_note}, owner, id, exchange, kind};
    if (owner->http == exchange->loop) {
        take_note(&note);
        return;
    }
    struct note *copy = malloc(sizeof *copy);
    check(copy != NULL);
    *copy = note;
    if (!loop_try_post(owner->http, &copy->mail))
        free(copy);
}

void eio_request_begin(void *arg, struct http_exchange *exchange)
{
    uint64_t id;
    struct eio_loop *owner = owner_of(arg, exchange, &id);
    if (!owner)
        return;
    exchange->tag[0] = id;
    exchange->tag[1] = owner->http->index + 1;
    if (exchange->head.verb == VERB_POST)
        send_note(owner, id, exchange, NOTE_BEGIN);
}

void eio_request_dropped(void *arg, struct http_exchange *exchange, enum code code)
{
    struct eio *eio = arg;
    if (exchange->tag[1] == 0)
        return;
    send_note(&eio->loops[exchange->tag[1] - 1], exchange->tag[0], exchange,
              code == CODE_BODY_TOO_LARGE ? NOTE_REFUSED : NOTE_GONE);
}
