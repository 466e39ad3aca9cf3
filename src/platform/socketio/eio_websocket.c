/* A WebSocket: what leaves, and its end. Frames are written by reference, many in one call; what the system
 * does not take at once is in flight, and the rest waits behind it. */
#include "platform/socketio/eio_internal.h"

#include "base/check.h"
#include "base/member.h"

#include <stdlib.h>
#include <unistd.h>

#define FRAMES_A_WRITE 64
#define PROTOCOL_ERROR 1002
#define LINGER_MS 2000

struct eio_flight {
    uv_write_t write;
    size_t bytes;
    unsigned count;
    struct eio_frame *frames[];
};

/* ---- End ---- */

static void on_closed(uv_handle_t *handle)
{
    struct eio_wire *wire = handle->data;
    struct eio_loop *loop = wire->loop;
    *(wire->previous ? &wire->previous->next : &loop->wires) = wire->next;
    if (wire->next)
        wire->next->previous = wire->previous;
    eio_queue_clear(&wire->queue);
    free(wire);
    endpoint_guest_out(loop->http);
}

void eio_wire_destroy(struct eio_wire *wire)
{
    if (wire->state == WIRE_CLOSED)
        return;
    wire->state = WIRE_CLOSED;
    wire->session = NULL;
    eio_disarm(wire->loop, &wire->timer);
    eio_receiver_drop(wire);
    uv_close((uv_handle_t *)&wire->tcp, on_closed); /* ends the flight before */
}

static void on_too_late(struct eio_timer *timer)
{
    eio_wire_destroy(FROM_MEMBER(timer, struct eio_wire, timer));
}

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    struct eio_wire *wire = shutdown->handle->data;
    free(shutdown);
    if (status < 0)
        eio_wire_destroy(wire);
}

/* All is sent. The client answers the close frame and closes; a close with its bytes unread would be a reset,
 * and our last frames might be lost. */
static void linger(struct eio_wire *wire)
{
    uv_shutdown_t *shutdown = malloc(sizeof *shutdown);
    check(shutdown != NULL);
    wire->state = WIRE_LINGERING;
    if (uv_shutdown(shutdown, (uv_stream_t *)&wire->tcp, on_shutdown) == 0)
        return;
    free(shutdown);
    eio_wire_destroy(wire);
}

void eio_wire_close(struct eio_wire *wire, unsigned code)
{
    wire->session = NULL;
    if (wire->state != WIRE_OPEN)
        return;
    wire->state = WIRE_ENDING;
    eio_arm(wire->loop, &wire->timer, LINGER_MS, on_too_late);
    if (!wire->has_close)
        eio_queue_put(&wire->queue, eio_frame_close(wire->is_violated ? PROTOCOL_ERROR : code));
    eio_wire_flush(wire);
    if (wire->is_broken)
        eio_wire_destroy(wire);
}

void eio_wire_ended(struct eio_wire *wire, const char *reason)
{
    struct eio_session *session = wire->session;
    if (!session)
        eio_wire_close(wire, 1000);
    else if (session->wire == wire)
        eio_session_end(session, reason);
    else
        eio_upgrade_end(session, 1000);
}

void eio_wire_lost(struct eio_wire *wire, const char *reason)
{
    struct eio_session *session = wire->session;
    wire->is_broken = true;
    if (!session)
        eio_wire_destroy(wire);
    else if (session->wire == wire)
        eio_session_end(session, reason);
    else
        eio_upgrade_end(session, 1000);
}

/* ---- Bytes out ---- */

size_t eio_wire_waiting(const struct eio_wire *wire)
{
    return wire->queue.bytes - wire->sent + (wire->flight ? wire->flight->bytes : 0);
}

void eio_wire_put(struct eio_wire *wire, struct eio_frame *frame) { eio_queue_put(&wire->queue, frame); }

void eio_wire_settle(struct eio_wire *wire)
{
    if (wire->queue.count == 0)
        return;
    if (wire->session && wire->session->wire == wire) {
        eio_session_check(wire->session);
        return;
    }
    eio_wire_flush(wire);
    if (wire->is_broken || eio_wire_waiting(wire) > eio_options_of(wire->loop)->max_queue)
        eio_wire_lost(wire, "transport error");
}

static unsigned gather(const struct eio_wire *wire, uv_buf_t *buffers)
{
    unsigned count = 0;
    for (; count < wire->queue.count && count < FRAMES_A_WRITE; count++) {
        struct str bytes = eio_frame_wire(eio_queue_at(&wire->queue, count));
        size_t sent = count == 0 ? wire->sent : 0;
        buffers[count] = uv_buf_init((char *)bytes.data + sent, (unsigned)(bytes.len - sent));
    }
    return count;
}

static void forget_sent(struct eio_wire *wire, size_t bytes)
{
    int64_t packets = 0;
    eio_count(&wire->loop->counters.bytes_sent, (int64_t)bytes);
    wire->sent += bytes;
    while (wire->queue.count > 0) {
        struct eio_frame *frame = eio_queue_at(&wire->queue, 0);
        size_t len = eio_frame_wire(frame).len;
        if (wire->sent < len)
            break;
        wire->sent -= len;
        packets += frame->kind != EIO_FRAME_RAW;
        eio_frame_unref(eio_queue_take(&wire->queue));
    }
    eio_count(&wire->loop->counters.packets_sent, packets);
}

