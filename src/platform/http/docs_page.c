/* Server-rendered, so that it can be read without JavaScript; the search box hides what does not match. */
#include "platform/http/docs_page.h"

#include "platform/http/route_text.h"
#include "platform/http/schema_walk.h"

static const char HEAD_HTML[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>TiloPOS API</title>"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
    "<meta name=\"color-scheme\" content=\"light dark\"><style>"
    ":root{--bg:#fff;--fg:#1c2024;--dim:#60646c;--line:#e4e6ea;--card:#f8f9fa;--link:#0b68cb;--get:#0b68cb;"
    "--post:#19703a;--put:#8a5a00;--patch:#7a3e9d;--delete:#b3261e}"
    "@media(prefers-color-scheme:dark){:root{--bg:#14161a;--fg:#e6e8eb;--dim:#9ba1a9;--line:#2b2f36;"
    "--card:#1b1e24;--link:#70b8ff;--get:#70b8ff;--post:#6fcf97;--put:#f0bf5f;--patch:#cf9ff0;--delete:#"
    "ff8a80}}"
    "*{box-sizing:border-box}html{scroll-padding-top:5rem}"
    "body{margin:0;background:var(--bg);color:var(--fg);font:1rem/1.55 system-ui,sans-serif}"
    "a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}"
    "header{position:sticky;top:0;z-index:1;display:flex;gap:1rem;align-items:center;padding:.75rem 1.25rem;"
    "background:var(--bg);border-bottom:1px solid "
    "var(--line)}h1{font-size:1.1rem;margin:0;white-space:nowrap}"
    "input{flex:1;min-width:0;max-width:30rem;padding:.5rem "
    ".75rem;font:inherit;color:inherit;background:var(--card);"
    "border:1px solid var(--line);border-radius:.5rem}"
    ".page{display:grid;grid-template-columns:14rem minmax(0,1fr);max-width:76rem;margin:0 auto}"
    "nav{position:sticky;top:4rem;align-self:start;max-height:calc(100vh - "
    "4rem);overflow:auto;padding:1.25rem}"
    "nav a{display:block;padding:.2rem 0;text-transform:capitalize}main{padding:1.25rem;min-width:0}"
    "h2{margin:2rem 0 .75rem;font-size:1.3rem;text-transform:capitalize}section:first-of-type "
    "h2{margin-top:0}"
    "details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;background:var(--card)}"
    "summary{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline;padding:.6rem "
    ".9rem;cursor:pointer}"
    "summary::-webkit-details-marker{display:none}details>div{padding:0 .9rem .9rem;overflow-x:auto}"
    "code,.m{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.9em}"
    ".m{font-weight:700;min-width:4.2em}.GET{color:var(--get)}.POST{color:var(--post)}.PUT{color:var(--put)}"
    ".PATCH{color:var(--patch)}.DELETE{color:var(--delete)}.dim{color:var(--dim)}"
    "h3{font-size:.8rem;letter-spacing:.04em;text-transform:uppercase;color:var(--dim);margin:1rem 0 .25rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .75rem "
    ".3rem 0;"
    "border-top:1px solid var(--line)}th{font-weight:600;font-size:.85rem;color:var(--dim);border:0}"
    ":focus-visible{outline:2px solid var(--link);outline-offset:2px}"
    "@media(max-width:50rem){.page{display:block}nav{position:static;max-height:none;columns:2}}"
    "@media print{header,nav{display:none}}</style></head><body>"
    "<header><h1>TiloPOS API</h1><input id=\"q\" type=\"search\" placeholder=\"Search calls and schemas\" "
    "aria-label=\"Search calls and schemas\"></header><div class=\"page\">";

static const char INTRODUCTION[] =
    "<section><h2>Conventions</h2><p>All calls are under <code>/api/v1</code> and speak JSON (UTF-8). Send "
    "<code>Authorization: Bearer &lt;access token&gt;</code> unless a call is public; the token comes from "
    "<code>POST /auth/login</code>. The machine-readable description is at "
    "<a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>.</p><p>Lists take <code>?limit=</code> (1 to "
    "200, "
    "50 by default) and <code>?cursor=</code>; when there is more, the answer has a <code>Link</code> header "
    "with "
    "<code>rel=\"next\"</code>. A call that honours <code>Idempotency-Key</code> is done once however often "
    "it is sent "
    "with the same key and body. Every answer carries <code>X-Request-Id</code>. Errors are "
    "<a href=\"#problems\">problems</a> (RFC 9457).</p></section>";

static const char SCRIPT[] =
    "<script>(()=>{const q=document.getElementById('q');const "
    "rows=[...document.querySelectorAll('details,tr[id]')]"
    ".map(e=>[e,e.textContent.toLowerCase()]);const show=()=>{const words=q.value.toLowerCase().split(/\\s+/)"
    ".filter(Boolean);for(const[e,t]of rows)e.hidden=!words.every(w=>t.includes(w));"
    "for(const s of document.querySelectorAll('section[id]'))s.hidden=words.length>0&&"
    "![...s.querySelectorAll('details,tr[id]')].some(e=>!e.hidden)};q.addEventListener('input',show);"
    "const open=()=>{const "
    "e=location.hash&&document.getElementById(decodeURIComponent(location.hash.slice(1)));"
    "if(e&&e.tagName==='DETAILS'){e.open=true;e.scrollIntoView()}};addEventListener('hashchange',open);open()"
    ";"
    "addEventListener('keydown',e=>{if(e.key==='/"
    "'&&document.activeElement!==q){e.preventDefault();q.focus()}})})()"
    "</script>";

struct page {
    struct buf *out;
    struct arena *arena;
};

static void put(struct page *page, const char *html) { buf_put(page->out, str_of(html)); }

static void put_escaped(struct page *page, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.data[i]) {
        case '<':
            put(page, "&lt;");
            break;
        case '>':
            put(page, "&gt;");
            break;
        case '&':
            put(page, "&amp;");
            break;
        case '"':
            put(page, "&quot;");
            break;
        default:
            buf_put_char(page->out, text.data[i]);
        }
    }
}

