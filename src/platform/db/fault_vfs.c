/* A layer over SQLite's own VFS whose operations fail, and whose power is cut, when a test says so. */
#include "base/check.h"
#include "platform/db/fault.h"
#include "platform/db/fault_held.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct fault_file {
    sqlite3_file base;
    struct held_file *held;  /* NULL: written through */
    _Alignas(8) char real[]; /* SQLite aligns to 8 */
};

static sqlite3_vfs layer, *below;
static bool holds;

static sqlite3_file *real_of(sqlite3_file *file) { return (sqlite3_file *)((struct fault_file *)file)->real; }
static struct held_file *held_of(sqlite3_file *file) { return ((struct fault_file *)file)->held; }

static bool is_struck(enum fault_kind kind)
{
    if (!fault_strikes(kind))
        return false;
    if (atomic_load(&fault_control()->action) == FAULT_CUT)
        held_cut();
    return true;
}

/* ---- Files ---- */

static int file_read(sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
    if (is_struck(FAULT_READ))
        return SQLITE_IOERR_READ;
    if (held_of(file))
        return held_read(held_of(file), data, size, offset);
    return real_of(file)->pMethods->xRead(real_of(file), data, size, offset);
}

static int put(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    if (!held_of(file))
        return real_of(file)->pMethods->xWrite(real_of(file), data, size, offset);
    held_write(held_of(file), data, size, offset);
    return SQLITE_OK;
}

/* A write that fails has written a part. */
static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    if (!is_struck(FAULT_WRITE))
        return put(file, data, size, offset);
    int reason = errno;
    if (size > 1)
        put(file, data, size / 2, offset);
    errno = reason;
    return reason == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (is_struck(FAULT_TRUNCATE))
        return SQLITE_IOERR_TRUNCATE;
    if (!held_of(file))
        return real_of(file)->pMethods->xTruncate(real_of(file), size);
    held_truncate(held_of(file), size);
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *file, int flags)
{
    if (!is_struck(FAULT_SYNC))
        return held_of(file) ? held_sync(held_of(file), real_of(file))
                             : real_of(file)->pMethods->xSync(real_of(file), flags);
    int reason = errno;
    if (held_of(file))
        held_sync_fails(held_of(file));
    errno = reason;
    return SQLITE_IOERR_FSYNC;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    if (!held_of(file))
        return real_of(file)->pMethods->xFileSize(real_of(file), ret_size);
    *ret_size = held_size(held_of(file));
    return SQLITE_OK;
}

static int file_close(sqlite3_file *file) { return real_of(file)->pMethods->xClose(real_of(file)); }
static int file_lock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xLock(real_of(file), lock);
}
static int file_unlock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}
static int file_check_reserved(sqlite3_file *file, int *ret_reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret_reserved);
}
static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}
static int file_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}
static int file_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret_memory)
{
    if (is_struck(FAULT_SHARED_MEMORY))
        return SQLITE_IOERR_SHMSIZE;
    return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, ret_memory);
}
static int shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}
static void shm_barrier(sqlite3_file *file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }
static int shm_unmap(sqlite3_file *file, int delete)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete);
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2, /* 3 would read the file as mapped memory, past this layer */
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

/* ---- The file system ---- */

static bool is_there(const char *name)
{
    int there = 0;
    return name && below->xAccess(below, name, SQLITE_ACCESS_READ, &there) == SQLITE_OK && there;
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *ret_flags)
{
    const int held_kinds = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    struct fault_file *own = (struct fault_file *)file;
    (void)vfs;
    *own = (struct fault_file){0};
    if (is_struck(FAULT_OPEN))
        return SQLITE_CANTOPEN;
    bool existed = is_there(name);
    int result = below->xOpen(below, name, real_of(file), flags, ret_flags);
    if (result != SQLITE_OK)
        return result;
    file->pMethods = &METHODS;
    if (holds && name && flags & held_kinds)
        own->held = held_open(name, real_of(file), !existed);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    (void)vfs;
    if (is_struck(FAULT_DELETE))
        return SQLITE_IOERR_DELETE;
    if (holds)
        held_delete(name, sync_folder);
    return below->xDelete(below, name, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret_result)
{
    bool exists;
    (void)vfs;
    if (!holds || flags != SQLITE_ACCESS_EXISTS || !held_exists(name, &exists))
        return below->xAccess(below, name, flags, ret_result);
    *ret_result = exists;
    return SQLITE_OK;
}

static void register_layer(void)
{
    const char *wanted = getenv("TILOPOS_FAULT_VFS");
    if (!wanted)
        return;
    holds = !strcmp(wanted, "held");
    below = sqlite3_vfs_find(NULL);
    check(below);
    layer = *below;
    layer.zName = "fault";
    layer.szOsFile = (int)sizeof(struct fault_file) + below->szOsFile;
    layer.xOpen = vfs_open;
    layer.xDelete = vfs_delete;
    layer.xAccess = vfs_access;
    check(sqlite3_vfs_register(&layer, 1) == SQLITE_OK);
}

void fault_vfs_register(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_layer);
}
