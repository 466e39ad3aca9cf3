/* Packing the texts of events: ids, the member names of our JSON and frequent values shrink, everything else
 * stays as it is; unpacked, every text is the same again, byte by byte, whatever it was.
 *
 * Texts and ids that belong together (an entry of the log) share a memory of the ids seen so far, so that an
 * id costs 17 bytes once and one or two afterwards. They must be unpacked in the order in which they were
 * packed.
 *
 * The format is kept in databases: numbers of pack_words.c are never given to another word. */
#pragma once
#include "base/buf.h"
#include "base/uuid.h"

#define PACK_SEEN_MAX 64

struct pack_memory {
    struct uuid seen[PACK_SEEN_MAX];
    size_t count;
};

/* Both sides begin by remembering the same ids. Nil and known ones are not remembered. */
void pack_remember(struct pack_memory *memory, struct uuid id);

void pack_number(struct buf *out, uint64_t number);
void pack_id(struct pack_memory *memory, struct buf *out, struct uuid id);
/* STR_NONE stays STR_NONE. At most 3 × the text + 16 bytes. */
void pack_text(struct pack_memory *memory, struct buf *out, struct str text);

/* They cut what they read off `in`. False: this is not what packing makes. */
bool unpack_number(struct str *in, uint64_t *ret_number);
bool unpack_id(struct pack_memory *memory, struct str *in, struct uuid *ret_id);
bool unpack_text(struct pack_memory *memory, struct str *in, struct arena *arena, struct str *ret_text);

/* Inside: pack_words.c. Words have numbers from 0 on; a word that ends with ':' is a member's name. */
struct str pack_word(size_t number); /* STR_NONE: there is none */
bool pack_word_find(struct str word, size_t *ret_number);
