/* tilopos restore: a proven copy in the place of the database, whole or not at all. */
#include "app.h"
#include "base/log.h"
#include "commands/command.h"
#include "commands/copy_books.h"
#include "platform/db/copy.h"

#include <errno.h>
#include <unistd.h>

/* The backup itself is only read: it may be on a medium that can't be written. */
static bool take_in(const struct config *config, const char *backup, const char *part)
{
    struct copy_facts facts;
    if (!copy_make(backup, part) || !copy_look(part, &facts))
        return false;
    if (facts.migrations == 0) {
        log_error("restore.not_a_backup", LOG_TEXT("file", backup));
        return false;
    }
    return copy_books_hold(config, part, facts.migrations);
}

static bool may_replace(const char *file, bool force)
{
    struct copy_facts facts;
    if (force)
        return true;
    if (!copy_look(file, &facts))
        return false;
    if (facts.businesses > 0)
        fprintf(stderr, "tilopos: there are %lld businesses in %s; --force replaces them\n",
                (long long)facts.businesses, file);
    return facts.businesses == 0;
}

/* Under a second name; the first one is replaced in one step. */
static bool keep(struct arena *arena, const char *file)
{
    const char *kept = str_to_cstr(arena, str_format(arena, "%s.before-restore", file));
    if ((unlink(kept) && errno != ENOENT) || link(file, kept)) {
        log_error("restore.cannot_keep_the_old", LOG_TEXT("file", kept), LOG_TEXT("reason", strerror(errno)));
        return false;
    }
    printf("What was there is kept as %s.\n", kept);
    return true;
}

static bool replace(struct arena *arena, const char *part, const char *file, bool force)
{
    if (access(file, F_OK) != 0)
        return copy_publish(part, file);
    if (!may_replace(file, force))
        return false;
    struct copy_claim *claim = copy_claim(file);
    bool good = claim && (!force || keep(arena, file)) && copy_publish(part, file);
    copy_claim_end(claim);
    return good;
}

int restore_run(const struct config *config, const bool *given, const char *const *words)
{
    if (!words[0] || words[1])
        return EXIT_USAGE;
    struct arena arena = {0};
    const char *file = app_sqlite_file(config, true, &arena);
    if (!file) {
        fprintf(stderr,
                "tilopos: PostgreSQL has its own tool:\n"
                "  createdb tilopos && pg_restore --no-owner --dbname=tilopos '%s'\n"
                "  tilopos backup --verify postgres://…/tilopos\n",
                words[0]);
        arena_free(&arena);
        return EXIT_BROKEN;
    }
    const char *part = str_to_cstr(&arena, str_format(&arena, "%s.restoring", file));
    bool good = take_in(config, words[0], part) && replace(&arena, part, file, given[0]);
    if (good)
        printf("%s is restored from %s.\n", file, words[0]);
    else
        copy_discard(part);
    arena_free(&arena);
    return good ? EXIT_OK : EXIT_BROKEN;
}
