/* What a machine keeps in memory until fsync: a file's bytes as the program sees them, beside the real file,
 * which holds what was synced.
 *
 * At the power cut a random part of what was not synced survives, in no order and torn at sectors; a file
 * whose folder entry was not synced may be gone, a deleted one back. Killing the process is a cut from which
 * nothing unsynced survives. One process has a held file at a time. */
#pragma once
#include <sqlite3.h>
#include <stdbool.h>

struct held_file;

/* The file behind an open handle; the same for every handle of one path. `real` reads what is there. */
struct held_file *held_open(const char *path, sqlite3_file *real, bool created);
int held_read(struct held_file *held, void *data, int size, sqlite3_int64 offset);
void held_write(struct held_file *held, const void *data, int size, sqlite3_int64 offset);
void held_truncate(struct held_file *held, sqlite3_int64 size);
sqlite3_int64 held_size(struct held_file *held);
/* Writes what is pending through the handle. */
int held_sync(struct held_file *held, sqlite3_file *real);
/* A failed fsync: the system forgets what it could not write, and the next fsync does not tell. */
void held_sync_fails(struct held_file *held);
/* Before the real file is deleted. `synced`: the folder is synced with it. */
void held_delete(const char *path, bool synced);
/* False: not a held file. */
bool held_exists(const char *path, bool *ret_exists);
_Noreturn void held_cut(void);
