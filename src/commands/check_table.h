/* What must always hold, as rows of data. */
#pragma once
#include "platform/db/db.h"

enum check_kind {
    CHECK_BOOKS,    /* parameters: $1 rows at most */
    CHECK_RECENT,   /* $1 rows at most, $2 since when events are kept (UTC, ms) */
    CHECK_LISTENER, /* once for every listener: $1 rows at most, $2 the listener */
    CHECK_NOTE,     /* as CHECK_LISTENER, but what it finds is told, not broken */
};

/* The statement answers what is broken: an id, what is there, what should be there, and how many there are in
 * all. */
struct book_check {
    enum check_kind kind;
    const char *name;
    const struct db_statement *statement;
    const char *summary;                     /* what holds */
    const char *subject, *actual, *expected; /* what the three columns are */
    /* What SQL can't tell, in the place of the statement (CHECK_BOOKS); the same columns, in `arena`. */
    enum code (*run)(struct db *db, struct arena *arena, int64_t limit, struct db_rows **ret_found);
};

/* Of the statements: why they look at all businesses; the last of their columns. */
#define REASON "tilopos check proves the books of all businesses"
#define TOTAL "COUNT(*) OVER ()"

/* check_log.c */
enum code check_log_entries(struct db *db, struct arena *arena, int64_t limit, struct db_rows **ret_found);

/* By area; each ends in a row with name NULL. */
extern const struct book_check BOOK_CHECKS[], CUSTOMER_CHECKS[], FLOOR_CHECKS[], ORDER_CHECKS[];

#define BOOK_CHECKS_MAX 128
/* The rows of all areas; answers how many. */
size_t book_checks(const struct book_check *ret_checks[BOOK_CHECKS_MAX]);
