/* The socket gateways /kds and /notifications. */
#include "modules/realtime/realtime.h"

const struct module REALTIME_MODULE = {.name = "realtime"};
