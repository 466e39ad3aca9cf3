/* The socket gateways /kds and /notifications: what happens is on every screen of the outlet at once, and on
 * no other. See README.md here. */
#pragma once
#include "modules/module.h"

extern const struct module REALTIME_MODULE;
