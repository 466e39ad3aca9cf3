/* Answers of ROUTE_CACHED routes, kept in memory: at most `bytes_max`, the ones unused for longest go first.
 * An answer holds for one version of the business's reference data. Thread-safe. */
#pragma once
#include "base/uuid.h"
#include "platform/http/answer.h"

struct answer_cache;

struct answer_key {
    struct uuid business, outlet; /* outlet nil: all, an owner's */
    struct str target;            /* path and query as sent */
};

struct answer_cache *answer_cache_new(size_t bytes_max);
void answer_cache_free(struct answer_cache *cache);
/* A reference for the caller, or NULL. */
struct answer *answer_cache_get(struct answer_cache *cache, const struct answer_key *key, int64_t version);
/* Takes a reference of its own. What is larger than 1/8 of the cache is not kept. */
void answer_cache_put(struct answer_cache *cache, const struct answer_key *key, int64_t version,
                      struct answer *answer);
