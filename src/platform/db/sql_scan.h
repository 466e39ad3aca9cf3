/* SQL text cut into words, as far as the checks of our own statements need it. */
#pragma once
#include "base/str.h"

enum sql_token_kind { SQL_END, SQL_WORD, SQL_PARAMETER, SQL_TEXT, SQL_NUMBER, SQL_PUNCTUATION };

struct sql_token {
    enum sql_token_kind kind;
    struct str text; /* where it stands; a quoted word without its quotes */
    int number;      /* of the parameter */
};

/* Takes the next token off `rest`; comments and white space are skipped. `$` without a small number is
 * punctuation. */
struct sql_token sql_next(struct str *rest);
bool sql_is(struct sql_token token, const char *word); /* any case; a word or punctuation */
