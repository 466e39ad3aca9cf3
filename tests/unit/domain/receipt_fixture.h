/* Receipts for the tests of their renderers. */
#pragma once
#include "domain/receipt.h"

/* A café's bill with a bit of everything: variant, modifiers, notes, discounts, service charge, tax,
 * rounding. */
struct receipt receipt_of_cafe(void);

/* Anything at all, the same for the same seed: long, wide, odd and hostile texts, any amounts. */
struct receipt receipt_of_chance(struct arena *arena, uint64_t seed);
