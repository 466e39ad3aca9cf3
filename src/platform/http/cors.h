/* Cross-origin requests, from config->cors_origins: exact origins separated by commas, or `*`. Read-only once
 * made. */
#pragma once
#include "base/buf.h"

struct cors;

struct cors *cors_new(struct str origins);
void cors_free(struct cors *cors);
/* Adds the header lines that a browser on `origin` (the request's Origin header) needs to read the answer. */
void cors_put(const struct cors *cors, struct str origin, struct buf *out);
/* What a preflight asks for beside that; `methods`: "GET, POST". */
void cors_put_preflight(const struct cors *cors, struct str origin, struct str methods, struct buf *out);
