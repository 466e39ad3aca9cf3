/* Conditions that are waited for until a deadline. By the monotonic clock: whoever sets the machine's clock
 * makes no wait longer or shorter. */
#pragma once
#include <pthread.h>
#include <stdint.h>
#include <time.h>

/* A condition whose pthread_cond_timedwait takes such a deadline. Destroyed by pthread_cond_destroy. */
void deadline_condition_init(pthread_cond_t *condition);
/* So long from now; always the system's clock, whatever clock_use says. */
struct timespec deadline_in_ns(int64_t ns);
struct timespec deadline_in_ms(int64_t ms);
