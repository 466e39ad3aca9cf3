/* The states of a dining table. It is occupied while a dine-in order of it is active, and for as long as
 * somebody says so by hand; reserved and cleaning are set by hand. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum table_status { TABLE_AVAILABLE, TABLE_OCCUPIED, TABLE_RESERVED, TABLE_CLEANING, TABLE_STATUSES };

/* By hand: anything, but a table with active orders stays occupied. */
bool table_may_become(enum table_status wanted, int64_t active_orders);
/* After an order left it. A table that was set to something else by hand meanwhile stays so. */
enum table_status table_after_release(enum table_status status, int64_t active_orders);
