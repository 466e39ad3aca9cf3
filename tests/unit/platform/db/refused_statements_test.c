/* Statements that must keep the database from opening. A binary of its own: the registry is the program's. */
#include "platform/db/fixture.h"

DB_STATEMENT(PLANTED_LEAK, "SELECT name FROM products WHERE id = $1");
DB_STATEMENT(PLANTED_HALF,
             "SELECT i.id FROM transactions t JOIN transaction_items i ON i.transaction_id = t.id"
             " WHERE t.business_id = $1");
DB_STATEMENT(PLANTED_UNUSED, "SELECT kid FROM server_keys");
DB_STATEMENT(PLANTED_TYPO, "SELECT nmae FROM products WHERE business_id = $1");
DB_STATEMENT(PLANTED_TOKEN, "SELECT name FROM products WHERE business_id = $1 {for_ever}");
DB_STATEMENT_GLOBAL(PLANTED_NO_REASON, "", "SELECT kid FROM server_keys");
DB_STATEMENT(REFUSED_GOOD, "SELECT name FROM products WHERE business_id = $1");

static const char *const PLANTED[] = {"PLANTED_LEAK", "PLANTED_HALF",  "PLANTED_UNUSED",
                                      "PLANTED_TYPO", "PLANTED_TOKEN", "PLANTED_NO_REASON"};

static struct str open_and_log(enum db_engine engine)
{
    struct db_options options = {.url = str_of(fixture_new_url(engine)), .migrate = true};
    fixture_capture_log();
    struct db *db = db_open(&options);
    struct str log = fixture_captured_log(test_arena());
    expect(db == NULL);
    return log;
}

static void count(const struct db_statement *statement, void *arg)
{
    (void)statement;
    ++*(int *)arg;
}

TEST(planted_statements_are_refused_by_name)
{
    for (enum db_engine engine = DB_SQLITE; engine <= DB_POSTGRES; engine++) {
        if (!fixture_has(engine))
            continue;
        struct str log = open_and_log(engine);
        for (size_t i = 0; i < COUNT_OF(PLANTED); i++) {
            test_note("%s on engine %d", PLANTED[i], (int)engine);
            expect(memmem(log.data, log.len, PLANTED[i], strlen(PLANTED[i])) != NULL);
        }
        expect(memmem(log.data, log.len, "REFUSED_GOOD", strlen("REFUSED_GOOD")) == NULL);
        expect(memmem(log.data, log.len, "FIXTURE_PUT", strlen("FIXTURE_PUT")) == NULL);
    }
}

TEST(every_statement_is_visited)
{
    int visited = 0;
    db_each_statement(count, &visited);
    expect(visited >= 7 + 4);
}
