/* What the batches of sales left behind at their commits: receipt numbers, open shifts, stock levels. The
 * next batch is decided on it without reading anything first; its statements verify what it relies on.
 *
 * Never truth, and lossy: other writers change the rows, and an entry makes room for another. An outlet is
 * recalled once it has proven that nobody else sells there meanwhile (its counter was read as it was
 * left); after a batch that had to be run again it has to prove that anew. Used by one batch at a time. */
#pragma once
#include "modules/pos/sale_batch.h"

struct sale_memory;

struct sale_memory *sale_memory_open(void);
void sale_memory_close(struct sale_memory *memory);

/* Gives the batch all that batch_load would read. False: not all of it is known, or one of the sales wants
 * more than that (a table, a customer, an approval, a time of its own …). */
bool sale_memory_recall(const struct sale_memory *memory, struct batch *batch);

/* Before what was decided so is stored: its outlets are unknown until sale_memory_keep. */
void sale_memory_forget(struct sale_memory *memory, const struct batch *batch);

/* After the commit. */
void sale_memory_keep(struct sale_memory *memory, const struct batch *batch);
