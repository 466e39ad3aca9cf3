/* The SQLite writer: groups, and what a failing disk does to them. */
#include "platform/db/sqlite.h"

#include "platform/db/fixture.h"

#include <sched.h>
#include <sys/wait.h>

/* ---- A file system whose fsync and write fail when told to ---- */

static sqlite3_vfs failing_vfs;
static sqlite3_vfs *real_vfs;
static sqlite3_io_methods failing_methods[2]; /* of the database, of the files beside it */
static const sqlite3_io_methods *real_methods[2];
static atomic_int sync_fails, write_fails;

static const sqlite3_io_methods *real_of(const sqlite3_file *file)
{
    return real_methods[file->pMethods - failing_methods];
}

static int sync_or_fail(sqlite3_file *file, int flags)
{
    return atomic_load(&sync_fails) ? SQLITE_IOERR_FSYNC : real_of(file)->xSync(file, flags);
}

static int write_or_fail(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    return atomic_load(&write_fails) ? SQLITE_FULL : real_of(file)->xWrite(file, data, size, offset);
}

static int open_failing(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    (void)vfs;
    int result = real_vfs->xOpen(real_vfs, name, file, flags, ret_flags);
    if (result != SQLITE_OK)
        return result;
    int kind = flags & SQLITE_OPEN_MAIN_DB ? 0 : 1;
    real_methods[kind] = file->pMethods;
    failing_methods[kind] = *file->pMethods;
    failing_methods[kind].xSync = sync_or_fail;
    failing_methods[kind].xWrite = write_or_fail;
    file->pMethods = &failing_methods[kind];
    return SQLITE_OK;
}

static void with_failing_disk(void (*body)(struct fixture *f))
{
    real_vfs = sqlite3_vfs_find(NULL);
    failing_vfs = *real_vfs;
    failing_vfs.zName = "failing";
    failing_vfs.xOpen = open_failing;
    sqlite3_vfs_register(&failing_vfs, 1);
    fixture_run(body, DB_SQLITE);
    sqlite3_vfs_unregister(&failing_vfs);
    sqlite3_vfs_register(real_vfs, 1);
}

/* ---- A group: closures that queue while the first one holds the writer ---- */

struct member {
    struct fixture *f;
    int product;
    enum code refusal, answer;
    bool hook_ran;
    struct arena arena;
    pthread_t thread;
};

static struct gate entered, allowed;

static void ran(void *arg) { *(bool *)arg = true; }

static enum code member_closure(struct db_tx *tx, void *arg)
{
    struct member *member = arg;
    if (member->product == 0) {
        gate_add(&entered, 1);
        gate_await(&allowed, 1);
    }
    db_after_commit(tx, ran, &member->hook_ran);
    fixture_ask_put(tx, member->product, 1);
    return member->refusal;
}

static void *member_main(void *arg)
{
    struct member *member = arg;
    member->answer = db_write(member->f->db, member->f->business, &member->arena, member_closure, member);
    return NULL;
}

/* Member 0 runs alone; meanwhile the others queue and make up the next group, in their order. */
static void run_group(struct fixture *f, struct member *members, size_t count, void (*before_group)(void))
{
    entered = allowed = (struct gate)GATE_INIT;
    for (size_t i = 0; i < count; i++) {
        members[i].f = f;
        pthread_create(&members[i].thread, NULL, member_main, &members[i]);
        if (i == 0)
            gate_await(&entered, 1);
        while (db_stats_of(f->db).queue_depth < (int64_t)i)
            sched_yield();
    }
    if (before_group)
        before_group();
    gate_add(&allowed, 1);
    for (size_t i = 0; i < count; i++) {
        pthread_join(members[i].thread, NULL);
        arena_free(&members[i].arena);
    }
}

static void a_group_isolates(struct fixture *f)
{
    struct member members[6] = {
        {.product = 0}, {.product = 1}, {.product = 2, .refusal = CODE_INSUFFICIENT_STOCK},
        {.product = 1}, {.product = 2}, {.product = 3, .refusal = CODE_NOT_FOUND},
    };
    static const enum code answers[] = {CODE_OK,       CODE_OK, CODE_INSUFFICIENT_STOCK,
                                        CODE_CONFLICT, CODE_OK, CODE_NOT_FOUND};
    run_group(f, members, COUNT_OF(members), NULL);
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        test_note("member %zu", i);
        expect_int_eq(members[i].answer, answers[i]);
        expect(members[i].hook_ran == (answers[i] == CODE_OK));
    }
    for (int product = 0; product <= 3; product++)
        expect_int_eq(fixture_quantity(f, product), product == 3 ? INT64_MIN : 1);
    expect_int_eq(db_stats_of(f->db).commits, 1 + 3);
}

