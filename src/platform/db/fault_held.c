/* Held files: the image that the program sees, and the writes since the last sync. */
#include "platform/db/fault_held.h"

#include "base/check.h"
#include "platform/db/fault.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

struct held_write {
    sqlite3_int64 offset; /* of a truncation: the new size */
    int size;
    struct held_write *next;
    bool truncates;
    char data[];
};

/* Kept as long as the process lives. */
struct held_file {
    char *path;
    char *image;
    size_t size, capacity;
    struct held_write *first, **last; /* not synced, oldest first */
    bool entry_unsynced;              /* made by this process, never synced */
    bool deleted;
    char *ghost; /* what comes back when the deletion was not synced; NULL: nothing */
    size_t ghost_size;
    struct held_file *next;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards all files */
static struct held_file *files;

static void *must(void *memory)
{
    check(memory);
    return memory;
}

/* ---- The image ---- */

static void resize(struct held_file *held, size_t size)
{
    if (size > held->capacity) {
        held->capacity = size * 2;
        held->image = must(realloc(held->image, held->capacity));
    }
    if (size > held->size)
        memset(held->image + held->size, 0, size - held->size);
    held->size = size;
}

static void forget_pending(struct held_file *held)
{
    for (struct held_write *write = held->first, *next; write; write = next) {
        next = write->next;
        free(write);
    }
    held->first = NULL;
    held->last = &held->first;
}

static void add_pending(struct held_file *held, const void *data, int size, sqlite3_int64 offset)
{
    struct held_write *write = must(malloc(sizeof *write + (size_t)size));
    *write = (struct held_write){.offset = offset, .size = size, .truncates = data == NULL};
    if (data)
        memcpy(write->data, data, (size_t)size);
    *held->last = write;
    held->last = &write->next;
}

static struct held_file *find(const char *path)
{
    struct held_file *held = files;
    while (held && strcmp(held->path, path) != 0)
        held = held->next;
    return held;
}

static void load(struct held_file *held, sqlite3_file *real)
{
    sqlite3_int64 size = 0;
    check(real->pMethods->xFileSize(real, &size) == SQLITE_OK);
    resize(held, (size_t)size);
    if (size)
        check(real->pMethods->xRead(real, held->image, (int)size, 0) == SQLITE_OK);
}

struct held_file *held_open(const char *path, sqlite3_file *real, bool created)
{
    pthread_mutex_lock(&mutex);
    struct held_file *held = find(path);
    if (!held) {
        held = must(calloc(1, sizeof *held));
        held->path = must(strdup(path));
        held->last = &held->first;
        held->next = files;
        files = held;
        held->deleted = true;
    }
    if (held->deleted) {
        held->deleted = false;
        held->entry_unsynced = created;
        load(held, real);
    }
    pthread_mutex_unlock(&mutex);
    return held;
}

int held_read(struct held_file *held, void *data, int size, sqlite3_int64 offset)
{
    pthread_mutex_lock(&mutex);
    size_t from = (size_t)offset, there = from < held->size ? held->size - from : 0;
    size_t taken = there < (size_t)size ? there : (size_t)size;
    if (taken)
        memcpy(data, held->image + from, taken);
    pthread_mutex_unlock(&mutex);
    memset((char *)data + taken, 0, (size_t)size - taken);
    return taken == (size_t)size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

void held_write(struct held_file *held, const void *data, int size, sqlite3_int64 offset)
{
    pthread_mutex_lock(&mutex);
    if ((size_t)offset + (size_t)size > held->size)
        resize(held, (size_t)offset + (size_t)size);
    memcpy(held->image + offset, data, (size_t)size);
    add_pending(held, data, size, offset);
    pthread_mutex_unlock(&mutex);
}

void held_truncate(struct held_file *held, sqlite3_int64 size)
{
    pthread_mutex_lock(&mutex);
    resize(held, (size_t)size);
    add_pending(held, NULL, 0, size);
    pthread_mutex_unlock(&mutex);
}

sqlite3_int64 held_size(struct held_file *held)
{
    pthread_mutex_lock(&mutex);
    sqlite3_int64 size = (sqlite3_int64)held->size;
    pthread_mutex_unlock(&mutex);
    return size;
}

/* ---- The disk ---- */

/* SQLite syncs the folder with the first sync of a file that it made: the deletions before that are durable
 * too. All held files are in one folder. */
static void sync_folder(void)
{
    for (struct held_file *held = files; held; held = held->next) {
        free(held->ghost);
        held->ghost = NULL;
    }
}

int held_sync(struct held_file *held, sqlite3_file *real)
{
    int result = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    for (const struct held_write *write = held->first; write && result == SQLITE_OK; write = write->next)
        result = write->truncates ? real->pMethods->xTruncate(real, write->offset)
                                  : real->pMethods->xWrite(real, write->data, write->size, write->offset);
    if (result == SQLITE_OK) {
        forget_pending(held);
        if (held->entry_unsynced)
            sync_folder();
        held->entry_unsynced = false;
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

void held_sync_fails(struct held_file *held)
{
    pthread_mutex_lock(&mutex);
    forget_pending(held);
    pthread_mutex_unlock(&mutex);
}

static void keep_ghost(struct held_file *held)
{
    free(held->ghost);
    held->ghost = NULL;
    struct stat state;
    int descriptor = open(held->path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    if (fstat(descriptor, &state) == 0 && state.st_size > 0 && !held->entry_unsynced) {
        held->ghost_size = (size_t)state.st_size;
        held->ghost = must(malloc(held->ghost_size));
        check(pread(descriptor, held->ghost, held->ghost_size, 0) == state.st_size);
    }
    /* Nobody locks a journal or a log, so closing this descriptor takes no lock away. */
    close(descriptor);
}

void held_delete(const char *path, bool synced)
{
    pthread_mutex_lock(&mutex);
    struct held_file *held = find(path);
    if (held) {
        keep_ghost(held);
        if (synced) {
            free(held->ghost);
            held->ghost = NULL;
        }
        forget_pending(held);
        held->size = 0;
        held->deleted = true;
    }
    pthread_mutex_unlock(&mutex);
}

bool held_exists(const char *path, bool *ret_exists)
{
    pthread_mutex_lock(&mutex);
    const struct held_file *held = find(path);
    if (held) /* as SQLite's own VFS: an empty file counts as none */
        *ret_exists = !held->deleted && held->size > 0;
    pthread_mutex_unlock(&mutex);
    return held != NULL;
}

/* ---- The cut ---- */

static uint64_t chance(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* How a cut treats what is pending: nothing survives, all does, or each piece by its own luck. */
enum luck { LUCK_NONE, LUCK_ALL, LUCK_EACH, LUCK_COUNT };

static void survive(int descriptor, const struct held_write *write, enum luck luck, uint64_t *state)
{
    uint64_t fate = luck == LUCK_ALL ? 0 : chance(state) % 3; /* whole, not at all, torn */
    if (luck == LUCK_NONE || fate == 1)
        return;
    if (write->truncates) {
        check(ftruncate(descriptor, write->offset) == 0);
        return;
    }
    for (int at = 0, piece; at < write->size; at += piece) {
        piece = SECTOR - (int)((write->offset + at) % SECTOR);
        piece = piece < write->size - at ? piece : write->size - at;
        if (fate == 0 || chance(state) % 2)
            check(pwrite(descriptor, write->data + at, (size_t)piece, write->offset + at) == piece);
    }
}

static void cut_file(const struct held_file *held, uint64_t *state)
{
    enum luck luck = (enum luck)(chance(state) % LUCK_COUNT);
    bool entry_lost = chance(state) % 2;
    if (held->deleted && (!held->ghost || !entry_lost))
        return;
    if (!held->deleted && held->entry_unsynced && entry_lost) {
        unlink(held->path);
        return;
    }
    int descriptor = open(held->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    check(descriptor >= 0);
    if (held->deleted)
        check(pwrite(descriptor, held->ghost, held->ghost_size, 0) == (ssize_t)held->ghost_size);
    for (const struct held_write *write = held->first; write; write = write->next)
        survive(descriptor, write, luck, state);
}

void held_cut(void)
{
    pthread_mutex_lock(&mutex); /* for good: nobody writes any more */
    uint64_t state = (uint64_t)atomic_load(&fault_control()->seed);
    for (const struct held_file *held = files; held; held = held->next)
        cut_file(held, &state);
    _exit(FAULT_CUT_STATUS);
}
