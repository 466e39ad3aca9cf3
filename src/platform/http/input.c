/* All faults are collected before the request is refused: who fixes one should not meet the next. */
#include "platform/http/input.h"

#include "platform/http/idempotency.h"
#include "platform/http/reply.h"
#include "platform/http/service.h"
#include "platform/http/uri.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX 200
#define BODY_ARRAY_MAX 200

static const struct json_schema NOTHING = {.name = "Nothing"}; /* where nothing is expected all is unknown */

static bool read_params(struct http_exchange *exchange)
{
    for (size_t i = 0; i < REQUEST_PARAMS_MAX && exchange->params[i].data; i++) {
        if (!uri_decode(&exchange->arena, exchange->params[i], false, &exchange->request.params[i]))
            return false;
    }
    return true;
}

/* ---- Query ---- */

static void read_limit(struct request *request, struct str text, struct json_errors *errors)
{
    struct str number;
    int64_t limit;
    if (uri_decode(request->arena, text, true, &number) && str_parse_int(number, &limit) && limit >= 1 &&
        limit <= LIMIT_MAX)
        request->page.limit = limit;
    else
        json_error_add(errors, "limit", "must be a whole number from 1 to %d", LIMIT_MAX);
}

static void read_cursor(struct request *request, struct str text, struct json_errors *errors)
{
    struct str cursor;
    if (uri_decode(request->arena, text, true, &cursor) && cursor.len > 0)
        request->page.cursor = cursor;
    else
        json_error_add(errors, "cursor", "must be the cursor of an earlier answer");
}

/* Takes `limit` and `cursor` out of the query of a list; answers what is left. */
static struct str read_page(struct request *request, struct str query, struct json_errors *errors)
{
    struct buf rest = buf_make(request->arena, query.len + 1, HEAD_BYTES_MAX);
    bool has_limit = false, has_cursor = false;
    request->page.limit = LIMIT_DEFAULT;
    while (query.data) {
        struct str pair = str_cut(&query, '&'), value = pair, name = str_cut(&value, '=');
        bool is_limit = str_eq(name, STR("limit")), is_cursor = str_eq(name, STR("cursor"));
        if ((is_limit && has_limit) || (is_cursor && has_cursor)) {
            json_error_add(errors, is_limit ? "limit" : "cursor", "is there twice");
        } else if (is_limit) {
            has_limit = true;
            read_limit(request, value, errors);
        } else if (is_cursor) {
            has_cursor = true;
            read_cursor(request, value, errors);
        } else {
            if (rest.len > 0)
                buf_put_char(&rest, '&');
            buf_put(&rest, pair);
        }
    }
    return buf_str(&rest);
}

static void read_query(struct http_exchange *exchange, struct json_errors *errors)
{
    struct request *request = &exchange->request;
    const struct json_schema *schema = request->route->query ? request->route->query : &NOTHING;
    struct str query = exchange->head.query;
    if (request->route->flags & ROUTE_ANY_QUERY)
        return;
    if (request->route->flags & ROUTE_LIST)
        query = read_page(request, query, errors);
    void *object = arena_alloc(request->arena, schema->size);
    json_decode_query(query, schema, object, errors);
    request->query = request->route->query ? object : NULL;
}

/* ---- Body ---- */

/* Is it text of this media type, in UTF-8? */
static bool is_type(struct str content_type, const char *wanted)
{
    struct str rest = content_type, media = str_trim(str_cut(&rest, ';'));
    if (!str_eq_ignore_case(media, str_of(wanted)))
        return false;
    while (rest.data) {
        struct str value = str_trim(str_cut(&rest, ';')), name = str_trim(str_cut(&value, '='));
        if (value.len >= 2 && value.data[0] == '"' && value.data[value.len - 1] == '"')
            value = (struct str){value.data + 1, value.len - 2};
        if (str_eq_ignore_case(name, STR("charset")) && !str_eq_ignore_case(str_trim(value), STR("utf-8")))
            return false;
    }
    return true;
}

/* A patch is decoded over what is stored, which only the handler knows. Its single fields can be judged now;
 * the rules over several fields can't. */
