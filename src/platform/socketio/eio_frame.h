/* Packets on their way out. A frame is built once, header and payload in one piece of memory, and is shared
 * by all who get it: a WebSocket writes its bytes as they are, polling encodes from the same payload. */
#pragma once
#include "platform/socketio/engineio.h"

enum eio_frame_kind {
    EIO_FRAME_TEXT,   /* a packet: its type, then text */
    EIO_FRAME_BINARY, /* a message */
    EIO_FRAME_RAW,    /* bytes for a WebSocket as they are; no packet */
};

struct eio_frame {
    _Atomic uint32_t references;
    uint8_t kind, header_len;
    size_t len; /* of data */
    char *data; /* within the same memory, right behind the header */
};

struct eio_frame *eio_frame_packet(char type, struct str text);
struct eio_frame *eio_frame_raw(struct str bytes);
struct eio_frame *eio_frame_close(unsigned code); /* a WebSocket's last */

struct str eio_frame_wire(const struct eio_frame *frame); /* as a WebSocket sends it */
size_t eio_frame_poll_len(const struct eio_frame *frame);
size_t eio_frame_poll_put(const struct eio_frame *frame, char *out); /* poll_len bytes */

/* ---- Queues ---- */

/* Frames that wait, oldest first; each with a reference of the queue's. Zeroed is empty, and empty holds no
 * memory to speak of. */
struct eio_queue {
    struct eio_frame **frames; /* a ring of `cap`, a power of two */
    uint32_t first, count, cap;
    size_t bytes; /* of their wires */
};

void eio_queue_put(struct eio_queue *queue, struct eio_frame *frame); /* takes the reference over */
struct eio_frame *eio_queue_take(struct eio_queue *queue);            /* hands it over; NULL: empty */
struct eio_frame *eio_queue_at(const struct eio_queue *queue, uint32_t index);
void eio_queue_clear(struct eio_queue *queue);
