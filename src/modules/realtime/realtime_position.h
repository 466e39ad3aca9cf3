/* Where a screen stands in the log. It sees one outlet or all outlets of a business, so its place is one
 * number for each stream that it follows: a single one would not tell how far the others had come. All of
 * them go into the text that travels with every message (Socket.IO's offset), so that any process can tell
 * from the log alone what a client has missed, also after a restart.
 *
 * Text: base64url of: messages of the next event of the first stream that were sent, then of each stream 6
 * bytes of its id and the sequence of its last event that was sent whole. Pure. */
#pragma once
#include "base/buf.h"
#include "base/uuid.h"

struct stream_position {
    struct uuid stream_id; /* of a parsed one only the last bytes */
    int64_t sequence;      /* its last event that was sent whole; 0: none */
    int64_t done;          /* messages of the next one that were sent */
};

struct position {
    struct stream_position *at;
    size_t count;
};

#define POSITION_STREAMS_MAX 4096

/* `first`: the stream whose `done` counts; that of the others must be 0. */
struct str position_text(struct arena *arena, const struct position *position, size_t first);
bool position_parse(struct arena *arena, struct str text, struct position *ret_position);
/* NULL: not in it. */
struct stream_position *position_find(const struct position *position, struct uuid stream_id);
/* Moves what both have to the later of two places. */
void position_advance(struct position *position, const struct position *later);
