/* Migrations: applied once, in order, by whoever is first; refused when the past was changed. */
#include "platform/db/migrate.h"

#include "platform/db/fixture.h"
#include "platform/db/sqlite_migrate.h"

#include <sys/wait.h>
#include <unistd.h>

static struct db *open_url(const char *url, bool apply)
{
    struct db_options options = {.url = str_of(url), .migrate = apply};
    return db_open(&options);
}

static void require_engine(enum db_engine engine, void (*body)(enum db_engine engine))
{
    if (fixture_has(engine))
        body(engine);
}

#define TEST_MIGRATION(name)                                        \
    static void name(enum db_engine engine);                        \
    TEST(name##_on_sqlite) { require_engine(DB_SQLITE, name); }     \
    TEST(name##_on_postgres) { require_engine(DB_POSTGRES, name); } \
    static void name(enum db_engine engine)

TEST_MIGRATION(an_empty_database_is_not_served_unless_told_to_migrate)
{
    char url[300];
    snprintf(url, sizeof url, "%s", fixture_new_url(engine));
    fixture_capture_log();
    expect(open_url(url, false) == NULL);
    expect(fixture_log_names(test_arena(), "0001_tenants"));
    struct db *db = open_url(url, true);
    require(db);
    db_close(db);
    db = open_url(url, false);
    require(db);
    db_close(db);
}

TEST_MIGRATION(several_processes_migrate_at_once)
{
    enum { PROCESSES = 4 };
    char url[300];
    snprintf(url, sizeof url, "%s", fixture_new_url(engine));
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct db *db = open_url(url, true);
            if (db)
                db_close(db);
            _exit(db ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        expect(waitpid(children[i], &status, 0) == children[i]);
        expect_int_eq(status, 0);
    }
}

/* ---- Own lists ---- */

static const struct migration TWO[] = {
    {1, "0001_first",
     "CREATE TABLE first (id {uuid} NOT NULL PRIMARY KEY, n {int}, t {text}, b {bytes}) {keyed};"},
    {2, "0002_second",
     "CREATE TABLE second (id {int} NOT NULL PRIMARY KEY) {hot};\nINSERT INTO second VALUES (7);"},
};
static const struct migration CHANGED[] = {
    {1, "0001_first", "CREATE TABLE first (id {uuid} NOT NULL PRIMARY KEY) {keyed};"},
    {2, "0002_second",
     "CREATE TABLE second (id {int} NOT NULL PRIMARY KEY) {hot};\nINSERT INTO second VALUES (7);"},
};
static const struct migration BROKEN[] = {
    {1, "0001_first", "CREATE TABLE first (id {int} NOT NULL PRIMARY KEY) {keyed};"},
    {2, "0002_broken",
     "CREATE TABLE third (id {int} NOT NULL PRIMARY KEY) {keyed}; SELECT nothing FROM nowhere;"},
};
static const struct migration UNKNOWN_TOKEN[] = {{1, "0001_token", "CREATE TABLE first (id {integer});"}};

/* SQLite in memory is enough: the lists are the same code on both. */
TEST(a_changed_past_is_refused)
{
    sqlite3 *handle;
    require(sqlite3_open(":memory:", &handle) == SQLITE_OK);
    struct migrate_target target = sqlite_migrate_target(handle);
    fixture_url(DB_SQLITE); /* sets the log up */
    fixture_capture_log();
    expect(!migrate(&target, UNKNOWN_TOKEN, 1, true));
    expect(fixture_log_names(test_arena(), "0001_token"));
    expect(migrate(&target, TWO, 1, true));
    fixture_capture_log();
    expect(!migrate(&target, TWO, 2, false));
    expect(fixture_log_names(test_arena(), "0002_second"));
    expect(migrate(&target, TWO, 2, true));
    expect(migrate(&target, TWO, 2, true)); /* nothing is run twice: 7 is there once */
    fixture_capture_log();
    expect(!migrate(&target, CHANGED, 2, true));
    expect(fixture_log_names(test_arena(), "0001_first"));
    fixture_capture_log();
    expect(!migrate(&target, TWO, 1, true)); /* made by a newer program */
    expect(fixture_log_names(test_arena(), "0002_second"));
    sqlite3_close(handle);
}

TEST(a_broken_migration_leaves_nothing)
{
    sqlite3 *handle;
    require(sqlite3_open(":memory:", &handle) == SQLITE_OK);
    struct migrate_target target = sqlite_migrate_target(handle);
    fixture_capture_log();
    expect(!migrate(&target, BROKEN, 2, true));
    expect(fixture_log_names(test_arena(), "0002_broken"));
    expect(migrate(&target, TWO, 2, true));
    sqlite3_close(handle);
}

TEST(the_built_in_migrations_are_in_order)
{
    expect(MIGRATIONS_COUNT >= 5);
    for (size_t i = 0; i < MIGRATIONS_COUNT; i++)
        expect_int_eq(MIGRATIONS[i].number, (int64_t)i + 1);
}
