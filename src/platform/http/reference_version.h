/* The version of a business's reference data, by which cached answers are told from stale ones. */
#pragma once
#include "base/uuid.h"

struct platform;

/* From memory only, for loop threads. */
bool reference_version_peek(struct platform *platform, struct uuid business, int64_t *ret_version);
/* May read the database; false when there is none to read. */
bool reference_version_get(struct platform *platform, struct uuid business, int64_t *ret_version);
