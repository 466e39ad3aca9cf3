/* tilopos user: logins seen and mended from the machine itself, for an owner who is locked out. Works while
 * the server runs; whoever has the database has the power anyway. */
#include "app.h"
#include "base/clock.h"
#include "base/log.h"
#include "commands/command.h"
#include "platform/auth/password.h"
#include "platform/cache/cache.h"
#include "platform/db/db.h"

#define REASON "tilopos user: the operator names an employee by e-mail, whichever the business"
#define LISTED_MOST 10000

DB_STATEMENT_GLOBAL(USER_LIST, REASON,
                    "SELECT e.email, e.role, e.is_active, e.name, b.name FROM employees e "
                    "JOIN businesses b ON b.business_id = e.business_id "
                    "WHERE e.email IS NOT NULL ORDER BY b.name, b.business_id, e.email LIMIT $1");
DB_STATEMENT_GLOBAL(USER_FIND, REASON,
                    "SELECT business_id, id, role, is_active FROM employees WHERE email = $1");
DB_STATEMENT(USER_OTHER_OWNERS, "SELECT COUNT(*) FROM employees WHERE business_id = $1 AND id <> $2 "
                                "AND role = 'owner' AND is_active = 1");
DB_STATEMENT(USER_SET_PASSWORD, "UPDATE employees SET password_hash = $3 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(USER_DEACTIVATE,
             "UPDATE employees SET is_active = 0, pin_key = NULL WHERE business_id = $1 AND id = $2");
DB_STATEMENT(USER_END_LOGINS, "UPDATE refresh_families SET revoked_at = $3 "
                              "WHERE business_id = $1 AND employee_id = $2 AND revoked_at IS NULL");

/* ---- list ---- */

static enum code list(struct db_tx *tx, void *arg)
{
    *(struct db_rows **)arg = db_query(tx, &USER_LIST, DB_INT(LISTED_MOST));
    return CODE_OK;
}

static int run_list(struct db *db, struct arena *arena)
{
    struct db_rows *rows;
    enum code code = db_read(db, UUID_NIL, arena, list, &rows);
    if (code) {
        log_error("user.failed", LOG_TEXT("reason", code_name(code)));
        return EXIT_BROKEN;
    }
    for (size_t i = 0; i < rows->count; i++)
        printf("%-40.*s  %-10.*s  %-8s  %.*s, %.*s\n", STR_ARG(db_text(rows, i, 0)),
               STR_ARG(db_text(rows, i, 1)), db_bool(rows, i, 2) ? "active" : "inactive",
               STR_ARG(db_text(rows, i, 3)), STR_ARG(db_text(rows, i, 4)));
    if (rows->count == LISTED_MOST)
        printf("These are the first %d.\n", LISTED_MOST);
    return EXIT_OK;
}

/* ---- Changes ---- */

struct change {
    struct str email;
    struct str password_hash; /* absent: deactivate */
    const char *refusal;
};

static enum code refuse(struct change *change, const char *refusal)
{
    change->refusal = refusal;
    return CODE_CONFLICT;
}

static enum code change_user(struct db_tx *tx, void *arg)
{
    struct change *change = arg;
    struct db_rows *found = db_query(tx, &USER_FIND, DB_TEXT(change->email));
    if (db_failed(tx))
        return CODE_OK; /* the failure is what is answered */
    if (found->count == 0)
        return refuse(change, "nobody has this e-mail");
    struct uuid id = db_uuid(found, 0, 1);
    bool deactivates = !change->password_hash.data;
    db_become(tx, db_uuid(found, 0, 0));
    cache_touch(tx); /* the writers of one business wait for each other from here on */
    struct db_rows *others = db_query(tx, &USER_OTHER_OWNERS, DB_UUID(id));
    bool is_owner = str_eq(db_text(found, 0, 2), STR("owner"));
    if (deactivates && is_owner && others->count == 1 && db_int(others, 0, 0) == 0)
        return refuse(change, "is the last active owner of the business");
    if (!deactivates && !db_bool(found, 0, 3))
        return refuse(change, "is not active; an owner or manager activates them again");
    if (deactivates)
        db_query(tx, &USER_DEACTIVATE, DB_UUID(id));
    else
        db_query(tx, &USER_SET_PASSWORD, DB_UUID(id), DB_TEXT(change->password_hash));
    db_query(tx, &USER_END_LOGINS, DB_UUID(id), DB_INT(clock_now_ms()));
    return CODE_OK;
}

