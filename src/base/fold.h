/* Text as people look for it: without regard to case and to the marks on Latin letters, so that "creme
 * brulee" finds "Crème Brûlée" and sorts beside it. Greek and Cyrillic lose their case, other scripts stay.
 */
#pragma once
#include "base/str.h"

#define FOLD_END UINT32_MAX

/* The next letter of `text` from byte `*at` on, folded; `*at` moves behind it. FOLD_END at the end. */
uint32_t fold_next(struct str text, size_t *at);

struct str fold(struct arena *arena, struct str text); /* the key: folding it again changes nothing */

/* Does the folded text hold the folded key? The empty key is in every text, also in STR_NONE. */
bool fold_contains(struct str text, struct str key);
