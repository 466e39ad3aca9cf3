/* Customers and loyalty. */
#include "modules/customers/customers.h"

const struct module CUSTOMERS_MODULE = {.name = "customers"};
