/* What a handler asks of its request. */
#include "platform/http/request.h"

#include "base/check.h"
#include "platform/http/exchange.h"
#include "platform/http/reply.h"
#include "platform/platform.h"

#include <stdarg.h>

struct str request_header(const struct request *request, const char *name)
{
    return exchange_header(request->exchange, name);
}

bool request_param_uuid(const struct request *request, size_t index, struct uuid *ret_id)
{
    check(index < REQUEST_PARAMS_MAX);
    return uuid_parse(request->params[index], ret_id);
}

bool request_may_use_outlet(const struct request *request, struct uuid outlet_id)
{
    return request->who.role == ROLE_OWNER || uuid_eq(request->who.outlet_id, outlet_id);
}

enum code request_patch(struct request *request, void *current)
{
    struct http_exchange *exchange = request->exchange;
    struct json_errors errors = {.arena = request->arena};
    check((request->route->flags & ROUTE_PATCH) && exchange->document);
    if (json_decode(exchange->document, request->route->request, JSON_PATCH, &request->who.units, current,
                    &errors))
        return CODE_OK;
    return reply_json_errors(request, &errors);
}

/* ---- Refusals ---- */

enum code request_refuse(struct request *request, enum code code, struct str path, struct str message,
                         struct str extra)
{
    struct http_reply *reply = &request->exchange->reply;
    if (reply->detail_count >= JSON_ERRORS_MAX)
        return code;
    struct refusal_detail *detail = arena_new(request->arena, struct refusal_detail);
    *detail = (struct refusal_detail){.path = str_copy(request->arena, path),
                                      .message = str_copy(request->arena, message),
                                      .extra = str_copy(request->arena, extra)};
    *(reply->last_detail ? &reply->last_detail->next : &reply->details) = detail;
    reply->last_detail = detail;
    reply->detail_count++;
    return code;
}

enum code request_invalid(struct request *request, const char *path, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    check(len >= 0);
    struct str text = {message, (size_t)len < sizeof message ? (size_t)len : sizeof message - 1};
    return request_refuse(request, CODE_VALIDATION_FAILED, str_of(path), text, STR_NONE);
}

void request_retry_after(struct request *request, int64_t seconds)
{
    request->exchange->reply.retry_after_s = seconds > 0 ? seconds : 1;
}
