/* A scanner for the SQL that this program declares: words, parameters, literals, single signs. */
#include "platform/db/sql_scan.h"

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static void skip(struct str *rest, size_t len)
{
    rest->data += len;
    rest->len -= len;
}

static size_t comment_length(struct str s)
{
    size_t len = 2;
    if (str_starts_with(s, STR("--"))) {
        while (len < s.len && s.data[len] != '\n')
            len++;
        return len;
    }
    if (!str_starts_with(s, STR("/*")))
        return 0;
    while (len < s.len && !(s.data[len] == '/' && s.data[len - 1] == '*' && len > 2))
        len++;
    return len < s.len ? len + 1 : len;
}

/* Up to and with the closing quote; a doubled quote belongs to the text. */
static size_t quoted_length(struct str s)
{
    for (size_t len = 1; len < s.len; len++) {
        if (s.data[len] != s.data[0])
            continue;
        if (len + 1 >= s.len || s.data[len + 1] != s.data[0])
            return len + 1;
        len++;
    }
    return s.len;
}

static size_t run_length(struct str s, size_t from, bool (*belongs)(char))
{
    while (from < s.len && belongs(s.data[from]))
        from++;
    return from;
}

static struct sql_token parameter(struct str s)
{
    size_t len = run_length(s, 1, is_digit);
    struct sql_token token = {SQL_PARAMETER, {s.data, len}, 0};
    for (size_t i = 1; i < len && i < 6; i++)
        token.number = token.number * 10 + (s.data[i] - '0');
    return token;
}

struct sql_token sql_next(struct str *rest)
{
    for (size_t len = 1; len > 0 && rest->len > 0;) {
        len = is_space(rest->data[0]) ? 1 : comment_length(*rest);
        skip(rest, len);
    }
    if (rest->len == 0)
        return (struct sql_token){SQL_END, {rest->data, 0}, 0};
    struct str s = *rest;
    struct sql_token token = {SQL_PUNCTUATION, {s.data, 1}, 0};
    if (s.data[0] == '\'') {
        token = (struct sql_token){SQL_TEXT, {s.data, quoted_length(s)}, 0};
    } else if (s.data[0] == '"') {
        size_t len = quoted_length(s);
        skip(rest, len);
        return (struct sql_token){SQL_WORD, {s.data + 1, len > 1 ? len - 2 : 0}, 0};
    } else if (is_digit(s.data[0])) {
        token = (struct sql_token){SQL_NUMBER, {s.data, run_length(s, 1, is_word)}, 0};
    } else if (is_word(s.data[0])) {
        token = (struct sql_token){SQL_WORD, {s.data, run_length(s, 1, is_word)}, 0};
    } else if (s.data[0] == '$' && s.len > 1 && is_digit(s.data[1])) {
        token = parameter(s);
    }
    skip(rest, token.text.len);
    return token;
}

bool sql_is(struct sql_token token, const char *word)
{
    return (token.kind == SQL_WORD || token.kind == SQL_PUNCTUATION) &&
           str_eq_ignore_case(token.text, str_of(word));
}
