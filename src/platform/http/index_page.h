/* The page at /, until the web app comes. */
#pragma once
#include "platform/http/server.h"

void index_page_write(struct buf *out, const struct route_table *routes);