static void check_patch(struct http_exchange *exchange, const struct json_schema *schema,
                        struct json_errors *errors)
{
    struct json_schema fields_only = *schema;
    fields_only.check = NULL;
    void *scratch = arena_alloc(&exchange->arena, schema->size);
    json_decode(exchange->document, &fields_only, JSON_PATCH, &exchange->request.who.units, scratch, errors);
}

static const void *decode_object(struct http_exchange *exchange, const struct json_schema *schema,
                                 struct json_errors *errors)
{
    const struct request *request = &exchange->request;
    void *object = arena_alloc(request->arena, schema->size);
    json_decode(exchange->document, schema, JSON_CREATE, &request->who.units, object, errors);
    return request->route->request ? object : NULL;
}

static const void *decode_array(struct http_exchange *exchange, const struct json_schema *element,
                                struct json_errors *errors)
{
    const struct request *request = &exchange->request;
    void *array = arena_new(request->arena, JSON_ARRAY_OF(void));
    json_decode_array(exchange->document, element, 0, BODY_ARRAY_MAX, &request->who.units, array, errors);
    return array;
}

static void decode_body(struct http_exchange *exchange, const struct json_schema *schema,
                        struct json_errors *errors)
{
    struct request *request = &exchange->request;
    if (request->body_text.len == 0 && (request->route->flags & ROUTE_OPTIONAL_BODY))
        request->body_text = STR("{}"); /* nothing to say, nothing said */
    exchange->document = json_parse(request->body_text, errors);
    if (!exchange->document)
        return;
    if (request->route->flags & ROUTE_PATCH) {
        check_patch(exchange, schema, errors);
        return;
    }
    if (request->route->flags & ROUTE_BODY_ARRAY)
        request->body = decode_array(exchange, schema, errors);
    else
        request->body = decode_object(exchange, schema, errors);
    json_doc_free(exchange->document);
    exchange->document = NULL;
}

/* Clients send `{}` or nothing along with a POST that needs no body. */
static bool is_ignorable(const struct http_exchange *exchange)
{
    struct str text = str_trim(exchange->request.body_text);
    enum http_verb verb = exchange->head.verb;
    bool carries_none = verb == VERB_GET || verb == VERB_HEAD || verb == VERB_DELETE;
    return carries_none || text.len == 0 || str_eq(text, STR("{}"));
}

static enum code read_body(struct http_exchange *exchange, struct json_errors *errors)
{
    struct request *request = &exchange->request;
    const struct json_schema *schema = request->route->request;
    request->body_text = (struct str){exchange->body ? exchange->body : "", exchange->body_len};
    bool is_raw = request->route->flags & ROUTE_RAW_BODY;
    if (!is_raw && !schema && is_ignorable(exchange))
        return CODE_OK;
    const char *media_type = is_raw ? request->route->media_type : "application/json";
    if (exchange->body_len > 0 && media_type &&
        !is_type(exchange_header(exchange, "Content-Type"), media_type))
        return request_refuse(request, CODE_UNSUPPORTED_MEDIA_TYPE, STR_NONE,
                              str_format(request->arena, "The body must be %s", media_type), STR_NONE);
    if (is_raw)
        return CODE_OK;
    decode_body(exchange, schema ? schema : &NOTHING, errors);
    return CODE_OK;
}

/* ---- Together ---- */

enum code input_read(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    struct json_errors errors = {.arena = &exchange->arena};
    if (!read_params(exchange)) {
        exchange->fault = "The path holds a % without two hex digits behind it, a NUL, or what is not UTF-8";
        return CODE_MALFORMED_REQUEST;
    }
    read_query(exchange, &errors);
    enum code code = read_body(exchange, &errors);
    if (code)
        return code;
    bool key_is_right = !(request->route->flags & ROUTE_IDEMPOTENT) || idempotency_read(request);
    if (errors.count > 0)
        reply_json_errors(request, &errors);
    return errors.count > 0 || !key_is_right ? CODE_VALIDATION_FAILED : CODE_OK;
}
