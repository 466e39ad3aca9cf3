/* Kitchen orders: made by sales or by hand, followed from pending to completed. */
#include "modules/orders/orders.h"

const struct module ORDERS_MODULE = {.name = "orders"};
