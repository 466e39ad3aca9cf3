/* Copies of SQLite databases, by SQLite's online backup: one read transaction, no writer waits for it. */
#include "base/check.h"
#include "base/log.h"
#include "platform/db/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_MS = 10000 };

static bool refuse(const char *event, const char *file, const char *reason)
{
    log_error(event, LOG_TEXT("file", file), LOG_TEXT("reason", reason));
    return false;
}

static sqlite3 *open_handle(const char *file)
{
    sqlite3 *handle = NULL;
    if (sqlite3_open_v2(file, &handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(handle, BUSY_MS);
        return handle;
    }
    refuse("copy.cannot_be_opened", file, sqlite3_errmsg(handle));
    sqlite3_close(handle);
    return NULL;
}

/* ---- Making ---- */

static void name_beside(char ret_name[PATH_MAX], const char *file, const char *suffix)
{
    check(snprintf(ret_name, PATH_MAX, "%s%s", file, suffix) < PATH_MAX);
}

void copy_discard(const char *copy)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char name[PATH_MAX];
        name_beside(name, copy, suffixes[i]);
        unlink(name);
    }
}

/* Secrets are in it. */
static bool make_file(const char *file)
{
    copy_discard(file);
    int descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return refuse("copy.cannot_be_made", file, strerror(errno));
    close(descriptor);
    return true;
}

static bool copy_pages(sqlite3 *from, sqlite3 *to, const char *file)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int result = SQLITE_ERROR;
    if (backup) {
        result = sqlite3_backup_step(backup, -1);
        sqlite3_backup_finish(backup);
    }
    return result == SQLITE_DONE || refuse("copy.failed", file, sqlite3_errstr(sqlite3_errcode(to)));
}

bool copy_make(const char *from, const char *to)
{
    sqlite3 *source = open_handle(from);
    sqlite3 *target = source && make_file(to) ? open_handle(to) : NULL;
    bool good = target && copy_pages(source, target, to);
    sqlite3_close(source);
    sqlite3_close(target);
    if (source && !good)
        copy_discard(to);
    return good;
}

/* ---- Looking ---- */

/* The first column of the first row; false: failed. */
static bool ask(sqlite3 *handle, const char *sql, char ret_text[256])
{
    sqlite3_stmt *statement = NULL;
    bool good = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;
    if (good) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        snprintf(ret_text, 256, "%s", text ? text : "");
    }
    sqlite3_finalize(statement);
    return good;
}

static int64_t count(sqlite3 *handle, const char *sql)
{
    char text[256];
    return ask(handle, sql, text) ? strtoll(text, NULL, 10) : 0;
}

bool copy_look(const char *file, struct copy_facts *ret_facts)
{
    char verdict[256];
    sqlite3 *handle = open_handle(file);
    if (!handle)
        return false;
    bool good = true;
    if (!ask(handle, "PRAGMA integrity_check(1)", verdict))
        good = refuse("copy.not_a_database", file, sqlite3_errmsg(handle));
    else if (strcmp(verdict, "ok") != 0)
        good = refuse("copy.damaged", file, verdict);
    if (good)
        *ret_facts = (struct copy_facts){count(handle, "SELECT COUNT(*) FROM schema_migrations"),
                                         count(handle, "SELECT COUNT(*) FROM businesses")};
    sqlite3_close(handle);
    return good;
}

/* ---- Putting in place ---- */

static bool sync_path(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    bool good = descriptor >= 0 && fsync(descriptor) == 0;
    if (!good)
        refuse("copy.cannot_be_synced", path, strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    return good;
}

/* All of it in the one file, which needs no log beside it. */
static bool fold(const char *file)
{
    char mode[256] = "";
    sqlite3 *handle = open_handle(file);
    bool good = handle && ask(handle, "PRAGMA journal_mode=DELETE", mode) && !strcmp(mode, "delete");
    if (handle && !good)
        refuse("copy.in_use", file, sqlite3_errmsg(handle));
    sqlite3_close(handle);
    return good;
}

bool copy_publish(const char *copy, const char *file)
{
    char folder[PATH_MAX];
    name_beside(folder, file, "");
    if (!fold(copy) || !sync_path(copy))
        return false;
    if (rename(copy, file) != 0)
        return refuse("copy.cannot_be_renamed", file, strerror(errno));
    return sync_path(dirname(folder));
}

/* ---- Claiming ---- */

struct copy_claim {
    sqlite3 *handle;
};

struct copy_claim *copy_claim(const char *file)
{
    char mode[256] = "";
    struct copy_claim *claim = calloc(1, sizeof *claim);
    check(claim);
    claim->handle = open_handle(file);
    if (claim->handle) {
        sqlite3_busy_timeout(claim->handle, 0);
        if (ask(claim->handle, "PRAGMA journal_mode=DELETE", mode) && !strcmp(mode, "delete") &&
            sqlite3_exec(claim->handle, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK)
            return claim;
        refuse("copy.database_in_use", file, "stop the server first");
    }
    copy_claim_end(claim);
    return NULL;
}

void copy_claim_end(struct copy_claim *claim)
{
    if (!claim)
        return;
    sqlite3_close(claim->handle);
    free(claim);
}