/* ---- Fields ---- */

static const char *type_word(enum json_type type)
{
    static const char *const words[JSON_ARRAY + 1] = {
        [JSON_STRING] = "text",       [JSON_EMAIL] = "e-mail", [JSON_ZONE] = "time zone",
        [JSON_RAW] = "any JSON",      [JSON_UUID] = "id",      [JSON_INTEGER] = "integer",
        [JSON_TIME] = "time",         [JSON_DATE] = "date",    [JSON_MONEY] = "money",
        [JSON_QUANTITY] = "quantity", [JSON_RATE] = "rate",    [JSON_AMOUNT] = "amount",
        [JSON_BOOLEAN] = "boolean",   [JSON_ENUM] = "one of",  [JSON_OBJECT] = "object",
        [JSON_ARRAY] = "list",
    };
    return words[type];
}

static void put_schema_link(struct page *page, const struct json_schema *schema)
{
    buf_format(page->out, "<a href=\"#schema-%s\">%s</a>", schema->name, schema->name);
}

static void put_values(struct page *page, const char *const *values)
{
    for (size_t i = 0; values && values[i]; i++)
        buf_format(page->out, "%s<code>%s</code>", i > 0 ? " " : "", values[i]);
}

static void put_type(struct page *page, const struct json_field *field)
{
    enum json_type type = field->type;
    if (type == JSON_ARRAY)
        put(page, "list of ");
    if (field->schema) {
        put_schema_link(page, field->schema);
    } else {
        type = type == JSON_ARRAY ? field->element : type;
        put(page, type_word(type));
        put(page, type == JSON_ENUM ? " " : "");
    }
    put_values(page, field->values);
    put(page, field->flags & JSON_NULLABLE ? " or null" : "");
}

static void put_remarks(struct page *page, const struct json_field *field)
{
    const char *before = "";
    static const struct {
        unsigned flag;
        const char *word;
    } remarks[] = {{JSON_REQUIRED, "required"},
                   {JSON_READ_ONLY, "set by the server"},
                   {JSON_WRITE_ONLY, "never answered"}};
    for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++) {
        if (!(field->flags & remarks[i].flag))
            continue;
        buf_format(page->out, "%s%s", before, remarks[i].word);
        before = ", ";
    }
    if (field->summary) {
        put(page, before[0] ? ". " : "");
        put_escaped(page, str_of(field->summary));
    }
}

static void put_fields(struct page *page, const struct json_schema *schema)
{
    put(page, "<table><tr><th>Name</th><th>Type</th><th></th></tr>");
    for (size_t i = 0; i < schema->count; i++) {
        buf_format(page->out, "<tr><td><code>%s</code></td><td>", schema->fields[i].name);
        put_type(page, &schema->fields[i]);
        put(page, "</td><td class=\"dim\">");
        put_remarks(page, &schema->fields[i]);
        put(page, "</td></tr>");
    }
    put(page, "</table>");
}

/* ---- Calls ---- */

static void put_query(struct page *page, const struct route *route)
{
    if (!route->query && !(route->flags & ROUTE_LIST))
        return;
    put(page, "<h3>Query</h3>");
    if (route->query)
        put_fields(page, route->query);
    if (route->flags & ROUTE_LIST)
        put(page, "<p><code>limit</code> and <code>cursor</code>, as all lists.</p>");
}

