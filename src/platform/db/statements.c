/* The registry of declared statements. Every DB_STATEMENT puts a pointer into the section db_statements; the
 * linker names its two ends. A statement's id is its place there. */
#include "platform/db/statements.h"

#include "base/buf.h"
#include "base/check.h"
#include "base/log.h"
#include "platform/db/sql_scan.h"

/* Weak: a program without statements has no such section. */
extern struct db_statement *const __start_db_statements[] __attribute__((weak));
extern struct db_statement *const __stop_db_statements[] __attribute__((weak));

size_t statements_count(void)
{
    /* cppcheck-suppress comparePointers ; two ends of one section */
    return (size_t)(__stop_db_statements - __start_db_statements);
}

struct db_statement *statements_at(size_t id)
{
    check(id < statements_count());
    return __start_db_statements[id];
}

void db_each_statement(void (*visit)(const struct db_statement *statement, void *arg), void *arg)
{
    for (size_t id = 0; id < statements_count(); id++)
        visit(statements_at(id), arg);
}

static bool name_is_taken(size_t id)
{
    for (size_t other = 0; other < id; other++) {
        if (strcmp(statements_at(other)->name, statements_at(id)->name) == 0)
            return true;
    }
    return false;
}

bool statements_number(void)
{
    bool good = true;
    for (size_t id = 0; id < statements_count(); id++) {
        struct db_statement *statement = statements_at(id);
        /* Written once: at a second db_open threads of the first may be reading it. */
        if (statement->id != (int)id)
            statement->id = (int)id;
        if (!name_is_taken(id))
            continue;
        log_error("db.statement_declared_twice", LOG_TEXT("statement", statement->name));
        good = false;
    }
    return good;
}

static bool expand_token(struct buf *out, struct str token, enum db_engine engine)
{
    static const struct {
        struct str name, postgres;
    } tokens[] = {
        {STR_INIT("{for_update}"), STR_INIT("FOR UPDATE")},
        {STR_INIT("{for_share}"), STR_INIT("FOR SHARE")},
    };
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        if (!str_eq(token, tokens[i].name))
            continue;
        if (engine == DB_POSTGRES)
            buf_put(out, tokens[i].postgres);
        return true;
    }
    return false;
}

bool statement_expand(struct arena *arena, const char *name, const char *sql, enum db_engine engine,
                      struct statement_text *ret_text)
{
    struct str rest = str_of(sql);
    struct buf out = buf_make(arena, rest.len + 16, 64 * 1024);
    int parameters = 0;
    for (;;) {
        const char *from = rest.data;
        struct sql_token token = sql_next(&rest);
        if (token.kind == SQL_END)
            break;
        buf_put(&out, (struct str){from, (size_t)(token.text.data - from)});
        if (sql_is(token, "{")) {
            const char *end = memchr(rest.data, '}', rest.len);
            struct str word = {token.text.data, end ? (size_t)(end + 1 - token.text.data) : 0};
            if (!expand_token(&out, word, engine)) {
                log_error("db.statement_has_unknown_token", LOG_TEXT("statement", name));
                return false;
            }
            rest = (struct str){end + 1, rest.len - (size_t)(end + 1 - rest.data)};
            continue;
        }
        if (token.number > parameters)
            parameters = token.number;
        if (token.kind == SQL_PARAMETER && engine == DB_SQLITE)
            buf_format(&out, "?%d", token.number); /* SQLite numbers $n by first appearance, ?n as it says */
        else
            buf_put(&out, (struct str){token.text.data, (size_t)(rest.data - token.text.data)});
    }
    buf_put_char(&out, '\0');
    if (out.overflowed || parameters > STATEMENT_PARAMETERS_MAX) {
        log_error("db.statement_is_too_large", LOG_TEXT("statement", name));
        return false;
    }
    *ret_text = (struct statement_text){out.data, parameters};
    return true;
}

struct statement_text *statements_expand(struct arena *arena, enum db_engine engine)
{
    struct statement_text *texts = arena_array(arena, struct statement_text, statements_count());
    bool good = true;
    for (size_t id = 0; id < statements_count(); id++) {
        const struct db_statement *statement = statements_at(id);
        good &= statement_expand(arena, statement->name, statement->sql, engine, &texts[id]);
    }
    return good ? texts : NULL;
}
