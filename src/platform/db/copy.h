/* A whole SQLite database as one file: made while others write, looked through, put in place. What fails is
 * logged. Blocks; any thread. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct copy_facts {
    int64_t migrations; /* applied; 0: not a database of ours */
    int64_t businesses;
};

/* One snapshot of `from` into the new file `to`, readable by its owner only; what was there is overwritten.
 */
bool copy_make(const char *from, const char *to);
/* Reads every page and index. False (logged): not a database, or damaged. */
bool copy_look(const char *file, struct copy_facts *ret_facts);
/* Renames a copy, durably: afterwards there is either what was there before, or all of the copy. */
bool copy_publish(const char *copy, const char *file);
void copy_discard(const char *copy);

/* The database for nobody else: its log is moved into the file. NULL: somebody has it open (logged). */
struct copy_claim *copy_claim(const char *file);
void copy_claim_end(struct copy_claim *claim);
