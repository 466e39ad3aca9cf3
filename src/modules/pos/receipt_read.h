/* From a stored transaction to its receipt. */
#pragma once
#include "modules/pos/receipt_schema.h"
#include "platform/auth/directory.h"

/* What `directory` and the stored transaction say; texts live in the transaction's arena or the directory.
 * NOT_FOUND also where the outlet is not `request`'s to see. The language is the caller's to set. */
enum code receipt_read(struct request *request, struct db_tx *tx, const struct directory *directory,
                       struct uuid id, struct receipt_answer *ret_answer);

/* One more print of what is there. */
void receipt_count_print(struct db_tx *tx, struct uuid id, int64_t now_ms, struct receipt_prints *ret_prints);
