/* Applies migrations. Whoever finds the schema current takes no lock; otherwise the lock is taken and
 * everything is looked at again, so of several processes that start at once one migrates and the others find
 * it done. */
#include "platform/db/migrate.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/db/sqlite_statistics.h"

#include <sodium.h>

enum { SCRIPT_MAX = 1024 * 1024 };

static const struct {
    struct str token, text[2]; /* by engine: DB_SQLITE, DB_POSTGRES */
} TOKENS[] = {
    {STR_INIT("{uuid}"), {STR_INIT("BLOB"), STR_INIT("uuid")}},
    {STR_INIT("{bytes}"), {STR_INIT("BLOB"), STR_INIT("bytea")}},
    {STR_INIT("{int}"), {STR_INIT("INTEGER"), STR_INIT("bigint")}},
    {STR_INIT("{text}"), {STR_INIT("TEXT"), STR_INIT("text COLLATE \"C\"")}},
    {STR_INIT("{keyed}"), {STR_INIT("STRICT, WITHOUT ROWID"), STR_INIT("")}},
    {STR_INIT("{hot}"), {STR_INIT("STRICT, WITHOUT ROWID"), STR_INIT("WITH (fillfactor=50)")}},
};

static const char TABLE[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number {int} NOT NULL PRIMARY KEY,"
    " name {text} NOT NULL, checksum {text} NOT NULL, applied_at {int} NOT NULL) {keyed}";

static const struct {
    const char *lock, *table_exists;
    const char *finish; /* behind the scripts, in their transaction; may be NULL */
} ENGINES[] = {
    [DB_SQLITE] = {"BEGIN IMMEDIATE",
                   "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'",
                   SQLITE_STATISTICS},
    [DB_POSTGRES] =
        {"BEGIN; SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0;"
         "SELECT pg_advisory_xact_lock(8317209531)",
         "SELECT to_regclass('schema_migrations')::text WHERE to_regclass('schema_migrations') IS "
         "NOT NULL",
         NULL},
};

/* NULL (logged) when a token is not known. NUL-terminated. */
static const char *expand(struct arena *arena, const char *name, const char *text, enum db_engine engine)
{
    struct buf out = buf_make(arena, strlen(text) + 256, SCRIPT_MAX);
    for (const char *brace; (brace = strchr(text, '{'));) {
        buf_put(&out, (struct str){text, (size_t)(brace - text)});
        size_t i = 0, count = sizeof TOKENS / sizeof TOKENS[0];
        while (i < count && !str_starts_with(str_of(brace), TOKENS[i].token))
            i++;
        if (i == count) {
            log_error("db.migration_has_unknown_token", LOG_TEXT("migration", name));
            return NULL;
        }
        buf_put(&out, TOKENS[i].text[engine]);
        text = brace + TOKENS[i].token.len;
    }
    buf_put(&out, str_of(text));
    buf_put_char(&out, '\0');
    return out.overflowed ? NULL : out.data;
}

static struct str checksum(struct arena *arena, const struct migration *migration)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)migration->text, strlen(migration->text));
    return str_hex(arena, hash, sizeof hash);
}

enum state { CURRENT, BEHIND, REFUSED };

static bool applied_matches(struct arena *arena, const struct str cells[3], const struct migration *migration)
{
    int64_t number;
    if (!str_parse_int(cells[0], &number) || number != migration->number) {
        log_error("db.migration_out_of_order", LOG_STR("applied", cells[1]),
                  LOG_TEXT("expected", migration->name));
        return false;
    }
    if (!str_eq(cells[2], checksum(arena, migration))) {
        log_error("db.migration_changed_after_it_was_applied", LOG_STR("migration", cells[1]));
        return false;
    }
    return true;
}

/* Compares what is applied with `list`; `ret_applied` is how many of it are. */
static enum state look(const struct migrate_target *target, struct arena *arena, const struct migration *list,
                       size_t count, size_t *ret_applied)
{
    struct str *cells;
    size_t rows;
    *ret_applied = 0;
    if (!target->query(target->connection, arena, ENGINES[target->engine].table_exists, &cells, &rows))
        return REFUSED;
    if (rows == 0)
        return count ? BEHIND : CURRENT;
    /* By the column: a bare `number` would be the text of that name. */
    if (!target->query(target->connection, arena,
                       "SELECT CAST(m.number AS TEXT), m.name, m.checksum FROM schema_migrations m "
                       "ORDER BY m.number",
                       &cells, &rows))
        return REFUSED;
    if (rows > count) {
        log_error("db.schema_is_newer_than_this_program", LOG_STR("migration", cells[(rows - 1) * 3 + 1]));
        return REFUSED;
    }
    for (size_t i = 0; i < rows; i++) {
        if (!applied_matches(arena, cells + i * 3, &list[i]))
            return REFUSED;
    }
    *ret_applied = rows;
    return rows == count ? CURRENT : BEHIND;
}

static bool run_script(const struct migrate_target *target, struct arena *arena,
                       const struct migration *migration)
{
    const char *script = expand(arena, migration->name, migration->text, target->engine);
    if (script && target->execute(target->connection, script))
        return true;
    log_error("db.migration_failed", LOG_TEXT("migration", migration->name));
    return false;
}

static bool apply_one(const struct migrate_target *target, struct arena *arena,
                      const struct migration *migration)
{
    if (!run_script(target, arena, migration))
        return false;
    /* Nothing here comes from outside: the names are file names that the build checked. */
    struct str sum = checksum(arena, migration);
    struct str record =
        str_format(arena, "INSERT INTO schema_migrations VALUES (%d, '%s', '%.*s', %lld)", migration->number,
                   migration->name, STR_ARG(sum), (long long)clock_now_ms());
    if (!target->execute(target->connection, str_to_cstr(arena, record)))
        return false;
    log_info("db.migrated", LOG_TEXT("migration", migration->name));
    return true;
}

static bool apply_missing(const struct migrate_target *target, struct arena *arena,
                          const struct migration *list, size_t count)
{
    if (!target->execute(target->connection, ENGINES[target->engine].lock))
        return false;
    size_t applied;
    const char *table = expand(arena, "schema_migrations", TABLE, target->engine);
    bool good =
        target->execute(target->connection, table) && look(target, arena, list, count, &applied) != REFUSED;
    for (size_t i = good ? applied : count; good && i < count; i++)
        good = apply_one(target, arena, &list[i]);
    const char *finish = ENGINES[target->engine].finish;
    good = good && (!finish || target->execute(target->connection, finish));
    return target->execute(target->connection, good ? "COMMIT" : "ROLLBACK") && good;
}

bool migrate(const struct migrate_target *target, const struct migration *list, size_t count, bool apply)
{
    struct arena arena = {0};
    size_t applied;
    enum state state = look(target, &arena, list, count, &applied);
    bool good = state == CURRENT;
    if (state == BEHIND && apply)
        good = apply_missing(target, &arena, list, count);
    else if (state == BEHIND)
        log_error("db.schema_is_not_current", LOG_TEXT("missing", list[applied].name),
                  LOG_TEXT("advice", "run: tilopos migrate"));
    arena_free(&arena);
    return good;
}

bool migrate_unrecorded(const struct migrate_target *target, const struct migration *list, size_t count)
{
    struct arena arena = {0};
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = run_script(target, &arena, &list[i]);
    arena_free(&arena);
    return good;
}
