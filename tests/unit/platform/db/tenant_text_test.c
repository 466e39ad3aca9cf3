/* Which texts are bound to the tenant. */
#include "platform/db/sql_scan.h"
#include "platform/db/statements.h"
#include "platform/db/tenant_check.h"
#include "test.h"

static const struct str TABLES[] = {STR_INIT("sales"), STR_INIT("lines"), STR_INIT("notes")};

static const struct {
    const char *sql;
    bool bound;
} CASES[] = {
    {"SELECT x FROM sales WHERE business_id = $1", true},
    {"SELECT x FROM sales WHERE business_id=$1 AND id = $2", true},
    {"SELECT x FROM sales s WHERE s.business_id = $1", true},
    {"SELECT x FROM sales WHERE id = $1", false},
    {"SELECT x FROM sales", false},
    {"SELECT x FROM sales WHERE business_id = $2 AND id = $1", false},
    {"SELECT x FROM sales WHERE business_id = $10 AND id = $1", false},
    {"SELECT x FROM sales WHERE id = $2 -- business_id = $1", false},
    {"SELECT x FROM sales WHERE note = 'WHERE business_id = $1' AND id = $1", false},
    {"SELECT business_id = $1 FROM sales", false},
    {"SELECT x FROM sales WHERE business_id > $1", false},
    /* joins: every table must be bound, to $1 or to one that is */
    {"SELECT x FROM sales s JOIN lines l ON l.business_id = s.business_id AND l.sale = s.id"
     " WHERE s.business_id = $1",
     true},
    {"SELECT x FROM sales s JOIN lines l ON l.sale = s.id WHERE s.business_id = $1", false},
    {"SELECT x FROM sales s JOIN lines l ON l.business_id = s.business_id WHERE s.id = $1", false},
    {"SELECT x FROM sales s JOIN lines l USING (business_id, sale) WHERE s.business_id = $1", true},
    {"SELECT x FROM sales s, lines l WHERE s.business_id = $1 AND l.sale = s.id", false},
    {"SELECT x FROM sales s, lines l WHERE s.business_id = $1 AND l.business_id = $1", true},
    {"SELECT notes, lines, s.notes FROM sales s WHERE business_id = $1", true}, /* columns, not tables */
    {"SELECT (SELECT count(*) FROM lines l WHERE l.sale = s.id) FROM sales s WHERE business_id = $1", false},
    {"SELECT x FROM sales WHERE business_id = $1 AND EXISTS (SELECT 1 FROM lines WHERE business_id = $1)",
     true},
    {"WITH l AS (SELECT sale FROM lines) SELECT x FROM sales JOIN l ON true WHERE business_id = $1", false},
    {"SELECT x FROM sales WHERE (business_id, id) = ($1, $2)", true},
    {"SELECT x FROM sales WHERE (business_id, id) > ($1, $2)", false},
    /* writing */
    {"UPDATE sales SET x = 1 WHERE business_id = $1", true},
    {"UPDATE sales SET business_id = $1 WHERE id = $2", false},
    {"UPDATE sales SET x = 1, business_id = $1 WHERE id = $2", false},
    {"UPDATE sales SET x = v.x FROM lines v WHERE sales.business_id = $1 AND v.business_id = $1", true},
    {"DELETE FROM sales WHERE business_id = $1", true},
    {"DELETE FROM sales WHERE id = $1", false},
    {"INSERT INTO sales (business_id, id) VALUES ($1, $2)", true},
    {"INSERT INTO sales (id, business_id) VALUES ($2, $1)", true},
    {"INSERT INTO sales (id, business_id) VALUES (lower($2, 'a'), $1), (coalesce($3, (4)), $1)", true},
    {"INSERT INTO sales (id, business_id) VALUES ($2, $1), ($3, $4)", false},
    {"INSERT INTO sales (id, business_id) VALUES ($2, $1), ($3, $1), ($1, $4)", false},
    {"INSERT INTO sales (business_id, id) VALUES ($2, $1)", false},
    {"INSERT INTO sales (id) VALUES ($1)", false},
    {"INSERT INTO sales VALUES ($1, $2)", false},
    {"INSERT INTO sales (business_id, id) SELECT $1, id FROM lines WHERE business_id = $1", true},
    {"INSERT INTO sales (business_id, id) SELECT l.business_id, id FROM lines l WHERE l.business_id = $1",
     true},
    {"INSERT INTO sales (business_id, id) SELECT l.other, id FROM lines l WHERE l.business_id = $1", false},
    {"INSERT INTO sales (business_id, id) SELECT $1, id FROM lines", false},
    {"INSERT INTO sales AS s (business_id, id) VALUES ($1, $2) ON CONFLICT (business_id, id) DO UPDATE SET x "
     "= 1",
     true},
    {"INSERT INTO sales (business_id, id) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET x = 1", false},
    {"INSERT INTO sales (business_id, id) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", true},
    {"INSERT INTO sales (business_id, id) VALUES ($1, $2) ON CONFLICT DO NOTHING", true},
    {"WITH v (b, id) AS (VALUES ($1, $2)) INSERT INTO sales (business_id, id) SELECT v.b, v.id FROM v",
     false},
    {"WITH v (business_id, id) AS (VALUES ($1, $2)) INSERT INTO sales (business_id, id)"
     " SELECT v.business_id, v.id FROM v",
     true},
};

