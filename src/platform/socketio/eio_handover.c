/* A WebSocket request becomes a wire: checked on the session's loop, its socket taken from the loop that
 * accepted it, and opened again on the session's. */
#include "platform/socketio/eio_internal.h"

#include "base/check.h"
#include "base/member.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <unistd.h>

#define KEY_LEN 24
#define ACCEPT_LEN 28
#define PROTOCOL_MAX 64
#define ANSWER_MAX 256

struct eio_handover {
    struct mail mail;
    struct eio_loop *loop; /* of the session */
    uint64_t id;
    char answer[ANSWER_MAX]; /* to the request */
    size_t answer_len;
    int socket;
    struct str rest; /* behind the struct */
};

/* ---- The request ---- */

/* In a list such as "keep-alive, Upgrade". */
static bool has_word(struct str list, struct str word)
{
    while (list.data) {
        if (str_eq_ignore_case(str_trim(str_cut(&list, ',')), word))
            return true;
    }
    return false;
}

bool eio_websocket_is_upgrade(const struct http_exchange *exchange)
{
    return has_word(exchange_header(exchange, "Upgrade"), STR("websocket")) &&
           has_word(exchange_header(exchange, "Connection"), STR("Upgrade"));
}

bool eio_websocket_is_well_formed(const struct http_exchange *exchange)
{
    char bytes[KEY_LEN];
    size_t len, keys;
    struct str key = head_find(&exchange->head, STR("Sec-WebSocket-Key"), &keys);
    return exchange->head.verb == VERB_GET && !exchange->head.is_1_0 && exchange->body_len == 0 &&
           str_eq(exchange_header(exchange, "Sec-WebSocket-Version"), STR("13")) && keys == 1 &&
           key.len == KEY_LEN && str_base64_take(key, bytes, &len) && len == 16;
}

static void make_accept(struct str key, char ret_accept[ACCEPT_LEN])
{
    unsigned char hash[SHA_DIGEST_LENGTH];
    char text[128];
    int len = snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", STR_ARG(key));
    SHA1((const unsigned char *)text, (size_t)len, hash);
    str_base64_put((struct str){(const char *)hash, sizeof hash}, ret_accept);
}

/* Clients that name subprotocols want one of them: the first. */
static struct str choose_protocol(const struct http_exchange *exchange)
{
    struct str list = exchange_header(exchange, "Sec-WebSocket-Protocol");
    struct str first = str_trim(str_cut(&list, ','));
    return first.len <= PROTOCOL_MAX ? first : STR("");
}

static void make_answer(const struct http_exchange *exchange, struct eio_handover *handover)
{
    char accept[ACCEPT_LEN];
    struct str protocol = choose_protocol(exchange);
    make_accept(exchange_header(exchange, "Sec-WebSocket-Key"), accept);
    int len = snprintf(handover->answer, ANSWER_MAX,
                       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: %.*s\r\n%s%.*s%s\r\n",
                       ACCEPT_LEN, accept, protocol.len ? "Sec-WebSocket-Protocol: " : "", STR_ARG(protocol),
                       protocol.len ? "\r\n" : "");
    check(len > 0 && len < ANSWER_MAX);
    handover->answer_len = (size_t)len;
}

void eio_websocket_begin(struct eio_session *session, struct http_exchange *exchange)
{
    if (!eio_websocket_is_well_formed(exchange)) {
        eio_answer_error(exchange, EIO_BAD_REQUEST);
        return;
    }
    struct eio_handover *handover = arena_new(&exchange->arena, struct eio_handover);
    handover->loop = session->loop;
    handover->id = session->id;
    make_answer(exchange, handover);
    exchange->guest = handover;
    endpoint_take_over(exchange);
}

/* ---- The socket ---- */

static void attach(struct eio_session *session, struct eio_wire *wire)
{
    wire->session = session;
    session->wire = wire;
    eio_count(&session->loop->counters.sessions_websocket, 1);
    for (struct eio_frame *frame; (frame = eio_queue_take(&session->queue));)
        eio_wire_put(wire, frame);
}

/* A session that was made for it waits for its wire; one by polling takes one on trial; any other takes
 * none. */
static void join(struct eio_session *session, struct eio_wire *wire)
{
    bool is_free = session && session->state == EIO_OPEN && !session->wire && !session->probe;
    if (!is_free) {
        eio_wire_close(wire, 1000);
        return;
    }
    if (session->is_websocket)
        attach(session, wire);
    else
        eio_upgrade_start(session, wire);
    eio_wire_settle(wire);
}

static void no_wire(const struct eio_handover *handover)
{
    struct eio_session *session = eio_find(handover->loop, handover->id);
    if (session && session->is_websocket && !session->wire)
        eio_session_end(session, "transport close");
}

static void arrive(struct eio_handover *handover)
{
    struct eio_loop *loop = handover->loop;
    if (handover->socket >= 0 && loop->is_draining) {
        close(handover->socket);
        handover->socket = -1;
    }
    struct eio_wire *wire = handover->socket >= 0 ? eio_wire_new(loop, handover->socket) : NULL;
    if (!wire) {
        no_wire(handover);
        return;
    }
    eio_wire_put(wire, eio_frame_raw((struct str){handover->answer, handover->answer_len}));
    join(eio_find(loop, handover->id), wire);
    eio_wire_read(wire);
    if (wire->state == WIRE_OPEN && handover->rest.len > 0)
        eio_wire_input(wire, handover->rest);
}

/* ---- Between loops ---- */

static void deliver(struct mail *mail)
{
    struct eio_handover *handover = FROM_MEMBER(mail, struct eio_handover, mail);
    arrive(handover);
    free(handover);
}

static void discard(struct mail *mail)
{
    struct eio_handover *handover = FROM_MEMBER(mail, struct eio_handover, mail);
    if (handover->socket >= 0)
        close(handover->socket);
    free(handover);
}

static void send_on(const struct eio_handover *handover)
{
    struct eio_handover *copy = malloc(sizeof *copy + handover->rest.len);
    check(copy != NULL);
    *copy = *handover;
    copy->mail = (struct mail){.deliver = deliver, .discard = discard};
    copy->rest.data = memcpy(copy + 1, handover->rest.len ? handover->rest.data : "", handover->rest.len);
    if (!loop_try_post(handover->loop->http, &copy->mail))
        discard(&copy->mail);
}

void eio_websocket_taken(void *arg, struct http_exchange *exchange, int socket, struct str rest)
{
    (void)arg;
    struct eio_handover *handover = exchange->guest;
    handover->socket = socket;
    handover->rest = rest;
    if (handover->loop->http == exchange->loop)
        arrive(handover);
    else
        send_on(handover);
}
