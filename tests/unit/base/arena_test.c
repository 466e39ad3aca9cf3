/* Arena memory: zeroed, aligned, apart, and dead after a reset. */
#include "base/arena.h"
#include "test.h"

TEST(arena_memory_is_zeroed_aligned_and_apart)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 100, 4096, 65536, 65537, 200000, 3000000};
    struct arena arena = {0};
    unsigned char *blocks[2 * COUNT_OF(sizes)];
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        size_t size = sizes[i % COUNT_OF(sizes)];
        test_note("%zu bytes", size);
        blocks[i] = arena_alloc(&arena, size);
        expect_int_eq((uintptr_t)blocks[i] % 16, 0);
        size_t dirty = 0;
        for (size_t at = 0; at < size; at++)
            dirty += blocks[i][at] != 0;
        expect_int_eq(dirty, 0);
        memset(blocks[i], (int)i + 1, size);
    }
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        size_t size = sizes[i % COUNT_OF(sizes)], wrong = 0;
        for (size_t at = 0; at < size; at++)
            wrong += blocks[i][at] != i + 1;
        expect_int_eq(wrong, 0);
        expect(i == 0 || blocks[i] != blocks[i - 1]);
    }
    arena_free(&arena);
    expect(arena.chunk == NULL);
}

TEST(arena_memory_is_zeroed_again_after_a_reset)
{
    struct arena arena = {0};
    for (int round = 0; round < 3; round++) {
        char *data = arena_alloc(&arena, 50000);
        size_t dirty = 0;
        for (size_t i = 0; i < 50000; i++)
            dirty += data[i] != 0;
        expect_int_eq(dirty, 0);
        memset(data, 'x', 50000);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

TEST(arena_reset_keeps_one_small_chunk)
{
    struct arena arena = {0};
    for (int i = 0; i < 40; i++)
        arena_alloc(&arena, 10000);
    arena_reset(&arena);
    require(arena.chunk != NULL);
    expect(arena.next != NULL && arena.end > arena.next);
    arena_alloc(&arena, 5 << 20); /* more than an idle arena should hold on to */
    arena_reset(&arena);
    expect(arena.end - arena.next <= 1 << 20);
    arena_free(&arena);
    arena_free(&arena);
    expect(arena_alloc(&arena, 8) != NULL);
    arena_free(&arena);
}

TEST(arena_copy_holds_the_bytes)
{
    char text[] = "kopi susu";
    char *copy = arena_copy(test_arena(), text, sizeof text);
    text[0] = 'K';
    expect_text_eq(copy, "kopi susu");
    expect(arena_copy(test_arena(), NULL, 0) != NULL);
}

static void array_too_large(void *context) { arena_array_alloc(context, SIZE_MAX / 8 + 2, 16); }

static void no_such_memory(void *context) { arena_alloc(context, SIZE_MAX / 4); }

TEST(arena_stops_where_there_is_no_memory)
{
    expect_death(array_too_large, test_arena());
    expect_death(no_such_memory, test_arena());
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#endif

#ifdef HAS_ASAN
static void read_after_reset(void *context)
{
    struct arena arena = {0};
    volatile char *kept = arena_alloc(&arena, 32);
    arena_reset(&arena);
    *(volatile char *)context = kept[3];
}

static void read_past_the_end(void *context)
{
    struct arena arena = {0};
    volatile char *data = arena_alloc(&arena, 32);
    arena_alloc(&arena, 32);
    *(volatile char *)context = data[32];
}

static void read_past_an_odd_end(void *context)
{
    struct arena arena = {0};
    volatile char *data = arena_alloc(&arena, 5);
    *(volatile char *)context = data[5];
}

TEST(arena_is_poisoned_under_asan)
{
    char sink;
    expect_death(read_after_reset, &sink);
    expect_death(read_past_the_end, &sink);
    expect_death(read_past_an_odd_end, &sink);
}
#endif
