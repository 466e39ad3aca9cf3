/* Packets of Socket.IO 5: `type[N-][/nsp,][id][json]`. Pure; what is read stays where it lies. */
#pragma once
#include "base/str.h"

#define SIO_PACKET_ATTACHMENTS_MAX 10
#define SIO_PACKET_NSP_MAX 1000 /* bytes */
#define SIO_ID_NONE (-1)
#define SIO_ID_MAX (((int64_t)1 << 53) - 1) /* what a JavaScript number counts to */

enum sio_type {
    SIO_CONNECT,
    SIO_DISCONNECT,
    SIO_EVENT,
    SIO_ACK,
    SIO_CONNECT_ERROR,
    SIO_BINARY_EVENT,
    SIO_BINARY_ACK,
};

struct sio_packet {
    enum sio_type type;
    size_t attachments; /* that follow; BINARY_* only */
    struct str nsp;     /* "/" when the text has none */
    int64_t id;         /* of the acknowledgement; SIO_ID_NONE */
    struct str json;    /* valid; an object of CONNECT, an array of EVENT and ACK; STR_NONE: none */
    struct str name;    /* EVENT: the JSON text of the name, a string or a number */
    struct str args;    /* EVENT: what is behind the name inside the array; "" */
};

/* What a client may send. NULL, or what is wrong with it. */
const char *sio_packet_decode(struct str text, struct sio_packet *ret_packet);

/* The texts that a packet to a client is put together from; `space` holds those that are made. */
#define SIO_PACKET_PARTS 4
struct sio_packet_space {
    char before[8], behind[24];
};
void sio_packet_encode(const struct sio_packet *packet, struct sio_packet_space *space,
                       struct str ret_parts[SIO_PACKET_PARTS]);
