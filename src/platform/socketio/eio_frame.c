/* Frames and queues of them. */
#include "platform/socketio/eio_frame.h"

#include "base/check.h"
#include "platform/socketio/eio_packet.h"

#include <stdatomic.h>
#include <stdlib.h>

#define FINAL_TEXT 0x81
#define FINAL_BINARY 0x82
#define FINAL_CLOSE 0x88
#define HEADER_MAX 10
#define QUEUE_LEAST 4
#define QUEUE_KEPT 8 /* places that an empty queue may hold */

/* ---- Making ---- */

static uint8_t put_header(char *end, unsigned char first, size_t len)
{
    uint8_t header_len = len < 126 ? 2 : len < 65536 ? 4 : 10;
    unsigned char *at = (unsigned char *)end - header_len;
    at[0] = first;
    at[1] = len < 126 ? (unsigned char)len : len < 65536 ? 126 : 127;
    for (unsigned i = 2; i < header_len; i++)
        at[i] = (unsigned char)(len >> 8 * (header_len - 1 - i));
    return header_len;
}

/* With room for `len` bytes at ->data. */
static struct eio_frame *make(enum eio_frame_kind kind, size_t len)
{
    size_t head = sizeof(struct eio_frame) + HEADER_MAX;
    struct eio_frame *frame = malloc(head + len);
    check(frame != NULL && len < SIZE_MAX / 2);
    atomic_init(&frame->references, 1);
    frame->kind = (uint8_t)kind;
    frame->len = len;
    frame->data = (char *)frame + head;
    frame->header_len = 0;
    if (kind != EIO_FRAME_RAW)
        frame->header_len = put_header(frame->data, kind == EIO_FRAME_TEXT ? FINAL_TEXT : FINAL_BINARY, len);
    return frame;
}

static void copy(char *out, struct str bytes)
{
    if (bytes.len > 0)
        memcpy(out, bytes.data, bytes.len);
}

struct eio_frame *eio_frame_packet(char type, struct str text)
{
    struct eio_frame *frame = make(EIO_FRAME_TEXT, text.len + 1);
    frame->data[0] = type;
    copy(frame->data + 1, text);
    return frame;
}

struct eio_frame *eio_frame_text(struct str payload) { return eio_frame_packet('4', payload); }

struct eio_frame *eio_frame_text_of(const struct str *parts, size_t count)
{
    size_t len = 1;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    struct eio_frame *frame = make(EIO_FRAME_TEXT, len);
    char *at = frame->data;
    *at++ = '4';
    for (size_t i = 0; i < count; at += parts[i++].len)
        copy(at, parts[i]);
    return frame;
}

struct eio_frame *eio_frame_binary(struct str payload)
{
    struct eio_frame *frame = make(EIO_FRAME_BINARY, payload.len);
    copy(frame->data, payload);
    return frame;
}

struct eio_frame *eio_frame_raw(struct str bytes)
{
    struct eio_frame *frame = make(EIO_FRAME_RAW, bytes.len);
    copy(frame->data, bytes);
    return frame;
}

struct eio_frame *eio_frame_close(unsigned code)
{
    char bytes[] = {(char)FINAL_CLOSE, 2, (char)(code >> 8), (char)(code & 255)};
    return eio_frame_raw((struct str){bytes, sizeof bytes});
}

struct eio_frame *eio_frame_ref(struct eio_frame *frame)
{
    atomic_fetch_add_explicit(&frame->references, 1, memory_order_relaxed);
    return frame;
}

void eio_frame_unref(struct eio_frame *frame)
{
    if (frame && atomic_fetch_sub_explicit(&frame->references, 1, memory_order_acq_rel) == 1)
        free(frame);
}

/* ---- Bytes ---- */

struct str eio_frame_wire(const struct eio_frame *frame)
{
    return (struct str){frame->data - frame->header_len, frame->header_len + frame->len};
}

size_t eio_frame_poll_len(const struct eio_frame *frame)
{
    return frame->kind == EIO_FRAME_BINARY ? 1 + str_base64_len(frame->len) : frame->len;
}

size_t eio_frame_poll_put(const struct eio_frame *frame, char *out)
{
    if (frame->kind != EIO_FRAME_BINARY) {
        memcpy(out, frame->data, frame->len);
        return frame->len;
    }
    *out = 'b';
    return 1 + str_base64_put((struct str){frame->data, frame->len}, out + 1);
}

/* ---- Queues ---- */

static void grow(struct eio_queue *queue)
{
    uint32_t cap = queue->cap ? queue->cap * 2 : QUEUE_LEAST;
    check(cap > queue->cap);
    struct eio_frame **frames = malloc(cap * sizeof *frames);
    check(frames != NULL);
    for (uint32_t i = 0; i < queue->count; i++)
        frames[i] = eio_queue_at(queue, i);
    free(queue->frames);
    queue->frames = frames;
    queue->first = 0;
    queue->cap = cap;
}

struct eio_frame *eio_queue_at(const struct eio_queue *queue, uint32_t index)
{
    return queue->frames[(queue->first + index) & (queue->cap - 1)];
}

void eio_queue_put(struct eio_queue *queue, struct eio_frame *frame)
{
    if (queue->count == queue->cap)
        grow(queue);
    queue->frames[(queue->first + queue->count++) & (queue->cap - 1)] = frame;
    queue->bytes += eio_frame_wire(frame).len;
}

struct eio_frame *eio_queue_take(struct eio_queue *queue)
{
    if (queue->count == 0)
        return NULL;
    struct eio_frame *frame = eio_queue_at(queue, 0);
    queue->first = (queue->first + 1) & (queue->cap - 1);
    queue->bytes -= eio_frame_wire(frame).len;
    if (--queue->count == 0 && queue->cap > QUEUE_KEPT) {
        free(queue->frames);
        *queue = (struct eio_queue){0};
    }
    return frame;
}

void eio_queue_clear(struct eio_queue *queue)
{
    for (struct eio_frame *frame; (frame = eio_queue_take(queue));)
        eio_frame_unref(frame);
    free(queue->frames);
    *queue = (struct eio_queue){0};
}
