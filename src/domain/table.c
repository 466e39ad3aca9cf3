/* The states of a dining table: see table.h. */
#include "domain/table.h"

bool table_may_become(enum table_status wanted, int64_t active_orders)
{
    return active_orders == 0 || wanted == TABLE_OCCUPIED;
}

enum table_status table_after_release(enum table_status status, int64_t active_orders)
{
    return status == TABLE_OCCUPIED && active_orders == 0 ? TABLE_AVAILABLE : status;
}
