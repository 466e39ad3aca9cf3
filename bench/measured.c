#include "measured.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void fail(const char *what)
{
    perror(what);
    exit(1);
}

int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void read_proc(const char *pid, const char *what, char text[4096])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/%s", pid, what);
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path);
    text[fread(text, 1, 4095, file)] = '\0';
    fclose(file);
}

int64_t process_cpu_us(const char *pid)
{
    char text[4096];
    read_proc(pid, "stat", text);
    /* The name, in parentheses, may hold anything. utime and stime are the 14th and 15th field. */
    char *field = strrchr(text, ')');
    for (int i = 2; field && i < 14; i++)
        field = strchr(field + 1, ' ');
    if (!field)
        fail("/proc/PID/stat");
    int64_t user = strtoll(field, &field, 10), system = strtoll(field, NULL, 10);
    return (user + system) * 1000000 / sysconf(_SC_CLK_TCK);
}

int64_t process_resident_kb(const char *pid)
{
    char text[4096];
    read_proc(pid, "status", text);
    const char *field = strstr(text, "VmRSS:");
    if (!field)
        fail("/proc/PID/status");
    return strtoll(field + 6, NULL, 10);
}

int compare_samples(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}
