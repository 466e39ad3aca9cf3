/* The books of a copy, for backup and restore. */
#pragma once
#include "base/config.h"

/* Proves the books in an SQLite file that nobody else has open; `migrations` are applied in it. One of an
 * older schema is told and let pass. */
bool copy_books_hold(const struct config *config, const char *file, int64_t migrations);
