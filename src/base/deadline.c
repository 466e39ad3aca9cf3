/* See deadline.h. */
#include "base/deadline.h"

#define NS_A_SECOND INT64_C(1000000000)
#define NS_A_MS INT64_C(1000000)

void deadline_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

struct timespec deadline_in_ns(int64_t ns)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ns / NS_A_SECOND;
    at.tv_nsec += ns % NS_A_SECOND;
    if (at.tv_nsec >= NS_A_SECOND) {
        at.tv_sec++;
        at.tv_nsec -= NS_A_SECOND;
    }
    return at;
}

struct timespec deadline_in_ms(int64_t ms) { return deadline_in_ns(ms * NS_A_MS); }
