/* The control file of the fault points, and the planted bugs. */
#include "base/check.h"
#include "platform/db/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct fault_control *control;

/* Mapped as long as the process lives. */
static void map_control(void)
{
    const char *path = getenv("TILOPOS_FAULT_CONTROL");
    if (!path)
        return;
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    check(descriptor >= 0);
    void *page = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    check(page != MAP_FAILED);
    close(descriptor);
    control = page;
}

struct fault_control *fault_control(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, map_control);
    return control;
}

bool fault_strikes(enum fault_kind kind)
{
    struct fault_control *now = fault_control();
    if (!now || !(atomic_load(&now->kinds) & kind))
        return false;
    long long left = atomic_fetch_sub(&now->left, 1) - 1;
    if (left > 0 || left <= -atomic_load(&now->times))
        return false;
    atomic_store(&now->kind, kind);
    atomic_fetch_add(&now->happened, 1);
    errno = (int)atomic_load(&now->error);
    return true;
}

bool fault_planted(const char *bug)
{
    const char *planted = getenv("TILOPOS_PLANT");
    return planted && !strcmp(planted, bug);
}
