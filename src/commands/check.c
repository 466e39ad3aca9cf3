/* tilopos check: proves what must always hold, over the whole database, from one snapshot. */
#include "base/check.h"
#include "app.h"
#include "base/clock.h"
#include "base/log.h"
#include "commands/check.h"
#include "commands/check_table.h"
#include "commands/command.h"
#include "modules/module.h"

#define EXAMPLES_MAX 10
/* Events may be forgotten when they are 7 days old; a clean-up that just runs must not look like a fault. */
#define EVENTS_KEPT_MS ((INT64_C(7) * 24 - 1) * 3600 * 1000)

#define RESULTS_MAX 512

struct result {
    const struct book_check *check;
    const struct listener *listener; /* NULL: the check has none */
    struct db_rows *rows;
};

struct books {
    const struct listener *listeners[MODULES_LISTENERS_MAX];
    size_t listener_count;
    struct result results[RESULTS_MAX];
    size_t count;
};

/* ---- Asking ---- */

static void run_check(struct db_tx *tx, struct books *books, const struct book_check *check,
                      const struct listener *listener)
{
    struct db_value limit = DB_INT(EXAMPLES_MAX);
    check(books->count < RESULTS_MAX);
    struct result *result = &books->results[books->count++];
    *result = (struct result){check, listener, NULL};
    if (check->run)
        return; /* outside of the snapshot: it may read a lot */
    if (listener)
        result->rows = db_query(tx, check->statement, limit, DB_TEXT(str_of(listener->name)));
    else if (check->kind == CHECK_RECENT)
        result->rows = db_query(tx, check->statement, limit, DB_INT(clock_now_ms() - EVENTS_KEPT_MS));
    else
        result->rows = db_query(tx, check->statement, limit);
}

static enum code run_checks(struct db_tx *tx, void *arg)
{
    struct books *books = arg;
    const struct book_check *checks[BOOK_CHECKS_MAX];
    size_t count = book_checks(checks);
    books->count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct book_check *check = checks[i];
        bool of_listeners = check->kind == CHECK_LISTENER || check->kind == CHECK_NOTE;
        if (!of_listeners)
            run_check(tx, books, check, NULL);
        for (size_t j = 0; of_listeners && j < books->listener_count; j++)
            run_check(tx, books, check, books->listeners[j]);
    }
    return CODE_OK;
}

/* ---- Telling ---- */

static void print_examples(const struct result *result)
{
    const struct book_check *check = result->check;
    for (size_t i = 0; i < result->rows->count; i++) {
        char id[UUID_TEXT_LEN + 1];
        uuid_format(db_uuid(result->rows, i, 0), id);
        printf("          %s %s: %s %lld, %s %lld\n", check->subject, id, check->actual,
               (long long)db_int(result->rows, i, 1), check->expected, (long long)db_int(result->rows, i, 2));
    }
}

/* Answers whether something is broken. */
static bool print_result(const struct result *result)
{
    bool note = result->check->kind == CHECK_NOTE, found = result->rows->count > 0;
    if (note && !found)
        return false;
    printf("%-8s  %-20s  ", note ? "note" : found ? "BROKEN" : "ok", result->check->name);
    if (result->listener)
        printf("%s: ", result->listener->name);
    printf("%s", result->check->summary);
    if (found)
        printf(": %lld", (long long)db_int(result->rows, 0, 3));
    putchar('\n');
    print_examples(result);
    return found && !note;
}

bool check_books(struct db *db, bool whole)
{
    static struct books books;
    struct arena arena = {0};
    int broken = 0;
    books.listener_count = whole ? modules_listeners(books.listeners) : 0;
    enum code code = db_read(db, UUID_NIL, &arena, run_checks, &books);
    for (size_t i = 0; i < books.count && !code; i++) {
        struct result *result = &books.results[i];
        if (result->check->run)
            code = result->check->run(db, &arena, EXAMPLES_MAX, &result->rows);
    }
    if (code)
        log_error("check.failed", LOG_TEXT("reason", code_name(code)));
    for (size_t i = 0; i < books.count && !code; i++) {
        if (whole || books.results[i].rows->count > 0)
            broken += print_result(&books.results[i]);
    }
    if (broken)
        printf("\n%d of the books do not add up.\n", broken);
    arena_free(&arena);
    return !code && broken == 0;
}

int check_run(const struct config *config, const bool *given)
{
    (void)given;
    struct db *db = app_open_database(config, false);
    if (!db)
        return EXIT_BROKEN;
    bool good = check_books(db, true);
    db_close(db);
    return good ? EXIT_OK : EXIT_BROKEN;
}
