/* What the programs here measure with. Each stops the process when it can't tell. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* With errno's words. Not _Noreturn: cppcheck 2.10 sees only the attribute. */
__attribute__((noreturn)) void fail(const char *what);

int64_t now_us(void);                    /* monotonic */
int64_t process_cpu_us(const char *pid); /* user and system time so far, to 10 ms */
int64_t process_resident_kb(const char *pid);
int compare_samples(const void *a, const void *b); /* of uint32_t, for qsort */
