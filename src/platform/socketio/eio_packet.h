/* The bytes of Engine.IO 4 that are not frames: query, session ids, polling payloads, errors. Pure. */
#pragma once
#include "base/str.h"

#define EIO_SID_LEN 25 /* the owner's loop, then 144 bits of chance, in base64url */
#define EIO_SEPARATOR '\x1e'

/* Up to BAD_VERSION the numbers are the protocol's. */
enum eio_error {
    EIO_UNKNOWN_TRANSPORT,
    EIO_UNKNOWN_SID,
    EIO_BAD_METHOD,
    EIO_BAD_REQUEST,
    EIO_FORBIDDEN,
    EIO_BAD_VERSION,
    EIO_TOO_MANY, /* from this address, just now: 429 */
    EIO_FULL,     /* 503 */
    EIO_ERROR_COUNT
};

struct eio_error_text {
    int status;
    const char *json;
};
extern const struct eio_error_text EIO_ERRORS[EIO_ERROR_COUNT];

enum eio_transport { EIO_POLLING, EIO_WEBSOCKET, EIO_NO_TRANSPORT };

struct eio_query {
    struct str version, sid; /* STR_NONE: not given */
    enum eio_transport transport;
};
struct eio_query eio_query_parse(struct str query);

/* `loop` < 64; `chance`: 18 random bytes. */
void eio_sid_make(unsigned loop, const unsigned char *chance, char ret_sid[EIO_SID_LEN]);
/* False: no session of ours ever had it. `ret_id` is a hash of the whole. */
bool eio_sid_parse(struct str sid, unsigned *ret_loop, uint64_t *ret_id);

struct eio_packet {
    char type; /* '0'–'6' */
    bool is_binary;
    struct str data; /* behind the type */
};

/* One packet of a WebSocket message. False: malformed. */
bool eio_packet_parse(bool is_binary, struct str message, struct eio_packet *ret_packet);

/* What is left of a polling body; `at` NULL: nothing. Binaries are decoded in place. */
struct eio_payload {
    char *at, *end;
};
/* False: malformed. Only to be called while there is something left. */
bool eio_payload_next(struct eio_payload *payload, struct eio_packet *ret_packet);