TEST(tenant_texts_are_bound_or_refused)
{
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const char *fault = tenant_check_text(CASES[i].sql, TABLES, COUNT_OF(TABLES));
        test_note("%s: %s", CASES[i].sql, fault ? fault : "bound");
        expect((fault == NULL) == CASES[i].bound);
    }
}

TEST(sql_is_cut_into_tokens)
{
    static const struct {
        enum sql_token_kind kind;
        const char *text;
        int number;
    } tokens[] = {
        {SQL_WORD, "SELECT", 0},     {SQL_WORD, "a b", 0},      {SQL_PUNCTUATION, ",", 0},
        {SQL_TEXT, "'it''s $9'", 0}, {SQL_PUNCTUATION, ",", 0}, {SQL_PARAMETER, "$12", 12},
        {SQL_PUNCTUATION, "+", 0},   {SQL_NUMBER, "1e5", 0},    {SQL_PUNCTUATION, "-", 0},
        {SQL_WORD, "x_1", 0},        {SQL_PUNCTUATION, "$", 0}, {SQL_TEXT, "'open", 0},
    };
    struct str rest = str_of("SELECT \"a b\", 'it''s $9' -- $7\n, /* $8 */ $12+1e5 -\tx_1 $ 'open");
    for (size_t i = 0; i < COUNT_OF(tokens); i++) {
        struct sql_token token = sql_next(&rest);
        test_note("token %zu", i);
        expect_int_eq(token.kind, tokens[i].kind);
        expect_str_eq(token.text, str_of(tokens[i].text));
        expect_int_eq(token.number, tokens[i].number);
    }
    expect_int_eq(sql_next(&rest).kind, SQL_END);
    expect_int_eq(sql_next(&rest).kind, SQL_END);
}

TEST(texts_are_expanded_for_the_engine)
{
    static const struct {
        const char *sql, *sqlite, *postgres;
        int parameters;
    } cases[] = {
        {"SELECT 1", "SELECT 1", "SELECT 1", 0},
        {"WHERE a=$2 AND b = $1", "WHERE a=?2 AND b = ?1", "WHERE a=$2 AND b = $1", 2},
        {"a {for_update} b", "a  b", "a FOR UPDATE b", 0},
        {"a {for_share}", "a ", "a FOR SHARE", 0},
        {"'$1 {x}' \"$2\" $3", "'$1 {x}' \"$2\" ?3", "'$1 {x}' \"$2\" $3", 3},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct statement_text text;
        test_note("%s", cases[i].sql);
        require(statement_expand(test_arena(), "test", cases[i].sql, DB_SQLITE, &text));
        expect_text_eq(text.sql, cases[i].sqlite);
        expect_int_eq(text.parameters, cases[i].parameters);
        require(statement_expand(test_arena(), "test", cases[i].sql, DB_POSTGRES, &text));
        expect_text_eq(text.sql, cases[i].postgres);
    }
}
