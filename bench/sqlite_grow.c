/* Runs the SQL of standard input on a SQLite file, with one function more: uuid_earlier(id, ms), the id with
 * its time so many milliseconds earlier. `make bench` grows a database by earlier days with it.
 *
 *     sqlite_grow FILE < SQL */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define SQL_MAX ((size_t)1024 * 1024)

static void uuid_earlier(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_BLOB || sqlite3_value_bytes(values[0]) != 16) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    uint8_t id[16];
    memcpy(id, sqlite3_value_blob(values[0]), sizeof id);
    uint64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id[i];
    ms -= (uint64_t)sqlite3_value_int64(values[1]);
    for (int i = 0; i < 6; i++)
        id[i] = (uint8_t)(ms >> (40 - 8 * i));
    sqlite3_result_blob(context, id, sizeof id, SQLITE_TRANSIENT);
}

int main(int argc, char **argv)
{
    static char sql[SQL_MAX];
    sqlite3 *db;
    char *message = NULL;
    if (argc != 2 || fread(sql, 1, sizeof sql - 1, stdin) == 0) {
        fprintf(stderr, "usage: sqlite_grow FILE < SQL\n");
        return 2;
    }
    bool good = sqlite3_open(argv[1], &db) == SQLITE_OK &&
                sqlite3_create_function(db, "uuid_earlier", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                        uuid_earlier, NULL, NULL) == SQLITE_OK &&
                sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK;
    if (!good)
        fprintf(stderr, "sqlite_grow: %s\n", message ? message : sqlite3_errmsg(db));
    sqlite3_close(db);
    return good ? 0 : 1;
}
