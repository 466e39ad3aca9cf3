/* The raw header block, looked at before the parser sees it: pure, no I/O, no memory of its own.
 *
 * The parser takes bare LF, folded lines, `Host :` and several lengths; a proxy in front may read such a
 * block as another request than we do, and that is how requests are smuggled. Here everything that two
 * parsers could read in two ways is refused. The scan goes on where it stopped when more bytes came, so a
 * block that comes byte by byte costs no more. */
#pragma once
#include "base/code.h"
#include "base/str.h"

#define HEAD_BYTES_MAX ((size_t)16 * 1024)
#define HEAD_TARGET_MAX ((size_t)8000)
#define HEAD_LINES_MAX 100

enum head_state { HEAD_INCOMPLETE, HEAD_COMPLETE, HEAD_REFUSED };

struct head_scan {
    size_t line_at;    /* where the line begins that is not ended yet */
    size_t looked;     /* bytes that hold no line end after `line_at` */
    size_t begin, end; /* COMPLETE: the block without empty lines before it, with the empty line behind it */
    size_t lines;      /* header lines */
    bool has_request_line, is_1_0, has_host, has_length, is_chunked;
    int64_t content_length; /* 0 without one */
    enum code code;    /* REFUSED: MALFORMED_REQUEST, NOT_IMPLEMENTED, URI_TOO_LONG or HEADERS_TOO_LARGE */
    const char *fault; /* REFUSED: what was wrong, for the client */
};

/* `bytes` begins at the first byte of the request, and holds all that came so far. Start with a zeroed scan.
 */
enum head_state head_scan_step(struct head_scan *scan, struct str bytes);
