/* UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, 12 bits of counter, 62 random bits.
 *
 * Milliseconds and counter are one 60-bit number that only grows, by compare and swap: that is what orders
 * the ids of all threads. A counter that runs over, or a clock set back, borrows from the coming millisecond.
 * Random bytes are drawn 512 at a time for each thread: a system call per id would be the dearest part of it.
 */
#include "base/uuid.h"

#include "base/clock.h"

#include <stdatomic.h>

static _Atomic uint64_t last_tick; /* ms << 12 | counter */

static uint64_t next_tick(uint64_t start)
{
    uint64_t last = atomic_load_explicit(&last_tick, memory_order_relaxed), tick;
    do
        tick = start > last ? start : last + 1;
    while (!atomic_compare_exchange_weak_explicit(&last_tick, &last, tick, memory_order_relaxed,
                                                  memory_order_relaxed));
    return tick;
}

static uint64_t random_bits(void)
{
    static _Thread_local uint64_t store[64];
    static _Thread_local unsigned left, generation;
    if (left == 0 || generation != clock_generation()) {
        generation = clock_generation();
        clock_random(store, sizeof store);
        left = sizeof store / sizeof store[0];
    }
    uint64_t bits = store[--left];
    store[left] = 0;
    return bits;
}

static void put_big_endian(uint8_t *bytes, uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        bytes[i] = (uint8_t)value;
}

struct uuid uuid_new(void)
{
    uint64_t ms = (uint64_t)clock_now_ms() & ((UINT64_C(1) << 48) - 1);
    uint64_t tick = next_tick(ms << 12);
    uint64_t high = (tick >> 12) << 16 | UINT64_C(0x7000) | (tick & 0xFFF);
    uint64_t low = UINT64_C(1) << 63 | random_bits() >> 2;
    struct uuid id = UUID_NIL;
    put_big_endian(id.bytes, high);
    put_big_endian(id.bytes + 8, low);
    return id;
}

struct uuid uuid_floor(int64_t ms)
{
    struct uuid id = UUID_NIL;
    put_big_endian(id.bytes, (uint64_t)(ms < 0 ? 0 : ms) << 16);
    return id;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool dash_at(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

bool uuid_parse(struct str text, struct uuid *ret_id)
{
    if (text.len != UUID_TEXT_LEN)
        return false;
    struct uuid id;
    size_t byte = 0;
    for (size_t i = 0; i < UUID_TEXT_LEN;) {
        if (dash_at(i)) {
            if (text.data[i++] != '-')
                return false;
            continue;
        }
        int high = hex_value(text.data[i]), low = hex_value(text.data[i + 1]);
        if (high < 0 || low < 0)
            return false;
        id.bytes[byte++] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    if (uuid_is_nil(id))
        return false;
    *ret_id = id;
    return true;
}

void uuid_format(struct uuid id, char ret_text[UUID_TEXT_LEN + 1])
{
    static const char digits[] = "0123456789abcdef";
    size_t byte = 0;
    for (size_t i = 0; i < UUID_TEXT_LEN;) {
        if (dash_at(i)) {
            ret_text[i++] = '-';
            continue;
        }
        ret_text[i++] = digits[id.bytes[byte] >> 4];
        ret_text[i++] = digits[id.bytes[byte++] & 15];
    }
    ret_text[UUID_TEXT_LEN] = '\0';
}

struct str uuid_str(struct arena *arena, struct uuid id)
{
    char *text = arena_alloc(arena, UUID_TEXT_LEN + 1);
    uuid_format(id, text);
    return (struct str){text, UUID_TEXT_LEN};
}

bool uuid_eq(struct uuid a, struct uuid b) { return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0; }
int uuid_compare(struct uuid a, struct uuid b) { return memcmp(a.bytes, b.bytes, sizeof a.bytes); }
bool uuid_is_nil(struct uuid id) { return uuid_eq(id, UUID_NIL); }
