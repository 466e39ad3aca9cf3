/* Every snapshot carries the version; the directory is the one that authentication keeps in memory anyway. */
#include "platform/http/reference_version.h"

#include "platform/auth/directory.h"
#include "platform/platform.h"

bool reference_version_peek(struct platform *platform, struct uuid business, int64_t *ret_version)
{
    struct cache_ref ref;
    if (!cache_peek(platform->cache, &DIRECTORY, business, &ref))
        return false;
    *ret_version = ref.version;
    cache_release(&ref);
    return true;
}

bool reference_version_get(struct platform *platform, struct uuid business, int64_t *ret_version)
{
    struct cache_ref ref;
    if (cache_acquire(platform->cache, &DIRECTORY, business, &ref))
        return false;
    *ret_version = ref.version;
    cache_release(&ref);
    return true;
}
