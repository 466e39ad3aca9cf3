/* Long-polling: a GET waits for packets, a POST brings them. */
#include "platform/socketio/eio_internal.h"

#include "base/member.h"

#define LAST_POLL_MS 10 /* a poll that was sent before the closing POST may come after it */

/* ---- Answers ---- */

static void answer_packets(struct http_exchange *exchange, struct str packets)
{
    endpoint_answer(exchange, &(struct endpoint_reply){200, STR("text/plain; charset=UTF-8"), packets,
                                                       .retry_after_s = 0});
}

void eio_poll_answer_text(struct http_exchange *exchange, struct str text)
{
    endpoint_answer(exchange, &(struct endpoint_reply){200, STR("text/html"), text, .retry_after_s = 0});
}

static size_t put(char *out, size_t len, const struct eio_frame *frame)
{
    if (len > 0)
        out[len++] = EIO_SEPARATOR;
    return len + eio_frame_poll_put(frame, out + len);
}

static size_t size_of(const struct eio_queue *queue, const struct eio_frame *last)
{
    size_t size = last ? eio_frame_poll_len(last) + 1 : 0;
    for (uint32_t i = 0; i < queue->count; i++)
        size += eio_frame_poll_len(eio_queue_at(queue, i)) + 1;
    return size;
}

void eio_poll_answer(struct eio_session *session, struct eio_frame *last)
{
    struct http_exchange *exchange = session->poll;
    struct eio_counters *counters = &session->loop->counters;
    char *out = arena_alloc(&exchange->arena, size_of(&session->queue, last) + 1);
    size_t len = 0;
    eio_count(&counters->packets_sent, session->queue.count + (last ? 1 : 0));
    for (struct eio_frame *frame; (frame = eio_queue_take(&session->queue));) {
        len = put(out, len, frame);
        eio_frame_unref(frame);
    }
    if (last)
        len = put(out, len, last);
    eio_count(&counters->bytes_sent, (int64_t)len);
    session->poll = NULL;
    answer_packets(exchange, (struct str){out, len});
}

/* ---- Begin ---- */

/* The open packet alone: what else is there waits for the first poll. */
void eio_poll_handshake(struct eio_loop *loop, struct http_exchange *exchange,
                        const struct eio_opening *opening)
{
    enum eio_error error;
    struct eio_session *session = eio_session_open(loop, false, opening, &error);
    if (!session) {
        eio_answer_error(exchange, error);
        return;
    }
    struct eio_frame *open = eio_queue_take(&session->queue);
    char *out = arena_alloc(&exchange->arena, open->len);
    size_t len = eio_frame_poll_put(open, out);
    eio_frame_unref(open);
    eio_count(&loop->counters.packets_sent, 1);
    answer_packets(exchange, (struct str){out, len});
}

/* ---- GET ---- */

static void end_by_client(struct eio_session *session)
{
    if (session->poll) {
        struct eio_frame *noop = eio_frame_packet('6', STR(""));
        eio_poll_answer(session, noop);
        eio_frame_unref(noop);
    }
    eio_session_end(session, "transport close");
}

void eio_poll_get(struct eio_session *session, struct http_exchange *exchange)
{
    if (session->is_websocket) {
        eio_answer_error(exchange, EIO_BAD_REQUEST);
        return;
    }
    if (session->poll) {
        eio_answer_error(exchange, EIO_BAD_REQUEST);
        eio_session_end(session, "transport error");
        return;
    }
    session->poll = exchange;
    if (session->last_post)
        end_by_client(session);
    else if (session->state == EIO_CLOSING)
        eio_session_end(session, "");
    else if (session->queue.count > 0)
        eio_poll_answer(session, NULL);
}

/* ---- POST ---- */

static void on_no_poll(struct eio_timer *timer)
{
    eio_session_end(FROM_MEMBER(timer, struct eio_session, heartbeat), "transport close");
}

/* The poll that the client had open is answered; one that overtook nobody may still be on another thread. */
static void close_by_client(struct eio_session *session, struct http_exchange *exchange)
{
    session->last_post = exchange;
    if (session->poll)
        end_by_client(session);
    else
        eio_arm(session->loop, &session->heartbeat, LAST_POLL_MS, on_no_poll);
}

static void refuse(struct eio_session *session, struct http_exchange *exchange, const char *reason)
{
    eio_answer_error(exchange, EIO_BAD_REQUEST);
    eio_session_end(session, reason);
}

static bool is_octets(const struct http_exchange *exchange)
{
    struct str type = exchange_header(exchange, "Content-Type");
    return str_eq_ignore_case(str_trim(str_cut(&type, ';')), STR("application/octet-stream"));
}

static void take_packets(struct eio_session *session, struct http_exchange *exchange)
{
    char empty[1] = "", *body = exchange->body ? exchange->body : empty;
    struct eio_payload payload = {body, body + exchange->body_len};
    struct eio_packet packet;
    while (payload.at) {
        if (!eio_payload_next(&payload, &packet)) {
            refuse(session, exchange, "parse error");
            return;
        }
        if (packet.type == '1') {
            close_by_client(session, exchange);
            return;
        }
        if (!eio_session_packet(session, &packet))
            break;
    }
    eio_poll_answer_text(exchange, STR("ok"));
}

void eio_poll_begin(struct eio_session *session, const struct http_exchange *exchange)
{
    if (session->is_websocket || session->state != EIO_OPEN)
        return;
    if (session->post)
        eio_session_end(session, "transport error"); /* two at once */
    else
        session->post = exchange;
}

void eio_poll_post(struct eio_session *session, struct http_exchange *exchange)
{
    bool is_known = session->post == exchange;
    session->post = is_known ? NULL : session->post;
    if (!is_known || session->is_websocket || session->state != EIO_OPEN || session->last_post)
        eio_answer_error(exchange, EIO_BAD_REQUEST);
    else if (is_octets(exchange))
        refuse(session, exchange, "transport error");
    else
        take_packets(session, exchange);
}

/* ---- Clients that went away ---- */

/* The exchange of a poll is still in our hand; its answer goes nowhere. */
static void drop_poll(struct eio_session *session)
{
    struct http_exchange *exchange = session->poll;
    session->poll = NULL;
    answer_packets(exchange, STR(""));
}

void eio_poll_dropped(struct eio_session *session, const struct http_exchange *exchange, bool is_refused)
{
    if (session->poll == exchange) {
        drop_poll(session);
        eio_session_end(session, "transport close");
    } else if (session->post == exchange) {
        session->post = NULL;
        if (!is_refused)
            eio_session_end(session, "transport error");
    }
}
