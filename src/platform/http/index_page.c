/* A plain page: what this is, and where to go on. */
#include "platform/http/index_page.h"

void index_page_write(struct buf *out, const struct route_table *routes)
{
    (void)routes;
    buf_put(out,
            STR("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>TiloPOS</title>"
                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                "<meta name=\"color-scheme\" content=\"light dark\"><style>"
                "body{font:1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.25rem}"
                "h1{margin:0;font-size:2rem}p{margin:.5rem 0 1.5rem;opacity:.75}"
                "li{margin:.35rem 0}</style></head><body><main><h1>TiloPOS</h1>"
                "<p>The point of sale server is running.</p><ul>"
                "<li><a href=\"/api/docs\">API documentation</a></li>"
                "<li><a href=\"/api/v1/openapi.json\">OpenAPI description</a></li>"
                "<li><a href=\"/healthz\">Health</a> and <a href=\"/readyz\">readiness</a></li>"
                "</ul></main></body></html>\n"));
}
