/* Memory that runs out when a test says so: the program's own allocations (the linker's --wrap), SQLite's and
 * libuv's. */
#include "base/check.h"
#include "platform/db/fault.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size) { return fault_strikes(FAULT_ALLOCATION) ? NULL : __real_malloc(size); }

void *__wrap_calloc(size_t count, size_t size)
{
    return fault_strikes(FAULT_ALLOCATION) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fault_strikes(FAULT_ALLOCATION) ? NULL : __real_realloc(memory, size);
}

static sqlite3_mem_methods below;

static void *sqlite_malloc(int size) { return fault_strikes(FAULT_ALLOCATION) ? NULL : below.xMalloc(size); }

static void *sqlite_realloc(void *memory, int size)
{
    return fault_strikes(FAULT_ALLOCATION) ? NULL : below.xRealloc(memory, size);
}

/* Before anything of either library runs. */
__attribute__((constructor)) static void set_up(void)
{
    if (!fault_control())
        return;
    check(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &below) == SQLITE_OK);
    sqlite3_mem_methods methods = below;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    check(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK);
    check(uv_replace_allocator(__wrap_malloc, __wrap_realloc, __wrap_calloc, free) == 0);
}
