/* tilopos backup: one file that holds the whole database, proven before it gets its name. */
#include "app.h"
#include "base/log.h"
#include "commands/check.h"
#include "commands/command.h"
#include "commands/copy_books.h"
#include "platform/db/copy.h"
#include "platform/db/db.h"
#include "platform/db/migrate.h"

#include <sys/stat.h>

static struct config config_of(const struct config *config, struct str url)
{
    struct config other = *config;
    other.database_url = url;
    return other;
}

bool copy_books_hold(const struct config *config, const char *file, int64_t migrations)
{
    if (migrations < (int64_t)MIGRATIONS_COUNT) {
        printf("Its schema is older than this program: its books were not proven. `tilopos migrate` brings a "
               "database up to date, then `tilopos check` proves them.\n");
        return true;
    }
    struct arena arena = {0};
    struct config other = config_of(config, str_format(&arena, "sqlite:%s", file));
    struct db *db = app_open_database(&other, false);
    bool good = db && check_books(db, false);
    if (db)
        db_close(db);
    arena_free(&arena);
    return good;
}

static int verify(const struct config *config, const char *url)
{
    struct config other = config_of(config, str_of(url));
    struct db *db = app_open_database(&other, false);
    if (!db)
        return EXIT_BROKEN;
    bool good = check_books(db, false);
    db_close(db);
    if (good)
        printf("The books add up.\n");
    return good ? EXIT_OK : EXIT_BROKEN;
}

static int advise_postgres(const char *file)
{
    fprintf(stderr,
            "tilopos: PostgreSQL has its own tool, which copies while the server runs:\n"
            "  pg_dump --format=custom --file='%s' \"$TILOPOS_DATABASE_URL\"\n"
            "A backup is proven when it was restored:\n"
            "  createdb tilopos_copy && pg_restore --no-owner --dbname=tilopos_copy '%s'\n"
            "  tilopos backup --verify postgres://…/tilopos_copy\n",
            file, file);
    return EXIT_BROKEN;
}

/* A copy in the place of its original would take the database from under the server, with all that it sells
 * from then on. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat of_a, of_b;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
           of_a.st_ino == of_b.st_ino;
}

static bool back_up(const struct config *config, const char *from, const char *part, const char *file)
{
    struct copy_facts facts;
    if (!copy_make(from, part) || !copy_look(part, &facts))
        return false;
    if (facts.migrations == 0) {
        log_error("backup.nothing_there", LOG_TEXT("file", from));
        return false;
    }
    if (!copy_books_hold(config, part, facts.migrations) || !copy_publish(part, file))
        return false;
    printf("%lld businesses are in %s.\n", (long long)facts.businesses, file);
    return true;
}

int backup_run(const struct config *config, const bool *given, const char *const *words)
{
    if (!words[0] || words[1])
        return EXIT_USAGE;
    if (given[0])
        return verify(config, words[0]);
    struct arena arena = {0};
    const char *from = app_sqlite_file(config, false, &arena);
    const char *part = str_to_cstr(&arena, str_format(&arena, "%s.part", words[0]));
    int status = EXIT_OK;
    if (!from) {
        status = advise_postgres(words[0]);
    } else if (is_same_file(from, words[0])) {
        fprintf(stderr, "tilopos: %s is the database itself; a backup needs a file of its own\n", words[0]);
        status = EXIT_BROKEN;
    } else if (!back_up(config, from, part, words[0])) {
        copy_discard(part);
        status = EXIT_BROKEN;
    }
    arena_free(&arena);
    return status;
}