static bool apply(struct db *db, struct arena *arena, struct change *change)
{
    enum code code = db_write(db, UUID_NIL, arena, change_user, change);
    if (!code)
        return true;
    fprintf(stderr, "tilopos: %.*s: %s\n", STR_ARG(change->email),
            change->refusal ? change->refusal : code_title(code));
    return false;
}

/* ---- reset-password ---- */

/* 20 characters that can't be taken for one another: 100 bits. */
static struct str make_password(struct arena *arena)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    enum { LETTERS = sizeof letters - 1, LENGTH = 20 };
    _Static_assert(256 % LETTERS == 0, "every letter is as likely as the others");
    unsigned char bytes[LENGTH];
    char *password = arena_alloc(arena, LENGTH + 1);
    clock_random(bytes, sizeof bytes);
    for (size_t i = 0; i < LENGTH; i++)
        password[i] = letters[bytes[i] % LETTERS];
    return str_of(password);
}

static struct str read_password(struct arena *arena)
{
    char line[PASSWORD_MOST * 4 + 2];
    if (!fgets(line, sizeof line, stdin))
        return STR_NONE;
    line[strcspn(line, "\r\n")] = '\0';
    size_t points = 0;
    for (const char *at = line; *at; at++)
        points += (*at & 0xC0) != 0x80;
    return points < PASSWORD_LEAST || points > PASSWORD_MOST ? STR_NONE : str_copy(arena, str_of(line));
}

static int run_reset(struct db *db, struct arena *arena, const char *email, bool from_stdin)
{
    struct password_gate gate;
    struct change change = {.email = str_lower(arena, str_of(email))};
    struct str password = from_stdin ? read_password(arena) : make_password(arena);
    if (!password.data) {
        fprintf(stderr, "tilopos: a password has %d to %d characters\n", PASSWORD_LEAST, PASSWORD_MOST);
        return EXIT_BROKEN;
    }
    password_gate_open(&gate, 1);
    enum code code = password_hash(&gate, arena, password, &change.password_hash);
    password_gate_close(&gate);
    if (code || !apply(db, arena, &change))
        return EXIT_BROKEN;
    if (from_stdin)
        printf("The password of %.*s is set.\n", STR_ARG(change.email));
    else
        printf("%.*s\n", STR_ARG(password));
    return EXIT_OK;
}

static int run_deactivate(struct db *db, struct arena *arena, const char *email)
{
    struct change change = {.email = str_lower(arena, str_of(email))};
    if (!apply(db, arena, &change))
        return EXIT_BROKEN;
    printf("%.*s is not active any more.\n", STR_ARG(change.email));
    return EXIT_OK;
}

static int run_command(struct db *db, struct arena *arena, const bool *given, const char *const *words)
{
    if (!strcmp(words[0], "list"))
        return run_list(db, arena);
    if (!strcmp(words[0], "reset-password"))
        return run_reset(db, arena, words[1], given[0]);
    return run_deactivate(db, arena, words[1]);
}

/* `list`, or a change with an e-mail. */
static bool is_understood(const bool *given, const char *const *words)
{
    if (!words[0])
        return false;
    if (!strcmp(words[0], "list"))
        return !words[1] && !given[0];
    bool resets = !strcmp(words[0], "reset-password");
    return (resets || (!strcmp(words[0], "deactivate") && !given[0])) && words[1] && !words[2];
}

int user_run(const struct config *config, const bool *given, const char *const *words)
{
    if (!is_understood(given, words))
        return EXIT_USAGE;
    struct arena arena = {0};
    struct db *db = app_open_database(config, false);
    int status = db ? run_command(db, &arena, given, words) : EXIT_BROKEN;
    if (db)
        db_close(db);
    arena_free(&arena);
    return status;
}
