/* The system's time and chance, until a test replaces them. */
#include "base/clock.h"

#include "base/check.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static int64_t system_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void system_random(void *data, size_t len)
{
    char *bytes = data;
    while (len > 0) {
        ssize_t got = getrandom(bytes, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        check(got > 0);
        bytes += got;
        len -= (size_t)got;
    }
}

static const struct clock_source system_source = {system_now_ms, system_monotonic_ns, system_random};
static const struct clock_source *source = &system_source;
static unsigned generation;

void clock_use(const struct clock_source *replacement)
{
    source = replacement ? replacement : &system_source;
    generation++;
}

unsigned clock_generation(void) { return generation; }
int64_t clock_now_ms(void) { return source->now_ms(); }
int64_t clock_monotonic_ns(void) { return source->monotonic_ns(); }
void clock_random(void *data, size_t len) { source->random(data, len); }