static void put_bodies(struct page *page, const struct route *route)
{
    if (route->request) {
        put(page, "<h3>Body</h3><p>");
        put(page, route->flags & ROUTE_PATCH ? "Any subset of " : "");
        put(page, route->flags & ROUTE_BODY_ARRAY ? "A list of " : "");
        put_schema_link(page, route->request);
        put(page, "</p>");
    } else if (route->flags & ROUTE_RAW_BODY) {
        buf_format(page->out, "<h3>Body</h3><p><code>%s</code></p>",
                   route->media_type ? route->media_type : "*/*");
    }
    buf_format(page->out, "<h3>Answer</h3><p>%d", route->status);
    if (route->response) {
        put(page, route->flags & (ROUTE_LIST | ROUTE_ARRAY) ? ", a list of " : ", ");
        put_schema_link(page, route->response);
    } else if (route->media_type) {
        buf_format(page->out, ", <code>%s</code>", route->media_type);
    }
    put(page, "</p>");
}

static void put_call(struct page *page, const struct route *route)
{
    buf_format(page->out, "<details id=\"%.*s\"><summary><span class=\"m %s\">%s</span><code>",
               STR_ARG(route_operation_id(page->arena, route)), route->method, route->method);
    put_escaped(page, str_of(route->path));
    put(page, "</code><span class=\"dim\">");
    put_escaped(page, str_of(route->summary));
    put(page, "</span></summary><div><p>");
    if (route->flags & ROUTE_PUBLIC)
        put(page, "Public.");
    else
        buf_format(page->out, "Roles: %.*s.", STR_ARG(route_role_names(page->arena, route->roles)));
    put(page, route->flags & ROUTE_IDEMPOTENT ? " Honours <code>Idempotency-Key</code>." : "");
    put(page, route->flags & ROUTE_OVERRIDE ? " A cashier may need <code>X-Override-Token</code>." : "");
    put(page, "</p>");
    put_query(page, route);
    put_bodies(page, route);
    put(page, "</div></details>");
}

/* ---- The page ---- */

static void put_navigation(struct page *page, const struct route_table *table)
{
    put(page, "<nav aria-label=\"Parts\">");
    for (size_t i = 0; i < table->count; i++) {
        if (table->groups[i]->method)
            buf_format(page->out, "<a href=\"#part-%s\">%s</a>", table->names[i], table->names[i]);
    }
    put(page, "<a href=\"#schemas\">Schemas</a><a href=\"#problems\">Problems</a></nav>");
}

static void put_calls(struct page *page, const struct route_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!table->groups[i]->method)
            continue;
        buf_format(page->out, "<section id=\"part-%s\"><h2>%s</h2>", table->names[i], table->names[i]);
        for (const struct route *route = table->groups[i]; route->method; route++)
            put_call(page, route);
        put(page, "</section>");
    }
}

static void put_schemas(struct page *page, const struct route_table *table)
{
    struct schema_set schemas = {.arena = page->arena};
    schema_walk_table(&schemas, table);
    put(page, "<section id=\"schemas\"><h2>Schemas</h2>");
    for (size_t i = 0; i < schemas.count; i++) {
        const char *name = schemas.list[i].schema->name;
        buf_format(page->out, "<details id=\"schema-%s\"><summary><code>%s</code></summary><div>", name,
                   name);
        put_fields(page, schemas.list[i].schema);
        put(page, "</div></details>");
    }
    put(page, "</section>");
}

static void put_problems(struct page *page)
{
    put(page,
        "<section id=\"problems\"><h2>Problems</h2><p>The body is <code>application/problem+json</code> with "
        "<code>type, title, status, detail, code, requestId</code> and, where fields are at fault, "
        "<code>errors: [{path, message}]</code>.</p>"
        "<table><tr><th>Status</th><th>Code</th><th>Meaning</th></tr>");
    for (int code = CODE_OK + 1; code < CODE_RETRY; code++) {
        const char *name = code_name((enum code)code);
        buf_format(page->out, "<tr id=\"%s\"><td>%d</td><td><code>%s</code></td><td>", name,
                   code_status((enum code)code), name);
        put_escaped(page, str_of(code_title((enum code)code)));
        put(page, "</td></tr>");
    }
    put(page, "</table></section>");
}

void docs_page_write(struct buf *out, const struct route_table *routes)
{
    struct arena arena = {0};
    struct page page = {out, &arena};
    put(&page, HEAD_HTML);
    put_navigation(&page, routes);
    put(&page, "<main>");
    put(&page, INTRODUCTION);
    put_calls(&page, routes);
    put_schemas(&page, routes);
    put_problems(&page);
    put(&page, "</main></div>");
    put(&page, SCRIPT);
    put(&page, "</body></html>\n");
    arena_free(&arena);
}
