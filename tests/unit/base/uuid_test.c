/* UUIDs: form, order, uniqueness over threads. */
#include "base/uuid.h"

#include "base/clock.h"
#include "test.h"

#include <pthread.h>

#define THREADS 4
#define IDS 50000

static int64_t clock_ms;
static int64_t test_now_ms(void) { return clock_ms; }
static int64_t test_monotonic_ns(void) { return 0; }
static void ones(void *data, size_t len) { memset(data, 0xFF, len); }
static void zeros(void *data, size_t len) { memset(data, 0, len); }

static uint64_t ms_of(struct uuid id)
{
    uint64_t ms = 0;
    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    return ms;
}

static void *make_ids(void *context)
{
    struct uuid *ids = context;
    for (size_t i = 0; i < IDS; i++)
        ids[i] = uuid_new();
    return NULL;
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, sizeof(struct uuid)); }

TEST(uuid_new_is_a_version_7_of_now)
{
    int64_t before = clock_now_ms();
    struct uuid id = uuid_new();
    expect_int_eq(id.bytes[6] >> 4, 7);
    expect_int_eq(id.bytes[8] >> 6, 2);
    expect((int64_t)ms_of(id) >= before && (int64_t)ms_of(id) <= clock_now_ms() + 1);
    expect(!uuid_is_nil(id));
}

TEST(uuid_new_rises_in_every_thread_and_never_repeats)
{
    static struct uuid ids[THREADS][IDS];
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        require(pthread_create(&threads[i], NULL, make_ids, ids[i]) == 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    size_t falls = 0, repeats = 0;
    for (size_t i = 0; i < THREADS; i++) {
        for (size_t j = 1; j < IDS; j++)
            falls += uuid_compare(ids[i][j - 1], ids[i][j]) >= 0;
    }
    struct uuid *all = &ids[0][0];
    qsort(all, (size_t)THREADS * IDS, sizeof *all, by_bytes);
    for (size_t i = 1; i < (size_t)THREADS * IDS; i++)
        repeats +=
            memcmp(all[i - 1].bytes, all[i].bytes, 8) == 0; /* time and counter alone tell them apart */
    expect_int_eq(falls, 0);
    expect_int_eq(repeats, 0);
}

TEST(uuid_new_rises_when_the_clock_stands_or_falls)
{
    static const struct clock_source high = {test_now_ms, test_monotonic_ns, ones};
    static const struct clock_source low = {test_now_ms, test_monotonic_ns, zeros};
    clock_ms = clock_now_ms() + 1000000;
    clock_use(&high);
    struct uuid before = uuid_new();
    expect_int_eq(ms_of(before), clock_ms);
    expect_int_eq(before.bytes[15], 0xFF);
    expect_int_eq(before.bytes[8], 0xBF);
    clock_use(&low); /* other random bytes from now on: none are left over */
    for (int i = 0; i < 10000; i++) {
        if (i == 5000)
            clock_ms -= 500000;
        struct uuid id = uuid_new();
        require(uuid_compare(before, id) < 0);
        expect_int_eq(id.bytes[15], 0);
        expect_int_eq(id.bytes[6] >> 4, 7);
        before = id;
    }
    expect_int_eq(ms_of(before),
                  clock_ms + 500000 + 2); /* 4096 in a millisecond, then the next is borrowed */
    clock_use(NULL);
}

TEST(uuid_text_goes_there_and_back)
{
    static const char text[] = "0192f5a0-1234-7abc-8def-0123456789ab";
    struct uuid id;
    char back[UUID_TEXT_LEN + 1];
    require(uuid_parse(str_of(text), &id));
    expect_bytes_eq(id.bytes, "\x01\x92\xf5\xa0\x12\x34\x7a\xbc\x8d\xef\x01\x23\x45\x67\x89\xab", 16);
    uuid_format(id, back);
    expect_text_eq(back, text);
    expect_str_eq(uuid_str(test_arena(), id), str_of(text));
    struct uuid upper;
    require(uuid_parse(STR("0192F5A0-1234-7ABC-8DEF-0123456789AB"), &upper));
    expect(uuid_eq(id, upper));
}

TEST(uuid_parse_refuses)
{
    static const char *const cases[] = {
        "",
        "0192f5a0",
        "00000000-0000-0000-0000-000000000000",
        "0192f5a012347abc8def0123456789ab",
        "0192f5a0-1234-7abc-8def-0123456789a",
        "0192f5a0-1234-7abc-8def-0123456789abc",
        "{192f5a0-1234-7abc-8def-0123456789ab}",
        "0192f5a01-234-7abc-8def-0123456789ab",
        "0192f5a0-1234-7abc-8def_0123456789ab",
        "0192f5a0-1234-7abc-8def-0123456789ag",
        "0192f5a0-1234-7abc-8def-01234567-9ab",
        " 192f5a0-1234-7abc-8def-0123456789ab",
        "0192f5a0-1234-7abc-8def-\377123456789ab",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct uuid id = {{9}};
        test_note("%s", cases[i]);
        expect(!uuid_parse(str_of(cases[i]), &id));
        expect_int_eq(id.bytes[0], 9);
    }
    expect(!uuid_parse(STR_NONE, &(struct uuid){{0}}));
}

TEST(uuid_comparisons)
{
    struct uuid a = {{0, 1}}, b = {{0, 2}};
    expect(uuid_is_nil(UUID_NIL));
    expect(!uuid_is_nil(a));
    expect(uuid_eq(a, a));
    expect(!uuid_eq(a, b));
    expect(uuid_compare(a, b) < 0);
    expect(uuid_compare(b, a) > 0);
    expect_int_eq(uuid_compare(a, a), 0);
}

TEST(uuid_floor_sorts_before_ids_of_its_millisecond)
{
    struct uuid id = uuid_new();
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    expect(uuid_compare(uuid_floor(ms), id) < 0);
    expect(uuid_compare(uuid_floor(ms + 1), id) > 0);
    expect(uuid_is_nil(uuid_floor(-1)));
}
