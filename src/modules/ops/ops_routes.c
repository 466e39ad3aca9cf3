/* Watching and mending the event listeners. */
#include "modules/ops/ops.h"

const struct module OPS_MODULE = {.name = "ops"};
