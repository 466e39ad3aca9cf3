/* What the handlers of many modules begin with: see handlers.h. */
#include "modules/handlers.h"

enum code read_by_id(struct request *request, request_fn fn)
{
    struct uuid id;
    return request_param_uuid(request, 0, &id) ? request_read(request, fn, &id) : CODE_NOT_FOUND;
}

enum code write_by_id(struct request *request, request_fn fn)
{
    struct uuid id;
    return request_param_uuid(request, 0, &id) ? request_write(request, fn, &id) : CODE_NOT_FOUND;
}

enum code page_before(struct request *request, struct uuid *ret_before)
{
    memset(ret_before->bytes, 0xFF, sizeof ret_before->bytes);
    if (!request->page.cursor.data || uuid_parse(request->page.cursor, ret_before))
        return CODE_OK;
    return request_invalid(request, "cursor", "is not one that this list gave");
}
