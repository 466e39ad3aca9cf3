#include "platform/http/docs_page.h"
void docs_page_write(struct buf *out, const struct route_table *routes)
{
    (void)routes;
    buf_put(out, STR("docs"));
}
