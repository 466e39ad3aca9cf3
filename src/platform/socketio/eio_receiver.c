/* WebSocket frames of the client, by wslay. Its state takes 9 KB, so a connection has one only while a
 * message is on its way; most messages come whole, and then the loop's spare one does for all. */
#include "platform/socketio/eio_internal.h"

#include "base/check.h"

#include <stdlib.h>
#include <wslay/wslay.h>

struct eio_receiver {
    wslay_event_context_ptr context;
    struct eio_wire *wire;
    struct str rest;      /* bytes that it has not asked for yet */
    uint64_t given, used; /* bytes; used: by whole frames */
    bool is_fragmented;   /* the frames that came are not the whole message */
    bool is_final, is_control;
    uint64_t frame_len;
};

static ssize_t on_wants_bytes(wslay_event_context_ptr context, uint8_t *out, size_t len, int flags,
                              void *user)
{
    (void)flags;
    struct eio_receiver *receiver = user;
    size_t given = receiver->rest.len < len ? receiver->rest.len : len;
    if (given == 0 || receiver->wire->state != WIRE_OPEN) {
        wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    memcpy(out, receiver->rest.data, given);
    receiver->rest = (struct str){receiver->rest.data + given, receiver->rest.len - given};
    receiver->given += given;
    return (ssize_t)given;
}

/* What wslay answers by itself: pongs and close frames. */
static ssize_t on_sends(wslay_event_context_ptr context, const uint8_t *bytes, size_t len, int flags,
                        void *user)
{
    (void)context;
    (void)flags;
    struct eio_receiver *receiver = user;
    eio_wire_put(receiver->wire, eio_frame_raw((struct str){(const char *)bytes, len}));
    return (ssize_t)len;
}

static void on_frame(wslay_event_context_ptr context, const struct wslay_event_on_frame_recv_start_arg *frame,
                     void *user)
{
    (void)context;
    struct eio_receiver *receiver = user;
    uint64_t header = 6 + (frame->payload_length < 126 ? 0 : frame->payload_length < 65536 ? 2 : 8);
    receiver->frame_len = header + frame->payload_length;
    receiver->is_final = frame->fin;
    receiver->is_control = wslay_is_ctrl_frame(frame->opcode);
}

static void on_frame_end(wslay_event_context_ptr context, void *user)
{
    (void)context;
    struct eio_receiver *receiver = user;
    receiver->used += receiver->frame_len;
    if (!receiver->is_control)
        receiver->is_fragmented = !receiver->is_final;
}

static bool send_own(struct eio_receiver *receiver)
{
    bool failed = false;
    while (!failed && wslay_event_want_write(receiver->context))
        failed = wslay_event_send(receiver->context) != 0;
    return !failed;
}

static void on_message(wslay_event_context_ptr context, const struct wslay_event_on_msg_recv_arg *message,
                       void *user)
{
    (void)context;
    struct eio_receiver *receiver = user;
    send_own(receiver); /* pongs before the answers to what came behind the pings */
    struct str bytes = {message->msg ? (const char *)message->msg : "", message->msg_length};
    if (message->opcode == WSLAY_TEXT_FRAME || message->opcode == WSLAY_BINARY_FRAME)
        eio_wire_message(receiver->wire, message->opcode == WSLAY_BINARY_FRAME, bytes);
}

static struct eio_receiver *make(size_t max_payload)
{
    static const struct wslay_event_callbacks callbacks = {.recv_callback = on_wants_bytes,
                                                           .send_callback = on_sends,
                                                           .on_frame_recv_start_callback = on_frame,
                                                           .on_frame_recv_end_callback = on_frame_end,
                                                           .on_msg_recv_callback = on_message};
    struct eio_receiver *receiver = calloc(1, sizeof *receiver);
    check(receiver != NULL);
    check(wslay_event_context_server_init(&receiver->context, &callbacks, receiver) == 0);
    wslay_event_config_set_max_recv_msg_length(receiver->context, max_payload);
    return receiver;
}

void eio_receiver_free(struct eio_receiver *receiver)
{
    wslay_event_context_free(receiver->context);
    free(receiver);
}

static struct eio_receiver *take(struct eio_wire *wire)
{
    struct eio_loop *loop = wire->loop;
    struct eio_receiver *receiver = wire->receiver;
    wire->receiver = NULL;
    if (!receiver) {
        receiver = loop->spare_receiver;
        loop->spare_receiver = NULL;
    }
    if (!receiver)
        receiver = make(eio_options_of(loop)->max_payload);
    receiver->wire = wire;
    return receiver;
}

/* Nothing of the connection is in it. */
static bool is_idle(const struct eio_receiver *receiver)
{
    return receiver->given == receiver->used && receiver->rest.len == 0 && !receiver->is_fragmented;
}

/* While the bytes are worked on nobody but us knows the receiver: a wire that is destroyed meanwhile does not
 * free it. */
void eio_wire_input(struct eio_wire *wire, struct str bytes)
{
    struct eio_loop *loop = wire->loop;
    struct eio_receiver *receiver = take(wire);
    receiver->rest = bytes;
    bool failed = wslay_event_recv(receiver->context) != 0;
    failed = failed || (wire->state == WIRE_OPEN && !send_own(receiver));
    bool ends = failed || !wslay_event_want_read(receiver->context);
    bool was_asked = wslay_event_get_close_received(receiver->context);
    wire->is_violated = failed;
    wire->has_close = wslay_event_get_close_sent(receiver->context);
    if (wire->state != WIRE_OPEN || ends) {
        eio_receiver_free(receiver);
    } else if (is_idle(receiver) && !loop->spare_receiver) {
        loop->spare_receiver = receiver;
    } else if (is_idle(receiver)) {
        eio_receiver_free(receiver);
    } else {
        wire->receiver = receiver;
    }
    if (wire->state != WIRE_OPEN)
        return;
    if (ends)
        eio_wire_ended(wire, was_asked ? "transport close" : "transport error");
    else
        eio_wire_settle(wire);
}

void eio_receiver_drop(struct eio_wire *wire)
{
    if (wire->receiver)
        eio_receiver_free(wire->receiver);
    wire->receiver = NULL;
}
