/* The calls about orders. Private to the module. */
#pragma once
#include "modules/handlers.h"
#include "modules/orders/orders_store.h"

enum code orders_create(struct request *request); /* orders_create.c */

/* Is it an active table of this outlet? */
bool order_table_find(struct db_tx *tx, struct uuid outlet_id, struct uuid table_id, struct str *ret_name);