static void on_written(uv_write_t *write, int status)
{
    struct eio_flight *flight = FROM_MEMBER(write, struct eio_flight, write);
    struct eio_wire *wire = write->handle->data;
    wire->flight = NULL;
    for (unsigned i = 0; i < flight->count; i++)
        eio_frame_unref(flight->frames[i]);
    if (status == 0)
        eio_count(&wire->loop->counters.bytes_sent, (int64_t)flight->bytes);
    free(flight);
    if (wire->state == WIRE_CLOSED)
        return;
    if (status == 0)
        eio_wire_flush(wire);
    if (status < 0 || wire->is_broken)
        eio_wire_lost(wire, "transport error");
}

static void take_off(struct eio_wire *wire)
{
    uv_buf_t buffers[FRAMES_A_WRITE];
    unsigned count = gather(wire, buffers);
    struct eio_flight *flight = malloc(sizeof *flight + count * sizeof flight->frames[0]);
    check(flight != NULL);
    flight->count = count;
    flight->bytes = 0;
    for (unsigned i = 0; i < count; i++) {
        flight->bytes += buffers[i].len;
        flight->frames[i] = eio_queue_take(&wire->queue);
    }
    wire->sent = 0;
    if (uv_write(&flight->write, (uv_stream_t *)&wire->tcp, buffers, count, on_written) == 0) {
        eio_count(&wire->loop->counters.packets_sent, count);
        wire->flight = flight;
        return;
    }
    for (unsigned i = 0; i < count; i++)
        eio_frame_unref(flight->frames[i]);
    free(flight);
    wire->is_broken = true;
}

void eio_wire_flush(struct eio_wire *wire)
{
    uv_buf_t buffers[FRAMES_A_WRITE];
    if (wire->state > WIRE_ENDING)
        return;
    while (wire->queue.count > 0 && !wire->flight && !wire->is_broken) {
        unsigned count = gather(wire, buffers);
        int sent = uv_try_write((uv_stream_t *)&wire->tcp, buffers, count);
        if (sent > 0)
            forget_sent(wire, (size_t)sent);
        else if (sent == UV_EAGAIN)
            take_off(wire);
        else
            wire->is_broken = true;
    }
    if (wire->state == WIRE_ENDING && wire->queue.count == 0 && !wire->flight && !wire->is_broken)
        linger(wire);
}

/* ---- Bytes in ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    (void)suggested;
    struct eio_wire *wire = handle->data;
    *ret_buffer = uv_buf_init(wire->loop->http->read_buffer, LOOP_READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buffer)
{
    struct eio_wire *wire = stream->data;
    if (len == 0 || wire->state == WIRE_CLOSED)
        return;
    if (len < 0)
        eio_wire_lost(wire, len == UV_EOF ? "transport close" : "transport error");
    else if (wire->state == WIRE_OPEN)
        eio_wire_input(wire, (struct str){buffer->base, (size_t)len});
}

void eio_wire_message(struct eio_wire *wire, bool is_binary, struct str bytes)
{
    struct eio_session *session = wire->session;
    struct eio_packet packet;
    if (!session || session->state != EIO_OPEN)
        return;
    if (session->wire != wire)
        eio_upgrade_packet(wire, is_binary, bytes);
    else if (!eio_packet_parse(is_binary, bytes, &packet))
        eio_session_end(session, "parse error");
    else if (packet.type == '1')
        eio_session_end(session, "transport close");
    else
        eio_session_packet(session, &packet);
}

struct eio_wire *eio_wire_new(struct eio_loop *loop, int socket)
{
    struct eio_wire *wire = calloc(1, sizeof *wire);
    check(wire != NULL);
    wire->loop = loop;
    wire->tcp.data = wire;
    check(uv_tcp_init(&loop->http->uv, &wire->tcp) == 0);
    wire->next = loop->wires;
    if (wire->next)
        wire->next->previous = wire;
    loop->wires = wire;
    endpoint_guest_in(loop->http);
    if (uv_tcp_open(&wire->tcp, socket) == 0)
        return wire;
    close(socket);
    eio_wire_destroy(wire);
    return NULL;
}

/* Not into the loop's buffer: the request on whose behalf we look may lie in it. */
void eio_wire_look(struct eio_wire *wire)
{
    char bytes[1024];
    uv_os_fd_t fd;
    if (wire->state != WIRE_OPEN || uv_fileno((uv_handle_t *)&wire->tcp, &fd) != 0)
        return;
    ssize_t len = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (len > 0)
        eio_wire_input(wire, (struct str){bytes, (size_t)len}); /* an end or error shows again */
}

void eio_wire_read(struct eio_wire *wire)
{
    if (wire->state < WIRE_CLOSED && uv_read_start((uv_stream_t *)&wire->tcp, on_alloc, on_read) < 0)
        eio_wire_lost(wire, "transport error");
}
