/* The API for people: one page of HTML, from the same tables as routing and validation. No outside resources.
 */
#pragma once
#include "platform/http/server.h"

void docs_page_write(struct buf *out, const struct route_table *routes);
