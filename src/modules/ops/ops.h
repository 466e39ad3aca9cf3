/* Watching and mending the event listeners. */
#pragma once
#include "modules/module.h"

extern const struct module OPS_MODULE;
