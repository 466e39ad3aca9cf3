/* A fuzz target is a property that holds for all bytes; libFuzzer looks for those that break it. `check`
 * stays on. */
#pragma once
#include "base/arena.h"
#include "base/check.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
