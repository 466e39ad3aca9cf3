/* An arena: memory that is freed all at once, one per request or job.
 *
 * Owned by one thread at a time. Memory is zeroed, aligned to 16 bytes, and never moves. Under ASan unused
 * bytes are poisoned, so a pointer kept past `arena_reset` dies at once. When the system has no memory the
 * process stops with a message (as redis does): no caller checks for NULL. */
#pragma once
#include <stddef.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *chunk; /* newest first; NULL: nothing allocated yet */
    char *next, *end;          /* free bytes of the newest chunk */
};

void *arena_alloc(struct arena *arena, size_t size);
/* Stops on overflow of count × size. */
void *arena_array_alloc(struct arena *arena, size_t count, size_t size);
void *arena_copy(struct arena *arena, const void *data, size_t size);
void arena_reset(struct arena *arena); /* frees all but one chunk, for the next request */
void arena_free(struct arena *arena);  /* frees all; the arena can be used again */

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_array_alloc((arena), (count), sizeof(type)))
