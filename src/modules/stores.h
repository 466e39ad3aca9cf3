/* What the stores of many modules have in common. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

/* The index of a stored word in its table, which NULL ends. It must be there (checked). */
int64_t word_index(const char *const *words, struct str word);

/* For LIKE … ESCAPE '\': any text that holds this one. STR_NONE: STR_NONE. */
struct str like_anywhere(struct arena *arena, struct str text);
