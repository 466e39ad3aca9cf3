/* What a handler asks about the business of its caller. */
#include "platform/auth/directory.h"
#include "platform/http/request.h"
#include "platform/platform.h"

enum code directory_of(const struct request *request, struct cache_ref *ret_ref)
{
    return cache_acquire(request->platform->cache, &DIRECTORY, request->who.business_id, ret_ref);
}

enum code directory_reach(const struct request *request, struct uuid outlet_id)
{
    struct cache_ref ref;
    if (uuid_is_nil(outlet_id))
        return CODE_OK;
    if (!request_may_use_outlet(request, outlet_id))
        return CODE_NOT_FOUND;
    enum code code = directory_of(request, &ref);
    if (code)
        return code;
    bool exists = directory_outlet(ref.object, outlet_id) != NULL;
    cache_release(&ref);
    return exists ? CODE_OK : CODE_NOT_FOUND;
}
