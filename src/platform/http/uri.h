/* Percent-encoding (RFC 3986). Pure. */
#pragma once
#include "base/buf.h"

/* False: a % without two hex digits, a NUL, or not UTF-8. `plus_is_space`: in query strings. */
bool uri_decode(struct arena *arena, struct str text, bool plus_is_space, struct str *ret_text);
void uri_encode(struct buf *out, struct str text); /* all but unreserved characters */
