/* The regulars of the demo café, and its loyalty programme. */
#pragma once
#include "platform/db/db.h"

enum code demo_add_customers(struct db_tx *tx, int64_t now_ms);
