/* The replaceable clock. */
#include "base/clock.h"
#include "test.h"

static int64_t fixed_now(void) { return 1770347045678; }
static int64_t fixed_monotonic(void) { return 42; }
static void fixed_random(void *data, size_t len) { memset(data, 0xA5, len); }

TEST(clock_of_the_system_runs)
{
    int64_t before = clock_monotonic_ns();
    expect(clock_monotonic_ns() >= before);
    expect(clock_now_ms() > INT64_C(1700000000000)); /* 2023 */
    unsigned char a[1000] = {0}, b[1000] = {0};
    clock_random(a, sizeof a);
    clock_random(b, sizeof b);
    expect(memcmp(a, b, sizeof a) != 0);
    clock_random(a, 0);
}

TEST(clock_can_be_replaced_and_given_back)
{
    static const struct clock_source fixed = {fixed_now, fixed_monotonic, fixed_random};
    unsigned generation = clock_generation();
    clock_use(&fixed);
    expect(clock_generation() != generation);
    expect_int_eq(clock_now_ms(), 1770347045678);
    expect_int_eq(clock_monotonic_ns(), 42);
    unsigned char byte = 0;
    clock_random(&byte, 1);
    expect_int_eq(byte, 0xA5);
    clock_use(NULL);
    expect(clock_now_ms() != 1770347045678);
}
