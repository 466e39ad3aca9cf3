/* Chunks in a list, newest first; allocation moves a pointer upwards. A chunk is not zeroed when it is got
 * but piece by piece as it is given out, so that a reused chunk costs no more than a new one. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(data, size) ASAN_POISON_MEMORY_REGION(data, size)
#define UNPOISON(data, size) ASAN_UNPOISON_MEMORY_REGION(data, size)
#define GUARD 16 /* poisoned bytes after each allocation */
#else
#define POISON(data, size) ((void)(data), (void)(size))
#define UNPOISON(data, size) ((void)(data), (void)(size))
#define GUARD 0
#endif

#define ALIGNMENT ((size_t)16)
#define FIRST_CHUNK ((size_t)64 * 1024)
#define LARGEST_DOUBLING ((size_t)16 * 1024 * 1024)
#define LARGEST_KEPT ((size_t)1024 * 1024) /* one large request does not hold its memory for ever */

struct arena_chunk {
    _Alignas(16) struct arena_chunk *older;
    size_t size; /* of `bytes` */
    _Alignas(16) char bytes[];
};

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "tilopos: the system has no memory for %zu more bytes\n", size);
    abort();
}

static void use_chunk(struct arena *arena, struct arena_chunk *chunk)
{
    arena->chunk = chunk;
    arena->next = chunk->bytes;
    arena->end = chunk->bytes + chunk->size;
    POISON(chunk->bytes, chunk->size);
}

static void free_chunk(struct arena_chunk *chunk)
{
    UNPOISON(chunk->bytes, chunk->size);
    free(chunk);
}

static void add_chunk(struct arena *arena, size_t needed)
{
    size_t size = FIRST_CHUNK;
    if (arena->chunk)
        size = arena->chunk->size < LARGEST_DOUBLING / 2 ? arena->chunk->size * 2 : LARGEST_DOUBLING;
    if (size < needed)
        size = needed;
    struct arena_chunk *chunk = malloc(sizeof *chunk + size);
    if (!chunk)
        out_of_memory(size);
    chunk->older = arena->chunk;
    chunk->size = size;
    use_chunk(arena, chunk);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > PTRDIFF_MAX / 2)
        out_of_memory(size);
    /* An empty allocation takes a byte, so that its pointer is not another's. */
    size_t taken = ((size ? size : 1) + GUARD + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (!arena->chunk || (size_t)(arena->end - arena->next) < taken)
        add_chunk(arena, taken);
    char *data = arena->next;
    arena->next += taken;
    UNPOISON(data, size);
    return memset(data, 0, size);
}

void *arena_array_alloc(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        out_of_memory(SIZE_MAX);
    return arena_alloc(arena, total);
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
    void *copy = arena_alloc(arena, size);
    if (size)
        memcpy(copy, data, size);
    return copy;
}

void arena_reset(struct arena *arena)
{
    struct arena_chunk *kept = NULL;
    for (struct arena_chunk *chunk = arena->chunk, *older; chunk; chunk = older) {
        older = chunk->older;
        if (!kept && chunk->size <= LARGEST_KEPT)
            kept = chunk;
        else
            free_chunk(chunk);
    }
    *arena = (struct arena){0};
    if (kept) {
        kept->older = NULL;
        use_chunk(arena, kept);
    }
}

void arena_free(struct arena *arena)
{
    for (struct arena_chunk *chunk = arena->chunk, *older; chunk; chunk = older) {
        older = chunk->older;
        free_chunk(chunk);
    }
    *arena = (struct arena){0};
}