TEST(a_refusal_in_a_group_undoes_itself_only) { fixture_run(a_group_isolates, DB_SQLITE); }

static void let_sync_fail(void) { atomic_store(&sync_fails, 1); }
static void let_write_fail(void) { atomic_store(&write_fails, 1); }

static void expect_group_failed(struct fixture *f, void (*fail)(void), enum code answer)
{
    struct member members[4] = {
        {.product = 0}, {.product = 1}, {.product = 2, .refusal = CODE_NOT_FOUND}, {.product = 3}};
    fixture_capture_log();
    run_group(f, members, COUNT_OF(members), fail);
    atomic_store(&sync_fails, 0);
    atomic_store(&write_fails, 0);
    expect(fixture_log_names(&f->arena, "commit"));
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        test_note("member %zu", i);
        expect_int_eq(members[i].answer, answer);
        expect(!members[i].hook_ran);
    }
    for (int product = 0; product < 4; product++) {
        expect_int_eq(fixture_quantity(f, product), INT64_MIN);
        expect_int_eq(fixture_put(f, product, 9), CODE_OK);
    }
}

static void a_sync_fails(struct fixture *f) { expect_group_failed(f, let_sync_fail, CODE_UNAVAILABLE); }
static void a_write_fails(struct fixture *f) { expect_group_failed(f, let_write_fail, CODE_STORAGE_FULL); }

TEST(a_failed_fsync_fails_the_group_and_is_survived) { with_failing_disk(a_sync_fails); }
TEST(a_full_disk_fails_the_group_and_is_survived) { with_failing_disk(a_write_fails); }

/* ---- Another process ---- */

static const char *file_of(void) { return fixture_url(DB_SQLITE) + strlen("sqlite:"); }

static void hear(struct uuid business, void *arg)
{
    if (uuid_is_nil(business))
        ++*(int *)arg;
}

static void another_process_writes(struct fixture *f)
{
    int heard = 0;
    db_on_notify(f->db, hear, &heard);
    expect_int_eq(fixture_put(f, 1, 1), CODE_OK);
    expect_int_eq(heard, 0);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *handle;
        bool good =
            sqlite3_open(file_of(), &handle) == SQLITE_OK &&
            sqlite3_exec(handle, "UPDATE stock_levels SET quantity_milli = 5", NULL, NULL, NULL) == SQLITE_OK;
        _exit(good ? 0 : 1);
    }
    int status;
    expect(waitpid(child, &status, 0) == child && status == 0);
    expect_int_eq(fixture_quantity(f, 1), 5);
    expect_int_eq(fixture_put(f, 2, 1), CODE_OK);
    expect_int_eq(heard, 1);
    expect_int_eq(fixture_put(f, 3, 1), CODE_OK);
    expect_int_eq(heard, 1);
    db_on_notify(f->db, NULL, NULL);
}

TEST(commits_of_another_process_are_noticed) { fixture_run(another_process_writes, DB_SQLITE); }

static enum code nested(struct db_tx *tx, void *arg)
{
    struct fixture *f = arg;
    (void)tx;
    return fixture_put(f, 1, 1);
}

static void wait_for_itself(struct fixture *f) { db_write(f->db, f->business, &f->arena, nested, f); }

static void run_nested(void *context)
{
    (void)context;
    fixture_run(wait_for_itself, DB_SQLITE);
}

TEST(a_write_within_a_write_is_a_bug) { expect_death(run_nested, NULL); }

TEST(urls_that_cannot_be_opened_are_refused)
{
    static const char *const urls[] = {"",
                                       "sqlite:",
                                       "mysql://x",
                                       "/tmp/x.db",
                                       "sqlite:/nowhere/at/all/x.db",
                                       "postgres://tilopos@127.0.0.1:1/none"};
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        struct db_options options = {.url = str_of(urls[i]), .migrate = true};
        test_note("%s", urls[i]);
        fixture_capture_log();
        expect(db_open(&options) == NULL);
        expect(fixture_log_names(test_arena(), "db."));
    }
}
