/* The books of a database that is open, or of a file. */
#pragma once
#include "base/config.h"

struct db;

/* Proves the books. `whole`: every check, each told; otherwise the database is a copy of one in use, whose
 * events may still wait for their listeners, and only what is broken is told. False: something is. */
bool check_books(struct db *db, bool whole);
