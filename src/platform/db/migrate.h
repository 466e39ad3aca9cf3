/* Migrations: numbered scripts, forward only, applied under a lock in one transaction and recorded with the
 * SHA-256 of their text. See migrations/README.md. */
#pragma once
#include "platform/db/db.h"

struct migration {
    int number;
    const char *name; /* 0001_tenants */
    const char *text;
};

/* The scripts of migrations/, made at build time. */
extern const struct migration MIGRATIONS[];
extern const size_t MIGRATIONS_COUNT;

/* An engine, as migrations need it. Both functions log what fails. */
struct migrate_target {
    enum db_engine engine;
    void *connection;
    bool (*execute)(void *connection, const char *script);
    /* Answers rows of text, row after row; the query says how many columns. */
    bool (*query)(void *connection, struct arena *arena, const char *sql, struct str **ret_cells,
                  size_t *ret_count);
};

/* Applies what is missing of `list`; with `apply` false only looks. False, with a log that says why: a script
 * failed, an applied one was changed, one is missing (and not to be applied), or the database is newer than
 * the program. */
bool migrate(const struct migrate_target *target, const struct migration *list, size_t count, bool apply);
/* The scripts alone, for a schema that lives in memory. */
bool migrate_unrecorded(const struct migrate_target *target, const struct migration *list, size_t count);
