/* The socket gateways /kds and /notifications. */
#pragma once
#include "modules/module.h"

extern const struct module REALTIME_MODULE;
