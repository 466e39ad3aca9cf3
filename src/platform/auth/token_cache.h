/* Tokens that were verified already, so that the HMAC, the JSON and the look-up of the login are done once a
 * token.
 *
 * Keyed by the BLAKE2b of the token's bytes; the token itself is not kept. Bounded: a set of few places per
 * hash, the one that ends first gives way. Thread-safe, short locks on a part of the table. */
#pragma once
#include "platform/auth/token.h"

#define TOKEN_DIGEST_BYTES 32

struct token_digest {
    uint8_t bytes[TOKEN_DIGEST_BYTES];
};

struct token_entry {
    struct uuid business_id, employee_id, family_id;
    int64_t expires_ms; /* of the token */
    int64_t recheck_ms; /* from then on the login is looked up again: another process may have ended it */
};

struct token_cache;

struct token_cache *token_cache_open(size_t capacity);
void token_cache_close(struct token_cache *cache);

struct token_digest token_digest(struct str token);
bool token_cache_find(struct token_cache *cache, const struct token_digest *digest,
                      struct token_entry *ret_entry);

/* What was verified while a login ended must not come in after it was taken out: take the epoch before the
 * look-up and hand it over with the entry; the entry is dropped when a login ended since. */
uint64_t token_cache_epoch(const struct token_cache *cache);
void token_cache_put(struct token_cache *cache, const struct token_digest *digest,
                     const struct token_entry *entry, uint64_t epoch);

/* Takes out every token of this login (family) or employee. Call it after the commit that ended them. */
void token_cache_forget(struct token_cache *cache, struct uuid family_or_employee);
