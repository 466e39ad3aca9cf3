/* Dining tables. */
#include "modules/tables/tables.h"

const struct module TABLES_MODULE = {.name = "tables"};
