/* Time and chance, behind one replaceable table, so that a test decides both. Thread-safe; set
 * before threads start. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct clock_source {
    int64_t (*now_ms)(void);                /* UTC, milliseconds since 1970 */
    int64_t (*monotonic_ns)(void);          /* for durations and deadlines */
    void (*random)(void *data, size_t len); /* cryptographically strong */
};

void clock_use(const struct clock_source *source); /* NULL: the system's */
int64_t clock_now_ms(void);
int64_t clock_monotonic_ns(void);
void clock_random(void *data, size_t len);
/* Changes with clock_use: who keeps random bytes in store throws them away then. */
unsigned clock_generation(void);
