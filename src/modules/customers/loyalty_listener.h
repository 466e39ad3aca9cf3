/* What follows a sale, a void and a refund. Private to the module. */
#pragma once
#include "platform/events/events.h"

extern const struct listener LOYALTY_LISTENERS[]; /* ended by a row without a name */
