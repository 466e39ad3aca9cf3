/* Ways to make the ground give way on purpose, compiled in by `-Dfault_points=true` (test builds) only.
 *
 * TILOPOS_FAULT_CONTROL=FILE maps a file of `struct fault_control` that a test writes while the server runs:
 * the Nth operation of the armed kinds fails with an errno, or cuts the power. TILOPOS_FAULT_VFS=1 makes
 * SQLite's operations count; =held also keeps in memory what was not synced (fault_held.h).
 * TILOPOS_PLANT=NAME plants a bug that the tests must find. Thread-safe. */
#pragma once
#include <stdbool.h>

enum fault_kind {
    FAULT_WRITE = 1,
    FAULT_SYNC = 2,
    FAULT_TRUNCATE = 4,
    FAULT_READ = 8,
    FAULT_OPEN = 16,
    FAULT_DELETE = 32,
    FAULT_SHARED_MEMORY = 64,
    FAULT_ALLOCATION = 128,
};

/* What a power cut ends the process with. */
enum { FAULT_CUT_STATUS = 77 };

#ifdef TILOPOS_FAULT_POINTS
#include <stdatomic.h>

enum fault_action { FAULT_FAIL, FAULT_CUT };

/* The file: 64-bit little-endian numbers, written and read by the test with plain reads and writes. */
struct fault_control {
    atomic_llong kinds;    /* which operations count; 0: nothing happens. Written last */
    atomic_llong left;     /* counts down; the operation that takes it to 0 is the first to be struck */
    atomic_llong times;    /* so many in a row */
    atomic_llong action;   /* enum fault_action */
    atomic_llong error;    /* the errno of a failure */
    atomic_llong seed;     /* of what survives a power cut */
    atomic_llong happened; /* strikes so far */
    atomic_llong kind;     /* of the last one */
};

/* NULL: no TILOPOS_FAULT_CONTROL. */
struct fault_control *fault_control(void);
/* Counts an operation; true: it is struck. errno says why. */
bool fault_strikes(enum fault_kind kind);
bool fault_planted(const char *bug);
/* Makes SQLite's default VFS one that can fail, when TILOPOS_FAULT_VFS says so. Once, before a file is
 * opened. */
void fault_vfs_register(void);
#else
static inline bool fault_planted(const char *bug) { return (void)bug, false; }
static inline void fault_vfs_register(void) {}
#endif
