/* The registry of all declared statements (a linker section), and their texts for one engine. */
#pragma once
#include "platform/db/db.h"

enum { STATEMENT_PARAMETERS_MAX = 400 };

struct statement_text {
    const char *sql; /* placeholders: ?n on SQLite, $n on PostgreSQL */
    int parameters;  /* the highest n, the tenant's $1 counted */
};

size_t statements_count(void);
struct db_statement *statements_at(size_t id);

/* Numbers the statements and checks their names; logs what is wrong. */
bool statements_number(void);
/* One text, or NULL when it is not understood (logged with `name`). */
bool statement_expand(struct arena *arena, const char *name, const char *sql, enum db_engine engine,
                      struct statement_text *ret_text);
/* All of them, by id; NULL on a fault. */
struct statement_text *statements_expand(struct arena *arena, enum db_engine engine);
