/* The clean-up of logins: what is past its time goes, what may still be used stays. */
#include "modules/auth/auth_prune.h"

#include "test.h"

#include <sqlite3.h>
#include <unistd.h>

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define NOW (100 * DAY_MS)

/* Family 1 has tokens that are over, 2 one that is not, 3 none yet (it is new), 4 none any more. */
static const char ROWS[] =
    "INSERT INTO refresh_families VALUES (x'01', x'01', x'09', NULL, 0), (x'01', x'02', x'09', NULL, 0), "
    "(x'01', x'03', x'09', NULL, 100 * 86400000), (x'02', x'04', x'09', 1, 0);"
    "INSERT INTO refresh_tokens VALUES (x'01', x'11', x'01', 97 * 86400000, 5), "
    "(x'01', x'12', x'01', 97 * 86400000, NULL), (x'01', x'13', x'02', 97 * 86400000, 5), "
    "(x'01', x'14', x'02', 99 * 86400000, NULL);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
    "INSERT INTO refresh_tokens SELECT x'01', randomblob(32), x'01', 50 * 86400000, NULL FROM n;";

static struct str left_of(sqlite3 *file, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    struct str text = STR_NONE;
    expect(sqlite3_prepare_v2(file, sql, -1, &statement, NULL) == SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        text = str_copy(test_arena(), str_of((const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return text;
}

TEST(auth_prune_forgets_logins_that_are_over)
{
    char folder[] = "/tmp/tilopos-prune-XXXXXX", path[64];
    require(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x.db", folder);
    struct db_options options = {
        .url = str_format(test_arena(), "sqlite:%s", path), .connections = 1, .migrate = true};
    struct db *db = db_open(&options);
    require(db);
    sqlite3 *file = NULL;
    expect(sqlite3_open(path, &file) == SQLITE_OK);
    expect(sqlite3_exec(file, ROWS, NULL, NULL, NULL) == SQLITE_OK);
    expect_int_eq(auth_prune(db, NOW), CODE_OK);
    expect_str_eq(left_of(file, "SELECT group_concat(hex(token_hash), ' ') FROM refresh_tokens"), STR("14"));
    expect_str_eq(left_of(file, "SELECT group_concat(hex(id), ' ') FROM refresh_families"), STR("02 03"));
    sqlite3_close(file);
    db_close(db);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        unlink(str_to_cstr(test_arena(), str_format(test_arena(), "%s%s", path, ends[i])));
    rmdir(folder);
}
