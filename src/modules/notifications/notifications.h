/* Messages for users of the back office, stored until they are read. */
#pragma once
#include "modules/module.h"

extern const struct module NOTIFICATIONS_MODULE;
